"""`forewarn identify`, `suite` and `release latest` on records, as an agent uses them."""

from __future__ import annotations

import hashlib
import json
import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from command_line import Ran, run
from forewarn.model.sighting import Sighting, SightingState
from forewarn.store.state.opening import open_state, state_is_there
from kb_builder import Kb

PROGRAM = b"recorder 2.7" * 100_000
SHA = hashlib.sha256(PROGRAM).hexdigest()


@pytest.fixture
def kb(tmp_path: Path) -> Kb:
    """Recorder 2.7 for Windows and macOS, and two suites."""
    kb = Kb(tmp_path / "kb").product("recorder", "Recorder").product("player", "Player")
    kb.product("studio", "Studio")
    kb.release("recorder", "2.4", "2025-05-04").release("player", "2.4", "2025-05-04")
    kb.release(
        "recorder",
        "2.7",
        "2026-05-04",
        f"""
        downloads:
          - platform: windows
            arch: x86_64
            url: https://downloads.example.com/recorder-2.7.exe
            size: {len(PROGRAM)}
            sha256: {SHA}
          - {{platform: macos, url: "https://downloads.example.com/recorder-2.7.dmg"}}
        """,
    )
    kb.release("studio", "2026.1", "2026-01-10", "contains: {recorder: '2.4', player: '2.4'}\n")
    return kb.release("studio", "2026.2", "2026-06-10", "contains: {recorder: '2.7.0'}\n")


def ask(kb: Kb, *words: str, code: int = 0) -> Ran:
    ran = run("-C", str(kb.root), *words)
    assert ran.code == code, ran.out + ran.err
    return ran


def test_the_hash_decides_whatever_name_stands_beside_it(kb: Kb) -> None:
    wrong = "0" * 64
    for line in (f"{wrong}  recorder-2.7.exe", f"SHA256 (recorder-2.7.exe) = {wrong}"):
        text = ask(kb, "identify", line, code=1).out
        assert text.startswith("Nobody knows this hash: no record has it")
        assert "it is not the recorded file, though it has its name: Recorder 2.7" in text
        assert f"recorded sha256 {SHA}" in text
    text = ask(kb, "identify", f"{SHA} *player-2.4.exe").out
    assert text.startswith("Recorder 2.7 for windows")
    assert "the name beside it is another one: player-2.4.exe" in text


def test_a_hash_that_cannot_be_compared_is_named_as_such(kb: Kb) -> None:
    text = ask(kb, "identify", f"MD5 (recorder-2.7.exe) = {SHA[:31]}x", code=1).out
    assert "'x' in it is no hexadecimal digit" in text
    md5 = ask(kb, "identify", "0" * 32, "--format", "json", code=1).json
    assert md5["kind"] == "hash" and md5["sha256"] == "0" * 32
    assert md5["problem"] == "it has as many digits as an MD5, and only sha256 is recorded"
    text = ask(kb, "identify", f"{SHA}0", code=1).out
    assert "it has 65 digits, and a sha256 has 64" in text and "sha256sum FILE" in text


def test_each_of_several_checksums_is_answered(kb: Kb, tmp_path: Path) -> None:
    sums = f"{SHA}  recorder-2.7.exe\n{'0' * 64}  player-2.4.exe\n"
    told = ask(kb, "identify", sums, "--format", "json", code=1).json
    assert told["kind"] == "several"
    assert [[m["version"] for m in part["matches"]] for part in told["parts"]] == [["2.7"], []]
    file = tmp_path / "SHA256SUMS"
    file.write_bytes(sums.encode("utf-16"))
    text = ask(kb, "identify", str(file), code=1).out
    assert text.startswith(f"{SHA} recorder-2.7.exe\nRecorder 2.7 for windows")
    assert "Nobody knows this hash" in text


def test_a_file_is_hashed_whatever_quotes_stand_around_its_path(kb: Kb, tmp_path: Path) -> None:
    file = tmp_path / "holiday (1).jpg"
    file.write_bytes(PROGRAM)
    for path in (f'"{file}"', file.as_uri()):
        assert "known by its sha256" in ask(kb, "identify", path).out


def test_a_file_from_a_customer_is_recognised_by_its_content(kb: Kb, tmp_path: Path) -> None:
    file = tmp_path / "Unconfirmed 712.crdownload"
    file.write_bytes(PROGRAM)
    told = ask(kb, "identify", str(file), "--format", "json").json
    assert told == {
        "what": str(file),
        "kind": "file",
        "sha256": SHA,
        "problem": None,
        "matches": [
            {
                "product": "recorder",
                "version": "2.7",
                "status": "shipped",
                "since": "2026-05-04",
                "platform": "windows",
                "why": "sha256",
                "url": "https://downloads.example.com/recorder-2.7.exe",
            }
        ],
        "near": [],
        "sightings": [],
    }
    text = ask(kb, "identify", str(file)).out
    assert text.startswith("Recorder 2.7 for windows x86_64: shipped on 2026-05-04\n")
    assert not state_is_there(kb.root), "to ask writes nothing"


