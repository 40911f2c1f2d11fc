"""When a watched place is asked again, and what is kept of how it answered."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from forewarn.errors import Trouble
from forewarn.model.durations import as_written, duration
from forewarn.model.watching.place import (
    Gave,
    SourceState,
    after_failure,
    after_matching_nothing,
    after_no_news,
    after_reading,
    is_paused,
    matches_nothing,
    next_poll,
    pause_until,
)

NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)
QUARTER = timedelta(minutes=15)
GAVE = Gave(state={"etag": "1"}, reading="1", content="a", version="2.7")
READ = after_reading(SourceState(), GAVE, NOON)


def waits(failures: int, interval: timedelta = QUARTER) -> list[float]:
    """The waits of many places after so many failures, as parts of the interval."""
    kept = SourceState(failures=failures)
    return [(next_poll(str(n), kept, interval, NOON) - NOON) / interval for n in range(200)]


def test_places_are_asked_after_their_interval_ten_per_cent_more_or_less() -> None:
    found = waits(0)
    assert 0.9 <= min(found) < 0.93 and 1.07 < max(found) <= 1.1


@pytest.mark.parametrize(
    ("failures", "times"), [(1, 2), (2, 4), (4, 16), (5, 24), (30, 24), (5000, 24)]
)
def test_one_that_fails_is_asked_half_as_often_each_time_but_every_six_hours(
    failures: int, times: float
) -> None:
    found = waits(failures)
    assert 0.9 * times <= min(found) and max(found) <= 1.1 * times


def test_one_with_a_longer_interval_is_not_asked_more_often_for_failing() -> None:
    assert min(waits(3, timedelta(days=1))) >= 0.9


def test_when_it_is_asked_next_does_not_depend_on_who_reckons() -> None:
    assert next_poll("a", READ, QUARTER, NOON) == next_poll("a", READ, QUARTER, NOON)


def test_one_success_makes_it_as_if_it_had_never_failed() -> None:
    failed = after_failure(READ, "no answer", Trouble.UNREACHABLE, NOON + QUARTER)
    again = after_failure(failed, "HTTP 500", Trouble.UNREACHABLE, NOON + 2 * QUARTER)
    assert (again.failures, again.failing_since, again.error) == (2, NOON + QUARTER, "HTTP 500")
    assert (again.state, again.read_at, again.matched) == (READ.state, NOON, "2.7")
    assert not failed.is_failing() and again.is_failing()
    late = NOON + 3 * QUARTER
    assert after_no_news(again, late) == replace(READ, polled_at=late, read_at=late)


def test_what_it_shows_has_changed_when_it_shows_something_else() -> None:
    same = after_reading(READ, GAVE, NOON + QUARTER)
    assert (same.changed_at, same.whole_at) == (NOON, NOON + QUARTER)
    other = after_reading(same, replace(GAVE, content="b"), NOON + 2 * QUARTER)
    assert (other.changed_at, other.baseline_at) == (NOON + 2 * QUARTER, NOON)


def test_all_of_it_is_asked_for_once_a_day_whatever_it_says_of_changes() -> None:
    assert READ.believes_unchanged(NOON + timedelta(hours=23))
    assert not READ.believes_unchanged(NOON + timedelta(hours=24))
    assert not READ.believes_unchanged(NOON - timedelta(minutes=1)), "the clock was set back"
    assert not SourceState().believes_unchanged(NOON)


def test_one_that_names_no_version_is_not_well_and_keeps_nothing_to_ask_for_changes_by() -> None:
    mute = after_matching_nothing(READ, replace(GAVE, version=None, content="b"), 2, NOON)
    assert (mute.state, mute.trouble, mute.failures) == (None, Trouble.CHANGED_SHAPE, 1)
    assert mute.error == (
        "none of its 2 entries names a version; the last version that it named is 2.7"
    )
    again = after_matching_nothing(mute, replace(GAVE, version=None), 0, NOON)
    assert again.is_failing() and (again.error or "").startswith("it has no entries")
    assert after_reading(again, GAVE, NOON).failures == 0


@pytest.mark.parametrize(
    ("entries", "elsewhere", "shown", "before", "expected"),
    [
        (2, 0, 0, SourceState(), True),
        (2, 2, 0, SourceState(), False),
        (0, 0, 0, SourceState(), False),
        (0, 0, 0, READ, True),
        (2, 2, 0, READ, True),
        (2, 0, 1, READ, False),
    ],
)
def test_no_entries_are_no_fault_unless_there_were_some(
    entries: int, elsewhere: int, shown: int, before: SourceState, expected: bool
) -> None:
    assert matches_nothing(entries, elsewhere, shown, before) is expected


def test_a_host_is_left_alone_as_long_as_it_says_and_for_a_day_at_most() -> None:
    assert pause_until(90, 0, NOON) == NOON + timedelta(seconds=90)
    assert pause_until(10_000_000, 0, NOON) == NOON + timedelta(days=1)
    assert pause_until(None, 0, NOON) == NOON + QUARTER
    assert pause_until(0, 2, NOON) == NOON + 4 * QUARTER
    assert pause_until(None, 99, NOON) == NOON + timedelta(hours=6)
    assert is_paused(NOON + QUARTER, NOON) and not is_paused(NOON, NOON)
    assert not is_paused(NOON + timedelta(days=30), NOON), "the clock was set back"


def test_a_clock_that_was_set_back_puts_nothing_off_for_good() -> None:
    kept = replace(READ, next_poll=NOON + QUARTER)
    assert kept.is_due(NOON + QUARTER, QUARTER) and not kept.is_due(NOON, QUARTER)
    assert kept.is_due(NOON - timedelta(days=400), QUARTER)
    assert SourceState().is_due(NOON, QUARTER)


def test_an_interval_that_was_shortened_holds_from_now_on() -> None:
    kept = replace(READ, next_poll=NOON + timedelta(hours=6))
    assert not kept.is_due(NOON + timedelta(minutes=16), QUARTER)
    assert kept.is_due(NOON + timedelta(minutes=17), QUARTER)
    failing = replace(kept, failures=4)
    assert not failing.is_due(NOON + timedelta(minutes=17), QUARTER)


@pytest.mark.parametrize("text", ["90s", "15m", "6h", "2d"])
def test_a_time_is_written_with_its_unit(text: str) -> None:
    assert as_written(duration(text)) == text


@pytest.mark.parametrize("text", ["15", "m", "-5m", "1.5h", "15 minutes", "9999999d", ""])
def test_what_says_no_time_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="such as 15m or 6h"):
        duration(text)
