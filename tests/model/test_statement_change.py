"""Another way to write the same statement is no change of it, and alerts nobody."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from forewarn.model.events.change import derive
from forewarn.model.events.event import EventKind
from forewarn.model.events.severity import Severity
from forewarn.model.release import Download, HoldsUntil, Release, Statement, Verdict
from forewarn.model.versions.version import VersionRange
from forewarn.words.events import lines
from model_builder import catalogue, release, statement

NOW = datetime(2026, 5, 5, 9, tzinfo=UTC)
BREAKS = statement("player", "<2.7", Verdict.BREAKS, remedy="Update the player.", limits="sound")
WORKS = statement("player", ">=2.7", Verdict.WORKS)
EXE = Download(platform="windows", url="https://x.example/R.exe")


def recorder(*statements: Statement, **more: object) -> Release:
    return release("recorder", "2.7", compatibility=statements, **more)


def told(before: Release, after: Release) -> list[EventKind]:
    return [event.kind for event in derive(catalogue(before), catalogue(after), NOW)]


@pytest.mark.parametrize(
    "change",
    [
        {"about": "Playing recordings made by THIS version"},
        {"about": "  playing  recordings\nmade by this version "},
        {"versions": VersionRange.parse(" < 2.7")},
        {"versions": VersionRange.parse("<2.7.0")},
        {"remedy": "Update  the player. "},
        {"remedy": "update the player."},
        {"limits": " Sound"},
        {"verified": None},
    ],
)
def test_the_form_of_a_statement_alerts_nobody(change: dict[str, object]) -> None:
    other = replace(BREAKS, **change)  # type: ignore[arg-type]
    assert told(recorder(BREAKS, WORKS), recorder(WORKS, other)) == []


def test_one_range_and_two_that_say_the_same_are_the_same() -> None:
    low = replace(BREAKS, versions=VersionRange.parse("<2.4"))
    high = replace(BREAKS, versions=VersionRange.parse(">=2.4,<2.7"))
    assert told(recorder(BREAKS), recorder(low, high)) == []
    assert told(recorder(low, high), recorder(BREAKS)) == []
    gap = replace(high, versions=VersionRange.parse(">2.4,<2.7"))
    assert told(recorder(BREAKS), recorder(low, gap)) == [EventKind.COMPATIBILITY_CHANGED]


@pytest.mark.parametrize(
    "change",
    [
        {"about": "playing other recordings"},
        {"versions": VersionRange.parse("<=2.7")},
        {"remedy": "Update the player to 2.7."},
        {"verdict": Verdict.LIMITED},
        {"holds_until": HoldsUntil(version="5.0")},
    ],
)
def test_what_is_said_otherwise_is_told_to_who_was_told_before(change: dict[str, object]) -> None:
    other = replace(BREAKS, **change)  # type: ignore[arg-type]
    (event,) = derive(catalogue(recorder(BREAKS)), catalogue(recorder(other)), NOW)
    assert event.kind is EventKind.COMPATIBILITY_CHANGED
    assert event.takes_back == ("recorder@2.7",)


def test_that_something_does_not_break_after_all_is_as_urgent_as_that_it_did() -> None:
    (event,) = derive(catalogue(recorder(BREAKS)), catalogue(recorder()), NOW)
    assert event.severity is Severity.HIGH
    assert "no longer stated (it was breaks)" in lines(event)[0][1]


def test_a_statement_that_is_new_goes_to_who_wants_it() -> None:
    (event,) = derive(catalogue(recorder()), catalogue(recorder(WORKS)), NOW)
    assert (event.severity, event.takes_back) == (Severity.NORMAL, ())


@pytest.mark.parametrize(
    "change",
    [
        {"url": "HTTPS://X.Example/R.exe"},
        {"platform": "Windows"},
    ],
)
def test_the_form_of_a_download_alerts_nobody(change: dict[str, str]) -> None:
    other = replace(EXE, **change)  # type: ignore[arg-type]
    assert told(recorder(downloads=(EXE,)), recorder(downloads=(other,))) == []


def test_a_download_under_another_platform_is_one_correction() -> None:
    other = replace(EXE, platform="win")
    (event,) = derive(
        catalogue(recorder(downloads=(other,))), catalogue(recorder(downloads=(EXE,))), NOW
    )
    assert lines(event) == ((f"Download {EXE.url}, for", "win → windows"),)