def test_a_file_with_the_right_name_and_other_content_is_warned_of(kb: Kb, tmp_path: Path) -> None:
    file = tmp_path / "recorder-2.7.exe"
    file.write_bytes(PROGRAM + b"!")
    text = ask(kb, "identify", str(file), code=1).out
    assert text.startswith("Nobody knows this file")
    assert "it is not the recorded file, though it has its name: Recorder 2.7 for windows" in text
    assert SHA in text and "nobody should install it" in text


def test_a_hash_nobody_knows_says_so(kb: Kb) -> None:
    ran = ask(kb, "identify", "0" * 64, code=1)
    assert ran.out == "Nobody knows this hash: no record has it\n"


def test_an_unknown_version_is_answered_with_the_newest_that_there_is(kb: Kb) -> None:
    ran = ask(kb, "identify", "Recorder 2.9", code=1)
    assert ran.out.splitlines()[0].endswith("the newest shipped is Recorder 2.7")
    assert "no version is named" in ask(kb, "identify", "recorder", code=1).out
    assert "nothing to identify" in ask(kb, "identify", " ", code=2).err


def test_what_another_product_of_that_name_has_is_offered_and_not_denied(kb: Kb) -> None:
    kb.product("recorder-pro", "Recorder Pro").release("recorder-pro", "5.1", "2026-01-10")
    said = ask(kb, "identify", "recorder 5.1", code=1).out.splitlines()
    assert said[:2] == [
        "Recorder 5.1 is in no record: is another meant?",
        "  it may be Recorder Pro 5.1: shipped on 2026-01-10",
    ]
    assert said[-1].endswith("more: forewarn release show recorder-pro 5.1")
    near = json.loads(ask(kb, "identify", "recorder 5.1", "--format", "json", code=1).out)["near"]
    assert [(row["product"], row["why"]) for row in near] == [
        ("recorder-pro", "version, of a product that is called so, too")
    ]


def test_a_plan_whose_day_has_passed_is_never_said_to_be_planned_for_it(kb: Kb) -> None:
    kb.release("recorder", "3.0", "", "status: planned\nplanned_for: 2026-02-03\n")
    shown = ask(kb, "release", "show", "recorder", "3.0").out.splitlines()[0]
    assert "was planned for 2026-02-03, which has passed" in shown
    assert "was planned for 2026-02-03" in ask(kb, "identify", "recorder 3.0").out
    listed = ask(kb, "release", "list", "recorder").out
    assert "2026-02-03, which has passed" in listed and listed.count("passed") == 1


def test_a_slip_in_a_name_is_told_with_the_name_that_may_be_meant(kb: Kb) -> None:
    said = ask(kb, "identify", "recroder 2.7", code=1).out
    assert "no product is called so; did you mean recorder?" in said


@pytest.mark.parametrize(
    ("what", "offered"),
    [
        ("galaxy s21", "galaxy s21 5g, galaxy s21+ 5g or galaxy s21 ultra 5g"),
        ("Galaxy-S21+", "galaxy s21+ 5g"),
        ("recorder stud", None),
        ("amazing", "amazing tape"),
    ],
)
def test_the_beginning_of_a_name_is_answered_with_those_that_go_on(
    kb: Kb, what: str, offered: str | None
) -> None:
    lines = "[galaxy-s21-5g, galaxy-s21+-5g, galaxy-s21-ultra-5g, galaxy-s2]"
    kb.product("phone", "Phone", f"tracks: {lines}\n").product("tape", "Amazing Tape")
    said = ask(kb, "identify", what, code=1).out
    assert (f"no product is called so; did you mean {offered}?" in said) is (offered is not None)


@pytest.mark.parametrize("what", ["x" * 5000, "a\0b", "/", "..", "\u202e2.7"])
def test_whatever_is_asked_gets_an_answer(kb: Kb, what: str) -> None:
    assert ask(kb, "identify", what, code=1).out.startswith("Nobody knows")


