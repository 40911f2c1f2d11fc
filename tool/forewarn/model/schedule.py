"""When somebody wants to be told: digests, quiet hours, absences; by the clock on their wall.

A moment is always UTC. Where the clocks are changed, a time that does not exist is taken as if they
had not been yet, and of a time that comes twice the first is meant: nothing is told twice, and
nothing is left out.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from forewarn.frozen import dataclass

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

_DAY = timedelta(days=1)
_HOUR = timedelta(hours=1)
# No digest comes later, with an hour for a clock that is changed and a day of quiet hours.
LONGEST_WAIT = timedelta(days=8, hours=2)


class Every(StrEnum):
    """How often a digest comes."""

    HOURLY = "hourly"
    DAILY = "daily"
    WEEKLY = "weekly"


class Weekday(StrEnum):
    """The day of a weekly digest."""

    MONDAY = "monday"
    TUESDAY = "tuesday"
    WEDNESDAY = "wednesday"
    THURSDAY = "thursday"
    FRIDAY = "friday"
    SATURDAY = "saturday"
    SUNDAY = "sunday"

    @property
    def number(self) -> int:
        """As `date.weekday` counts."""
        return [*Weekday].index(self)


@dataclass(frozen=True, kw_only=True, slots=True)
class Rhythm:
    """When what was collected is told: each full hour, or `at` a time of a day, in a time zone."""

    every: Every
    at: time = time(8)
    zone: str = "UTC"
    on: Weekday = Weekday.MONDAY

    def next_after(self, now: datetime) -> datetime:
        """The next moment after `now`."""
        if self.every is Every.HOURLY:
            return now.astimezone(UTC).replace(minute=0, second=0, microsecond=0) + _HOUR
        day = now.astimezone(_clocks(self.zone)).date()
        while True:
            weekly = self.every is Every.WEEKLY
            moment = _moment(day, self.at, self.zone)
            if moment > now and (not weekly or day.weekday() == self.on.number):
                return moment
            day += _DAY


@dataclass(frozen=True, kw_only=True, slots=True)
class QuietHours:
    """From one time to another, on the same day or over midnight, in a time zone."""

    begin: time
    end: time
    zone: str

    def until(self, now: datetime) -> datetime | None:
        """When the quiet hours end that `now` is in; None where it is in none."""
        today = now.astimezone(_clocks(self.zone)).date()
        over_midnight = self.end <= self.begin
        for day in (today - _DAY, today):
            end = _moment(day + _DAY if over_midnight else day, self.end, self.zone)
            if _moment(day, self.begin, self.zone) <= now < end:
                return end
        return None

    def contains(self, digest: Rhythm) -> bool:
        """Whether a digest comes in them, on the clock of their own zone."""
        if digest.every is Every.HOURLY or digest.zone != self.zone:
            return False
        if self.begin < self.end:
            return self.begin <= digest.at < self.end
        return digest.at >= self.begin or digest.at < self.end


@dataclass(frozen=True, kw_only=True, slots=True)
class Absence:
    """The days on which somebody else is told instead, both included, in a time zone."""

    first: date
    last: date
    deputy: str
    zone: str = "UTC"

    def covers(self, now: datetime) -> bool:
        """Whether `now` is on one of them."""
        return self.first <= now.astimezone(_clocks(self.zone)).date() <= self.last


def _moment(day: date, at: time, zone: str) -> datetime:
    """The moment at which the clocks of a zone show a time. Only moments in UTC can be compared."""
    return datetime.combine(day, at, _clocks(zone)).astimezone(UTC)


def _clocks(zone: str) -> ZoneInfo:
    from zoneinfo import ZoneInfo  # most commands tell nobody, and it looks for its data

    return ZoneInfo(zone)
