"""What is kept of a watched place between two looks, and what becomes of it by each answer. Pure.

A place is asked again after its interval. One that fails is asked less and less often, is never
given up, and is as before with the first answer.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from zlib import crc32

from forewarn.errors import Trouble
from forewarn.frozen import dataclass
from forewarn.model.sighting import Reach

if TYPE_CHECKING:
    from forewarn.model.product import Product

# Raised when entries are read in another way than before.
_READER = "4"

USUAL_INTERVAL = timedelta(minutes=15)
LEAST_INTERVAL, MOST_INTERVAL = timedelta(minutes=1), timedelta(days=7)
# A place that fails is still asked as often as that, if its interval is not longer anyway.
_LONGEST_WAIT = timedelta(hours=6)
_LONGEST_PAUSE = timedelta(hours=24)
# How far a wait may be off, so that not all are asked at the same moment.
_SPREAD = 0.1
# For so long nothing but "unchanged" is believed; then all of it is asked for.
_WHOLE = timedelta(days=1)


@dataclass(frozen=True, kw_only=True, slots=True)
class SourceState:
    """What is kept of one watched row; `state` is what its source gave, and nobody else's.

    `baseline_at` is when it was first read with success, `read_at` when it was last, and `whole_at`
    when it last gave all that it has. `reading` says how it was read then: under another scheme,
    the same entries may be other versions. `content` is what it showed, in one word, `changed_at`
    since when, and `matched` the highest version that it showed when it last showed one.

    `error` is what went wrong the last time, `trouble` of which kind that was, `failures` how many
    times in a row and `failing_since` since when. `told` is the event by which its owner was told,
    and `told_since` since when it had failed by that.
    """

    state: Any = None
    baseline_at: datetime | None = None
    polled_at: datetime | None = None
    read_at: datetime | None = None
    whole_at: datetime | None = None
    reading: str | None = None
    content: str | None = None
    changed_at: datetime | None = None
    matched: str | None = None
    reach: Reach | None = None
    error: str | None = None
    trouble: Trouble | None = None
    failures: int = 0
    failing_since: datetime | None = None
    told: str | None = None
    told_since: datetime | None = None
    next_poll: datetime | None = None

    def due_at(self, interval: timedelta) -> datetime | None:
        """When it is to be asked again, also where its interval is shorter than it was."""
        if self.next_poll is None or self.polled_at is None or self.failures:
            return self.next_poll
        return min(self.next_poll, self.polled_at + interval * (1 + _SPREAD))

    def is_due(self, now: datetime, interval: timedelta) -> bool:
        """Whether it is to be asked again. A clock that was set back puts nothing off for long."""
        at = self.due_at(interval)
        return at is None or not now < at <= now + 2 * MOST_INTERVAL

    def is_failing(self) -> bool:
        """Whether it failed more than once in a row: once may be the network's mood."""
        return self.failures > 1

    def believes_unchanged(self, now: datetime) -> bool:
        """Whether it may be asked only for what has changed."""
        return self.whole_at is not None and timedelta() <= now - self.whole_at < _WHOLE


@dataclass(frozen=True, kw_only=True, slots=True)
class Gave:
    """What an answer gave that was read: `content` in one word, its highest version, its reach."""

    state: Any
    reading: str
    content: str
    version: str | None = None
    reach: Reach | None = None


def after_reading(before: SourceState, gave: Gave, at: datetime) -> SourceState:
    """A place that gave what it has; it fails no more."""
    return replace(
        before,
        **_well(at),
        state=gave.state,
        baseline_at=before.baseline_at or at,
        whole_at=at,
        reading=gave.reading,
        content=gave.content,
        changed_at=before.changed_at if gave.content == before.content else at,
        matched=gave.version or before.matched,
        reach=gave.reach,
    )


def after_no_news(before: SourceState, at: datetime) -> SourceState:
    """A place that has nothing new; it fails no more."""
    return replace(before, **_well(at))


def after_failure(
    before: SourceState, error: str, trouble: Trouble | None, at: datetime
) -> SourceState:
    """A place that could not be read: nothing else of it changes, and it is not its baseline."""
    return replace(
        before,
        polled_at=at,
        error=error,
        trouble=trouble,
        failures=before.failures + 1,
        failing_since=before.failing_since or at,
    )


def next_poll(name: str, kept: SourceState, interval: timedelta, at: datetime) -> datetime:
    """When a place is asked again: after its interval, and twice as long after each failure.

    It is spread by 10 per cent either way, by the place's `name` and the time, the same each time.
    """
    longest = max(_LONGEST_WAIT, interval)
    wait = min(longest, interval * (1 << min(kept.failures, 20)))
    share: float = crc32(f"{name} {at.isoformat()}".encode()) / 2**32
    return at + wait * (1 - _SPREAD + 2 * _SPREAD * share)


def after_matching_nothing(
    before: SourceState, gave: Gave, entries: int, at: datetime
) -> SourceState:
    """A place that answered and names no version: nothing it says of changes is believed."""
    read = after_reading(before, replace(gave, state=None), at)
    said = said_of_nothing(entries, before)
    failed = after_failure(before, said, Trouble.CHANGED_SHAPE, at)
    return replace(
        read,
        error=failed.error,
        trouble=failed.trouble,
        failures=failed.failures,
        failing_since=failed.failing_since,
    )


def pause_until(asked: float | None, failures: int, at: datetime) -> datetime:
    """Until when a host is left alone that wants it: as it says, else longer each time."""
    wait = timedelta(seconds=min(asked, _LONGEST_PAUSE.total_seconds())) if asked else None
    usual = min(USUAL_INTERVAL * (1 << min(failures, 20)), _LONGEST_WAIT)
    return at + (wait or usual)


def is_paused(until: datetime, at: datetime) -> bool:
    """Whether a host is left alone; a clock that was set back leaves none alone for longer."""
    return at < until <= at + _LONGEST_PAUSE


def pause_of(until: datetime | None, now: datetime) -> datetime | None:
    """Until when a host is left alone, where that is not over."""
    return until if until and is_paused(until, now) else None


def asked_next(
    kept: SourceState, interval: timedelta, paused_until: datetime | None
) -> datetime | None:
    """When a place is asked next, of which this is kept; None: as soon as somebody looks."""
    return max((at for at in (kept.due_at(interval), paused_until) if at), default=None)


def reading_of(product: Product) -> str:
    """What a source's entries are read by, beside its row: with another, they are read anew."""
    return "\n".join((_READER, product.scheme, product.name, *product.tracks))


def matches_nothing(entries: int, elsewhere: int, shown: int, before: SourceState) -> bool:
    """Whether an answer names no version although there are entries, or was one before."""
    return not shown and (entries > elsewhere or before.matched is not None)


def said_of_nothing(entries: int, before: SourceState) -> str:
    """What is wrong with a place that names no version."""
    there = f"none of its {entries} entries names a version" if entries else "it has no entries"
    last = f"; the last version that it named is {before.matched}" if before.matched else ""
    return f"{there}{last}"


def _well(at: datetime) -> dict[str, Any]:
    """What is kept of a place that answered at this moment, whatever it said."""
    return {
        "polled_at": at,
        "read_at": at,
        "error": None,
        "trouble": None,
        "failures": 0,
        "failing_since": None,
    }
