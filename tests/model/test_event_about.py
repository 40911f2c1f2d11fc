"""What an event is about: its stage, its suites and what a suite contains."""

from __future__ import annotations

from datetime import timedelta

import pytest

from events_builder import NOON
from forewarn.model.catalogue import Catalogue
from forewarn.model.events.change import derive
from forewarn.model.events.event import Event, Maturity
from forewarn.model.record import Place
from forewarn.model.release import Member, Release
from model_builder import catalogue, issue, product, release

PLACE = Place(file="releases/kit/1.md")


def kit(version: str, *members: str) -> Release:
    contains = tuple(Member(product=m, version="2.7", place=PLACE) for m in members)
    return release("kit", version, contains=contains)


def derived(before: Catalogue, after: Catalogue) -> Event:
    (event,) = derive(before, after, NOON + timedelta(hours=1))
    return event


PRODUCTS = ("recorder", "player", "kit", "old-kit")
KIT = kit("1", "recorder")
BEFORE = catalogue(KIT, products=PRODUCTS)


def test_what_a_suite_contains_is_concerned_by_the_suite_and_the_suite_by_it() -> None:
    member = derived(BEFORE, catalogue(KIT, release("recorder", "2.7"), products=PRODUCTS))
    assert (member.products, member.suites) == (("recorder",), ("kit",))
    suite = derived(BEFORE, catalogue(KIT, kit("2", "player"), products=PRODUCTS))
    assert (suite.products, suite.suites) == (("kit", "player"), ())


def test_an_issue_of_a_member_concerns_the_suite() -> None:
    opened = issue("kb/no-sound.md", {"recorder": "<3"})
    event = derived(BEFORE, catalogue(KIT, opened, products=PRODUCTS))
    assert (event.suites, event.stage) == (("kit",), Maturity.FULL)


@pytest.mark.parametrize(
    ("version", "track", "stage"),
    [
        ("2.7.0", "stable", Maturity.FULL),
        ("2.7.0-rc.1", "stable", Maturity.PROMOTED),
        ("2.7.0-rc.1", "beta", Maturity.EARLY),
        ("2.7.0", "beta", Maturity.EARLY),
    ],
)
def test_the_stage_is_that_of_the_track_and_then_of_the_version(
    version: str, track: str, stage: Maturity
) -> None:
    of = product("recorder", scheme="semver", tracks=("stable", "beta"))
    before, after = catalogue(of), catalogue(of, release("recorder", version, track=track))
    assert derived(before, after).stage is stage
