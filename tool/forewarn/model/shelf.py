"""Shelves: where the releases of a catalogue stand, by product and in order."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import cached_property

from forewarn.model.product import Alias, Product
from forewarn.model.release import Release
from forewarn.model.versions.version import Scheme

ReleaseKey = tuple[str, str]


class Directory(Mapping[str, Product]):
    """Products whose names are known, and that are made only when they are asked for."""

    @abstractmethod
    def name_of(self, product: str) -> str:
        """What customers call one of them."""

    @abstractmethod
    def aliases_of(self, product: str) -> tuple[Alias, ...]:
        """The other names of one of them."""


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

    @abstractmethod
    def versions_of(self, product: str, track: str | None = None) -> Sequence[str]:
        """The recorded versions of a product, or of one of its tracks, the highest first."""

    @abstractmethod
    def with_downloads(self, product: str) -> Sequence[str]:
        """The versions of a product that have a download, the highest first."""

    @abstractmethod
    def inside(self, product: str) -> Collection[str]:
        """The versions of a product that only staff may know of."""

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

    def inside(self, product: str) -> Collection[str]:
        return [v for v in self.versions_of(product) if self._releases[product, v].inside]

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

    def inside(self, product: str) -> Collection[str]:
        return self._shelf.inside(product) if product in self._products else ()

    def suites(self) -> Collection[str]:
        return self._products.keys() & set(self._shelf.suites())

    def partners_of(self, product: str) -> Collection[str]:
        return self._shelf.partners_of(product) if product in self._products else ()
