"""The catalogue: every record of a knowledge base, read into immutable objects."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from forewarn.model.article import Article, Kind
from forewarn.model.product import Product
from forewarn.model.record import Support
from forewarn.model.release import Briefing, Release, Status
from forewarn.model.version import InvalidVersion, Scheme, VersionRange

ReleaseKey = tuple[str, str]


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
    def _by_product(self) -> Mapping[str, tuple[Release, ...]]:
        groups: dict[str, list[Release]] = {product: [] for product in self.products}
        for release in self.releases.values():
            groups.setdefault(release.product, []).append(release)
        return {product: self._newest_first(product, group) for product, group in groups.items()}

    def _newest_first(self, product: str, releases: Iterable[Release]) -> tuple[Release, ...]:
        scheme = self.schemes[product]
        return tuple(
            sorted(releases, key=lambda r: (scheme.key(r.version), r.version), reverse=True)
        )

    def releases_of(self, product: str) -> tuple[Release, ...]:
        """A product's releases, the highest version first; empty for an unknown product."""
        return self._by_product.get(product, ())

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
        return next((r for r in self.releases_of(product) if scheme.key(r.version) == wanted), None)

    def latest(self, product: str, track: str | None = None) -> Release | None:
        """The highest shipped version, of one track or of all; never the newest date."""
        return next(
            (
                release
                for release in self.releases_of(product)
                if release.status is Status.SHIPPED and track in (None, release.track)
            ),
            None,
        )

    def latest_of_tracks(self, product: str) -> tuple[Release, ...]:
        """The highest shipped version of each track that has one, in the product's order."""
        found = (self.latest(product, track) for track in self.products[product].tracks)
        return tuple(release for release in found if release)

    def superseded_by(self, release: Release) -> Release | None:
        """The shipped release of the same track that replaces this one, if there is one."""
        newest = self.latest(release.product, release.track)
        if newest is None or newest.version == release.version:
            return None
        scheme = self.schemes[release.product]
        higher = scheme.key(newest.version) > scheme.key(release.version)
        return newest if higher else None

    def support_of(self, release: Release) -> Support | None:
        """A release's own support dates, else those of its track."""
        return release.support or self.products[release.product].support.get(release.track)

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
