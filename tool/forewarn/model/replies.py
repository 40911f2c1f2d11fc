"""What is answered to whom asks the records: all that command line, pages or a server tell."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING

from forewarn.frozen import dataclass

if TYPE_CHECKING:
    from forewarn.model.advice import Advice
    from forewarn.model.catalogue import Catalogue
    from forewarn.model.compatibility import Judgement
    from forewarn.model.finding import Finding
    from forewarn.model.identified import Identified
    from forewarn.model.impact import Impact
    from forewarn.model.installed import Installed
    from forewarn.model.matrix import Matrix
    from forewarn.model.product import Product
    from forewarn.model.release import Release, Verdict
    from forewarn.model.seen import Seen
    from forewarn.model.sighting import Sighting, UnreadEntry
    from forewarn.model.spread import Spread
    from forewarn.model.suite import Moved
    from forewarn.model.watching.proof import Proof


@dataclass(frozen=True, kw_only=True, slots=True)
class RecordsReply:
    """What every answer has: the records that it is from, the day, and what could not be read.

    With something in `unread`, the answer is not whole.
    """

    catalogue: Catalogue
    today: date
    unread: tuple[Finding, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class ReplyWithLive(RecordsReply):
    """An answer beside which has to be said what customers can download already."""

    seen: Seen


@dataclass(frozen=True, kw_only=True, slots=True)
class SightingReply(RecordsReply):
    """One sighting, and what it was made of, the oldest first."""

    sighting: Sighting
    proofs: tuple[Proof, ...]
    unreadable: frozenset[str] = frozenset()


@dataclass(frozen=True, kw_only=True, slots=True)
class PairReply(ReplyWithLive):
    """Whether two releases work together."""

    judgement: Judgement


@dataclass(frozen=True, kw_only=True, slots=True)
class SpreadReply(ReplyWithLive):
    """The same, of two of which one at least stands for several releases."""

    spread: Spread


@dataclass(frozen=True, kw_only=True, slots=True)
class SetReply(ReplyWithLive):
    """Whether all that a customer has works together; the worst pair is the first."""

    installed: Installed
    judgements: tuple[Judgement, ...]

    @property
    def verdict(self) -> Verdict:
        """That on all of it."""
        return self.installed.verdict(judgement.verdict for judgement in self.judgements)


@dataclass(frozen=True, kw_only=True, slots=True)
class MatrixReply(RecordsReply):
    """All versions of two products with each other."""

    matrix: Matrix


@dataclass(frozen=True, kw_only=True, slots=True)
class PathReply(ReplyWithLive):
    """Where to go from a pair."""

    advice: Advice


@dataclass(frozen=True, kw_only=True, slots=True)
class ImpactReply(ReplyWithLive):
    """What going to a release means, for all or for the `installed` set that it was asked for."""

    impact: Impact
    installed: Installed | None

    @property
    def verdict(self) -> Verdict:
        """The worst of it, where what is not known of the set counts as not tested."""
        worst = self.impact.verdict
        return self.installed.verdict([worst]) if self.installed else worst


@dataclass(frozen=True, kw_only=True, slots=True)
class IdentifiedReply(RecordsReply):
    """What something is; several where it was several checksums."""

    what: str
    found: tuple[Identified, ...]

    @property
    def is_known(self) -> bool:
        """Whether all of it is known."""
        return all(one.is_known for one in self.found)


@dataclass(frozen=True, kw_only=True, slots=True)
class ReleasesReply(ReplyWithLive):
    """The releases of some products; before a product's, what is live without a record."""

    products: tuple[str, ...]

    def releases(self) -> Iterator[Release]:
        """They, the highest version of each product first."""
        return self.seen.listed(self.products)


@dataclass(frozen=True, kw_only=True, slots=True)
class ReleaseReply(ReplyWithLive):
    """One release; `line` are those that `asked` stands for, of which it is the newest."""

    asked: str
    release: Release
    line: tuple[Release, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class LatestReply(ReplyWithLive):
    """The highest shipped release of each track, or of one, for a platform or for any."""

    product: str
    track: str | None
    platform: str | None
    releases: tuple[Release, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class SuiteReply(ReplyWithLive):
    """A suite's release; `inside` is what of it does not work with something else of it.

    `unreadable` are the members, as product and version, whose records cannot be read.
    """

    suite: Release
    inside: tuple[Judgement, ...]
    unreadable: frozenset[tuple[str, str]]


@dataclass(frozen=True, kw_only=True, slots=True)
class SuiteDiffReply(RecordsReply):
    """What changed from one release of a suite to another."""

    before: Release
    after: Release
    moved: tuple[Moved, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class ProductReply(ReplyWithLive):
    """One product."""

    product: Product


@dataclass(frozen=True, kw_only=True, slots=True)
class ProductsReply(RecordsReply):
    """All products."""


@dataclass(frozen=True, kw_only=True, slots=True)
class SightingsReply(RecordsReply):
    """What was sighted, open ones first, and the `entries` that name no version.

    `unreadable` are the paths of the records that cannot be read.
    """

    open_only: bool
    sightings: tuple[Sighting, ...]
    entries: tuple[UnreadEntry, ...]
    unreadable: frozenset[str]
