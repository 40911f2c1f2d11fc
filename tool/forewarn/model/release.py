"""A release: one version of one product; its identity is its path."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from forewarn.model.names import version_stem
from forewarn.model.record import Audience, Inspection, Place, Support
from forewarn.model.version import VersionRange


class Status(StrEnum):
    """What a person has declared; superseded and out of support are derived."""

    PLANNED = "planned"
    STAGED = "staged"
    SHIPPED = "shipped"
    WITHDRAWN = "withdrawn"


class Verdict(StrEnum):
    """Whether two versions work together. Silence is `unknown`, never `works`."""

    WORKS = "works"
    UNKNOWN = "unknown"
    LIMITED = "limited"
    BREAKS = "breaks"

    @property
    def caution(self) -> int:
        """0 for the best news; the worst verdict has the highest."""
        return list(Verdict).index(self)


@dataclass(frozen=True, kw_only=True, slots=True)
class Download:
    """One artefact of a release. `size` is in bytes, `sha256` 64 small hexadecimal digits."""

    platform: str
    url: str
    edition: str | None = None
    size: int | None = None
    sha256: str | None = None


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
    references: tuple[str, ...] = ()
    audience: Audience = Audience.PUBLIC
    place: Place


@dataclass(frozen=True, kw_only=True, slots=True)
class Withdrawal:
    """Why and when a release was taken back, and what to use instead."""

    on: date
    reason: str
    replacement: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Release:
    """`releases/<product>/<version>.md`; `notes` is its Markdown body, for customers.

    `released_at` is the vendor's date; `announced_at` is when a planned release was made
    public, which lifts its embargo.
    """

    product: str
    version: str
    status: Status
    track: str
    planned_for: date | None = None
    announced_at: date | None = None
    released_at: date | None = None
    withdrawn: Withdrawal | None = None
    downloads: tuple[Download, ...] = ()
    compatibility: tuple[Statement, ...] = ()
    support: Support | None = None
    references: tuple[str, ...] = ()
    audience: Audience = Audience.PUBLIC
    notes: str = ""
    place: Place

    @property
    def embargoed(self) -> bool:
        """Whether only staff may know of it: not shipped yet and not announced."""
        return self.status in (Status.PLANNED, Status.STAGED) and self.announced_at is None

    @property
    def bare(self) -> bool:
        """Whether a version, a track and a date are all there is to say about it."""
        return (
            self.status is Status.SHIPPED
            and not self.notes.strip()
            and not self.downloads
            and not self.compatibility
            and self.support is None
            and not self.references
        )

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


def briefing_path(product: str, version: str) -> str:
    """Where a release's briefing is written, relative to the repository."""
    return f"releases/{product}/{version_stem(version)}.briefing.md"


def product_path(product: str) -> str:
    """Where a product is written, relative to the repository."""
    return f"releases/{product}/product.yml"
