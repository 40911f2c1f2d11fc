"""What an event tells, as facts: one class for each thing that can happen, and no sentence.

Words are made of them where they are read; programs read them as they are. `name` is what people
call a product, `product` its id.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from enum import StrEnum

from forewarn.errors import Trouble
from forewarn.frozen import dataclass
from forewarn.model.article import Kind, Remediation
from forewarn.model.events.correction import Correction
from forewarn.model.obstacle import PassedOver
from forewarn.model.record import Support
from forewarn.model.release import HoldsUntil, Release, Status, Verdict

HAPPENED = (Status.SHIPPED, Status.WITHDRAWN)


@dataclass(frozen=True, kw_only=True, slots=True)
class VersionsOf:
    """Versions of a product; `versions` is a range, or one version."""

    product: str
    name: str
    versions: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Said:
    """What a statement says of some versions on a matter."""

    verdict: Verdict
    limits: str | None = None
    remedy: str | None = None
    holds_until: HoldsUntil | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Harm:
    """What breaks or is limited in other versions, and what to say about it."""

    of: VersionsOf
    about: str | None
    said: Said


@dataclass(frozen=True, kw_only=True, slots=True)
class Restated:
    """What was said of some versions on a matter and what is said now; None: nothing."""

    of: VersionsOf
    about: str | None
    before: Said | None
    after: Said | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Recorded:
    """What the records say of a version.

    `status` is None where they say nothing; `unreadable` is then the file that cannot be read, if
    there is one. `on` is the day that belongs to the status, where one is known: for what is to
    come the planned one, for what shipped the vendor's date, also if it was `withdrawn_on` later.
    """

    status: Status | None = None
    on: date | None = None
    withdrawn_on: date | None = None
    unreadable: str | None = None

    @property
    def happened(self) -> bool:
        """Whether customers could have it."""
        return self.status in HAPPENED


@dataclass(frozen=True, kw_only=True, slots=True)
class Known:
    """A release by its name, and what the records say of it."""

    product: str
    name: str
    version: str
    recorded: Recorded


@dataclass(frozen=True, kw_only=True, slots=True)
class SeenDownload:
    """A download as it was seen: the sighting's id and what the place showed.

    `url` is where it appeared, `download` the file itself where that is known. `on_track` is
    whether the product has a track of the channel's name, `rollout` how many percent of customers
    are offered it.
    """

    sighting: str
    version: str
    url: str
    first_seen: datetime
    title: str = ""
    platform: str | None = None
    arch: str | None = None
    channel: str | None = None
    on_track: bool = True
    download: str | None = None
    published: datetime | None = None
    notes: tuple[str, ...] = ()
    rollout: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Newest:
    """The newest release that shipped on a track."""

    version: str
    track: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Draft:
    """The record that is made of a sighting when it is accepted.

    Where `track` is None a person has to say which of `tracks` it is; `download` is None where
    only a page is known.
    """

    file: str
    platform: str
    arch: str | None
    track: str | None
    tracks: tuple[str, ...]
    download: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Planned:
    """A release is planned; `on` is None where no day is set."""

    on: date | None
    harms: tuple[Harm, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class DateMoved:
    """A release that is to come has another day, or none any more."""

    before: date | None
    after: date | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Offered:
    """From a day on, so many per cent of a platform's customers are offered a release."""

    platform: str
    on: date
    share: str


