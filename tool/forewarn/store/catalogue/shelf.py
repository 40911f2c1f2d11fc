"""Products, their schemes and their releases, each made when somebody asks for it first."""

from __future__ import annotations

from collections.abc import (
    Callable,
    Collection,
    ItemsView,
    Iterable,
    Iterator,
    Mapping,
    Sequence,
    ValuesView,
)
from dataclasses import replace
from functools import cache, cached_property, lru_cache
from operator import is_
from typing import Any

from forewarn import schemes
from forewarn.model.product import Alias, Product
from forewarn.model.record import Audience
from forewarn.model.release import Release
from forewarn.model.shelf import Directory, Lazy, ReleaseKey, Shelf
from forewarn.model.versions.version import Scheme
from forewarn.rows import NamedTuple
from forewarn.store.catalogue.parts import ProductPart

_KEYS = 20_000  # versions of one scheme; the keys of all take a few megabytes


class Head(NamedTuple):
    """What is known of a product before it is made; `word` is its file's content in one word."""

    name: str
    scheme: str
    audience: Audience
    aliases: Sequence[tuple[str, str | None]]  # each with its line
    word: str


class PartDirectory(Lazy[str, Product], Directory):
    """Products by id, of which something is known at once."""

    def __init__(self, known: Mapping[str, Head], make: Callable[[str], Product]) -> None:
        super().__init__(sorted(known), make)
        self._known = known

    def name_of(self, product: str) -> str:
        """What customers call a product."""
        return self._known[product].name

    def aliases_of(self, product: str) -> tuple[Alias, ...]:
        """The other names of a product."""
        return tuple(Alias(name=name, line=line) for name, line in self._known[product].aliases)

    def lines_of(self, product: str) -> Iterable[tuple[str, str | None]]:
        """The same as pairs of a name and its line."""
        return self._known[product].aliases

    def audience_of(self, product: str) -> Audience:
        """Who may know of a product."""
        return self._known[product].audience

    def same_as(self, other: Mapping[str, Product], product: str) -> bool:
        """Whether a product's file is the same in both."""
        if not isinstance(other, PartDirectory) or product not in other._known:
            return False
        return product in self._known and self._known[product].word == other._known[product].word

    def scheme_of(self, product: str) -> str:
        """The scheme of a product as its file has it; empty where there is none."""
        known = self._known.get(product)
        return known.scheme if known else ""

    def orders(self) -> Mapping[str, Scheme]:
        """The order of each product's versions."""
        return Lazy(tuple(self), lambda product: _order(self._known[product].scheme))


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
        respelled: Collection[str],
        orders: Mapping[str, Scheme],
    ) -> None:
        """`respelled` are the products that state ranges to be read by the `orders` of others."""
        self._parts = parts
        self._respelled = respelled
        self._orders = orders
        self._without = without
        self._made: dict[ReleaseKey, Release] = {}
        self._versions: dict[str, tuple[str, ...]] = {}

    def __getitem__(self, key: ReleaseKey) -> Release:
        made = self._made.get(key)
        if made is None:
            made = self._made[key] = self._make(key)
        return made

    def get(self, key: ReleaseKey, default: Any = None) -> Any:
        """A release; most of what `identify` asks for is not there, and that costs nothing."""
        if key not in self:
            return default
        return self[key]

    def _make(self, key: ReleaseKey) -> Release:
        if key not in self:
            raise KeyError(key)
        product, version = key
        opened = self._parts[product].contents
        release = opened.files[opened.releases[version]].record
        if not isinstance(release, Release):
            raise KeyError(key)
        track = opened.tracks[version]
        if release.track != track:
            release = replace(release, track=track)
        if product in self._respelled:
            read = (
                replace(s, versions=s.versions.under(self._orders[s.partner]))
                for s in release.compatibility
            )
            release = replace(release, compatibility=tuple(read))
        return release

    def __contains__(self, key: object) -> bool:
        if key in self._without or not isinstance(key, tuple):
            return False
        product, version = key
        part = self._parts.get(product)
        return part is not None and version in part.contents.releases

    def same_as(self, other: Shelf, product: str) -> bool:
        """Whether a product's folder is the very same on both, and read in the same way."""
        if not isinstance(other, PartShelf):
            return False
        part = self._parts.get(product)
        if part is None or other._parts.get(product) is not part:
            return False
        orders = (shelf._orders for shelf in (self, other))
        mine, theirs = ([order.get(partner) for partner in part.known.ranges] for order in orders)
        bad = [{v for p, v in shelf._without if p == product} for shelf in (self, other)]
        return bad[0] == bad[1] and all(map(is_, mine, theirs))

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
            # Many a watched product has no records yet.
            has_some = part is not None and part.known.files > 0
            self._versions[product] = self._usable(
                product, part.contents.releases if part and has_some else ()
            )
        versions = self._versions[product]
        if track is None:
            return versions
        tracks = self._parts[product].contents.tracks if versions else {}
        return [version for version in versions if tracks[version] == track]

    def with_downloads(self, product: str) -> Sequence[str]:
        """The versions of a product that have a download, the highest first."""
        part = self._parts.get(product)
        return self._usable(product, part.contents.downloads if part else ())

    def with_support(self, product: str) -> Sequence[str]:
        """The versions of a product whose own records say how long they are supported."""
        part = self._parts.get(product)
        return self._usable(product, part.contents.supported if part else ())

    def inside(self, product: str) -> Collection[str]:
        """The versions of a product that only staff may know of."""
        part = self._parts.get(product)
        return part.known.inside if part else ()

    def announced(self, product: str) -> Collection[str]:
        """The versions of a product that have a day on which they were, or are, announced."""
        part = self._parts.get(product)
        return self._usable(product, part.known.announced if part else ())

    def suites(self) -> tuple[str, ...]:
        """The products of which a release contains others."""
        return tuple(product for product, part in self._parts.items() if part.known.suites)

    def partners_of(self, product: str) -> Collection[str]:
        """The products over whose versions a release of this one states something."""
        part = self._parts.get(product)
        return part.known.ranges.keys() if part else ()

    def _usable(self, product: str, versions: Iterable[str]) -> tuple[str, ...]:
        if not self._without:
            return tuple(versions)
        return tuple(v for v in versions if (product, v) not in self._without)
