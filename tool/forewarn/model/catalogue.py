"""The catalogue: every record of a knowledge base, read into immutable objects."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from forewarn.model.article import Article, Kind
from forewarn.model.product import Product
from forewarn.model.record import Support
from forewarn.model.release import Briefing, Release, Status
from forewarn.model.version import InvalidVersion, Scheme, VersionRange

ReleaseKey = tuple[str, str]


class Directory(Mapping[str, Product]):
    """Products whose names are known, and that are made only when they are asked for."""

    @abstractmethod
    def name_of(self, product: str) -> str:
        """What customers call one of them."""


class Shelf(Mapping[ReleaseKey, Release]):
    """Releases that stand in order already, and are made only when they are asked for."""

    @abstractmethod
    def versions_of(self, product: str, track: str | None = None) -> Sequence[str]:
        """The recorded versions of a product, or of one of its tracks, the highest first."""

    @abstractmethod
    def with_downloads(self, product: str) -> Sequence[str]:
        """The versions of a product that have a download, the highest first."""

    @abstractmethod
    def suites(self) -> Collection[str]:
        """The products of which a release contains others."""


@dataclass(frozen=True, kw_only=True)
class Catalogue:
    """All records at one moment. Pure: no clock, no network, no files.

    `schemes` maps a product's id to the order of its versions and has every product. A release
    key is `(product, version)`.
    """

    products: Mapping[str, Product] = field(default_factory=dict)
    releases: Mapping[ReleaseKey, Release] = field(default_factory=dict)
    briefings: Mapping[ReleaseKey, Briefing] = field(default_factory=dict)
    articles: Mapping[str, Article] = field(default_factory=dict)
    schemes: Mapping[str, Scheme] = field(default_factory=dict)

    @cached_property
    def _shelf(self) -> Shelf:
        if isinstance(self.releases, Shelf):
            return self.releases
        return _Sorted(self.releases, self.schemes)

    @cached_property
    def _by_product(self) -> dict[str, tuple[Release, ...]]:
        return {}

    def _newest_first(self, product: str, track: str | None = None) -> Iterator[Release]:
        versions = self._shelf.versions_of(product, track)
        return (self.releases[product, version] for version in versions)

    def releases_of(self, product: str) -> tuple[Release, ...]:
        """A product's releases, the highest version first; empty for an unknown product."""
        if product not in self._by_product:
            self._by_product[product] = tuple(self._newest_first(product))
        return self._by_product[product]

    def versions_of(self, product: str) -> Sequence[str]:
        """A product's recorded versions, the highest first."""
        return self._shelf.versions_of(product)

    def with_downloads(self, product: str | None = None) -> Iterator[Release]:
        """The releases, of one product or of all, that have a download."""
        for each in self.products if product is None else (product,):
            for version in self._shelf.with_downloads(each):
                yield self.releases[each, version]

    def find_release(self, product: str, version: str) -> Release | None:
        """The release a person means by `version`: as written, else equal under the scheme."""
        exact = self.releases.get((product, version))
        if exact or product not in self.schemes:
            return exact
        scheme = self.schemes[product]
        try:
            wanted = scheme.key(version)
        except InvalidVersion:
            return None
        equal = (v for v in self._shelf.versions_of(product) if scheme.key(v) == wanted)
        found = next(equal, None)
        return self.releases[product, found] if found else None

    def name_of(self, product: str) -> str:
        """What customers call a product; its id where it is not recorded."""
        if product not in self.products:
            return product
        if isinstance(self.products, Directory):
            return self.products.name_of(product)
        return self.products[product].name

    def latest(
        self, product: str, track: str | None = None, platform: str | None = None
    ) -> Release | None:
        """The highest shipped version, of one track or of all; never the newest date.

        With a platform, the highest that has a download for it.
        """
        return next(
            (
                release
                for release in self._newest_first(product, track)
                if release.status is Status.SHIPPED and release.on_platform(platform)
            ),
            None,
        )

    def latest_of_tracks(self, product: str, platform: str | None = None) -> tuple[Release, ...]:
        """The highest shipped version of each track that has one, in the product's order."""
        found = (self.latest(product, track, platform) for track in self.products[product].tracks)
        return tuple(release for release in found if release)

    def superseded_by(self, release: Release, platform: str | None = None) -> Release | None:
        """The shipped release of the same track that replaces this one, if there is one.

        With a platform, the one that replaces it there.
        """
        newest = self.latest(release.product, release.track, platform)
        if newest is None or newest.version == release.version:
            return None
        scheme = self.schemes[release.product]
        higher = scheme.key(newest.version) > scheme.key(release.version)
        return newest if higher else None

    def support_of(self, release: Release) -> Support | None:
        """A release's own support dates, else those of its track."""
        return release.support or self.products[release.product].support.get(release.track)

    def still_latest_on(self, release: Release) -> tuple[str, ...]:
        """The platforms on which a superseded release is the newest that can be had."""
        if release.status is not Status.SHIPPED:
            return ()
        platforms = dict.fromkeys(download.platform for download in release.downloads)
        return tuple(
            platform
            for platform in platforms
            if self.latest(release.product, release.track, platform) is release
        )

    @cached_property
    def _suites(self) -> Mapping[ReleaseKey, tuple[Release, ...]]:
        found: dict[ReleaseKey, list[Release]] = {}
        products = sorted(self._shelf.suites())
        for suite in (release for product in products for release in self.releases_of(product)):
            for member in suite.contains:
                held = self.find_release(member.product, member.version)
                if held:
                    found.setdefault((held.product, held.version), []).append(suite)
        return {key: tuple(suites) for key, suites in found.items()}

    def suites_with(self, release: Release) -> tuple[Release, ...]:
        """The suites' releases that contain a release, the highest of each suite first."""
        return self._suites.get((release.product, release.version), ())

    def in_range(self, product: str, versions: VersionRange) -> tuple[Release, ...]:
        """The recorded releases of `product` that a range holds, the highest first."""
        scheme = self.schemes.get(product)
        if scheme is None:
            return ()
        return tuple(r for r in self.releases_of(product) if versions.contains(r.version, scheme))

    @cached_property
    def known_issues(self) -> tuple[Article, ...]:
        """Every known issue, by path."""
        issues = (a for a in self.articles.values() if a.kind is Kind.KNOWN_ISSUE)
        return tuple(sorted(issues, key=lambda a: a.path))

    def issues_of(self, product: str, version: str | None = None) -> tuple[Article, ...]:
        """The known issues that apply to a product, or to one version of it."""
        scheme = self.schemes.get(product)
        return tuple(
            issue
            for issue in self.known_issues
            if product in issue.applies
            and (
                version is None
                or (scheme is not None and issue.applies[product].contains(version, scheme))
            )
        )

    def is_fixed(self, issue: Article) -> bool:
        """Whether a shipped release has the fix. A fix in a planned release is a promise."""
        return any(
            release.status is Status.SHIPPED
            for product, versions in issue.fixed_in.items()
            for release in self.in_range(product, versions)
        )

    def support_ends(self, product: str, today: date) -> tuple[tuple[str, date], ...]:
        """Tracks of a product whose support has yet to end, with the day, soonest first."""
        rows = (
            (track, support.ends)
            for track, support in self.products[product].support.items()
            if support.ends is not None and support.ends >= today
        )
        return tuple(sorted(rows, key=lambda row: (row[1], row[0])))


class _Sorted(Shelf):
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

    def suites(self) -> Collection[str]:
        return {release.product for release in self._releases.values() if release.contains}
