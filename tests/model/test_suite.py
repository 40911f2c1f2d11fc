"""Suites: which recorder is in it, what changed between two, and where a release is."""

from __future__ import annotations

from datetime import date

import pytest

from forewarn.model.audience import visible
from forewarn.model.record import Audience, Place
from forewarn.model.release import Download, Member, Release, Status
from forewarn.model.suite import Move, Moved, difference
from model_builder import catalogue, product, release

PRODUCTS = ("recorder", "player", "exporter", "studio")


def suite(version: str, **members: str) -> Release:
    place = Place(file=f"releases/studio/{version}.md", line=4)
    contains = tuple(Member(product=p, version=v, place=place) for p, v in members.items())
    return release("studio", version, contains=contains)


def test_what_changed_between_two_suites_is_by_version_and_not_by_text() -> None:
    old = suite("2026.1", recorder="2.9", player="2.10", exporter="1.0")
    new = suite("2026.2", recorder="2.10", player="2.9", exporter="1.0.0", editor="1.0")
    gone = suite("2026.3", recorder="2.10")
    known = catalogue(products=PRODUCTS)
    assert difference(known, old, new) == (
        Moved(product="editor", move=Move.ADDED, before=None, after="1.0"),
        Moved(product="player", move=Move.DOWN, before="2.10", after="2.9"),
        Moved(product="recorder", move=Move.UP, before="2.9", after="2.10"),
    )
    assert [m.move for m in difference(known, new, gone)] == [Move.REMOVED] * 3


def test_a_release_knows_the_suites_that_it_is_in_however_they_write_its_version() -> None:
    recorder = release("recorder", "2.7")
    suites = suite("2026.1", recorder="2.7.0"), suite("2026.10", recorder="2.7"), suite("2025.1")
    known = catalogue(recorder, *suites, products=PRODUCTS)
    assert [str(s) for s in known.suites_with(recorder)] == ["studio@2026.10", "studio@2026.1"]


def test_customers_do_not_learn_of_a_member_that_they_may_not_know_of() -> None:
    known = catalogue(
        product("exporter", audience=Audience.STAFF),
        release("recorder", "2.7", status=Status.STAGED),
        release("player", "2.7"),
        release("exporter", "1.0"),
        suite("2026.1", recorder="2.7", player="2.7.0", exporter="1.0", editor="1.0"),
        products=PRODUCTS,
    )
    shown = visible(known, Audience.PUBLIC).releases["studio", "2026.1"]
    assert [m.product for m in shown.contains] == ["player"]


def download(platform: str) -> Download:
    return Download(platform=platform, url=f"https://x.example/{platform}")


def test_the_latest_is_by_track_and_by_platform() -> None:
    both = release("recorder", "2.4", downloads=(download("windows"), download("macos")))
    windows = release("recorder", "2.7", downloads=(download("windows"),))
    tag_only = release("recorder", "2.8")
    beta = release("recorder", "3.0", track="beta", downloads=(download("any"),))
    old_date = release("recorder", "2.5", released_at=date(2026, 8, 1))
    known = catalogue(
        product("recorder", tracks=("stable", "beta")), both, windows, tag_only, beta, old_date
    )
    assert known.latest("recorder", "stable") is tag_only
    assert known.latest("recorder", "stable", "windows") is windows
    assert known.latest("recorder", "stable", "macos") is both
    assert known.latest("recorder", "beta", "macos") is beta, "what serves any platform serves it"
    assert known.latest("recorder") is tag_only, "what is on a beta track is no release yet"
    assert known.latest_of_tracks("recorder", "linux") == (beta,)
    assert known.superseded_by(both, "windows") is windows
    assert known.still_latest_on(both) == ("macos",)


@pytest.mark.parametrize(
    ("versions", "latest"),
    [
        ("2.6 2.7-rc1", "2.6"),
        ("2.6 2.7-next.3 2.7-ea 2.7-nightly 2.7-foo", "2.6"),
        ("14.1-RELEASE 14.1-STABLE", "14.1-RELEASE"),
        ("2.6-stable 2.7-beta", "2.6-stable"),
        ("2.7-beta1 2.7-beta2", "2.7-beta2"),
        ("2.6 2.7-hotfix 2.8-beta2", "2.7-hotfix"),
        ("1.35.6-gke.1 1.35.7-gke.1222000", "1.35.7-gke.1222000"),
    ],
)
def test_a_pre_release_is_never_the_latest_beside_a_release(versions: str, latest: str) -> None:
    releases = [release("recorder", version) for version in versions.split()]
    known = catalogue(product("recorder"), *releases)
    found = known.latest("recorder", "stable")
    assert found and found.version == latest
    assert known.latest("recorder") is found


def test_a_track_for_pre_releases_has_one_as_its_latest() -> None:
    old = release("recorder", "2.7", track="beta")
    new = release("recorder", "2.8-beta1", track="beta")
    newer = release("recorder", "2.8-beta2", track="stable")
    newest = release("recorder", "2.8-beta3", track="stable")
    stable = release("recorder", "2.6", track="stable")
    known = catalogue(
        product("recorder", tracks=("stable", "beta")), old, new, newer, newest, stable
    )
    assert known.latest("recorder", "beta") is new
    assert known.superseded_by(old) is new
    assert known.latest("recorder", "stable") is stable
    assert known.superseded_by(newer) is newest, "a later pre-release replaces an earlier one"
    assert known.superseded_by(stable) is None
