"""What every page type is given: the visible catalogue, who reads it, and the day."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import field
from datetime import date, datetime
from functools import cached_property
from typing import Any

from forewarn.frozen import dataclass
from forewarn.model.accounts import Account
from forewarn.model.article import Article
from forewarn.model.catalogue import Catalogue
from forewarn.model.live import Live, find_again, find_live, find_other_bytes
from forewarn.model.product import Product, lockstep_of_each
from forewarn.model.recommend import Adviser
from forewarn.model.record import Audience
from forewarn.model.release import Release
from forewarn.model.settings import Settings
from forewarn.model.sighting import Look, Sighting
from forewarn.pages.view import paths
from forewarn.pages.view.brought import KeptView, Made
from forewarn.pages.view.sides import StatedView
from forewarn.pages.view.targets import LinkTarget, find_target

_LONGEST_LIST = 60


@dataclass(frozen=True, kw_only=True)
class Page:
    """One file of the tree.

    `uses` are the files of kb/ it shows or links to; `broken` are links in its text that lead
    nowhere, as (record file, target). `of`, where it is given, is one word for all that it and
    others were made of together, see `View.there`.
    """

    src: str
    text: str
    uses: frozenset[str] = frozenset()
    broken: tuple[tuple[str, str], ...] = ()
    of: str = ""


@dataclass(frozen=True, kw_only=True)
class View(KeptView, StatedView):
    """The input of every page, and what pages ask. `catalogue` has only what `audience` may see.

    `sightings` is None where nobody has looked for any, `last_look` is how the last look at the
    watched places went, `accounts` what became of the alerts, and `commit` is what the site is
    built from, where it is built from a commit. Around one product (`around`), `whole` is the view
    of everything, which only links may look into, and `asked` what they were told. `brought` has
    what is known already of what products bring to the pages that see everything (`each`), by
    product and maker. `there` has pages of the site that are there already, by what they were made
    of in one word (`Page.of`): nobody needs their texts.
    """

    catalogue: Catalogue
    audience: Audience
    today: date
    settings: Settings
    sightings: tuple[Sighting, ...] | None = None
    last_look: Look | None = None
    accounts: tuple[Account, ...] = ()
    commit: str | None = None
    attachments: frozenset[str] = field(default_factory=frozenset)
    whole: View | None = None
    asked: dict[str, LinkTarget | None] = field(default_factory=dict, compare=False)
    brought: dict[str, Mapping[str, Any]] = field(default_factory=dict, compare=False)
    there: dict[str, tuple[str, ...]] = field(default_factory=dict, compare=False)

    @cached_property
    def _made(self) -> dict[Callable[[View], Any], Any]:
        return {}

    def once(self, make: Callable[[View], Made]) -> Made:
        """What `make` makes of this view, for page types that need the same; made once."""
        if make not in self._made:
            self._made[make] = make(self)
        made: Made = self._made[make]
        return made

    @property
    def staff(self) -> bool:
        """Whether staff read it."""
        return self.audience is Audience.STAFF

    @cached_property
    def by_name(self) -> tuple[Product, ...]:
        """The products in the order in which people look for them."""
        products = self.catalogue.products.values()
        return tuple(sorted(products, key=lambda p: (p.name.casefold(), p.id)))

    @cached_property
    def counts(self) -> Mapping[str, int]:
        """How many releases each product has."""
        return self.each(_count)

    @property
    def lists_products(self) -> bool:
        """Whether the navigation lists the products; a longer list would be on every page."""
        return len((self.whole or self).catalogue.products) <= _LONGEST_LIST

    @property
    def lists_articles(self) -> bool:
        """Whether the navigation lists the articles."""
        catalogue = (self.whole or self).catalogue
        return len(catalogue.articles) - len(catalogue.known_issues) <= _LONGEST_LIST

    def around(self, product: str) -> View:
        """What the pages of one product are made from, and nothing else."""
        catalogue = self.catalogue.around(product)
        near = catalogue.products
        return View(
            catalogue=catalogue,
            audience=self.audience,
            today=self.today,
            settings=self.settings,
            sightings=None
            if self.sightings is None
            else tuple(seen for seen in self.sightings if seen.product in near),
            attachments=self.attachments,
            whole=self,
        )

    def target(self, path: str) -> LinkTarget | None:
        """Where a link to `path`, a file of the knowledge base, leads; None if nowhere."""
        if path not in self.asked:
            whole = self.whole or self
            self.asked[path] = find_target(whole.catalogue, whole.attachments, path)
        return self.asked[path]

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

    @cached_property
    def adviser(self) -> Adviser:
        """What says where to go from a release."""
        return Adviser(self.catalogue, self.today)

    @cached_property
    def currents(self) -> tuple[tuple[str, str], ...]:
        """The versions of all products that count today, as (product, version)."""
        products = self.catalogue.products
        if self.whole:
            return tuple((product, v) for product in products for v in self.current(product))
        found = self.each(_versions_that_count)
        return tuple((product, v) for product in products for v in found[product])

    @cached_property
    def pairs(self) -> tuple[tuple[str, str], ...]:
        """The pairs of products about which somebody has stated something.

        With them those of the suites that contain the one or the other.
        """
        if self.brought:
            named = self.each(_pairs_named).values()
            return tuple(sorted((one, other) for rows in named for one, other in rows))
        return self.stated_pairs()

    def has_matrix(self, one: str, other: str) -> bool:
        """Whether somebody has stated something about the pair, or about what they contain."""
        return (min(one, other), max(one, other)) in self._pairs

    @cached_property
    def _pairs(self) -> frozenset[tuple[str, str]]:
        return frozenset(self.pairs)

    @cached_property
    def _lockstep(self) -> Mapping[str, set[str]]:
        return lockstep_of_each(self.catalogue.products.values())

    def partners(self, product: str) -> tuple[str, ...]:
        """The products it has a matrix with, and those that must keep working together with it."""
        stated = {b if a == product else a for a, b in self.pairs if product in (a, b)}
        lockstep = self._lockstep.get(product, set())
        return tuple(sorted((stated | lockstep) & self.catalogue.products.keys()))

    @cached_property
    def live(self) -> tuple[Live, ...]:
        """What customers can download and no record has as shipped; nothing on their own site."""
        return find_live(self.catalogue, self.sightings or ())

    @cached_property
    def _live(self) -> Mapping[tuple[str, str], Live]:
        return {(live.product, live.version): live for live in self.live}

    def live_of(self, release: Release) -> Live | None:
        """That a release can be downloaded although its record has it as still to come."""
        return self._live.get((release.product, release.version)) if self.live else None

    @cached_property
    def _again(self) -> Mapping[tuple[str, str], Sighting]:
        return find_again(self.catalogue, self.sightings or ())

    def seen_again(self, release: Release) -> Sighting | None:
        """The first sighting of a withdrawn release since it was withdrawn."""
        return self._again.get((release.product, release.version))

    @cached_property
    def _other_bytes(self) -> Mapping[tuple[str, str], tuple[Sighting, ...]]:
        return find_other_bytes(self.catalogue, self.sightings or ())

    def other_bytes(self, release: Release) -> tuple[Sighting, ...]:
        """The sightings of a release whose file has other bytes than it had."""
        return self._other_bytes.get((release.product, release.version), ())

    @cached_property
    def _first_seen(self) -> dict[tuple[str, str], datetime]:
        first: dict[tuple[str, str], datetime] = {}
        for sighting in self.sightings or ():
            key = sighting.product, sighting.version
            first[key] = min(sighting.first_seen, first.get(key, sighting.first_seen))
        return first

    def first_seen(self, release: Release) -> datetime | None:
        """When a watched place first showed a release, as far as we looked."""
        live = self.live_of(release)
        return live.since if live else self._first_seen.get((release.product, release.version))

    def newest_of_track(self, product: str, track: str) -> Release | None:
        """The latest of a track, as the catalogue has it."""
        return self.catalogue.latest(product, track)

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


def _pairs_named(around: View, product: str) -> list[tuple[str, str]]:
    return [pair for pair in around.pairs if pair[0] == product]


def _count(around: View, product: str) -> int:
    return len(around.catalogue.versions_of(product))


def _versions_that_count(around: View, product: str) -> list[str]:
    return sorted(around.current(product))


# What every page that sees everything may ask of each product.
BRINGS: tuple[Callable[[View, str], Any], ...] = (_pairs_named, _versions_that_count, _count)
