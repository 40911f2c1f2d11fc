"""A subscription: who wants which events, by which channel, and when."""

from __future__ import annotations

from enum import StrEnum

from forewarn.frozen import dataclass
from forewarn.model.events.event import EventKind
from forewarn.model.events.severity import Severity
from forewarn.model.record import Audience, Place
from forewarn.model.schedule import QuietHours, Rhythm

# What can be subscribed to: neither that alerts do not get through, nor that somebody tries one.
KINDS = tuple(kind for kind in EventKind if kind not in (EventKind.UNDELIVERED, EventKind.TEST))


class Prerelease(StrEnum):
    """What is wanted of pre-releases.

    `no`: nothing. `promoted`: those that stand on a track for everybody, such as a release
    candidate on stable. `all`: everything.
    """

    NO = "no"
    PROMOTED = "promoted"
    ALL = "all"


@dataclass(frozen=True, kw_only=True, slots=True)
class Subscription:
    """One row of `subscriptions:`. What is empty or None asks for all.

    `recipient` is the id of a person, a mailing list or a room. `suites` stand for themselves and
    for all that they contain, `pair` for what two products do with each other, `issue` for one
    known issue, by the path of its article. Whoever is of the `audience` public gets what customers
    may know. Without a digest it comes at once, or after the quiet hours.
    """

    recipient: str
    channel: str
    products: tuple[str, ...] = ()
    suites: tuple[str, ...] = ()
    tracks: tuple[str, ...] = ()
    platforms: tuple[str, ...] = ()
    events: tuple[EventKind, ...] = ()
    least_severity: Severity = Severity.LOW
    prerelease: Prerelease = Prerelease.ALL
    pair: tuple[str, ...] = ()
    issue: str | None = None
    audience: Audience = Audience.STAFF
    digest: Rhythm | None = None
    quiet: QuietHours | None = None
    place: Place

    @property
    def line(self) -> str:
        """Where it stands: `subscriptions/l1.yml:12`."""
        return str(self.place)
