"""The reader never guesses: what it takes, what it refuses, and where it says so."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forewarn.model.article import Article, Kind, Remediation
from forewarn.model.product import Product
from forewarn.model.record import Audience, Inspection, Place, Support
from forewarn.model.release import Download, Release, Statement, Status, Verdict
from forewarn.model.versions.version import VersionRange
from forewarn.store.records import Record, read_record
from forewarn.store.records.problems import Problems

PATH = "releases/recorder/2.7.md"
DESIGN_EXAMPLE = """\
---
# the example of the record format
status: shipped
track: stable
released_at: 2026-05-04
downloads:
  - platform: windows
    url: https://downloads.example.com/recorder-2.7.exe
    size: 18874368
    sha256: {sha}
compatibility:
  - with: player
    versions: "<2.7"
    about: playing recordings made by this version
    verdict: breaks
    remedy: Update the player to 2.7.
    verified: {{by: maria, on: 2026-05-01, how: played three sample recordings}}
support: {{active_until: 2027-05-04, security_until: 2028-05-04}}
---
What is new, for customers.
""".format(sha="9f" * 32)


def read(text: str | bytes, path: str = PATH) -> tuple[Record | None, Problems]:
    problems = Problems(path)
    data = text if isinstance(text, bytes) else text.encode()
    return read_record(path, data, problems), problems


def refused(text: str | bytes, path: str = PATH) -> list[tuple[str, int]]:
    _, problems = read(text, path)
    for finding in problems.findings:
        assert finding.message and finding.help and finding.place.file == path
    return [(finding.rule, finding.place.line) for finding in problems.findings]


def test_a_release_is_read_whole() -> None:
    record, problems = read(DESIGN_EXAMPLE)
    assert problems.findings == []
    assert record == Release(
        product="recorder",
        version="2.7",
        status=Status.SHIPPED,
        track="stable",
        released_at=date(2026, 5, 4),
        downloads=(
            Download(
                platform="windows",
                url="https://downloads.example.com/recorder-2.7.exe",
                size=18874368,
                sha256="9f" * 32,
            ),
        ),
        compatibility=(
            Statement(
                partner="player",
                versions=VersionRange.parse("<2.7"),
                about="playing recordings made by this version",
                verdict=Verdict.BREAKS,
                remedy="Update the player to 2.7.",
                verified=Inspection(
                    by="maria", on=date(2026, 5, 1), how="played three sample recordings"
                ),
                place=Place(file=PATH, line=12),
            ),
        ),
        support=Support(active_until=date(2027, 5, 4), security_until=date(2028, 5, 4)),
        notes="What is new, for customers.\n",
        place=Place(file=PATH),
    )


def test_a_plain_scalar_is_text_and_never_a_number_a_date_or_a_no() -> None:
    text = "name: no\nscheme: loose\ntracks: [2.10, 1e3, null, 2026-05-04, yes]\n"
    record, problems = read(text, "releases/recorder/product.yml")
    assert problems.findings == []
    assert isinstance(record, Product)
    assert record.name == "no"
    assert record.tracks == ("2.10", "1e3", "null", "2026-05-04", "yes")


def test_an_article_is_for_staff_unless_it_says_otherwise() -> None:
    text = (
        "---\ntitle: No sound\nkind: known-issue\napplies: {recorder: '2.7'}\n"
        "fixed_in: {recorder: '>=2.7.1'}\nremediation: vendor_fix\npromised: 2026-06-01\n---\nText.\n"
    )
    record, problems = read(text, "kb/no-sound.md")
    assert problems.findings == []
    assert record == Article(
        path="kb/no-sound.md",
        title="No sound",
        kind=Kind.KNOWN_ISSUE,
        audience=Audience.STAFF,
        applies={"recorder": VersionRange.parse("2.7")},
        fixed_in={"recorder": VersionRange.parse(">=2.7.1")},
        remediation=Remediation.VENDOR_FIX,
        promised=date(2026, 6, 1),
        body="Text.\n",
        place=Place(file="kb/no-sound.md"),
    )


def test_a_statement_in_a_staff_file_is_never_wider_than_its_file() -> None:
    text = (
        "---\nstatus: staged\naudience: staff\ncompatibility:\n"
        "  - {with: player, versions: '*', verdict: works, audience: public}\n---\n"
    )
    record, _ = read(text)
    assert isinstance(record, Release)
    assert record.compatibility[0].audience is Audience.STAFF


@pytest.mark.parametrize(
    ("text", "rule", "line"),
    [
        ("no front matter", "no-front-matter", 1),
        ("---\nstatus: staged\n", "no-front-matter", 1),
        ("---\n---\n", "missing-key", 2),
        ("---\nstatus: [\n---\n", "unreadable", 3),
        ("---\nstatus: staged\nstatus: staged\n---\n", "duplicate-key", 3),
        ("---\nstatus: staged\nstatsu: x\n---\n", "unknown-key", 3),
        ("---\nstatus: staged\ntrack: !!str x\n---\n", "shorthand", 3),
        ("---\nstatus: &a staged\ntrack: *a\n---\n", "shorthand", 2),
        ("---\nstatus: out\n---\n", "wrong-value", 2),
        ("---\nstatus: {a: b}\n---\n", "wrong-type", 2),
        ("---\n- status\n---\n", "wrong-type", 2),
        ("---\nstatus: shipped\nreleased_at: 4 May 2026\n---\n", "wrong-value", 3),
        ("---\nstatus: shipped\nreleased_at: 2026-02-30\n---\n", "wrong-value", 3),
        ("---\nstatus: shipped\n---\n", "missing-key", 2),
        ("---\nstatus: staged\ndownloads: https://x.example\n---\n", "wrong-type", 3),
        ("---\nstatus: staged\ndownloads:\n  - platform: windows\n---\n", "missing-key", 4),
        (
            "---\nstatus: staged\ndownloads:\n  - {platform: w, url: 'javascript:alert(1)'}\n---\n",
            "wrong-value",
            4,
        ),
        (
            "---\nstatus: staged\ndownloads:\n  - {platform: w, url: https://x.example, size: -1}\n---\n",
            "wrong-value",
            4,
        ),
        (
            "---\nstatus: staged\ncompatibility:\n  - {with: p, versions: '2 3', verdict: works}\n---\n",
            "wrong-value",
            4,
        ),
        ("---\nstatus: staged\nwithdrawn: {on: 2026-05-04, reason: x}\n---\n", "wrong-value", 3),
        ("---\nstatus: staged\n---\n<<<<<<< HEAD\na\n=======\nb\n>>>>>>> x\n", "merge-conflict", 4),
        (b"---\nstatus: staged\n---\n\xff\n", "unreadable", 4),
        ("---\nstatus: staged\n---\na\x00b\n", "unreadable", 4),
        ("---\na: " + "[" * 100_000 + "\n---\n", "unreadable", 2),
        ("---\n" + "- " * 100_000 + "a\n---\n", "unreadable", 2),
        ("---\nstatus: staged\n--- \nbody\n---\n", None, 0),
    ],
)
def test_what_is_wrong_is_named_with_its_line(
    text: str | bytes, rule: str | None, line: int
) -> None:
    assert refused(text) == ([(rule, line)] if rule else [])


@pytest.mark.parametrize(
    "path",
    [
        "releases/Recorder/2.7.md",
        "releases/con/2.7.md",
        "releases/recorder/-2.7.md",
        "releases/recorder/2..7.md",
        "releases/recorder/nul.md",
        "releases/2.7.md",
        "releases/recorder/old/2.7.md",
        "kb/Ünsafe.md",
        "kb/aux.md",
    ],
)
def test_a_file_whose_name_is_not_safe_is_a_finding(path: str) -> None:
    assert [rule for rule, _ in refused(DESIGN_EXAMPLE, path)] in (["unsafe-name"], ["misplaced"])


def test_everything_wrong_in_a_file_is_told_at_once() -> None:
    text = "---\nstatus: out\ntrack: '!'\nextra: 1\nsupport: {active_until: soon}\n---\n"
    assert [line for _, line in refused(text)] == [2, 3, 5, 4]


def test_line_ends_of_windows_are_read() -> None:
    record, problems = read(DESIGN_EXAMPLE.replace("\n", "\r\n"))
    assert problems.findings == []
    assert record == read(DESIGN_EXAMPLE)[0]


@settings(max_examples=300)
@given(st.one_of(st.text(), st.text(alphabet="-:{}[]\"'#&*!|>\n abstu0.,%@`?")))
def test_no_text_whatever_is_more_than_a_finding(text: str) -> None:
    for body in (text, f"---\n{text}\n---\n", f"---\nstatus: staged\n{text}\n---\n"):
        record, problems = read(body.encode("utf-8", "surrogatepass"))
        assert record is not None or problems.findings


_KEYS = ("status", "track", "released_at", "planned_for", "reference", "nothing")
_TEXTS = st.text(alphabet="ab0 :,;.-_/+()*<>=\"'#&!{[~\u00e9\t", max_size=8)
_VALUES = st.sampled_from(("shipped", "2026-05-04", "2.10", "no")) | _TEXTS


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(_KEYS), st.sampled_from(("", '"', "'")), _VALUES)))
def test_plain_lines_are_read_as_if_a_comment_stood_among_them(
    rows: list[tuple[str, str, str]],
) -> None:
    head = "".join(f"{key}: {quote}{value}{quote}\n" for key, quote, value in rows)
    plain, findings = read(f"---\n{head}---\nNotes.\n")
    beside, same = read(f"---\n{head}# A comment.\n---\nNotes.\n")
    assert plain == beside
    assert [f for f in findings.findings if "YAML" not in f.message] == [
        f for f in same.findings if "YAML" not in f.message
    ]


@pytest.mark.parametrize("fence", ["---", "--- ", "---\t ", "---\u00a0"])
def test_blanks_behind_a_fence_do_not_count(fence: str) -> None:
    record, problems = read(f"{fence}\nstatus: planned\n{fence}\n\n--- \nNotes.\n---\n")
    assert problems.findings == []
    assert isinstance(record, Release) and record.notes == "--- \nNotes.\n---\n"
