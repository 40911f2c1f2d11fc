"""When to try again what did not go, and when to give it up."""

from __future__ import annotations

import zlib
from datetime import datetime, timedelta
from enum import StrEnum


class Retry(StrEnum):
    """How a type of channel is tried again.

    `queue`: as mail servers do, a minute, doubled each time up to six hours, for five days.
    `hook`: as the Standard Webhooks say, soon at first and then rarely, for three days.
    """

    QUEUE = "queue"
    HOOK = "hook"


def _doubled(first: timedelta, longest: timedelta, times: int) -> tuple[timedelta, ...]:
    return tuple(min(first * (1 << number), longest) for number in range(times))


_WAITS = {
    Retry.QUEUE: _doubled(timedelta(minutes=1), timedelta(hours=6), 26),
    Retry.HOOK: (
        timedelta(seconds=5),
        timedelta(minutes=5),
        timedelta(minutes=30),
        *(timedelta(hours=hours) for hours in (2, 5, 10, 14, 20, 24)),
    ),
}
# After as many attempts that failed, nobody knows for sure that none of them went through.
FEWEST_OF_ALL = min(map(len, _WAITS.values())) + 1
MOST_OF_ALL = max(map(len, _WAITS.values())) + 1
# Up to so much later than the rule says, so that what failed together is not tried together.
_SPREAD = 0.2
# For as long as this a server may ask to be left alone.
LONGEST_ASKED = timedelta(days=1)
# What is put off for longer than this cannot be: the clock was set back, or the row is damaged.
LONGEST = max(max(waits) for waits in _WAITS.values()) * (1 + _SPREAD)


def most_attempts(retry: Retry) -> int:
    """After how many attempts that failed it is given up."""
    return len(_WAITS[retry]) + 1


def next_attempt(
    attempts: int,
    now: datetime,
    *,
    retry: Retry = Retry.QUEUE,
    key: str = "",
    asked: timedelta | None = None,
    permanent: bool = False,
) -> datetime | None:
    """When to try again after that many attempts that failed; None: it is given up.

    `key` names the message: its time is spread by it, and is the same each time. `asked` is how
    long the other side wants to be left alone. `permanent` says that trying again is no use.
    """
    if permanent or attempts >= most_attempts(retry):
        return None
    wait = backoff(attempts, retry) * (1 + _SPREAD * _share(f"{key} {attempts}"))
    return now + max(wait, min(asked or timedelta(0), LONGEST_ASKED))


def backoff(attempts: int, retry: Retry = Retry.QUEUE) -> timedelta:
    """The least that is waited after that many attempts."""
    waits = _WAITS[retry]
    return waits[min(max(attempts, 1), len(waits)) - 1]


def _share(key: str) -> float:
    """A number from 0 up to 1, another one for each key."""
    return zlib.crc32(key.encode()) / (1 << 32)
