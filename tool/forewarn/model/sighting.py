"""Sightings: what a watched source showed, and when we first saw it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class SightingState(StrEnum):
    """What became of a sighting.

    `baseline`: it was there when the source was first polled. `known`: the records already
    said that it has shipped. `open`: nobody has answered it. `accepted` and `dismissed`: a
    person has.
    """

    BASELINE = "baseline"
    KNOWN = "known"
    OPEN = "open"
    ACCEPTED = "accepted"
    DISMISSED = "dismissed"


@dataclass(frozen=True, kw_only=True, slots=True)
class Look:
    """How the last look at the watched places went.

    `at` is when one of them was last read (UTC), None where that never happened. `unread` are
    those that could not be read when they were last looked at, as (product, address).
    """

    at: datetime | None = None
    unread: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Shown:
    """One download as a source shows it now; what a source returns. It decides nothing."""

    version: str
    url: str
    title: str
    platform: str | None = None
    published: datetime | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Sighting:
    """A download that a source showed, kept since `first_seen` (UTC).

    `source` is the address that was polled, `url` where the download appeared.
    """

    id: str
    product: str
    version: str
    source: str
    url: str
    title: str
    state: SightingState
    first_seen: datetime
    platform: str | None = None
    published: datetime | None = None
    reason: str | None = None


def sighting_id(product: str, version: str, source: str, platform: str | None) -> str:
    """Short enough to type, the same each time the same thing is seen."""
    # To read sightings takes no new id, and this is slow to import.
    import hashlib

    text = "\n".join((product, version, source, platform or ""))
    return hashlib.sha256(text.encode()).hexdigest()[:8]
