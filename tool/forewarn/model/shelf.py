"""Shelves: where the releases of a catalogue stand, by product and in order."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from typing import TypeVar

from forewarn.model.product import Alias, Product
from forewarn.model.record import Audience
from forewarn.model.release import Release
from forewarn.model.versions.version import Scheme

ReleaseKey = tuple[str, str]
Key = TypeVar("Key")
Value = TypeVar("Value")


class Lazy(Mapping[Key, Value]):
    """A mapping whose values are made when they are asked for first."""

    def __init__(self, keys: Iterable[Key], make: Callable[[Key], Value]) -> None:
        self._keys = dict.fromkeys(keys)
        self._make = make
        self._made: dict[Key, Value] = {}

    def __getitem__(self, key: Key) -> Value:
        try:
            return self._made[key]
        except KeyError:
            if key not in self._keys:
                raise
        made = self._made[key] = self._make(key)
        return made

    def __contains__(self, key: object) -> bool:
        return key in self._keys

    def __iter__(self) -> Iterator[Key]:
        return iter(self._keys)

    def __len__(self) -> int:
        return len(self._keys)


class Directory(Mapping[str, Product]):
    """Products whose names are known, and that are made only when they are asked for."""

    @abstractmethod
    def name_of(self, product: str) -> str:
        """What customers call one of them."""

    @abstractmethod
    def aliases_of(self, product: str) -> tuple[Alias, ...]:
        """The other names of one of them."""

    def lines_of(self, product: str) -> Iterable[tuple[str, str | None]]:
        """The same as pairs, each of a name and the line that it means: made sooner, if kept so."""
        return [(alias.name, alias.line) for alias in self.aliases_of(product)]

    @abstractmethod
    def audience_of(self, product: str) -> Audience:
        """Who may know of one of them."""

    def same_as(self, other: Mapping[str, Product], product: str) -> bool:
        """Whether both are sure to hold the same record, as far as shows at once."""
        return self is other


class Shelf(Mapping[ReleaseKey, Release]):
    """Releases that stand in order already, and are made only when they are asked for."""

    @cached_property
    def _by_product(self) -> dict[str, tuple[Release, ...]]:
        return {}

    def releases_of(self, product: str) -> tuple[Release, ...]:
        """A product's releases, the highest version first; put together once."""
        found = self._by_product.get(product)
        if found is None:
            versions = self.versions_of(product)
            found = self._by_product[product] = tuple(self[product, v] for v in versions)
        return found

    def same_as(self, other: Shelf, product: str) -> bool:
        """Whether both are sure to hold the same releases of a product, as far as shows at once."""
        return self is other

    def beneath(self, product: str) -> Shelf:
        """The shelf on which the releases of a product really stand."""
        return self

    @abstractmethod
    def versions_of(self, product: str, track: str | None = None) -> Sequence[str]:
        """The recorded versions of a product, or of one of its tracks, the highest first."""

    @abstractmethod
    def with_downloads(self, product: str) -> Sequence[str]:
        """The versions of a product that have a download, the highest first."""

    @abstractmethod
    def with_support(self, product: str) -> Collection[str]:
        """The versions of a product whose own records say how long they are supported."""

    @abstractmethod
    def inside(self, product: str) -> Collection[str]:
        """The versions of a product that only staff may know of."""

    @abstractmethod
    def announced(self, product: str) -> Collection[str]:
        """The versions of a product that have a day on which they were, or are, announced."""

    @abstractmethod
    def suites(self) -> Collection[str]:
        """The products of which a release contains others."""

    @abstractmethod
    def partners_of(self, product: str) -> Collection[str]:
        """The products over whose versions a release of this one states something."""


class Sorted(Shelf):
    """Releases that are put in order here."""

    def __init__(
        self, releases: Mapping[ReleaseKey, Release], schemes: Mapping[str, Scheme]
    ) -> None:
        self._releases = releases
        self._versions: dict[str, list[str]] = {}
        for product, version in releases:
            self._versions.setdefault(product, []).append(version)
        for product, versions in self._versions.items():
            key = schemes[product].key
            versions.sort(key=lambda version: (key(version), version), reverse=True)

    def __getitem__(self, key: ReleaseKey) -> Release:
        return self._releases[key]

    def __iter__(self) -> Iterator[ReleaseKey]:
        return iter(self._releases)

    def __len__(self) -> int:
        return len(self._releases)

    def versions_of(self, product: str, track: str | None = None) -> Sequence[str]:
        versions = self._versions.get(product, [])
        if track is None:
            return versions
        return [v for v in versions if self._releases[product, v].track == track]

    def with_downloads(self, product: str) -> Sequence[str]:
        return [v for v in self.versions_of(product) if self._releases[product, v].downloads]

    def with_support(self, product: str) -> Collection[str]:
        return [v for v in self.versions_of(product) if self._releases[product, v].support]

    def inside(self, product: str) -> Collection[str]:
        return [v for v in self.versions_of(product) if self._releases[product, v].inside]

    def announced(self, product: str) -> Collection[str]:
        return [v for v in self.versions_of(product) if self._releases[product, v].announced_at]

    def suites(self) -> Collection[str]:
        return {release.product for release in self._releases.values() if release.contains}

    def partners_of(self, product: str) -> Collection[str]:
        return {s.partner for r in self.releases_of(product) for s in r.compatibility}


