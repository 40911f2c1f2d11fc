"""A release: one version of one product; its identity is its path."""

from __future__ import annotations

from dataclasses import field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from forewarn.frozen import dataclass
from forewarn.model.finding import Spelling
from forewarn.model.names import version_stem
from forewarn.model.record import Audience, Inspection, Place, Support
from forewarn.model.versions.version import VersionRange
from forewarn.model.visible import folded


class Status(StrEnum):
    """What a person has declared; superseded and out of support are derived.

    `UNRECORDED` is declared by nobody and stands in no file: it is what a version has of which
    there is no record (see `forewarn.model.unrecorded`).
    """

    PLANNED = "planned"
    STAGED = "staged"
    SHIPPED = "shipped"
    WITHDRAWN = "withdrawn"
    UNRECORDED = "unrecorded"

    @property
    def following(self) -> Status:
        """The only status that may come after this one."""
        return _FOLLOWING[self]

    def comes_before(self, other: Status) -> bool:
        """Whether it is `other`, or leads to it without going round."""
        return DECLARED.index(self) <= DECLARED.index(other)


# What a record can say.
DECLARED = (Status.PLANNED, Status.STAGED, Status.SHIPPED, Status.WITHDRAWN)
# What was withdrawn may be shipped again, with a reason.
_FOLLOWING = {
    Status.PLANNED: Status.STAGED,
    Status.STAGED: Status.SHIPPED,
    Status.SHIPPED: Status.WITHDRAWN,
    Status.WITHDRAWN: Status.SHIPPED,
}
# The platform of a download that serves them all, or whose platform nobody named.
ANY_PLATFORM = "any"


class Verdict(StrEnum):
    """Whether two versions work together. Silence is `unknown`, never `works`."""

    WORKS = "works"
    UNKNOWN = "unknown"
    LIMITED = "limited"
    BREAKS = "breaks"

    @property
    def caution(self) -> int:
        """0 for the best news; the worst verdict has the highest."""
        return _CAUTION[self]

    @property
    def harms(self) -> bool:
        """Whether something does not work, or only in part."""
        return self in (Verdict.BREAKS, Verdict.LIMITED)

    @property
    def promises(self) -> bool:
        """Whether something works, at least in part."""
        return self in (Verdict.WORKS, Verdict.LIMITED)


_CAUTION = {verdict: place for place, verdict in enumerate(Verdict)}


@dataclass(frozen=True, kw_only=True, slots=True)
class Download:
    """One artefact of a release. `size` is in bytes, `sha256` 64 small hexadecimal digits."""

    platform: str
    url: str
    edition: str | None = None
    arch: str | None = None
    size: int | None = None
    sha256: str | None = None

    @property
    def target(self) -> tuple[str, str, str]:
        """What it is for: platform, architecture and edition. A release has one for each."""
        return self.platform, self.arch or "", self.edition or ""

    @property
    def target_words(self) -> str:
        """What it is for, as people say it: `windows arm64 pro`."""
        return " ".join(filter(None, self.target))

    def serves(self, platform: str) -> bool:
        """Whether it runs on a platform."""
        return self.platform in (platform, ANY_PLATFORM)


@dataclass(frozen=True, kw_only=True, slots=True)
class HoldsUntil:
    """How far a promise without an upper end holds, as its author says.

    Up to and with `version`; or without an end, and `reason` says why it needs no test.
    """

    version: str | None = None
    reason: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Statement:
    """ "This, doing *about*, with those versions of that product" has this verdict."""

    partner: str
    versions: VersionRange
    verdict: Verdict
    about: str | None = None
    limits: str | None = None
    remedy: str | None = None
    verified: Inspection | None = None
    holds_until: HoldsUntil | None = None
    references: tuple[str, ...] = ()
    audience: Audience = Audience.PUBLIC
    place: Place

    @property
    def matter(self) -> str:
        """What it is about, in a form that capitals and spaces do not change; "" for all there is.

        Two statements of one release on the same versions with the same matter speak of the same.
        """
        return folded(self.about)


@dataclass(frozen=True, kw_only=True, slots=True)
class Withdrawal:
    """Why and when a release was taken back, and what to use instead."""

    on: date
    reason: str
    replacement: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Transition:
    """One row of `history:`: when the status became `to`, and who recorded it.

    `at` is the moment in UTC, and None where only the day is known. `withdrawn` is what a
    withdrawal said that no longer holds, `reason` why a withdrawn release was shipped again.
    """

    to: Status
    on: date
    at: datetime | None = None
    by: str | None = None
    reason: str | None = None
    withdrawn: Withdrawal | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class RolloutStep:
    """From a day on, `share` per cent of a platform's users are offered the release."""

    platform: str
    on: date
    share: Decimal


