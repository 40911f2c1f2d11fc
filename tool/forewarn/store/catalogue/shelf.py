"""Products, their schemes and their releases, each made when somebody asks for it first."""

from __future__ import annotations

from collections.abc import Callable, Collection, ItemsView, Iterator, Mapping, Sequence, ValuesView
from dataclasses import replace
from functools import cache, cached_property, lru_cache
from typing import Any, TypeVar

from forewarn import schemes
from forewarn.model.product import Alias, Product
from forewarn.model.release import Release
from forewarn.model.shelf import Directory, ReleaseKey, Shelf
from forewarn.model.versions.version import Scheme
from forewarn.store.catalogue.parts import ProductPart

Value = TypeVar("Value")
Named = tuple[str, str | None]  # an alias and its line
_KEYS = 20_000  # versions of one scheme; the keys of all take a few megabytes


class Lazy(Mapping[str, Value]):
    """A mapping whose values are made when they are asked for first."""

    def __init__(self, keys: Sequence[str], make: Callable[[str], Value]) -> None:
        self._keys = dict.fromkeys(keys)
        self._make = make
        self._made: dict[str, Value] = {}

    def __getitem__(self, key: str) -> Value:
        if key not in self._made:
            if key not in self._keys:
                raise KeyError(key)
            self._made[key] = self._make(key)
        return self._made[key]

    def __contains__(self, key: object) -> bool:
        return key in self._keys

    def __iter__(self) -> Iterator[str]:
        return iter(self._keys)

    def __len__(self) -> int:
        return len(self._keys)


class PartDirectory(Lazy[Product], Directory):
    """Products by id, of which the name, the scheme and the other names are known."""

    def __init__(
        self, known: Mapping[str, tuple[str, str, list[Named]]], make: Callable[[str], Product]
    ) -> None:
        super().__init__(sorted(known), make)
        self._known = known

    def name_of(self, product: str) -> str:
        """What customers call a product."""
        return self._known[product][0]

    def aliases_of(self, product: str) -> tuple[Alias, ...]:
        """The other names of a product."""
        return tuple(Alias(name=name, line=line) for name, line in self._known[product][2])

    def orders(self) -> Mapping[str, Scheme]:
        """The order of each product's versions."""
        return Lazy(tuple(self), lambda product: _order(self._known[product][1]))


class _RememberingScheme:
    """A scheme that need not work out the key of a version each time it is asked for it."""

    def __init__(self, scheme: Scheme) -> None:
        self.name = scheme.name
        self.summary = scheme.summary
        self.example = scheme.example
        self.vers_names = scheme.vers_names
        self.signs = scheme.signs
        self.plain = scheme.plain
        self.series = scheme.series
        self._key = lru_cache(maxsize=_KEYS)(scheme.key)
        self._final = lru_cache(maxsize=_KEYS)(scheme.final)

    def key(self, version: str) -> Any:
        return self._key(version)

    def final(self, version: str) -> str | None:
        return self._final(version)


@cache
def _order(text: str) -> Scheme:
    return _RememberingScheme(schemes.get(text))


class PartShelf(Shelf):
    """The releases of some products, without those that turned out to be unusable."""

    def __init__(
        self,
        parts: Mapping[str, ProductPart],
        without: frozenset[ReleaseKey],
        respelled: Mapping[str, Mapping[str, Scheme]],
    ) -> None:
        """`respelled` has, for products that state ranges to be read by schemes, the schemes."""
        self._parts = parts
        self._respelled = respelled
        self._without = without
        self._made: dict[ReleaseKey, Release] = {}
        self._versions: dict[str, tuple[str, ...]] = {}

    def __getitem__(self, key: ReleaseKey) -> Release:
        made = self._made.get(key)
        if made is None:
            made = self._made[key] = self._make(key)
        return made

    def _make(self, key: ReleaseKey) -> Release:
        if key not in self:
            raise KeyError(key)
        product, version = key
        part = self._parts[product]
        release = part.files[part.releases[version]].record
        if not isinstance(release, Release):
            raise KeyError(key)
        track = part.tracks[version]
        if release.track != track:
            release = replace(release, track=track)
        orders = self._respelled.get(product)
        if orders:
            read = (
                replace(s, versions=s.versions.under(orders[s.partner]))
                for s in release.compatibility
            )
            release = replace(release, compatibility=tuple(read))
        return release

    def __contains__(self, key: object) -> bool:
        if key in self._without or not isinstance(key, tuple):
            return False
        product, version = key
        part = self._parts.get(product)
        return part is not None and version in part.releases

    def same_as(self, other: Shelf, product: str) -> bool:
        """Whether a product's folder is the very same on both."""
        return (
            isinstance(other, PartShelf)
            and self._parts.get(product) is other._parts.get(product)
            and self.versions_of(product) == other.versions_of(product)
        )

    def __iter__(self) -> Iterator[ReleaseKey]:
        return (
            (product, version) for product in self._parts for version in self.versions_of(product)
        )

    def __len__(self) -> int:
        return sum(len(self.versions_of(product)) for product in self._parts)

    def values(self) -> ValuesView[Release]:
        """All releases; what is asked for again and again is made once."""
        return self._all.values()

    def items(self) -> ItemsView[ReleaseKey, Release]:
        """All releases with their keys."""
        return self._all.items()

    @cached_property
    def _all(self) -> dict[ReleaseKey, Release]:
        return {key: self[key] for key in self}

    def versions_of(self, product: str, track: str | None = None) -> Sequence[str]:
        """The recorded versions of a product, or of one of its tracks, the highest first."""
        if product not in self._versions:
            part = self._parts.get(product)
            self._versions[product] = tuple(
                version
                for version in (part.releases if part else ())
                if (product, version) not in self._without
            )
        versions = self._versions[product]
        if track is None:
            return versions
        tracks = self._parts[product].tracks if versions else {}
        return [version for version in versions if tracks[version] == track]

    def with_downloads(self, product: str) -> Sequence[str]:
        """The versions of a product that have a download, the highest first."""
        part = self._parts.get(product)
        versions = part.downloads if part else ()
        return [version for version in versions if (product, version) not in self._without]

    def inside(self, product: str) -> Collection[str]:
        """The versions of a product that only staff may know of."""
        part = self._parts.get(product)
        return part.inside if part else ()

    def suites(self) -> tuple[str, ...]:
        """The products of which a release contains others."""
        return tuple(product for product, part in self._parts.items() if part.suites)

    def partners_of(self, product: str) -> Collection[str]:
        """The products over whose versions a release of this one states something."""
        part = self._parts.get(product)
        return part.ranges.keys() if part else ()
