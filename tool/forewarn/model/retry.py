"""When to try again what did not go, and when to give it up."""

from __future__ import annotations

from datetime import datetime, timedelta

# With the waits of `backoff`, about three days.
MOST_ATTEMPTS = 20
_FIRST_WAIT = timedelta(minutes=1)
_LONGEST_WAIT = timedelta(hours=6)
# What two clocks may differ by, or a process may wait for another, before a time looks wrong.
_SLACK = timedelta(minutes=1)


def next_attempt(attempts: int, now: datetime, *, permanent: bool = False) -> datetime | None:
    """When to try again after that many attempts that failed; None: it is given up.

    `permanent` says that trying again is no use.
    """
    if permanent or attempts >= MOST_ATTEMPTS:
        return None
    return now + backoff(attempts)


def backoff(attempts: int) -> timedelta:
    """How long to wait after that many attempts: one minute, doubled each time, at most 6 h."""
    return min(_FIRST_WAIT * (1 << min(max(attempts - 1, 0), 10)), _LONGEST_WAIT)


def latest_sane(attempts: int, now: datetime) -> datetime:
    """What is put off for longer than until then cannot be: the clock was set back since."""
    return now + backoff(attempts) + _SLACK