@dataclass(frozen=True, kw_only=True, slots=True)
class Member:
    """One row of `contains:`: the release of another product that a suite's release holds."""

    product: str
    version: str
    place: Place


@dataclass(frozen=True, kw_only=True, slots=True)
class Release:
    """`releases/<product>/<version>.md`; `notes` is its Markdown body, for customers.

    `released_at` is the vendor's date; `announced_at` is when a planned release was made
    public, which lifts its embargo; `imported` is when an importer recorded it as history.
    `history` has the changes of status that somebody kept, the oldest first; it may end before
    `status`. `rollout` is by platform and day. `spellings` are the words in the file that were
    read as others. `holds_more` says that it contains more than is in `contains`, which may not
    be shown.
    """

    product: str
    version: str
    status: Status
    track: str
    planned_for: date | None = None
    announced_at: date | None = None
    released_at: date | None = None
    imported: date | None = None
    withdrawn: Withdrawal | None = None
    history: tuple[Transition, ...] = ()
    downloads: tuple[Download, ...] = ()
    rollout: tuple[RolloutStep, ...] = ()
    contains: tuple[Member, ...] = ()
    holds_more: bool = False
    compatibility: tuple[Statement, ...] = ()
    support: Support | None = None
    references: tuple[str, ...] = ()
    audience: Audience = Audience.PUBLIC
    notes: str = ""
    spellings: tuple[Spelling, ...] = field(default=(), compare=False)
    place: Place

    @property
    def recorded(self) -> bool:
        """Whether it has a record; without one it only stands for a version that was named."""
        return self.status is not Status.UNRECORDED

    @property
    def embargoed(self) -> bool:
        """Whether only staff may know of it: not shipped yet and not announced."""
        return self.status in (Status.PLANNED, Status.STAGED) and self.announced_at is None

    @property
    def inside(self) -> bool:
        """Whether only staff may know of it, whatever the reason."""
        return self.embargoed or self.audience is Audience.STAFF

    @property
    def bare(self) -> bool:
        """Whether a version, a track and a date are all there is to say about it."""
        return (
            self.status is Status.SHIPPED
            and not self.downloads
            and not self.notes.strip()
            and not self.history
            and not self.rollout
            and not self.contains
            and not self.compatibility
            and self.support is None
            and not self.references
        )

    @property
    def since(self) -> date | None:
        """The day from which its status holds; None where nobody recorded it."""
        match self.status:
            case Status.SHIPPED:
                return self.reinstated.on if self.reinstated else self.released_at
            case Status.WITHDRAWN:
                return self.withdrawn.on if self.withdrawn else None
            case Status.PLANNED | Status.STAGED:
                return self.history[-1].on if self.history_is_complete else None
            case Status.UNRECORDED:
                return None

    @property
    def platforms(self) -> tuple[str, ...]:
        """Those that it has a download for, each once, in the order of the file."""
        return tuple(dict.fromkeys(download.platform for download in self.downloads))

    def on_platform(self, platform: str | None) -> bool:
        """Whether it has a download for a platform; None stands for any, or for none at all."""
        return platform is None or any(d.serves(platform) for d in self.downloads)

    def had_shipped(self, day: date) -> bool:
        """Whether customers could have it on a day, taken back later or not."""
        out = self.status in (Status.SHIPPED, Status.WITHDRAWN)
        return out and self.released_at is not None and self.released_at <= day

    def overdue(self, today: date) -> bool:
        """Whether the day has passed for which it is planned, and it has not shipped."""
        waits = self.status in (Status.PLANNED, Status.STAGED)
        return waits and self.planned_for is not None and self.planned_for < today

    @property
    def reinstated(self) -> Transition | None:
        """How it came to be shipped again, where it was withdrawn before."""
        back = self.history_is_complete and len(self.history) > 1
        return self.history[-1] if back and self.history[-2].to is Status.WITHDRAWN else None

    @property
    def history_is_complete(self) -> bool:
        """Whether there is a history, and it ends with the status that holds."""
        return bool(self.history) and self.history[-1].to is self.status

    def rolled_out(self, today: date) -> tuple[RolloutStep, ...]:
        """The step that each platform's rollout has reached on `today`, by platform."""
        reached = {step.platform: step for step in self.rollout if step.on <= today}
        return tuple(reached.values())

    def __str__(self) -> str:
        return f"{self.product}@{self.version}"


@dataclass(frozen=True, kw_only=True, slots=True)
class Briefing:
    """`releases/<product>/<version>.briefing.md`: what staff must know; never public."""

    product: str
    version: str
    text: str
    place: Place


def release_path(product: str, version: str) -> str:
    """Where a release is written, relative to the repository."""
    return f"releases/{product}/{version_stem(version)}.md"


def product_path(product: str) -> str:
    """Where a product is written, relative to the repository."""
    return f"releases/{product}/product.yml"
