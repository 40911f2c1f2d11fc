"""What every record is made of: its place in the files, its audience, who verified it."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from forewarn.frozen import dataclass
from forewarn.model.visible import escaped


class Audience(StrEnum):
    """Who may see something. Staff see everything."""

    PUBLIC = "public"
    STAFF = "staff"


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """Where in the repository something is written; `file` is relative, with `/`."""

    file: str
    line: int = 1

    def __str__(self) -> str:
        return f"{escaped(self.file)}:{self.line}"


@dataclass(frozen=True, kw_only=True, slots=True)
class Inspection:
    """An inspection tag: who verified something, when, how, and until when it holds."""

    by: str
    on: date
    how: str | None = None
    until: date | None = None

    def expired(self, today: date) -> bool:
        """Whether the tag no longer holds on `today`."""
        return self.until is not None and self.until < today


class SupportStage(StrEnum):
    """How far a release's support has come."""

    ACTIVE = "active"
    SECURITY = "security"
    EXTENDED = "extended"
    END = "end"


@dataclass(frozen=True, kw_only=True, slots=True)
class Support:
    """When each stage of support ends; `ended` where it is over and no date is known.

    `on` and `reason` are when and why this was decided, `earlier` what was decided before,
    the oldest first: a decision is replaced by a later one, and never forgotten.
    """

    active_until: date | None = None
    security_until: date | None = None
    extended_until: date | None = None
    ended: bool = False
    on: date | None = None
    reason: str | None = None
    earlier: tuple[Support, ...] = ()

    @property
    def terms(self) -> tuple[date | None, date | None, date | None, bool]:
        """What was decided, without when and why."""
        return self.active_until, self.security_until, self.extended_until, self.ended

    @property
    def ends(self) -> date | None:
        """The last day on which anybody supports it, as far as is known."""
        last = self.active_until
        for day in (self.security_until, self.extended_until):
            if day and (last is None or day > last):
                last = day
        return last

    def ends_before(self, other: Support) -> bool:
        """Whether it is over sooner than another decision says; without an end it never is."""
        return self._end < other._end

    @property
    def _end(self) -> date:
        return date.min if self.ended else self.ends or date.max

    def over(self, today: date) -> bool:
        """Whether support has ended on `today`."""
        ends = self.ends
        return self.ended or (ends is not None and ends < today)

    def stage(self, today: date) -> SupportStage | None:
        """The first stage whose last day has not passed; None where no end is known."""
        if self.over(today):
            return SupportStage.END
        stages = zip(SupportStage, self.terms[:3], strict=False)
        return next((stage for stage, day in stages if day and day >= today), None)
