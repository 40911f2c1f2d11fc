"""What every page type is given: the visible catalogue, who reads it, and the day."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from forewarn.model.article import Article
from forewarn.model.catalogue import Catalogue
from forewarn.model.compatibility import Judgement, judge
from forewarn.model.record import Audience
from forewarn.model.release import Release, Statement, Status, Verdict
from forewarn.model.settings import Settings
from forewarn.model.sighting import Sighting, SightingState
from forewarn.pages import paths

_LONGEST_LIST = 60


@dataclass(frozen=True, kw_only=True)
class Find:
    """How a page is found by search.

    `kind` is one of `words.FOUND_AS`; `products` are ids; `state` is a word as readers see it
    ("shipped", "open"); `boost` multiplies its rank (1 is ordinary, more comes first); `also`
    are further words that it answers to and that it does not show.
    """

    kind: str
    products: tuple[str, ...] = ()
    state: str = ""
    boost: float = 1
    also: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Page:
    """One file of the tree.

    `uses` are the files of kb/ it shows or links to; `broken` are links in its text that lead
    nowhere, as (record file, target).
    """

    src: str
    text: str
    uses: frozenset[str] = frozenset()
    broken: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Side:
    """A statement as it bears on one release: made by it (`own`) or by the other side."""

    owner: Release
    statement: Statement
    own: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Unannounced:
    """A version that is on a download place and not shipped in the records, staff only."""

    product: str
    version: str
    sightings: tuple[Sighting, ...]
    record: Release | None

    @property
    def first(self) -> Sighting:
        """The sighting that came first."""
        return min(self.sightings, key=lambda s: (s.first_seen, s.id))


@dataclass(frozen=True, kw_only=True)
class View:
    """The input of every page. `catalogue` holds only what `audience` may see.

    `sightings` is None where nobody has looked for any.
    """

    catalogue: Catalogue
    audience: Audience
    today: date
    settings: Settings
    sightings: tuple[Sighting, ...] | None = None
    attachments: frozenset[str] = field(default_factory=frozenset)

    @property
    def staff(self) -> bool:
        """Whether staff read it."""
        return self.audience is Audience.STAFF

    @property
    def all_quiet(self) -> bool:
        """Whether products are watched and every download that was seen is accounted for."""
        watched = any(product.watch for product in self.catalogue.products.values())
        return self.sightings is not None and watched and not self.unannounced

    @property
    def lists_products(self) -> bool:
        """Whether the navigation lists the products; a longer list would be on every page."""
        return len(self.catalogue.products) <= _LONGEST_LIST

    def name(self, product: str) -> str:
        """A product's name, or its id where nothing is recorded of it."""
        record = self.catalogue.products.get(product)
        return record.name if record else product

    def title(self, release: Release) -> str:
        """A release as people say it: Recorder 2.7."""
        return f"{self.name(release.product)} {release.version}"

    def to_release(self, src: str, release: Release, anchor: str = "") -> str:
        """The link from a page to a release."""
        target, row = paths.release_place(self.catalogue, release)
        return paths.between(src, target, row or anchor)

    def judge(self, a: Release, b: Release) -> Judgement:
        """Whether two releases work together, as far as anybody stands by it today."""
        return judge(self.catalogue, a, b, today=self.today)

    @cached_property
    def _statements_about(self) -> Mapping[str, tuple[tuple[Release, Statement], ...]]:
        found: dict[str, list[tuple[Release, Statement]]] = defaultdict(list)
        for product in sorted(self.catalogue.products):
            for release in self.catalogue.releases_of(product):
                for statement in release.compatibility:
                    found[statement.partner].append((release, statement))
        return {product: tuple(rows) for product, rows in found.items()}

    def statements_about(self, product: str) -> tuple[tuple[Release, Statement], ...]:
        """Every statement that names `product` as the other side, with who makes it."""
        return self._statements_about.get(product, ())

    def sides(self, release: Release) -> tuple[Side, ...]:
        """Every statement that bears on a release, the worst first and its own before others'."""
        own = [Side(owner=release, statement=s, own=True) for s in release.compatibility]
        others = [
            Side(owner=owner, statement=statement, own=False)
            for owner, statement in self._covering(release)
        ]
        return tuple(sorted(own + others, key=lambda s: -s.statement.verdict.caution))

    def _covering(self, release: Release) -> Iterator[tuple[Release, Statement]]:
        scheme = self.catalogue.schemes[release.product]
        for owner, statement in self.statements_about(release.product):
            if owner is release or not statement.versions.contains(release.version, scheme):
                continue
            # A wider statement that a narrower one overrules for this pair is not its answer.
            applied = self.judge(release, owner).applied
            if any(row.statement is statement and row.decides for row in applied):
                yield owner, statement

    def breaking(self, release: Release) -> tuple[Side, ...]:
        """What a release breaks or only does in part."""
        bad = (Verdict.BREAKS, Verdict.LIMITED)
        return tuple(side for side in self.sides(release) if side.statement.verdict in bad)

    @cached_property
    def pairs(self) -> tuple[tuple[str, str], ...]:
        """The pairs of products about which somebody has stated something."""
        found = {
            (min(owner.product, partner), max(owner.product, partner))
            for partner in self.catalogue.products
            for owner, _ in self.statements_about(partner)
        }
        return tuple(sorted(found))

    def has_matrix(self, one: str, other: str) -> bool:
        """Whether somebody has stated something about the pair."""
        return (min(one, other), max(one, other)) in self.pairs

    def versions_of(self, product: str) -> list[str]:
        """A product's recorded versions, the highest first."""
        return [release.version for release in self.catalogue.releases_of(product)]

    def partners(self, product: str) -> tuple[str, ...]:
        """The products it has a matrix with, and those it must keep working with."""
        stated = {b if a == product else a for a, b in self.pairs if product in (a, b)}
        lockstep = set(self.catalogue.products[product].lockstep)
        return tuple(sorted((stated | lockstep) & self.catalogue.products.keys()))

    @cached_property
    def unannounced(self) -> tuple[Unannounced, ...]:
        """Downloads that appeared and that no record says have shipped."""
        groups: dict[tuple[str, str], list[Sighting]] = defaultdict(list)
        for sighting in self.sightings or ():
            if sighting.state is SightingState.OPEN:
                groups[sighting.product, sighting.version].append(sighting)
        found = [
            Unannounced(
                product=product,
                version=version,
                sightings=tuple(sorted(rows, key=lambda s: (s.first_seen, s.id))),
                record=self.catalogue.find_release(product, version),
            )
            for (product, version), rows in groups.items()
        ]
        open_ = (
            row
            for row in found
            if row.record is None or row.record.status in (Status.PLANNED, Status.STAGED)
        )
        return tuple(
            sorted(open_, key=lambda u: (u.first.first_seen, u.product, u.version), reverse=True)
        )

    @cached_property
    def _newest_of_track(self) -> dict[tuple[str, str], Release]:
        newest: dict[tuple[str, str], Release] = {}
        for product in self.catalogue.products:
            for release in self.catalogue.releases_of(product):
                if release.status is Status.SHIPPED:
                    newest.setdefault((product, release.track), release)
        return newest

    def newest_of_track(self, product: str, track: str) -> Release | None:
        """The highest shipped version of a track; the same as the catalogue's, found once."""
        return self._newest_of_track.get((product, track))

    def issues_touching(self, release: Release) -> tuple[Article, ...]:
        """The known issues that a release has."""
        return self.catalogue.issues_of(release.product, release.version)

    @cached_property
    def _fixes(self) -> Mapping[tuple[str, str], tuple[Article, ...]]:
        found: dict[tuple[str, str], list[Article]] = defaultdict(list)
        for issue in self.catalogue.known_issues:
            for product, versions in issue.fixed_in.items():
                having = self.catalogue.in_range(product, versions)
                if having:
                    found[product, having[-1].version].append(issue)
        return {key: tuple(issues) for key, issues in found.items()}

    def issues_fixed_in(self, release: Release) -> tuple[Article, ...]:
        """The known issues whose fix this release is the first to have."""
        return self._fixes.get((release.product, release.version), ())

    def fixed_on(self, issue: Article) -> date | None:
        """The day on which the first release with the fix came out, if one has."""
        days = (
            release.released_at
            for product, versions in issue.fixed_in.items()
            for release in self.catalogue.in_range(product, versions)
            if release.status is Status.SHIPPED and release.released_at
        )
        return min(days, default=None)
