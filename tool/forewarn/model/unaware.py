"""How long customers could have a release before staff knew of it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from forewarn.frozen import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class Unaware:
    """The moments of a release that was not announced, in UTC.

    `dated` is when its place says that it was put up, `seen` when we saw it, `told` when the first
    alert of it went, `recorded` when it was published as shipped; None where that has not been, or
    where the place says nothing.
    """

    product: str
    version: str
    seen: datetime
    dated: datetime | None = None
    told: datetime | None = None
    recorded: datetime | None = None

    @property
    def begins(self) -> datetime:
        """When customers could have it, as far as anybody knows: a place may be dated wrongly."""
        return min(self.dated or self.seen, self.seen)

    @property
    def aware(self) -> datetime | None:
        """When staff could know of it: they were told, or it was recorded as shipped."""
        return min((at for at in (self.told, self.recorded) if at), default=None)

    @property
    def minutes(self) -> float | None:
        """For how long nobody knew; None where nobody does yet."""
        return None if self.aware is None else self.minutes_to(self.aware)

    @property
    def minutes_unseen(self) -> float:
        """For how long it was there before we saw it."""
        return self.minutes_to(self.seen)

    def minutes_to(self, moment: datetime) -> float:
        """The minutes from its beginning, never less than none."""
        return max((moment - self.begins).total_seconds() / 60, 0.0)


def median_minutes(releases: Iterable[Unaware]) -> float | None:
    """For how long nobody knew of half of them; None where there is none to count."""
    found = [minutes for one in releases if (minutes := one.minutes) is not None]
    from statistics import median  # it is slow to import, and most do not ask for this

    return median(found) if found else None


def worst(releases: Iterable[Unaware]) -> Unaware | None:
    """The one of which nobody knew for the longest."""
    known = (one for one in releases if one.minutes is not None)
    return max(known, key=lambda one: one.minutes or 0.0, default=None)
