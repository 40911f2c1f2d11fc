"""What works with what: the overview, the matrix of a pair, and the same in words."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from forewarn import pages
from forewarn.model.record import Audience
from forewarn.pages.compatibility.checker_products import pair_file
from forewarn.pages.view import paths
from forewarn.store.settings import load_settings
from kb_builder import TODAY, Kb, story
from site_builder import Parsed, parse

PAIR = paths.pair_src("player", "recorder")


def files(kb: Kb, audience: Audience = Audience.STAFF) -> dict[str, str]:
    settings = load_settings(kb.root)
    tree = pages.tree_of(pages.look(kb.load(), audience=audience, today=TODAY, settings=settings))
    return {src: text for src, text in tree.files.items() if isinstance(text, str)}


@pytest.fixture
def kb(tmp_path: Path) -> Kb:
    return story(tmp_path)


def page(kb: Kb, src: str = PAIR, audience: Audience = Audience.STAFF) -> Parsed:
    return parse(files(kb, audience)[src])


def said(kb: Kb, src: str = PAIR, audience: Audience = Audience.STAFF) -> str:
    return page(kb, src, audience).text


def staircase(kb: Kb, count: int) -> Kb:
    """A streamer each of whose releases needs a newer codec than the one before."""
    kb.product("codec", "Codec")
    kb.product("streamer", "Streamer")
    for n in range(count):
        kb.release("codec", f"1.{n}")
        needs = f"""
        compatibility:
          - {{with: codec, versions: "<1.{n}", verdict: breaks, remedy: Update the codec to 1.{n}.}}
          - {{with: codec, versions: ">=1.{n}", verdict: works}}
        """
        kb.release("streamer", f"3.{n}", more=needs)
    return kb


def test_a_cell_has_its_verdict_in_words_and_the_day_of_its_inspection_tag(kb: Kb) -> None:
    cell = re.search(r'<td class="fw-cell fw-on-breaks">.*?</td>', files(kb)[PAIR])
    assert cell
    assert parse(cell[0]).text == "✕ breaks 1 May 2026"
    assert 'href="../../products/recorder/2.7/#with-player"' in cell[0]


def test_what_nobody_verified_says_so_in_its_cell(kb: Kb) -> None:
    cell = re.search(r'<td class="fw-cell fw-on-limited">.*?</td>', files(kb)[PAIR])
    assert cell
    assert parse(cell[0]).text == (
        "! limited not verified not known: playing recordings made by this version"
    )


def test_a_matrix_tells_a_screen_reader_what_it_is_and_whose_cells_are_whose(kb: Kb) -> None:
    text = files(kb)[PAIR]
    matrix = text[text.index('<table class="fw-table fw-matrix"') : text.index("</table>")]
    elements = parse(matrix).elements
    heads = [attributes["scope"] for name, attributes in elements if name == "th"]
    assert heads == ["col"] * 4 + ["row"] * 5
    assert "Recorder downwards, Player across." in parse(matrix).text
    box = next(a for name, a in page(kb).elements if "fw-matrix-box" in a.get("class", ""))
    assert (box["tabindex"], box["aria-label"]) == ("0", "Matrix of Recorder and Player")


def test_each_row_can_be_read_in_words(kb: Kb) -> None:
    text = said(kb)
    assert "Recorder 2.7 : ✕ breaks with Player 2.2 to 2.4 ; ? past its tag with Player" in text
    assert "Recorder 2.3 to 2.4 : ? not tested since with Player" in text
    assert "✓ works with Player 2.2 to 2.4" in text
    assert "Recorder 2.5 ✕ withdrawn : ? not tested with Player" in text


def test_customers_see_when_a_statement_was_verified_and_not_by_whom(kb: Kb) -> None:
    assert "verified 1 May 2026 by Maria Lind (played three sample recordings)" in said(kb)
    public = said(kb, audience=Audience.PUBLIC)
    assert "verified 1 May 2026" in public
    assert "Maria" not in public and "sample" not in public


def test_releases_that_state_the_same_share_a_row_of_the_statements(kb: Kb) -> None:
    text = said(kb).partition("## Every statement")[2]
    assert "Recorder 2.2 to 2.4 every Player ✓ works" in text


def test_a_very_large_matrix_shows_the_newest_and_has_all_in_words(kb: Kb) -> None:
    staircase(kb, 60)
    src = paths.pair_src("codec", "streamer")
    made = files(kb)[src]
    assert made.count('<td class="fw-cell') == 160
    assert len(made) < 80_000
    text = parse(made).text
    assert "the newest 16 rows of 60 and 10 columns of 60" in text
    assert "Older versions of Codec: 48" in text
    assert "Codec 1.0 : ✕ breaks with Streamer 3.1 to 3.59 ; ✓ works with Streamer 3.0" in text


def test_the_overview_has_the_verdict_of_the_newest_and_what_to_say(kb: Kb) -> None:
    staircase(kb, 3)
    kb.release("streamer", "3.2", more=says_limited())
    text = said(kb, paths.COMPATIBILITY)
    assert "Codec and Streamer ! limited 1.2 with 3.2 Play files only. No live streams." in text
    assert "Player and Recorder ? past its tag 2.7 with 2.7" in text


def says_limited() -> str:
    return """
    compatibility:
      - {with: codec, versions: "*", verdict: limited, limits: No live streams., remedy: Play files only.}
    """


def test_from_the_overview_and_the_pair_the_checker_opens_with_the_newest_chosen(kb: Kb) -> None:
    for src, there in ((paths.COMPATIBILITY, "checker/"), (PAIR, "../checker/")):
        links = [a.get("href") for name, a in page(kb, src).elements if name == "a"]
        assert f"{there}?player=2.7&recorder=2.7" in links
    links = [a.get("href") for _, a in page(kb, paths.release_src("recorder", "2.7")).elements]
    assert "../../../compatibility/checker/?recorder=2.7" in links


def test_without_a_script_the_checkers_page_leads_to_the_tables(kb: Kb) -> None:
    made = page(kb, paths.CHECKER)
    assert "Without it, open the table of two products below." in made.text
    assert "../player--recorder/" in [a.get("href") for _, a in made.elements]


@pytest.mark.slow
def test_the_checkers_data_stay_small(kb: Kb) -> None:
    staircase(kb, 100)
    data = {src: len(text) for src, text in files(kb).items() if src.startswith("checker/")}
    assert data[pair_file("codec", "streamer")] < 42_000
    assert max(data.values()) < 42_000
