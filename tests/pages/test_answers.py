"""What the search box answers is worked out when the site is built, by the rules of the model."""

from __future__ import annotations

from pathlib import Path

import pytest

from forewarn.model.record import Audience
from forewarn.pages import Tree
from forewarn.pages.search.answers import line_key
from kb_builder import Kb, sighting, story
from lookup_reader import kept
from page_builder import build, section
from site_builder import parse


@pytest.fixture(scope="module")
def kb(tmp_path_factory: pytest.TempPathFactory) -> Kb:
    kb = story(tmp_path_factory.mktemp("answers") / "kb")
    kb.product(
        "debian",
        "Debian",
        """
        tracks: ['12', '11', 11-lts, '10']
        support:
          '12': {active_until: 2026-06-10, security_until: 2028-06-30}
          '11': {security_until: 2024-08-14}
          '10': {ended: true}
        aliases: [deb, {bookworm: '12'}]
        """,
    )
    kb.release("debian", "12.4", "2026-01-10", "track: '12'\n")
    kb.release("debian", "11", "2021-08-14", "track: '11'\n")
    kb.release("debian", "11.9", "2024-02-10", "track: '11'\n")
    kb.product("phones", "Phones", "tracks: [galaxy-s10, '9.0', pro]\n")
    kb.release("phones", "10", "2026-01-10", "track: galaxy-s10\n")
    kb.release("phones", "9.0.1", "2026-01-10", "track: '9.0'\n")
    kb.article(
        "hole",
        "A hole in the recorder (CVE-2026-1234)",
        "kind: known-issue\nremediation: workaround\napplies: {recorder: '<2.8'}\n"
        "fixed_in: {recorder: '>=2.8'}\ncontingency: Unplug it.\n",
    )
    return kb


@pytest.fixture(scope="module")
def staff(kb: Kb) -> Tree:
    return build(kb, sightings=(sighting(),))


def said(tree: Tree, key: str) -> str:
    title, _, _, say, *_ = kept(tree, "answers", key)
    return f"{title} {say}."


@pytest.mark.parametrize(
    ("key", "sentence"),
    [
        (
            "tdebian 12",
            "Debian 12 (bookworm) is supported until 30 June 2028 (fully until 10 June 2026); its "
            "newest release is 12.4, of 10 January 2026.",
        ),
        (
            "tdebian 11",
            "Debian 11 is out of support: it ended on 14 August 2024; its newest release is 11.9, "
            "of 10 February 2024; 11-lts may be meant as well.",
        ),
        (
            "tdebian 10",
            "Debian 10 is out of support; on which day it ended is not recorded; has no release "
            "that is recorded as shipped.",
        ),
        ("pexporter", "Exporter is at 1.1, of 12 January 2026; until when it is supported is not recorded."),
        (
            "cCVE-2026-1234".replace("CVE", "cve"),
            "A hole in the recorder (CVE-2026-1234) concerns Recorder before 2.8; a fix is to come "
            "in Recorder 2.8 and later; there is a workaround; Unplug it.",
        ),
    ],
)  # fmt: skip
def test_an_answer_says_state_newest_and_end_of_support(
    staff: Tree, key: str, sentence: str
) -> None:
    assert said(staff, key).rstrip(".") == sentence.rstrip(".")


def test_a_line_is_marked_in_an_answer_as_on_the_page_of_its_product(tmp_path: Path) -> None:
    """Paid support alone is no "supported", and a last day alone no "security only"."""
    support = {
        "full": ("active_until: 2027-01-01, security_until: 2028-01-01", "supported"),
        "last day": ("security_until: 2028-01-01", "supported"),
        "security": ("active_until: 2026-01-01, security_until: 2028-01-01", "security only"),
        "paid": ("security_until: 2026-01-01, extended_until: 2028-01-01", "extended only"),
        "over": ("security_until: 2026-01-01", "out of support"),
    }
    rows = "".join(f"  {line}: {{{days}}}\n" for line, (days, _) in support.items())
    kb = Kb(tmp_path / "kb")
    kb.product("engine", "Engine", f"tracks: [{', '.join(support)}]\nsupport:\n{rows}")
    for number, line in enumerate(support):
        kb.release("engine", f"{number}", "2026-01-10", f"track: {line}\n")
    tree = build(kb)
    table = section(tree.files["products/engine/index.md"], "newest")
    for line, (_, mark) in support.items():
        assert kept(tree, "answers", f"tengine {line_key(line)}")[2] == mark
        (row,) = (row for row in table.split("<tr>") if f">{line}</th>" in row)
        assert mark.replace("out of support", "ended") in parse(row).text, row


def test_lines_that_begin_alike_are_called_as_they_were_asked_for(tmp_path: Path) -> None:
    kb = Kb(tmp_path / "kb")
    kb.product(
        "base",
        "Base",
        "tracks: [15-r2, 12.0-sp1, '12.0']\n"
        "aliases: [{'2014': '12'}, {owl: '12'}, {base 15 r2: 15-r2}]\n",
    )
    kb.release("base", "12.0", "2026-01-10", "track: '12.0'\n")
    tree = build(kb)
    assert said(tree, "tbase 12") == "Base 12 (2014) stands for 12.0-sp1 and 12.0."
    assert kept(tree, "answers", "tbase 15-r2")[0] == "Base 15-r2"


