"""What did not go is tried again soon, then rarely, never all at once, and not for ever."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from forewarn.model.retry import (
    FEWEST_OF_ALL,
    LONGEST,
    LONGEST_ASKED,
    Retry,
    backoff,
    most_attempts,
    next_attempt,
)

NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


def test_mail_waits_a_minute_and_twice_as_long_each_time_up_to_six_hours() -> None:
    minutes = [backoff(attempts) // MINUTE for attempts in range(1, 12)]
    assert minutes == [1, 2, 4, 8, 16, 32, 64, 128, 256, 360, 360]


def test_hooks_wait_as_the_standard_webhooks_say() -> None:
    seconds = [backoff(n, Retry.HOOK).total_seconds() for n in range(1, 10)]
    assert seconds == [5, 300, 1800, 7200, 18000, 36000, 50400, 72000, 86400]
    assert most_attempts(Retry.HOOK) == FEWEST_OF_ALL == 10


@pytest.mark.parametrize(
    ("retry", "least", "most"), [(Retry.QUEUE, 4, 6), (Retry.HOOK, 3, 4)], ids=str
)
def test_it_is_given_up_after_days(retry: Retry, least: int, most: int) -> None:
    now, attempts = NOON, 1
    while later := next_attempt(attempts, now, retry=retry, key="x"):
        now, attempts = later, attempts + 1
    assert timedelta(days=least) < now - NOON < timedelta(days=most)
    assert attempts == most_attempts(retry)


def test_what_is_no_use_is_given_up_at_once() -> None:
    assert next_attempt(1, NOON, permanent=True) is None


def test_what_failed_together_is_not_tried_together_and_never_too_soon() -> None:
    times = {next_attempt(5, NOON, key=f"message {n}") for n in range(100)}
    waits = sorted(time - NOON for time in times if time)
    assert len(waits) == 100
    assert 16 * MINUTE <= waits[0] < 17 * MINUTE and 18 * MINUTE < waits[-1] < 20 * MINUTE
    assert next_attempt(5, NOON, key="x") == next_attempt(5, NOON, key="x")


def test_a_server_is_left_alone_for_as_long_as_it_asks_within_a_day() -> None:
    assert next_attempt(1, NOON, asked=HOUR) == NOON + HOUR
    assert next_attempt(8, NOON, asked=MINUTE) == next_attempt(8, NOON)
    assert next_attempt(1, NOON, asked=timedelta(days=400)) == NOON + LONGEST_ASKED
    assert LONGEST >= LONGEST_ASKED
