"""What is said of a release stands by the records that decide it, whatever the others come to say."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import product as every
from typing import Any

import pytest

from forewarn.model.catalogue import Catalogue
from forewarn.model.deciding import deciding
from forewarn.model.recommend import adviser
from forewarn.model.record import Support
from forewarn.model.release import Download, Release, Status
from model_builder import catalogue, issue, product, release

TODAY = date(2026, 6, 1)
VERSIONS = ("1.0", "1.1", "2.0", "2.1", "3.0-rc1", "3.0")
FOR_WINDOWS = (Download(platform="windows", url="https://downloads.example.com/a.exe"),)
OVER = Support(active_until=date(2026, 1, 1))
EDITS: tuple[dict[str, Any], ...] = (
    {},
    {"status": Status.STAGED, "released_at": None},
    {"track": "beta"},
    {"downloads": FOR_WINDOWS},
    {"support": OVER},
)


def of(*releases: Release) -> Catalogue:
    return catalogue(product("recorder", tracks=("stable", "beta")), *releases)


def plain(**changes: dict[str, Any]) -> Catalogue:
    """All versions shipped for everybody, but for what is said of some of them."""
    made = (release("recorder", version) for version in VERSIONS)
    return of(*(replace(one, **changes.get(one.version, {})) for one in made))


def told(known: Catalogue, version: str) -> tuple[object, ...]:
    """All that follows for a release from the others of its product."""
    one = known.releases["recorder", version]
    advice = adviser(known, TODAY).recommend(one)
    newer = known.superseded_by(one)
    return (
        newer and newer.version,
        known.still_latest_on(one),
        advice.to and advice.to.version,
        advice.passed_over,
        advice.is_back,
    )


def test_of_an_old_release_it_is_itself_and_the_newest() -> None:
    assert deciding(plain(), "recorder", "1.1", TODAY) == ("3.0", "1.1")
    assert deciding(plain(), "recorder", "3.0", TODAY) == ("3.0",)


def test_all_that_is_higher_than_the_newest_of_the_track_has_a_say() -> None:
    moved = plain(**{"3.0": {"track": "beta"}, "3.0-rc1": {"track": "beta"}})
    assert deciding(moved, "recorder", "1.1", TODAY) == ("3.0", "3.0-rc1", "2.1", "1.1")


@pytest.mark.parametrize("asked", VERSIONS)
def test_whatever_the_others_come_to_say_changes_nothing(asked: str) -> None:
    asked_of = 0
    for newest, own in every(EDITS, EDITS):
        known = plain(**{"3.0": newest, asked: own})
        decided = deciding(known, "recorder", asked, TODAY)
        if decided is None:
            continue
        asked_of += 1
        before = told(known, asked)
        for other, edit in every(VERSIONS, EDITS):
            if other not in decided:
                edited = plain(**{"3.0": newest, asked: own, other: edit})
                assert told(edited, asked) == before, (asked, own, newest, other, edit)
    assert asked_of or asked == "3.0-rc1"


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"1.1": {"status": Status.STAGED, "released_at": None}}, "it has not shipped"),
        ({"3.0": {"support": OVER}}, "the newest is not to be recommended"),
        ({"1.1": {"downloads": FOR_WINDOWS}}, "the newest is not to be had for Windows"),
    ],
)
def test_it_may_be_any_where_more_than_the_newest_is_looked_at(
    changes: dict[str, dict[str, Any]], why: str
) -> None:
    assert deciding(plain(**changes), "recorder", "1.1", TODAY) is None, why


def test_it_may_be_any_where_a_known_issue_is_fixed_in_one() -> None:
    bad = issue("kb/no-sound.md", {"recorder": "<2"})
    known = replace(plain(), articles={bad.path: bad})
    assert deciding(known, "recorder", "3.0", TODAY) is None
    assert deciding(plain(), "recorder", "7.7", TODAY) is None, "it is not there"
