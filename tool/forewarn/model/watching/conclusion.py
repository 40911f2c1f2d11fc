"""What can be concluded from a look at the watched places: one class for each."""

from __future__ import annotations

from datetime import datetime

from forewarn.frozen import dataclass
from forewarn.model.sighting import Sighting, Unread
from forewarn.model.watching.digests import Difference


@dataclass(frozen=True, kw_only=True, slots=True)
class OfPlace:
    """What is said of a place that is watched, the `source`, and not of one sighting there."""

    source: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Appeared:
    """A version can be had that no record has as shipped.

    `sightings` are those of the version that were made in this look, `missing` the platforms on
    which it is not and the version before it was. `early` is whether it is dated before its
    source was first read.
    """

    sightings: tuple[Sighting, ...]
    missing: tuple[str, ...] = ()
    early: bool = False

    @property
    def first(self) -> Sighting:
        """What it is told by."""
        return self.sightings[0]


@dataclass(frozen=True, kw_only=True, slots=True)
class AppearedTogether:
    """Several versions can be had that no record has as shipped, the highest first."""

    versions: tuple[Appeared, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class CameLate:
    """Versions appeared that are dated long ago, the highest first."""

    sightings: tuple[Sighting, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Hearsay:
    """Third parties name versions of which no download was seen, the highest first."""

    sightings: tuple[Sighting, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class OnAnotherPlatform:
    """Versions can be had on a platform on which they were not, the highest first.

    `others` are the platforms on which the first of them was before, `missing` those on which the
    version before it was and it still is not.
    """

    sightings: tuple[Sighting, ...]
    others: tuple[str, ...]
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class LeftChannel:
    """What was on the vendor's channel `was` can be had by everybody."""

    sighting: Sighting
    was: str


@dataclass(frozen=True, kw_only=True, slots=True)
class OtherBytes:
    """A version has other bytes than it had `since` a moment; None: than are recorded."""

    sighting: Sighting
    difference: Difference
    since: datetime | None


@dataclass(frozen=True, kw_only=True, slots=True)
class RolloutMoved:
    """A version is offered to another part of the customers; None: nothing is said of it."""

    sighting: Sighting
    before: int | None


@dataclass(frozen=True, kw_only=True, slots=True)
class NamedLower(OfPlace):
    """A place names an older version as its newest than it did; both were known."""

    before: str
    now: str
    platform: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class DatedBack(OfPlace):
    """A place is of an earlier day than it was."""

    before: datetime
    after: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Expired(OfPlace):
    """What a place says held until a moment that is past."""

    valid_until: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class StillMissing:
    """A version was seen on some platforms a while ago, and still is not on others."""

    sighting: Sighting
    there: tuple[str, ...]
    missing: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Gone(OfPlace):
    """What the records have as shipped is not at its place any more, the highest first.

    Each with the moment since which it is not shown.
    """

    sightings: tuple[tuple[Sighting, datetime], ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Empty:
    """A version has a page of its own since a moment, and no file on it."""

    version: str
    url: str
    title: str
    since: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Apart:
    """One place has a version since a moment, and another one still names an older one."""

    version: str
    ahead: str
    behind: str
    now: str
    since: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class AheadOfPartners:
    """A version is out, and other products of the lockstep have nothing new; each its newest."""

    sighting: Sighting
    waiting: tuple[tuple[str, str | None], ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class NotRead(OfPlace):
    """Entries of a place name no version that can be used; most likely a release first."""

    platform: str | None
    entries: tuple[Unread, ...]


Conclusion = (
    Appeared
    | AppearedTogether
    | CameLate
    | Hearsay
    | OnAnotherPlatform
    | LeftChannel
    | OtherBytes
    | RolloutMoved
    | NamedLower
    | DatedBack
    | Expired
    | StillMissing
    | Gone
    | Empty
    | Apart
    | AheadOfPartners
    | NotRead
)
