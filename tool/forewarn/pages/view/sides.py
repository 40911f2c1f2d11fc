"""What releases state of each other, and all of it that bears on one: from either side."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import date
from functools import cached_property

from forewarn.frozen import dataclass
from forewarn.model.catalogue import Catalogue
from forewarn.model.compatibility import Judgement, conclude, judge
from forewarn.model.current import current
from forewarn.model.matrix import Verdicts
from forewarn.model.neighbourhood import contents, with_suites
from forewarn.model.release import Release, Statement
from forewarn.model.stated import Stated
from forewarn.model.whole import whole


@dataclass(frozen=True, kw_only=True, slots=True)
class Side:
    """A statement as it bears on one release: made by it (`own`) or by the other side.

    `number` is its place among those that its owner makes. `through` is the release that a suite
    contains, where it is by that one that it bears on the suite.
    """

    owner: Release
    number: int
    statement: Statement
    own: bool
    through: Release | None = None

    @property
    def harms(self) -> bool:
        """Whether it says that something does not work, or only in part."""
        return self.statement.verdict.harms


def sides_of(
    catalogue: Catalogue,
    product: str,
    makers: Mapping[str, Iterable[Release]],
    stated: Callable[[str, str], Stated],
) -> Mapping[str, tuple[Side, ...]]:
    """What bears on each release of a product, by version, the worst first.

    `makers` are the releases, by product, that state something about it; `stated` says what the
    releases of one product state of another's.
    """
    releases = catalogue.releases_of(product)
    found = [
        [
            Side(owner=release, number=number, statement=statement, own=True)
            for number, statement in enumerate(release.compatibility)
        ]
        for release in releases
    ]
    for other, owners in makers.items():
        said = stated(other, product)
        for maker in owners:
            for reach in said.of(maker):
                side = Side(
                    owner=maker,
                    number=reach.number,
                    statement=reach.applied.statement,
                    own=False,
                )
                # A wider statement that a narrower one overrules is not the pair's answer.
                for place in (place for places in reach.decides for place in places):
                    if releases[place] is not maker:
                        found[place].append(side)
    return {
        release.version: tuple(sorted(sides, key=lambda s: -s.statement.verdict.caution))
        for release, sides in zip(releases, found, strict=True)
    }


class StatedView:
    """A view, as far as it says what its releases state of each other: all worked out once."""

    catalogue: Catalogue
    today: date

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
        return tuple(side for side in self.sides(release) if side.harms)

    @cached_property
    def _current(self) -> dict[str, frozenset[str]]:
        return {}

    def current(self, product: str) -> frozenset[str]:
        """The versions of a product that count today, worked out once; see `model.current`."""
        if product not in self._current:
            self._current[product] = current(self.catalogue, product, self.today)
        return self._current[product]

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

    def stated_pairs(self) -> tuple[tuple[str, str], ...]:
        """The pairs of products about which somebody has stated something.

        With them those of the suites that contain the one or the other.
        """
        stated = (
            (owner, partner)
            for partner, owners in self._stated.items()
            if partner in self.catalogue.products
            for owner in owners
        )
        suites = self.catalogue.shelf.suites()
        held = contents(r for suite in suites for r in self.catalogue.releases_of(suite))
        return tuple(sorted(with_suites(stated, held)))

    @cached_property
    def _places(self) -> dict[str, dict[str, int]]:
        return {}

    def places(self, product: str) -> Mapping[str, int]:
        """Where each version of a product stands among all, the highest at 0."""
        if product not in self._places:
            versions = self.catalogue.versions_of(product)
            self._places[product] = {version: place for place, version in enumerate(versions)}
        return self._places[product]