def test_what_was_sighted_and_is_in_no_record_is_an_answer(kb: Kb) -> None:
    seen = Sighting(
        id="a1b2c3d4",
        product="recorder",
        version="2.8",
        source="https://downloads.example.com/feed.xml",
        url="https://downloads.example.com/recorder-2.8.exe",
        title="Recorder 2.8",
        state=SightingState.OPEN,
        first_seen=datetime(2026, 5, 20, 7, 12, tzinfo=UTC),
        platform="windows",
    )
    with open_state(kb.root) as state, state.transaction() as change:
        change.add_sighting(seen)
    ran = ask(kb, "identify", "recorder-2.8.exe")
    assert ran.out.splitlines() == [
        "Recorder 2.8 for windows: can be downloaded since 2026-05-20 07:12 UTC, "
        "and it is in no record",
        "  download: https://downloads.example.com/recorder-2.8.exe",
        "  next: forewarn sightings accept a1b2c3d4",
    ]
    (row,) = ask(kb, "identify", "2.8", "--format", "json").json["sightings"]
    assert (row["id"], row["first_seen"]) == ("a1b2c3d4", "2026-05-20T07:12:00+00:00")


def test_which_recorder_is_in_the_suite(kb: Kb) -> None:
    told = ask(kb, "suite", "show", "studio", "2026.1", "--format", "json").json
    assert told == {
        "suite": "studio",
        "version": "2026.1",
        "members": [
            {"product": p, "version": "2.4", "status": "shipped", "since": "2025-05-04"}
            for p in ("recorder", "player")
        ],
        "inside": [],
    }
    text = ask(kb, "suite", "show", "studio", "2026.1").out
    assert "  Recorder 2.4  shipped on 2025-05-04, superseded by 2.7" in text
    assert "is in Studio 2026.2" in ask(kb, "release", "show", "recorder", "2.7").out
    refused = ask(kb, "suite", "show", "recorder", "2.7", code=2)
    assert "contains no releases of other products" in refused.err


def test_what_changed_between_two_suites(kb: Kb) -> None:
    words = ["suite", "diff", "studio", "2026.1", "2026.2"]
    assert ask(kb, *words).out.splitlines() == [
        "Player    removed  2.4",
        "Recorder  up       2.4 → 2.7.0",
    ]
    assert ask(kb, *words, "--format", "json").json["changes"][1] == {
        "product": "recorder",
        "change": "up",
        "from": "2.4",
        "to": "2.7.0",
    }
    assert ask(kb, "suite", "diff", "studio", "2026.1", "2026.1").out == "nothing changed\n"


def test_a_suite_that_ships_with_what_is_not_out_is_found_by_check(kb: Kb) -> None:
    assert ask(kb, "check", "--format", "json").json["findings"] == []
    kb.release("studio", "2026.3", "2026-06-10", "contains: {player: '2.8'}\n")
    kb.release("player", "2.8", "", "status: staged\n")
    (finding,) = ask(kb, "check", "--format", "json", code=1).json["findings"]
    assert (finding["rule"], finding["line"]) == ("member-not-out", 4)
    kb.release("player", "2.8", "2026-06-01")
    assert ask(kb, "check", "--format", "json").json["findings"] == []


def test_the_latest_for_a_platform_is_the_one_that_can_be_had_for_it(kb: Kb) -> None:
    kb.release(
        "recorder",
        "2.8",
        "2026-06-04",
        'downloads: [{platform: windows, url: "https://downloads.example.com/recorder-2.8.exe"}]\n',
    )
    latest = ask(kb, "release", "latest", "recorder", "--platform", "macos").out
    assert (
        latest
        == "Recorder 2.7: shipped on 2026-05-04, superseded by 2.8 but the newest for macos\n"
    )
    (row,) = ask(kb, "release", "latest", "recorder", "--format", "json").json
    assert (row["version"], row["latest_for"]) == ("2.8", ["windows"])
    none = ask(kb, "release", "latest", "recorder", "--platform", "linux", code=1)
    assert none.out == "no release of Recorder has shipped for linux\n"
    assert (
        "no track 'beta'" in ask(kb, "release", "latest", "recorder", "--track", "beta", code=2).err
    )


def test_a_rollout_and_a_log_of_support_are_told_as_they_stand_today(kb: Kb) -> None:
    kb.release(
        "recorder",
        "2.8",
        "2026-06-04",
        """
        rollout: {windows: [{on: 2020-05-04, share: 10%}, {on: 2999-05-06, share: 100%}]}
        support:
          - {on: 2020-01-10, active_until: 2020-06-01}
          - {on: 2020-06-02, security_until: 2999-01-01, reason: customers asked}
        """,
    )
    text = ask(kb, "release", "show", "recorder", "2.8").out.splitlines()
    assert text[1] == "  rolled out to 10 % on windows since 2020-05-04, 100 % from 2999-05-06"
    assert text[2:] == [
        "  support: security; security until 2999-01-01",
        "    decided on 2020-01-10: active until 2020-06-01",
        "    decided on 2020-06-02: security until 2999-01-01 (customers asked)",
    ]


