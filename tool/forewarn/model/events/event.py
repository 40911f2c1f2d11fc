"""Events: facts worth telling people, derived and never declared."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum

from forewarn.frozen import dataclass
from forewarn.model.events.fact import Fact, verdicts
from forewarn.model.events.severity import Severity
from forewarn.model.record import Audience
from forewarn.model.release import Verdict


class EventKind(StrEnum):
    """What happened."""

    PLANNED = "planned"
    DATE_CHANGED = "date_changed"
    SHIPPED = "shipped"
    WITHDRAWN = "withdrawn"
    CORRECTED = "corrected"
    SUPPORT_CHANGED = "support_changed"
    COMPATIBILITY_CHANGED = "compatibility_changed"
    KNOWN_ISSUE_OPENED = "known_issue_opened"
    KNOWN_ISSUE_FIXED = "known_issue_fixed"
    UNANNOUNCED_DOWNLOAD = "unannounced_download"
    BACKFILL = "backfill"
    WITNESSED = "witnessed"
    NEW_PLATFORM = "new_platform"
    PLATFORMS_MISSING = "platforms_missing"
    PROMOTED = "promoted"
    BYTES_CHANGED = "bytes_changed"
    ROLLOUT_CHANGED = "rollout_changed"
    DOWNLOAD_MISSING = "download_missing"
    ROLLED_BACK = "rolled_back"
    PARTIAL_RELEASE = "partial_release"
    PUBLISHED_EMPTY = "published_empty"
    SOURCE_FROZEN = "source_frozen"
    SOURCES_APART = "sources_apart"
    ENTRY_UNREAD = "entry_unread"
    SOURCE_FAILING = "source_failing"
    SOURCE_HEALED = "source_healed"
    CANCELLED = "cancelled"
    MISTAKEN = "mistaken"
    UNDELIVERED = "undelivered"
    TEST = "test"


# What places showed, whatever is recorded: no record that is mended takes it back.
SEEN = (
    EventKind.UNANNOUNCED_DOWNLOAD,
    EventKind.BACKFILL,
    EventKind.WITNESSED,
    EventKind.NEW_PLATFORM,
    EventKind.PLATFORMS_MISSING,
    EventKind.PROMOTED,
    EventKind.BYTES_CHANGED,
    EventKind.ROLLOUT_CHANGED,
    EventKind.DOWNLOAD_MISSING,
    EventKind.ROLLED_BACK,
    EventKind.PARTIAL_RELEASE,
    EventKind.PUBLISHED_EMPTY,
    EventKind.SOURCE_FROZEN,
    EventKind.SOURCES_APART,
    EventKind.ENTRY_UNREAD,
    EventKind.SOURCE_FAILING,
    EventKind.SOURCE_HEALED,
)


class Maturity(StrEnum):
    """How far what it is about is from a release for everybody.

    `early`: on a track for pre-releases. `promoted`: a pre-release on a track for everybody.
    """

    EARLY = "early"
    PROMOTED = "promoted"
    FULL = "full"


@dataclass(frozen=True, kw_only=True, slots=True)
class StillShown:
    """A version that a source shows, where and since when (UTC)."""

    product: str
    version: str
    url: str
    first_seen: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Event:
    """One fact, told once.

    `product` and `version` are what it is about (for an article, the first product that it
    applies to and no version), `name` what people call the product; `products` holds every product
    whose followers care, `track` and `platforms` those that it is about, as far as it is about
    some. `at` is when the change was committed or the download first seen, in UTC. `fact` is what
    happened, `reason` what somebody wrote about why, and `commit` the one that took a record
    away. `shown` is what a source shows all the same of what is taken back. `page` is the site
    path of the page to open. `takes_back` has the subjects whose earlier alerts do not hold any
    more, or not as they were: whoever got one of those must get this. `answers` are the ids of
    those alerts, the oldest first, once it is queued; what takes back that something can be
    downloaded names them itself. `thread` is the subject whose mail thread it belongs to, where
    that is not its own. `suites` are those that contain what it is about. `owner` is who can
    be asked: whom the product or the article belongs to. `told_to` is the audience that it is for:
    for the public it is made of nothing but what the public may know.
    """

    id: str
    kind: EventKind
    product: str
    version: str | None
    name: str
    severity: Severity
    audience: Audience
    at: datetime
    fact: Fact
    products: tuple[str, ...]
    page: str
    track: str | None = None
    platforms: tuple[str, ...] = ()
    reason: str | None = None
    commit: str | None = None
    shown: tuple[StillShown, ...] = ()
    takes_back: tuple[str, ...] = ()
    answers: tuple[str, ...] = ()
    thread: str | None = None
    stage: Maturity = Maturity.FULL
    suites: tuple[str, ...] = ()
    owner: str | None = None
    told_to: Audience = Audience.STAFF

    @property
    def verdicts(self) -> tuple[Verdict, ...]:
        """The verdicts that it tells of, as they are and as they were, the worst first."""
        return verdicts(self.fact)

    @property
    def ends_its_subject(self) -> bool:
        """Whether nothing that was told of its subjects holds: only who was told must know."""
        return self.kind in (EventKind.CANCELLED, EventKind.MISTAKEN)

    @property
    def is_false_alarm(self) -> bool:
        """Whether it takes back that something can be downloaded, and not what was recorded."""
        return self.kind is EventKind.MISTAKEN and not self.takes_back

    @property
    def subject(self) -> str:
        """What a mail thread is about: one release, or one article."""
        if self.thread:
            return self.thread
        return f"{self.product}@{self.version}" if self.version else self.page


def event_id(kind: EventKind, content: Mapping[str, object]) -> str:
    """An id from the content alone: the same change computed twice has the same id."""
    # Most commands know of events and make none; these two are slow to import.
    import hashlib
    import json

    text = json.dumps([kind.value, content], sort_keys=True, ensure_ascii=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:20]
