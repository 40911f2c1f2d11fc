"""What can be downloaded decides, not how far the records are."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from forewarn.model.live import as_of_today, find_live, live_version
from forewarn.model.release import Release, Status, Withdrawal
from forewarn.model.sighting import SightingState
from kb_builder import sighting
from model_builder import catalogue, release

OPEN, ACCEPTED = SightingState.OPEN, SightingState.ACCEPTED
BASELINE, KNOWN, DISMISSED = SightingState.BASELINE, SightingState.KNOWN, SightingState.DISMISSED


def recorded(status: Status, version: str = "2.8") -> Release:
    gone = Withdrawal(on=date(2026, 5, 10), reason="loses sound")
    return release(
        "recorder",
        version,
        status=status,
        released_at=None if status in (Status.PLANNED, Status.STAGED) else date(2026, 5, 4),
        withdrawn=gone if status is Status.WITHDRAWN else None,
    )


@pytest.mark.parametrize("status", [None, Status.PLANNED, Status.STAGED])
@pytest.mark.parametrize("state", [OPEN, ACCEPTED])
def test_what_was_seen_is_live_until_it_is_recorded_as_shipped(
    state: SightingState, status: Status | None
) -> None:
    records = [recorded(status)] if status else []
    (live,) = find_live(catalogue(*records), [sighting(state=state)])
    assert (live.product, live.version) == ("recorder", "2.8")
    assert live.record is (records[0] if records else None)
    assert live.since == sighting().first_seen


@pytest.mark.parametrize("status", [Status.SHIPPED, Status.WITHDRAWN])
@pytest.mark.parametrize("state", SightingState)
def test_what_is_recorded_as_shipped_or_withdrawn_is_not_told_as_unannounced(
    state: SightingState, status: Status
) -> None:
    assert not find_live(catalogue(recorded(status)), [sighting(state=state)])


@pytest.mark.parametrize("status", [None, Status.PLANNED, Status.STAGED])
def test_what_a_person_dismissed_is_not_live(status: Status | None) -> None:
    records = [recorded(status)] if status else []
    assert not find_live(catalogue(*records), [sighting(state=DISMISSED)])


def test_what_was_there_at_the_first_look_is_no_news_where_nothing_is_recorded() -> None:
    assert not find_live(catalogue(), [sighting(state=BASELINE), sighting(state=KNOWN, id="b")])


@pytest.mark.parametrize("state", [BASELINE, KNOWN])
@pytest.mark.parametrize("status", [Status.PLANNED, Status.STAGED])
def test_what_was_there_at_the_first_look_is_live_where_a_record_says_it_is_to_come(
    state: SightingState, status: Status
) -> None:
    seen = sighting(state=state)
    (live,) = find_live(catalogue(recorded(status)), [seen])
    assert [s.state for s in live.unanswered] == [OPEN]
    assert as_of_today(catalogue(recorded(status)), [seen]) == live.sightings


def test_a_version_is_one_however_it_is_spelled() -> None:
    later = datetime(2026, 5, 21, 9, 0, tzinfo=UTC)
    seen = [
        sighting(version="v2.8.0", id="b", platform="macos", first_seen=later, state=ACCEPTED),
        sighting(version="2.8.0"),
    ]
    records = catalogue(recorded(Status.STAGED))
    (live,) = find_live(records, seen)
    assert str(live) == "recorder@2.8"
    assert live.platforms == (("windows", seen[1].first_seen), ("macos", later))
    assert live_version(records, [live], "recorder", "2.8.0.0") is live
    (unrecorded,) = find_live(catalogue(), seen)
    assert unrecorded.version == "2.8.0", "as the place spells it that showed it first"


def test_a_version_is_live_while_one_place_stands_though_another_was_dismissed() -> None:
    stands = sighting(id="b", url="https://mirror.example.com/recorder-2.8.exe", state=ACCEPTED)
    (live,) = find_live(catalogue(), [sighting(state=DISMISSED), stands])
    assert live.sightings == (stands,)
    assert live.addresses == (stands.url,)
    assert not live.unanswered


def test_what_is_no_version_under_the_scheme_is_only_itself() -> None:
    from forewarn import schemes

    semver = catalogue()
    strict = type(semver)(products=semver.products, schemes={"recorder": schemes.get("semver")})
    seen = [sighting(version="2.8"), sighting(version="2.8.0", id="b")]
    assert {str(live) for live in find_live(strict, seen)} == {"recorder@2.8", "recorder@2.8.0"}


def test_what_was_seen_last_comes_first() -> None:
    later = sighting(version="2.9", id="b", first_seen=datetime(2026, 5, 21, tzinfo=UTC))
    assert [live.version for live in find_live(catalogue(), [sighting(), later])] == ["2.9", "2.8"]