class Among(Shelf):
    """The releases of some products of another shelf."""

    def __init__(self, shelf: Shelf, products: Iterable[str]) -> None:
        self._shelf = shelf
        self._products = dict.fromkeys(products)

    def __getitem__(self, key: ReleaseKey) -> Release:
        if key[0] not in self._products:
            raise KeyError(key)
        return self._shelf[key]

    def __iter__(self) -> Iterator[ReleaseKey]:
        return ((product, v) for product in self._products for v in self.versions_of(product))

    def __len__(self) -> int:
        return sum(len(self.versions_of(product)) for product in self._products)

    def releases_of(self, product: str) -> tuple[Release, ...]:
        return self._shelf.releases_of(product) if product in self._products else ()

    def versions_of(self, product: str, track: str | None = None) -> Sequence[str]:
        return self._shelf.versions_of(product, track) if product in self._products else ()

    def with_downloads(self, product: str) -> Sequence[str]:
        return self._shelf.with_downloads(product) if product in self._products else ()

    def with_support(self, product: str) -> Collection[str]:
        return self._shelf.with_support(product) if product in self._products else ()

    def inside(self, product: str) -> Collection[str]:
        return self._shelf.inside(product) if product in self._products else ()

    def announced(self, product: str) -> Collection[str]:
        return self._shelf.announced(product) if product in self._products else ()

    def suites(self) -> Collection[str]:
        return self._products.keys() & set(self._shelf.suites())

    def partners_of(self, product: str) -> Collection[str]:
        return self._shelf.partners_of(product) if product in self._products else ()


class Neighbouring(Among):
    """Those of one product and its neighbours, of which no more is seen than bears on it.

    What a neighbour says of itself alone, the notes of its releases, is not there: whatever is
    made from this need not be made again when they change.
    """

    def __init__(self, shelf: Shelf, product: str, neighbours: Iterable[str]) -> None:
        super().__init__(shelf, (product, *neighbours))
        self._product = product
        self._outlines: dict[ReleaseKey, Release] = {}

    def __getitem__(self, key: ReleaseKey) -> Release:
        if key[0] == self._product:
            return super().__getitem__(key)
        found = self._outlines.get(key)
        if found is None:
            found = self._outlines[key] = outline(super().__getitem__(key))
        return found

    def releases_of(self, product: str) -> tuple[Release, ...]:
        if product == self._product:
            return super().releases_of(product)
        return Shelf.releases_of(self, product)


def outline(release: Release) -> Release:
    """What others than its own product see of a release: all, if it says something of them."""
    if not release.notes or release.compatibility or release.contains:
        return release
    return replace(release, notes="")


class Overlaid(Shelf):
    """A shelf on which some releases stand in place of others, or were added."""

    def __init__(
        self,
        shelf: Shelf,
        releases: Mapping[ReleaseKey, Release],
        schemes: Mapping[str, Scheme],
    ) -> None:
        self._shelf = shelf
        self._releases = releases
        self._products = dict.fromkeys(product for product, _ in releases)
        self._mixed = Lazy(self._products, lambda product: Sorted(self._all_of(product), schemes))

    def _all_of(self, product: str) -> dict[ReleaseKey, Release]:
        below = {(product, v): self._shelf[product, v] for v in self._shelf.versions_of(product)}
        return below | {key: r for key, r in self._releases.items() if key[0] == product}

    def _of(self, product: str) -> Shelf:
        return self._mixed[product] if product in self._products else self._shelf

    def beneath(self, product: str) -> Shelf:
        return self if product in self._products else self._shelf.beneath(product)

    def __getitem__(self, key: ReleaseKey) -> Release:
        return self._releases[key] if key in self._releases else self._shelf[key]

    def __contains__(self, key: object) -> bool:
        return key in self._releases or key in self._shelf

    def __iter__(self) -> Iterator[ReleaseKey]:
        yield from self._shelf
        yield from (key for key in self._releases if key not in self._shelf)

    def __len__(self) -> int:
        return len(self._shelf) + sum(key not in self._shelf for key in self._releases)

    def versions_of(self, product: str, track: str | None = None) -> Sequence[str]:
        return self._of(product).versions_of(product, track)

    def with_downloads(self, product: str) -> Sequence[str]:
        return self._of(product).with_downloads(product)

    def with_support(self, product: str) -> Collection[str]:
        return self._of(product).with_support(product)

    def inside(self, product: str) -> Collection[str]:
        return self._of(product).inside(product)

    def announced(self, product: str) -> Collection[str]:
        return self._of(product).announced(product)

    def suites(self) -> Collection[str]:
        mixed = {product for product, shelf in self._mixed.items() if shelf.suites()}
        return mixed.union(self._shelf.suites()).difference(self._products.keys() - mixed)

    def partners_of(self, product: str) -> Collection[str]:
        return self._of(product).partners_of(product)