@pytest.fixture
def many(tmp_path: Path) -> Kb:
    """Twelve products that have a 1.10.0, and one that has another version."""
    kb = Kb(tmp_path / "many")
    for number in range(10, 22):
        kb.product(f"app-{number}", f"App {number}").release(f"app-{number}", "1.10.0")
        kb.release(f"app-{number}", "1.11.0", "2026-04-01")
    kb.product("other", "Other").release("other", "2.0")
    kb.release("app-11", "1.10.0", "", "status: planned\nplanned_for: 2099-01-01\n")
    gone = (
        "status: withdrawn\nreleased_at: 2026-03-01\nwithdrawn: {on: 2026-03-02, reason: Breaks}\n"
    )
    kb.release("app-12", "1.10.0", "", gone)
    kb.release("app-13", "1.10.0", more="support: {security_until: 2026-04-01}\n")
    return kb


def test_a_version_of_many_products_is_answered_with_which_they_are(many: Kb) -> None:
    shipped = [
        f"App {n} 1.10.0: shipped on 2026-03-01{', out of support' if n == 13 else ''} (app-{n})"
        for n in (10, *range(13, 22))
    ]
    expected = [
        "12 products have 1.10.0: which one is meant?",
        "  what is newer and what to use instead is told of one: forewarn identify 'app-10 1.10.0'",
        *shipped,
        "App 12 1.10.0: withdrawn on 2026-03-02: Breaks (app-12)",
        "App 11 1.10.0: planned for 2099-01-01, under embargo (app-11)",
    ]
    for _ in range(2):  # out of the files, and out of the cache
        assert ask(many, "identify", "1.10.0").out.splitlines() == expected
    one = ask(many, "identify", "app-10 1.10.0").out
    assert one.startswith("App 10 1.10.0: shipped on 2026-03-01, superseded by 1.11.0\n")


def test_of_a_version_of_many_products_each_change_is_seen(many: Kb) -> None:
    def told(code: int = 0) -> tuple[list[str], list[str]]:
        found = ask(many, "identify", "1.10.0", "--format", "json", code=code).json
        lines = [f"{match['product']} {match['status']}" for match in found["matches"]]
        return lines, [row["file"] for row in found.get("unreadable", ())]

    releases = many.root / "releases"
    before, _ = told()
    record = releases / "app-21" / "1.10.0.md"
    text, times = record.read_bytes(), record.stat()
    staged = text.replace(b"shipped", b"staged ")
    record.write_bytes(staged)
    os.utime(record, ns=(times.st_atime_ns, times.st_mtime_ns))
    (releases / "app-20" / "1.10.0.md").rename(releases / "app-20" / "1.10.md")
    many.release("other", "1.10.0")
    now, _ = told()
    assert {*now} == {*before, "other shipped", "app-21 staged"} - {"app-21 shipped"}
    (releases / "app-20" / "1.10.md").unlink()
    assert {*told()[0]} == {*now} - {"app-20 shipped"}
    record.write_bytes(text.replace(b"shipped", b"shippd"))
    lines, unread = told(code=3)
    assert ("app-21 staged" in lines, unread) == (False, ["releases/app-21/1.10.0.md"])


def _is_read_and_settled(kb: Kb) -> None:
    """Have all of it in the cache, of folders that have not changed for a while."""
    for folder in (kb.root / "releases").iterdir():
        os.utime(folder, (1_700_000_000, 1_700_000_000))
    run("-C", str(kb.root), "check")


def _products_found(kb: Kb, version: str) -> list[str]:
    found = ask(kb, "identify", version, "--format", "json").json["matches"]
    return [f"{match['product']} {match['version']}" for match in found]


def test_a_version_is_found_without_its_epoch_beside_others_that_have_none(kb: Kb) -> None:
    kb.release("player", "1.10.0").release("recorder", "1:1.10.0")
    _is_read_and_settled(kb)
    assert _products_found(kb, "1.10.0") == ["player 1.10.0", "recorder 1:1.10.0"]


def test_what_was_read_under_another_scheme_denies_no_version(kb: Kb) -> None:
    about = kb.root / "releases" / "recorder" / "product.yml"
    about.write_text("name: Recorder\nscheme: debian\n")
    kb.release("player", "1.10.0").release("recorder", "1.10")
    _is_read_and_settled(kb)
    assert _products_found(kb, "1.10.0") == ["player 1.10.0"]
    about.write_text("name: Recorder\nscheme: pep440\n")
    assert _products_found(kb, "1.10.0") == ["player 1.10.0", "recorder 1.10"]


def test_ten_products_with_a_version_are_told_in_full(many: Kb) -> None:
    for number in (11, 12):
        (many.root / "releases" / f"app-{number}" / "1.10.0.md").unlink()
    text = ask(many, "identify", "1.10.0").out
    assert text.count("  more: forewarn release show ") == 10
    assert "superseded by 1.11.0" in text