def test_java_is_found_by_the_number_that_it_says_of_itself(tmp_path: Path) -> None:
    kb = Kb(tmp_path / "kb").product("oracle-jdk", "Oracle JDK", "tracks: ['11', '8']\n")
    kb.release("oracle-jdk", "8u501", "2026-01-10", "track: '8'\n")
    kb.product("engine", "Engine", "tracks: ['8']\n")
    tree = build(kb)
    assert said(tree, "toracle-jdk 1.8").startswith("Oracle JDK 8 (1.8) is at 8u501")
    assert kept(tree, "answers", "toracle-jdk 1.11") is None
    assert kept(tree, "answers", "tengine 1.8") is None


def test_a_code_name_is_kept_with_its_line(staff: Tree) -> None:
    (row,) = (row for row in kept(staff, "names", "pbookworm") if row[1] == "debian")
    assert row[2:] == ["Debian", "products/debian/", "products/debian/#v12.4", "12.4", "12"]


def test_a_line_that_is_a_name_by_itself_is_found_without_its_product(staff: Tree) -> None:
    called = {"galaxy s10", "pro", "phones"}
    names = {
        row[0]: row[6:] for word in called for row in kept(staff, "names", f"p{word[:6]}") or ()
    }
    assert names == {"galaxy s10": ["galaxy-s10"], "phones": []}


def test_the_beginning_of_one_line_alone_is_that_line(staff: Tree) -> None:
    assert kept(staff, "answers", "tphones 9")[0] == "Phones 9.0"


def test_a_release_that_is_called_like_a_line_is_marked(staff: Tree) -> None:
    assert kept(staff, "keys", "vdebian 11")[0][6] == "line"
    assert kept(staff, "keys", "vdebian 11.9")[0][6] == ""


def test_what_customers_must_not_hear_is_marked_and_is_not_on_their_site(
    kb: Kb, staff: Tree
) -> None:
    public = build(kb, Audience.PUBLIC, sightings=(sighting(),))
    assert kept(staff, "keys", "vplayer 3")[0][6] == "inside"
    assert kept(public, "keys", "vplayer 3") is None
    told = "".join(text for src, text in public.files.items() if "/lookup/" in src)
    assert "embargo" not in told and "2.8 is live" not in told


def test_what_can_be_downloaded_is_told_whatever_its_record_says(kb: Kb) -> None:
    tree = build(kb, sightings=(sighting("player", "3.0"),))
    row = kept(tree, "keys", "vplayer 3")[0]
    assert row[4].startswith("is live: customers can already download it")
    assert row[6] == ""


def test_what_is_known_to_be_wrong_with_a_release_is_kept_under_it(staff: Tree) -> None:
    title, url, _, say, *_, line = kept(staff, "answers", "irecorder 2.7")
    assert (title, url) == ("Recorder 2.7", "products/recorder/2.7/")
    assert "A hole in the recorder (CVE-2026-1234)" in say
    assert line[1].startswith("kb/")
    assert kept(staff, "answers", "iexporter 1.1") is None


def test_an_article_on_an_advisory_says_which_releases_name_it_as_well(tmp_path: Path) -> None:
    kb = Kb(tmp_path / "kb").product("recorder", "Recorder")
    kb.release("recorder", "2.7", "2026-05-04", "", "Mends CVE-2026-1234.\n")
    kb.article(
        "holes",
        "Holes (CVE-2026-1234, CVE-2026-5678)",
        "kind: known-issue\nremediation: vendor_fix\n"
        "applies: {recorder: '<2.8'}\nfixed_in: {recorder: '>=2.8'}\n",
    )
    tree = build(kb)
    assert said(tree, "ccve-2026-1234").endswith("; what is recorded of Recorder 2.7 names it.")
    assert "names it" not in said(tree, "ccve-2026-5678")


def test_a_line_of_which_nothing_has_shipped_is_answered_with_what_is_to_come(
    tmp_path: Path,
) -> None:
    kb = Kb(tmp_path / "kb").product("recorder", "Recorder", "tracks: ['3', '2']\n")
    kb.release("recorder", "2.7", "2026-05-04", "track: '2'\n")
    kb.release("recorder", "3.1", "", "track: '3'\nstatus: planned\nplanned_for: 2026-08-01\n")
    kb.release("recorder", "3.0", "", "track: '3'\nstatus: planned\nplanned_for: 2026-06-01\n")
    tree = build(kb)
    assert said(tree, "trecorder 3") == (
        "Recorder 3 has no release that is recorded as shipped; 3.0 is planned for 1 June 2026; it "
        "has not shipped and is under embargo; do not tell customers of it."
    )
    assert kept(tree, "answers", "trecorder 3")[6] == "inside"
    assert kept(build(kb, Audience.PUBLIC), "answers", "trecorder 3") is None


def test_a_line_that_runs_another_product_is_found_by_its_name_only_beside_its_own(
    tmp_path: Path,
) -> None:
    kb = Kb(tmp_path / "kb").product("player", "Player")
    kb.product("cloud", "Cloud", "tracks: [p2, j17]\naliases: [{player 2: p2}, {java 17: j17}]\n")
    kb.product("tapes", "Tapes", "tracks: ['1']\naliases: [{owl: '1'}]\n")
    tree = build(kb)
    assert [row[6:] for row in kept(tree, "names", "p17")] == [["j17", "beside"]]
    assert [row[6:] for row in kept(tree, "names", "powl")] == [["1"]]


def test_a_version_that_many_products_have_is_kept_in_parts(tmp_path: Path) -> None:
    kb = Kb(tmp_path / "kb")
    for number in range(90):
        kb.product(f"tool-{number}", f"Tool {number}").release(f"tool-{number}", "2.7")
    tree = build(kb)
    parts = [kept(tree, "keys", f"v2.7{end}") for end in ("", " +1", " +2")]
    assert [len(part) for part in parts] == [40, 40, 10]
    assert len({row[4] for part in parts for row in part}) == 90
