"""Lists of releases and known issues: all of it on the page, and narrowed by what rows carry."""

from __future__ import annotations

import json
from html import unescape
from pathlib import Path

import pytest

from forewarn.model.record import Audience
from kb_builder import Kb, story
from page_builder import build, in_order, section


def choices(page: str) -> dict[str, dict[str, object]]:
    """What a list can be narrowed by."""
    spec = json.loads(unescape(page.split('data-filter="')[1].split('"')[0]))
    return {choice["key"]: choice for choice in spec["choices"]}


def test_all_releases_can_be_narrowed_by_state_track_and_platform(tmp_path: Path) -> None:
    kb = story(tmp_path / "kb").release("recorder", "2.8-beta", more="track: beta\n")
    page = section(build(kb).files["products/recorder/index.md"], "releases")
    found = choices(page)
    assert found["state"]["options"] == [
        [word, word] for word in ("shipped", "superseded", "planned", "withdrawn")
    ]
    assert found["track"]["options"] == [["stable", "stable"], ["beta", "beta"]]
    assert found["platform"]["options"] == [["macos", "macos"], ["windows", "windows"]]
    row = next(line for line in page.splitlines() if 'id="v2.4"' in line)
    in_order(row, 'data-filter-state="superseded"', 'data-filter-platform="windows|macos"')


@pytest.mark.slow
def test_an_old_release_of_many_keeps_its_place_and_what_it_breaks(tmp_path: Path) -> None:
    """A table of thousands of rows is not read: what is far back takes a line, and less of a page."""
    kb = Kb(tmp_path / "kb").product("recorder", "Recorder").product("player", "Player")
    for number in range(2000):
        kb.release("recorder", f"1.{number}")
    kb.release(
        "player",
        "2.0",
        more='compatibility: [{with: recorder, versions: "<1.1", verdict: breaks}]\n',
    )
    files = build(kb, Audience.PUBLIC).files
    page, earlier = files["products/recorder/index.md"], files["products/recorder/releases=1.md"]
    assert page.count("<tr id=") == 100
    assert all(f'id="v1.{number}"' in page for number in range(1400, 2000))
    assert all(f'id="v1.{number}"' in earlier for number in range(1400))
    assert '<a href="releases=1/">1.0 to 1.1399</a>' in page
    line = next(line for line in earlier.splitlines() if line.startswith('<li id="v1.0"'))
    in_order(line, "1.0", "1 March 2026", "breaks", "Player 2.0")
    assert max(len(page), len(earlier)) < 250_000


def test_known_issues_can_be_narrowed_by_product_version_and_state(tmp_path: Path) -> None:
    kb = story(tmp_path / "kb")
    kb.article(
        "both",
        "Both",
        'kind: known-issue\nremediation: workaround\napplies: {recorder: "2.7", player: "*"}\n',
    )
    page = build(kb, Audience.PUBLIC).files["known-issues.md"]
    found = choices(page)
    assert found["product"]["options"] == [["player", "Player"], ["recorder", "Recorder"]]
    assert found["state"]["options"] == [["open", "open"], ["fixed", "fixed"]]
    versions = found["version"]["lists"]
    assert versions == {
        "player": ["2.7", "2.4", "2.3", "2.2"],
        "recorder": ["3.0", "2.7", "2.5", "2.4", "2.3", "2.2"],
    }
    rows = [line for line in page.split("<li") if "data-filter-version" in line]
    assert 'data-filter-version="recorder 1|player 0-3"' in next(r for r in rows if "Both" in r)
    assert 'data-filter-version="recorder 2"' in next(r for r in rows if "Sound is lost" in r)


def test_a_version_that_is_not_announced_cannot_be_chosen_by_customers(tmp_path: Path) -> None:
    kb = story(tmp_path / "kb")
    kb.article(
        "player", "Player", 'kind: known-issue\nremediation: workaround\napplies: {player: "*"}\n'
    )
    issues = {audience: build(kb, audience).files["known-issues.md"] for audience in Audience}
    assert "3.0" in choices(issues[Audience.STAFF])["version"]["lists"]["player"]  # type: ignore[index]
    assert "3.0" not in choices(issues[Audience.PUBLIC])["version"]["lists"]["player"]  # type: ignore[index]


def test_an_article_names_the_releases_that_it_is_valid_for_today(tmp_path: Path) -> None:
    """Withdrawn, planned and unsupported releases are nobody's to use."""
    kb = story(tmp_path / "kb")
    kb.release("recorder", "2.1", "2024-02-03", "support: {ended: true}\n")
    kb.article("old", "Old", 'applies: {recorder: "<3.1"}\n')
    kb.article("gone", "Gone", 'applies: {recorder: "<2.2"}\n')
    files = build(kb).files
    in_order(files["kb/old.md"], "<dt>Valid now for</dt>", "Recorder</a> 2.7, 2.2 to 2.4<")
    in_order(files["kb/gone.md"], "<dt>Valid now for</dt>", "no release that is supported today")
