"""The pages of a suite: what it breaks by what it contains is never left out."""

from __future__ import annotations

from pathlib import Path

import pytest

from forewarn.model.record import Audience
from kb_builder import Kb
from page_builder import build, in_order


@pytest.fixture
def kb(tmp_path: Path) -> Kb:
    kb = Kb(tmp_path / "kb").product("player", "Player").product("studio", "Studio")
    kb.product("recorder", "Recorder").product("bundle", "Bundle")
    kb.release("player", "2.4", more="support: {active_until: 2027-01-01}\n")
    kb.release("player", "2.7")
    more = (
        'compatibility: [{with: player, versions: "<2.7", verdict: breaks, remedy: Update it.}]\n'
    )
    kb.release("recorder", "2.7", more=more).release("recorder", "2.4")
    kb.release("studio", "2026.2", more="contains: {recorder: 2.7}\n")
    kb.release("studio", "2026.1", more="contains: {recorder: 2.4}\n")
    return kb.release("bundle", "1", more='contains: {studio: "2026.2"}\n')


@pytest.mark.parametrize("audience", list(Audience))
@pytest.mark.parametrize("suite", ["studio/2026.2", "bundle/1"])
def test_a_suites_page_says_what_it_breaks_by_what_it_contains(
    kb: Kb, audience: Audience, suite: str
) -> None:
    page = build(kb, audience).files[f"products/{suite}.md"]
    assert "nothing that is recorded" not in page
    in_order(page, "</span> breaks</span>", "Player before 2.7", "Update it.", "Recorder 2.7")
    assert "which it contains" in page


def test_the_lists_say_it_too_and_nothing_of_a_suite_without_the_member(kb: Kb) -> None:
    files = build(kb).files
    assert "nothing that is recorded" in files["products/studio/2026.1.md"]
    home = files["index.md"]
    for suite in ("Studio 2026.2", "Bundle 1"):
        row = next(line for line in home.splitlines() if f">{suite}</a>" in line)
        after = row.partition(f">{suite}</a>")[2]
        assert "breaks" in after.partition("<tr")[0], suite
