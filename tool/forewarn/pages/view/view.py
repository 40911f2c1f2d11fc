"""What every page type is given: the visible catalogue, who reads it, and the day."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import field, replace
from datetime import date, datetime
from functools import cached_property
from typing import Any, TypeVar

from forewarn.frozen import dataclass
from forewarn.model.accounts import Account
from forewarn.model.article import Article
from forewarn.model.catalogue import Catalogue
from forewarn.model.compatibility import Judgement, conclude, judge
from forewarn.model.current import current
from forewarn.model.live import Live, find_again, find_live, find_other_bytes
from forewarn.model.matrix import Verdicts
from forewarn.model.neighbourhood import contents, with_suites
from forewarn.model.product import Product, lockstep_of_each
from forewarn.model.recommend import Adviser
from forewarn.model.record import Audience
from forewarn.model.release import Release, Statement
from forewarn.model.settings import Settings
from forewarn.model.sighting import Look, Sighting
from forewarn.model.stated import Stated
from forewarn.model.whole import whole
from forewarn.pages.view import paths
from forewarn.pages.view.brought import Brought, pack
from forewarn.pages.view.sides import Side, sides_of
from forewarn.pages.view.targets import LinkTarget, find_target

_LONGEST_LIST = 60

Made = TypeVar("Made")


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


def maker(bring: Callable[[View, str], Any]) -> str:
    """The name under which what `bring` makes is kept."""
    return f"{bring.__module__}:{bring.__qualname__}"


@dataclass(frozen=True, kw_only=True)
class View:
    """The input of every page. `catalogue` holds only what `audience` may see.

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

    def each(self, bring: Callable[[View, str], Made]) -> Mapping[str, Made]:
        """What `bring` makes of each product and what is around it, by product in order of ids.

        It is made once for each product, and kept with a site for as long as nothing around the
        product has changed, so that no release of it need be read. It must be plain values, as
        `marshal` keeps them: texts, numbers, booleans, None; lists, tuples and mappings of them.
        """
        name = maker(bring)
        if name not in self._each:
            found = {}
            for product in sorted(self.catalogue.products):
                self._bring(bring, product)
                found[product] = self.brought[product][name]
            self._each[name] = found
        return self._each[name]

    @cached_property
    def _each(self) -> dict[str, dict[str, Any]]:
        return {}

    def _bring(self, bring: Callable[[View, str], Any], product: str) -> None:
        name, known = maker(bring), self.brought.get(product, {})
        if name not in known:
            self.brought[product] = {**known, name: bring(self.around(product), product)}

    def word_of(self, bring: Callable[[View, str], Any]) -> str:
        """All that `each` gives, in one word, without reading it where it is kept."""
        digest, name = hashlib.sha256(), maker(bring)
        for product in sorted(self.catalogue.products):
            self._bring(bring, product)
            brought = self.brought[product]
            data = brought.packed[name] if isinstance(brought, Brought) else pack(brought[name])
            digest.update(f"{product} {len(data)} ".encode())
            digest.update(data)
        return digest.hexdigest()

    def kept(self, product: str, what: str, make: Callable[[View], Made]) -> Made:
        """The same of `what` pages may ask of a product, or may not: made when somebody does."""
        known = self.brought.get(product, {})
        if what not in known:
            known = self.brought[product] = {**known, what: make(self.around(product))}
        found: Made = known[what]
        return found

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

    @property
    def lists_articles(self) -> bool:
        """Whether the navigation lists the articles."""
        catalogue = (self.whole or self).catalogue
        return len(catalogue.articles) - len(catalogue.known_issues) <= _LONGEST_LIST

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
        at_a = self.places(a.product).get(a.version) if self._is_recorded(a) else None
        at_b = self.places(b.product).get(b.version) if self._is_recorded(b) else None
        if at_a is None or at_b is None or a.contains or b.contains:
            return judge(self.catalogue, a, b, today=self.today)
        # The same from what is worked out for all versions at once.
        forth = self.stated(a.product, b.product).at(a, at_b)
        back = self.stated(b.product, a.product).at(b, at_a)
        return conclude(a, b, (*forth, *back))

    def _is_recorded(self, release: Release) -> bool:
        return self.catalogue.releases.get((release.product, release.version)) is release

    @cached_property
    def adviser(self) -> Adviser:
        """What says where to go from a release."""
        return Adviser(self.catalogue, self.today)

    @cached_property
    def _stated(self) -> Mapping[str, Mapping[str, tuple[tuple[Release, Statement], ...]]]:
        """Every statement with who makes it, by the product it is about and the owner's."""
        found: dict[str, dict[str, list[tuple[Release, Statement]]]] = defaultdict(dict)
        for product in sorted(self.catalogue.products):
            for release in self.catalogue.releases_of(product):
                for statement in release.compatibility:
                    rows = found[statement.partner].setdefault(product, [])
                    rows.append((release, statement))
        return {
            about: {owner: tuple(rows) for owner, rows in owners.items()}
            for about, owners in found.items()
        }

    def statements_about(
        self, product: str, owner: str | None = None
    ) -> tuple[tuple[Release, Statement], ...]:
        """The statements that name `product` as the other side, with who makes them.

        With an owner, those that the releases of one product make.
        """
        owners = self._stated.get(product, {})
        if owner is not None:
            return owners.get(owner, ())
        return tuple(row for rows in owners.values() for row in rows)

    @cached_property
    def _all_stated(self) -> dict[tuple[str, str], Stated]:
        return {}

    def stated(self, product: str, partner: str) -> Stated:
        """What the releases of a product state of another's, worked out once."""
        key = product, partner
        if key not in self._all_stated:
            self._all_stated[key] = Stated(self.catalogue, product, partner, self.today)
        return self._all_stated[key]

    @cached_property
    def _verdicts(self) -> dict[tuple[str, str], Verdicts]:
        return {}

    def verdicts(self, one: str, other: str) -> Verdicts:
        """The verdicts between two products, worked out once."""
        key = one, other
        if key not in self._verdicts:
            self._verdicts[key] = Verdicts(
                self.stated(one, other), self.stated(other, one), self.stated
            )
        return self._verdicts[key]

    @cached_property
    def _sides(self) -> dict[str, Mapping[str, tuple[Side, ...]]]:
        return {}

    def sides(self, release: Release) -> tuple[Side, ...]:
        """Every statement that bears on a release, the worst first and its own before others'.

        On a suite also those that bear on what it contains.
        """
        own = self._own_sides(release)
        if not release.contains:
            return own
        held = (part.release for part in whole(self.catalogue, release).parts[1:])
        by_members = (
            replace(side, through=member)
            for member in held
            if member.recorded
            for side in self._own_sides(member)
            if side.owner.product != release.product
        )
        return tuple(sorted((*own, *by_members), key=lambda s: -s.statement.verdict.caution))

    def _own_sides(self, release: Release) -> tuple[Side, ...]:
        """The same without what a suite contains."""
        product = release.product
        if product not in self._sides:
            makers = {
                other: [*{owner.version: owner for owner, _ in rows}.values()]
                for other, rows in self._stated.get(product, {}).items()
            }
            self._sides[product] = sides_of(self.catalogue, product, makers, self.stated)
        return self._sides[product].get(release.version, ())

    def breaking(self, release: Release) -> tuple[Side, ...]:
        """What a release breaks or only does in part."""
        return tuple(side for side in self.sides(release) if side.breaking)

    @cached_property
    def _current(self) -> dict[str, frozenset[str]]:
        return {}

    def current(self, product: str) -> frozenset[str]:
        """The versions of a product that count today, worked out once; see `model.current`."""
        if product not in self._current:
            self._current[product] = current(self.catalogue, product, self.today)
        return self._current[product]

    @cached_property
    def currents(self) -> tuple[tuple[str, str], ...]:
        """Those of all products, as (product, version)."""
        products = self.catalogue.products
        if self.whole:
            return tuple((product, v) for product in products for v in self.current(product))
        found = self.each(_versions_that_count)
        return tuple((product, v) for product in products for v in found[product])

    def breaking_now(self, release: Release) -> tuple[Side, ...]:
        """What it breaks, or does in part, of what counts today."""
        return tuple(side for side in self.breaking(release) if self._matters(side))

    def _matters(self, side: Side) -> bool:
        partner = side.statement.partner if side.own else side.owner.product
        if partner not in self.catalogue.products:
            return True  # nobody can say which of its releases count
        counting = self.current(partner)
        if not side.own:
            return side.owner.version in counting
        releases = self.catalogue.releases_of(partner)
        return any(
            releases[place].version in counting
            for reach in self.stated(side.owner.product, partner).of(side.owner)
            if reach.number == side.number
            for places in reach.decides
            for place in places
        )

    @cached_property
    def pairs(self) -> tuple[tuple[str, str], ...]:
        """The pairs of products about which somebody has stated something.

        With them those of the suites that contain the one or the other.
        """
        if self.brought:
            named = self.each(_pairs_named).values()
            return tuple(sorted((one, other) for rows in named for one, other in rows))
        stated = (
            (owner, partner)
            for partner, owners in self._stated.items()
            if partner in self.catalogue.products
            for owner in owners
        )
        suites = self.catalogue.shelf.suites()
        held = contents(r for suite in suites for r in self.catalogue.releases_of(suite))
        return tuple(sorted(with_suites(stated, held)))

    def has_matrix(self, one: str, other: str) -> bool:
        """Whether somebody has stated something about the pair, or about what they contain."""
        return (min(one, other), max(one, other)) in self._pairs

    @cached_property
    def _pairs(self) -> frozenset[tuple[str, str]]:
        return frozenset(self.pairs)

    @cached_property
    def _places(self) -> dict[str, dict[str, int]]:
        return {}

    def places(self, product: str) -> Mapping[str, int]:
        """Where each version of a product stands among all, the highest at 0."""
        if product not in self._places:
            versions = self.catalogue.versions_of(product)
            self._places[product] = {version: place for place, version in enumerate(versions)}
        return self._places[product]

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
