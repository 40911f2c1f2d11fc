"""What one run of the watch did."""

from __future__ import annotations

import dataclasses
from dataclasses import field
from datetime import datetime
from typing import TYPE_CHECKING

from forewarn.errors import Trouble
from forewarn.frozen import dataclass

if TYPE_CHECKING:
    from forewarn.model.events.event import Event
    from forewarn.model.sighting import Sighting, UnreadEntry


@dataclass(frozen=True, kw_only=True, slots=True)
class Failure:
    """A source that could not be read, why in a sentence or two, and of which kind that is."""

    product: str
    source: str
    error: str
    trouble: Trouble | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Mute:
    """A source whose `entries` name no version; `last` is the highest that it named before."""

    product: str
    source: str
    entries: int
    last: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Paused:
    """A host that asked to be left alone until then, and how many sources were not asked for it."""

    host: str
    until: datetime
    sources: int


@dataclass(frozen=True, kw_only=True, slots=True)
class WatchReport:
    """What one run did.

    `sightings` are the new ones, `alerts` the events that they led to. `unread` are the entries
    that appeared and name no version that can be used, one by one. `uncompared` are products of
    which no release is recorded as shipped, so that a first look has nothing to compare with.
    """

    polled: int = 0
    unchanged: int = 0
    failed: tuple[Failure, ...] = ()
    paused: tuple[Paused, ...] = ()
    sightings: tuple[Sighting, ...] = ()
    alerts: tuple[Event, ...] = ()
    unread: tuple[UnreadEntry, ...] = ()
    mute: tuple[Mute, ...] = ()
    uncompared: tuple[str, ...] = ()


@dataclasses.dataclass
class Findings:
    """A report that is being written."""

    polled: int = 0
    unchanged: int = 0
    failed: list[Failure] = field(default_factory=list)
    paused: list[Paused] = field(default_factory=list)
    sightings: list[Sighting] = field(default_factory=list)
    alerts: list[Event] = field(default_factory=list)
    unread: list[UnreadEntry] = field(default_factory=list)
    mute: list[Mute] = field(default_factory=list)
    uncompared: list[str] = field(default_factory=list)

    def report(self) -> WatchReport:
        """All of it, in an order that does not depend on who answered first."""
        return WatchReport(
            polled=self.polled,
            unchanged=self.unchanged,
            failed=tuple(sorted(self.failed, key=lambda f: (f.product, f.source))),
            paused=tuple(sorted(self.paused, key=lambda p: p.host)),
            sightings=tuple(sorted(self.sightings, key=lambda s: (s.product, s.version, s.id))),
            alerts=tuple(sorted(self.alerts, key=lambda e: (e.product, e.version or ""))),
            unread=tuple(sorted(self.unread, key=lambda u: (u.product, u.source))),
            mute=tuple(sorted(self.mute, key=lambda m: (m.product, m.source))),
            uncompared=tuple(sorted(self.uncompared)),
        )