@dataclass(frozen=True, kw_only=True, slots=True)
class HasShipped:
    """A release has shipped; `again` after a withdrawal, with the reason if one was given.

    `rollout` is to how many customers it is offered when, as far as that is by steps.
    """

    on: date | None
    harms: tuple[Harm, ...] = ()
    again: bool = False
    why_back: str | None = None
    rollout: tuple[Offered, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Withdrawn:
    """A release is withdrawn. `instead` is what to use.

    `not_recommended` is why it is not another; `because` is the same in words, of an event that
    an earlier forewarn kept.
    """

    on: date
    reason: str
    instead: str | None
    not_recommended: tuple[PassedOver, ...] = ()
    because: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Corrected:
    """What is recorded of a release that is out was not right."""

    changes: tuple[Correction, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class SupportMoved:
    """The support of a release, or of a whole track, ends otherwise than it did.

    Neither decision holds its `earlier` ones.
    """

    before: Support
    after: Support


@dataclass(frozen=True, kw_only=True, slots=True)
class CompatibilityChanged:
    """What a release says of others is not what it said."""

    changes: tuple[Restated, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Issue:
    """A known issue was opened, or is `fixed`."""

    title: str
    fixed: bool
    applies: tuple[VersionsOf, ...]
    fixed_in: tuple[VersionsOf, ...]
    remediation: Remediation | None
    promised: date | None
    contingency: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class IssueGone:
    """A known issue that was open is not recorded any more, or is another kind of article `now`."""

    title: str
    now: Kind | None


@dataclass(frozen=True, kw_only=True, slots=True)
class NotShipped:
    """A release that was told as out is not out at all."""

    was: Recorded
    now: Recorded


@dataclass(frozen=True, kw_only=True, slots=True)
class Renamed:
    """A release is recorded under another name, and perhaps corrected with it."""

    was: Known
    now: Known
    changes: tuple[Correction, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Removed:
    """A release is not recorded any more; `near` may have to do with it."""

    was: Recorded
    near: tuple[Known, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class ProductGone:
    """A product went with several releases, or is another one `now`; None: it is none."""

    versions: tuple[str, ...]
    now: str | None = None
    now_name: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Unannounced:
    """A download can be had, and nobody announced it.

    `platforms` are all that it is on, where there are several, `missing` those that the version
    before it was on.
    """

    seen: SeenDownload
    recorded: Recorded
    newest: tuple[Newest, ...]
    harms: tuple[Harm, ...]
    draft: Draft
    platforms: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class FoundDownload:
    """One of several downloads, and what the records say of its version."""

    seen: SeenDownload
    recorded: Recorded


@dataclass(frozen=True, kw_only=True, slots=True)
class UnannouncedMany:
    """Several downloads of a product can be had that nobody announced, the highest first.

    `harms` are those of the highest.
    """

    found: tuple[FoundDownload, ...]
    newest: tuple[Newest, ...]
    harms: tuple[Harm, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Backfilled:
    """Downloads appeared that are dated long ago, the highest version first."""

    found: tuple[FoundDownload, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Witnessed:
    """Third parties name versions of which nobody has seen a download, the highest first."""

    found: tuple[FoundDownload, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class NewPlatform:
    """Downloads are there for another platform than before, the highest version first.

    `others` are the platforms of the highest before, `missing` those that it is still not on.
    """

    found: tuple[FoundDownload, ...]
    others: tuple[str, ...]
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class PlatformsMissing:
    """A version that was seen on some platforms still is not on others."""

    seen: SeenDownload
    recorded: Recorded
    there: tuple[str, ...]
    missing: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Promoted:
    """What was on the vendor's channel `was` can be had by everybody, and nobody announced it."""

    seen: SeenDownload
    was: str
    recorded: Recorded
    newest: tuple[Newest, ...]
    harms: tuple[Harm, ...]
    draft: Draft


@dataclass(frozen=True, kw_only=True, slots=True)
class ChangedBytes:
    """One download whose bytes are others than they were.

    It had the digest `before` since `since`; where that is None, it is the recorded one. Where it
    is `as_recorded`, the record has the digest that it has now.
    """

    seen: SeenDownload
    algorithm: str
    before: str
    since: datetime | None
    after: str
    at: datetime
    as_recorded: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class BytesChanged:
    """Downloads of versions that are out have other bytes than before, the highest first."""

    found: tuple[ChangedBytes, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class RolloutChanged:
    """A version is offered to another part of the customers; None: nothing is said of it."""

    seen: SeenDownload
    before: int | None
    after: int | None


@dataclass(frozen=True, kw_only=True, slots=True)
class GoneDownload:
    """A download that a place showed and does not show any more."""

    version: str
    platform: str | None
    url: str
    since: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class DownloadsMissing:
    """What the records have as shipped is not at its place any more, the highest first."""

    place: str
    found: tuple[GoneDownload, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class RolledBack:
    """A place names an older version as its newest than it did: perhaps that was taken back."""

    place: str
    before: str
    now: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Waiting:
    """A product that has nothing new; `newest` is what it has."""

    product: str
    name: str
    newest: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class PartialRelease:
    """A version is out, and products that must keep working with it have nothing new for it."""

    first_seen: datetime
    url: str
    recorded: Recorded
    waiting: tuple[Waiting, ...]
    harms: tuple[Harm, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class PublishedEmpty:
    """A version has a page of its own, and no file on it."""

    url: str
    title: str
    since: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class SourceFrozen:
    """What a place says of itself is out of date.

    It holds until `valid_until`, which is past, or it is of the day `now` and was of `before`.
    """

    place: str
    valid_until: datetime | None = None
    before: datetime | None = None
    now: datetime | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class SourcesApart:
    """One place of a product has a version since a moment, and another still names an older one."""

    ahead: str
    behind: str
    now: str
    since: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class EntryUnread:
    """An entry of a place that names no version that can be used, and why."""

    title: str
    url: str
    why: str


@dataclass(frozen=True, kw_only=True, slots=True)
class EntriesUnread:
    """So many entries appeared at a place and cannot be read: any of them may be a release.

    `found` has what is one most likely, and no more than a few dozen.
    """

    place: str
    count: int
    found: tuple[EntryUnread, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class FalseAlarm:
    """What was seen at `url` is no release."""

    url: str
    reason: str
    recorded: Recorded


class DeliveryTrouble(StrEnum):
    """What alerts run into on their way."""

    FAILS = "fails"
    QUARANTINED = "quarantined"
    WORKS_AGAIN = "works_again"
    GIVEN_UP = "given_up"


@dataclass(frozen=True, kw_only=True, slots=True)
class GivenUp:
    """An alert that did not get to a recipient: the number of its delivery, and of what it was."""

    delivery: int
    recipient: str
    product: str
    version: str | None
    happened: str
    error: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Undelivered:
    """Alerts do not get through by a channel, or do again; to one recipient, or to nobody.

    `since` is when that began. `count` is how many were given up, `first` the first of them.
    """

    trouble: DeliveryTrouble
    channel: str
    recipient: str | None = None
    since: datetime | None = None
    error: str | None = None
    count: int = 0
    first: tuple[GivenUp, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class AsTold:
    """An event from when events were kept in words: its title, and label and text of each line."""

    title: str
    lines: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class SourceFailing:
    """A watched place could not be read since a moment: what it shows now is not known.

    `read_at` is when it was last read, and `matched` the highest version that it named then.
    """

    place: str
    since: datetime
    trouble: Trouble | None
    error: str
    read_at: datetime | None = None
    matched: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class SourceHealed:
    """A watched place of which people were told that it fails can be read again."""

    place: str
    since: datetime


SeenFact = (
    Unannounced
    | UnannouncedMany
    | Backfilled
    | Witnessed
    | NewPlatform
    | PlatformsMissing
    | Promoted
    | BytesChanged
    | RolloutChanged
    | DownloadsMissing
    | RolledBack
    | PartialRelease
    | PublishedEmpty
    | SourceFrozen
    | SourcesApart
    | EntriesUnread
    | SourceFailing
    | SourceHealed
    | FalseAlarm
)
Fact = (
    Planned
    | DateMoved
    | HasShipped
    | Withdrawn
    | Corrected
    | SupportMoved
    | CompatibilityChanged
    | Issue
    | IssueGone
    | NotShipped
    | Renamed
    | Removed
    | ProductGone
    | SeenFact
    | Undelivered
    | AsTold
)


# What each is called where programs read it, for good.
NAMES: Mapping[type, str] = {
    Planned: "planned",
    DateMoved: "date_moved",
    HasShipped: "shipped",
    Withdrawn: "withdrawn",
    Corrected: "corrected",
    SupportMoved: "support_moved",
    CompatibilityChanged: "compatibility_changed",
    Issue: "issue",
    IssueGone: "issue_gone",
    NotShipped: "not_shipped",
    Renamed: "renamed",
    Removed: "removed",
    ProductGone: "product_gone",
    Unannounced: "unannounced",
    UnannouncedMany: "unannounced_many",
    Backfilled: "backfilled",
    Witnessed: "witnessed",
    NewPlatform: "new_platform",
    PlatformsMissing: "platforms_missing",
    Promoted: "promoted",
    BytesChanged: "bytes_changed",
    RolloutChanged: "rollout_changed",
    DownloadsMissing: "downloads_missing",
    RolledBack: "rolled_back",
    PartialRelease: "partial_release",
    PublishedEmpty: "published_empty",
    SourceFrozen: "source_frozen",
    SourcesApart: "sources_apart",
    EntriesUnread: "entries_unread",
    SourceFailing: "source_failing",
    SourceHealed: "source_healed",
    FalseAlarm: "false_alarm",
    Undelivered: "undelivered",
    AsTold: "as_told",
}


def recorded(release: Release) -> Recorded:
    """What the record of a release says of it."""
    happened = release.status in HAPPENED
    return Recorded(
        status=release.status,
        on=release.released_at if happened else release.planned_for,
        withdrawn_on=release.withdrawn.on if happened and release.withdrawn else None,
    )


def harms(fact: Fact) -> tuple[Harm, ...]:
    """What it breaks or limits, as far as that is told with it."""
    match fact:
        case Planned() | HasShipped() | Unannounced() | UnannouncedMany():
            return fact.harms
        case Promoted() | PartialRelease():
            return fact.harms
        case _:
            return ()


def verdicts(fact: Fact) -> tuple[Verdict, ...]:
    """The verdicts that it tells of, as they are and as they were, each once, the worst first."""
    said = [harm.said.verdict for harm in harms(fact)]
    if isinstance(fact, CompatibilityChanged):
        sides = (side for row in fact.changes for side in (row.before, row.after) if side)
        said += [side.verdict for side in sides]
    return tuple(sorted(set(said), key=lambda verdict: -verdict.caution))
