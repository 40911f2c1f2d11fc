"""Findings: what `check` and the reader have to say about the files."""

from __future__ import annotations

from enum import StrEnum

from forewarn.frozen import dataclass
from forewarn.model.record import Place


class FindingSeverity(StrEnum):
    """`error` keeps a record from being published; `warning` does not."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, kw_only=True, slots=True)
class Mend:
    """What stands in the line from `column` on (the first is 0), and what it must be instead."""

    column: int
    old: str
    new: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Spelling:
    """Another word for what a record says, read as what it means, and what to write instead."""

    place: Place
    written: str
    meant: str
    mend: Mend | None = None


# The rule of a finding that is no mistake in a record: what was sighted cannot be read.
UNREAD_SIGHTINGS = "unread-sightings"


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    """One thing wrong at one place, and what to do about it.

    `mend` is there only where a mistake has one right mend.
    """

    rule: str
    severity: FindingSeverity
    place: Place
    message: str
    help: str
    mend: Mend | None = None
