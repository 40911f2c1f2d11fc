"""What the pages say, and in which order: the agent's answer first, and never more than is known."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

from forewarn.model.record import Audience
from forewarn.model.sighting import SightingState
from forewarn.pages import Tree
from kb_builder import Kb, sighting, story
from page_builder import build, in_order


@pytest.fixture(scope="module")
def kb(tmp_path_factory: pytest.TempPathFactory) -> Kb:
    return story(tmp_path_factory.mktemp("pages") / "kb")


@pytest.fixture(scope="module")
def staff(kb: Kb) -> Tree:
    return build(kb, sightings=(sighting(),))


@pytest.fixture(scope="module")
def public(kb: Kb) -> Tree:
    return build(kb, Audience.PUBLIC, sightings=(sighting(),))


def test_what_a_release_breaks_stands_before_everything_else(staff: Tree) -> None:
    in_order(
        staff.files["products/recorder/2.7.md"],
        "<h1",
        "shipped",
        "4 May 2026",
        'id="breaks"',
        "Player before 2.7",
        "Tell the customer:",
        "Update the player to 2.7",
        "fw-facts",
        "{#briefing}",
        "{#works-with}",
        "{#known-issues}",
        "{#downloads}",
        "{#new}",
    )


def test_customers_are_not_told_what_to_tell_customers(public: Tree) -> None:
    page = public.files["products/recorder/2.7.md"]
    assert "What to do:" in page
    assert "Tell the customer" not in page
    assert "{#briefing}" not in page


def test_what_nobody_stated_is_shown_as_not_tested(staff: Tree) -> None:
    """The exporter must keep working with the recorder, and nobody has tried it."""
    page = staff.files["products/recorder/2.7.md"]
    assert '</span> not tested</span> <a href="../../exporter/#v1.1">Exporter 1.1</a>' in page
    matrix = staff.files["compatibility/player--recorder.md"]
    row = next(line for line in matrix.splitlines() if line.startswith("<tr><th") and "3.0" in line)
    assert "not tested" in row.split("</td>")[0]


def test_a_statement_past_its_inspection_tag_is_shown_as_such(kb: Kb, staff: Tree) -> None:
    page = staff.files["products/recorder/2.7.md"]
    held = 'held until <time datetime="2026-05-10">10 May 2026</time>: '
    assert re.search(rf"{held}<span class=\"fw-chip[^/]+!</span> verify again</span>", page)
    in_time = build(kb, today=date(2026, 5, 10)).files["products/recorder/2.7.md"]
    assert "verify again" not in in_time
    customers = build(kb, Audience.PUBLIC).files["products/recorder/2.7.md"]
    assert re.search(
        rf"{held}<span class=\"fw-chip[^/]+!</span> not verified since</span>", customers
    )


def test_a_promise_that_nobody_stands_by_any_more_is_not_shown_as_a_promise(kb: Kb) -> None:
    page = "compatibility/player--recorder.md"
    newest = "the newest releases,"
    old = build(kb).files[page].split(newest)[0]
    assert "past its tag" in old
    assert "works" not in old.split("<h1")[1]
    assert "</span> works</span>" in build(kb, today=date(2026, 5, 10)).files[page].split(newest)[0]


def test_a_break_without_a_remedy_says_that_none_is_known(tmp_path: Path) -> None:
    kb = Kb(tmp_path / "kb").product("recorder", "Recorder").product("player", "Player")
    kb.release(
        "recorder",
        "2.7",
        more="""
        compatibility: [{with: player, versions: "<2.7", verdict: breaks}]
        """,
    )
    page = build(kb).files["products/recorder/2.7.md"]
    in_order(page, 'id="breaks"', "Player before 2.7", "No remedy is known.", "nobody has verified")


def test_a_statement_of_the_other_side_counts_too(staff: Tree) -> None:
    """Player 2.7 says that it plays recordings of recorder 2.2 without chapter marks."""
    page = staff.files["products/recorder/2.2.md"]
    in_order(page, 'id="breaks"', "limited", "Player 2.7", "Chapter marks are not shown.")
    assert "(the other side says so)" in page


def test_a_cell_of_the_matrix_leads_to_its_statement(staff: Tree) -> None:
    matrix = staff.files["compatibility/player--recorder.md"]
    assert '<a href="../../products/recorder/2.7/#with-player">' in matrix
    assert 'id="with-player"' in staff.files["products/recorder/2.7.md"]
    assert "2.2 to 2.4" in matrix


def test_an_unannounced_download_is_the_first_thing_on_the_home_page(staff: Tree) -> None:
    in_order(
        staff.files["index.md"],
        "Recorder 2.8 is out, unannounced",
        "Yes, Recorder 2.8 exists",
        "since at least 07:12 UTC on 20 May 2026",
        "windows",
        "forewarn sightings accept a1b2c3d4",
        "## Shipped lately",
    )
    in_order(staff.files["products/recorder/index.md"], "<h1", "is out, unannounced", "## Newest")


def test_customers_see_no_sighting(public: Tree) -> None:
    assert not [src for src, text in public.files.items() if "2.8" in text]


@pytest.mark.parametrize(
    "state", [SightingState.BASELINE, SightingState.KNOWN, SightingState.DISMISSED]
)
def test_a_sighting_that_is_settled_is_no_alarm(kb: Kb, state: SightingState) -> None:
    assert "unannounced" not in build(kb, sightings=(sighting(state=state),)).files["index.md"]


def test_a_sighting_of_what_has_shipped_is_no_alarm(kb: Kb) -> None:
    home = build(kb, sightings=(sighting(version="2.7"),)).files["index.md"]
    assert "unannounced" not in home


def test_quiet_is_claimed_only_where_somebody_watches(kb: Kb, tmp_path: Path) -> None:
    assert "No unannounced download" not in build(kb).files["index.md"]
    watched = Kb(tmp_path / "kb").product(
        "recorder", "Recorder", "watch: [{type: feed, url: 'https://x.example.com/feed'}]\n"
    )
    assert "No unannounced download is open" in build(watched).files["index.md"]
    assert "No unannounced" not in build(watched, sightings=None).files["index.md"]


def test_an_embargoed_release_says_so_to_staff(staff: Tree, public: Tree) -> None:
    assert "embargoed: do not tell customers" in staff.files["products/player/3.0.md"]
    assert "products/player/3.0.md" not in public.files
    assert "products/recorder/3.0.md" in public.files


def test_a_release_that_will_be_announced_is_not_public_before_the_day(tmp_path: Path) -> None:
    kb = Kb(tmp_path / "kb").product("recorder", "Recorder")
    kb.release("recorder", "3.0", "", "status: planned\nannounced_at: 2026-05-21\n")
    page = "products/recorder/3.0.md"
    assert page not in build(kb, Audience.PUBLIC, date(2026, 5, 20)).files
    assert page in build(kb, Audience.PUBLIC, date(2026, 5, 21)).files


def test_a_platform_that_lags_behind_is_named(staff: Tree) -> None:
    """Recorder 2.7 is out for Windows alone; on the Mac 2.4 is the newest."""
    page = staff.files["products/recorder/index.md"]
    table = page.split("{#newest}")[1].split("##")[0]
    in_order(table, ">2.7<", "windows", ">2.4<", "macos")


def test_a_release_of_which_nothing_is_known_is_a_row_and_not_a_page(staff: Tree) -> None:
    assert "products/player/2.4.md" not in staff.files
    assert '<tr id="v2.4" ' in staff.files["products/player/index.md"]


def test_that_nothing_has_shipped_is_said_of_no_product_whose_releases_were_withdrawn(
    tmp_path: Path,
) -> None:
    kb = Kb(tmp_path / "kb").product("recorder", "Recorder").product("player", "Player")
    kb.release(
        "recorder",
        "2.5",
        "",
        "status: withdrawn\nreleased_at: 2026-03-02\n"
        "withdrawn: {on: 2026-03-09, reason: It loses sound.}\n",
    )
    tree = build(kb)
    recorder = tree.files["products/recorder/index.md"]
    assert "Recorder: what had shipped was withdrawn." in recorder
    assert ">What had shipped was withdrawn.<" in recorder
    assert ">Nothing has shipped yet.<" in tree.files["products/player/index.md"]
    assert "Nothing is recorded as shipped since" in tree.files["index.md"]
    assert "1 release of 2 products: what is out" in tree.files["index.md"]


def test_a_withdrawn_release_says_why_and_what_to_use(staff: Tree) -> None:
    in_order(
        staff.files["products/recorder/2.5.md"],
        "withdrawn",
        "It lost the sound of long recordings.",
        'Use instead:</strong> <a href="../2.4/">Recorder 2.4</a>, a step back (2.7 has the open',
    )


def test_a_known_issue_shows_its_promise_and_what_to_do_until_then(staff: Tree) -> None:
    page = staff.files["kb/split-wrong-name.md"]
    in_order(
        page,
        "open",
        "There is a workaround",
        "Until it is fixed:",
        "Name the parts by hand",
        "15 May 2026",
        "overdue",
        "fw-facts",
        "Parts are numbered",
    )
    issues = staff.files["known-issues.md"]
    in_order(issues, "1 open, 1 fixed", "Split files", "Name the parts", "overdue", "Sound is lost")


def test_a_fix_that_is_only_planned_is_no_fix(tmp_path: Path) -> None:
    kb = Kb(tmp_path / "kb").product("recorder", "Recorder")
    kb.release("recorder", "2.8", "", "status: planned\nannounced_at: 2026-05-01\n")
    kb.article(
        "crash",
        "It crashes",
        """
        kind: known-issue
        applies: {recorder: "<2.8"}
        fixed_in: {recorder: ">=2.8"}
        remediation: vendor_fix
        """,
    )
    assert "1 open, 0 fixed" in build(kb, Audience.PUBLIC).files["known-issues.md"]


def test_a_mention_of_an_article_becomes_a_link_to_it(staff: Tree) -> None:
    link = '<a href="../../../kb/convert-recordings/">Converting recordings for an older player</a>'
    assert link in staff.files["products/recorder/2.7.md"]


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("[r](../releases/recorder/2.7.md#new)", "[r](../products/recorder/2.7.md#new)"),
        ("[r](../releases/recorder/2.7.briefing.md)", "[r](../products/recorder/2.7.md#briefing)"),
        ("[row](../releases/player/2.4.md)", "[row](../products/player/index.md#v2.4)"),
        ("[p](../releases/recorder/product.yml)", "[p](../products/recorder/index.md)"),
        ("[p](../releases/recorder)", "[p](../products/recorder/index.md)"),
        ('[a](sound-lost.md "Sound")', '[a](sound-lost.md "Sound")'),
        ("[a](<sound-lost.md>)", "[a](sound-lost.md)"),
        ("[x](nowhere.md)", "x"),
        ("[x](../releases/recorder/9.9.md)", "x"),
        ("![x](nowhere.png)", "x"),
        ("[x]: nowhere.md", "[x]: #"),
        ("[^1]: A note.", "[^1]: A note."),
        ("`[x](nowhere.md)`", "`[x](nowhere.md)`"),
        ("[w](https://example.com/a_(b))", "[w](https://example.com/a_(b))"),
        ("[here](#below)", "[here](#below)"),
        ('<a href="sound-lost.md">a</a>', '<a href="../sound-lost/">a</a>'),
        ('<a href="nowhere.md">a</a>', '<a href="#">a</a>'),
        ("```\n[x](nowhere.md)\n```", "```\n[x](nowhere.md)\n```"),
    ],
)
def test_a_link_in_an_article_leads_to_the_page(tmp_path: Path, written: str, shown: str) -> None:
    kb = story(tmp_path / "kb").article("linking", "Linking", body=f"{written}\n")
    tree = build(kb)
    assert tree.files["kb/linking.md"].split("</dl>")[1].strip() == shown
    assert bool(tree.broken) == (("nowhere" in written and "`" not in written) or "9.9" in written)


def test_headings_of_a_body_go_below_those_of_the_page(tmp_path: Path) -> None:
    kb = Kb(tmp_path / "kb").product("recorder", "Recorder")
    kb.release("recorder", "2.7", notes="# Big\n\n## Small\n\n```\n# no heading\n```\n")
    kb.article("steps", "Steps", body="# One\n\n## Two\n")
    kb.article("lined", "Lined", body="One\n===\n\nTwo\n---\nText\n\na\n| b\n---\n")
    files = build(kb).files
    in_order(files["products/recorder/2.7.md"], "\n### Big", "\n#### Small", "\n# no heading")
    in_order(files["kb/steps.md"], "\n## One", "\n### Two")
    in_order(files["kb/lined.md"], "\n## One", "\n### Two", "\nText", "\n| b\n")


def test_the_same_input_gives_the_same_bytes(kb: Kb, staff: Tree) -> None:
    again = build(kb, sightings=(sighting(),))
    assert again == staff
    assert list(again.files) == list(staff.files)


def test_an_empty_knowledge_base_has_its_pages(tmp_path: Path) -> None:
    files = build(Kb(tmp_path / "kb"), Audience.PUBLIC).files
    assert sorted(src for src in files if src.endswith(".md")) == [
        "about.md",
        "calendar.md",
        "compatibility/checker.md",
        "compatibility/index.md",
        "index.md",
        "kb/index.md",
        "known-issues.md",
        "products/index.md",
        "subscribe.md",
    ]
