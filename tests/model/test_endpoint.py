"""Ten failures within an hour stop a channel or a recipient, and a fault of ours never does."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

import pytest

from forewarn.model.delivery import Fault, NotSent
from forewarn.model.endpoint import Endpoint, after_failure, whose

NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
REFUSED = NotSent(error="451 try later")


def after(times: Iterable[datetime], how: NotSent = REFUSED) -> Endpoint:
    one = None
    for time in times:
        one = after_failure(one, "mail", None, how, time)
    assert one is not None
    return one


@pytest.mark.parametrize(
    ("times", "quarantined"),
    [
        ([NOON + n * 6 * MINUTE for n in range(9)], None),
        ([NOON + n * 6 * MINUTE for n in range(10)], NOON + 54 * MINUTE),
        ([NOON + n * 7 * MINUTE for n in range(30)], None),
        ([NOON] * 10, NOON),
        ([NOON + HOUR, *[NOON] * 9], None),
    ],
    ids=["nine", "ten in an hour", "never ten in an hour", "ten at once", "a clock set back"],
)
def test_ten_failures_within_an_hour_put_it_into_quarantine(
    times: list[datetime], quarantined: datetime | None
) -> None:
    assert after(times).quarantined_at == quarantined


def test_a_fault_of_ours_never_counts() -> None:
    one = after([NOON] * 100, NotSent(error="FOREWARN_TOKEN is not set", fault=Fault.OURS))
    assert (one.failures, one.is_quarantined, one.rests(NOON)) == ((), False, False)


def test_it_rests_longer_after_each_probe_that_failed_but_no_longer_than_six_hours() -> None:
    one, now, waits = after([NOON] * 10), NOON, []
    for _ in range(7):
        assert one.rests_until and one.rests(now) and not one.rests(one.rests_until)
        waits.append(one.rests_until - now)
        now = one.rests_until
        one = after_failure(one, "mail", None, REFUSED, now)
    assert [wait / HOUR for wait in waits] == [0.25, 0.5, 1, 2, 4, 6, 6]


def test_what_was_under_way_when_it_was_stopped_is_no_probe() -> None:
    assert after([NOON] * 30) == after([NOON] * 10)


def test_it_is_left_alone_for_as_long_as_it_asks_whether_in_quarantine_or_not() -> None:
    busy = NotSent(error="429", retry_after=2 * HOUR)
    assert after([NOON], busy).rests_until == NOON + 2 * HOUR
    assert after([NOON] * 10, busy).rests_until == NOON + 2 * HOUR
    years = NotSent(error="429", retry_after=timedelta(days=900))
    assert after([NOON], years).rests_until == NOON + timedelta(days=1)


def test_a_clock_that_was_set_back_makes_nothing_rest_for_longer() -> None:
    assert not after([NOON] * 10).rests(NOON - timedelta(days=2))


def test_what_is_refused_to_one_recipient_is_held_against_nobody_else() -> None:
    assert whose("jonas", NotSent(error="550", fault=Fault.RECIPIENT)) == "jonas"
    assert whose("jonas", REFUSED) is None
