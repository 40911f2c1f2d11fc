"""The catalogue: every record of a knowledge base, read into immutable objects."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import field, replace
from datetime import date
from functools import cached_property

from forewarn.frozen import dataclass
from forewarn.model.article import Article, Kind
from forewarn.model.neighbourhood import Neighbourhood, neighbourhoods
from forewarn.model.product import Alias, Product
from forewarn.model.record import Audience, Support
from forewarn.model.release import Briefing, Release, Status
from forewarn.model.shelf import Directory, Neighbouring, Overlaid, ReleaseKey, Shelf, Sorted
from forewarn.model.versions import stages
from forewarn.model.versions.same import is_same
from forewarn.model.versions.version import InvalidVersion, Scheme, VersionRange


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
    def shelf(self) -> Shelf:
        """The releases by product and in order."""
        if isinstance(self.releases, Shelf):
            return self.releases
        return Sorted(self.releases, self.schemes)

    def _newest_first(self, product: str, track: str | None = None) -> Iterator[Release]:
        versions = self.shelf.versions_of(product, track)
        return (self.releases[product, version] for version in versions)

    def releases_of(self, product: str) -> tuple[Release, ...]:
        """A product's releases, the highest version first; empty for an unknown product."""
        return self.shelf.releases_of(product)

    def versions_of(self, product: str) -> Sequence[str]:
        """A product's recorded versions, the highest first."""
        return self.shelf.versions_of(product)

    def with_downloads(self, product: str | None = None) -> Iterator[Release]:
        """The releases, of one product or of all, that have a download."""
        for each in self.products if product is None else (product,):
            for version in self.shelf.with_downloads(each):
                yield self.releases[each, version]

    def find_release(self, product: str, version: str) -> Release | None:
        """The release a person means by `version`: as written, else in another spelling."""
        scheme = self.schemes.get(product)
        found = self.find_equal(product, version)
        return next((each for each in found if is_same(scheme, version, each.version)), None)

    def find_equal(self, product: str, version: str) -> Iterator[Release]:
        """The release written so, then those that are equal under the scheme."""
        exact = self.releases.get((product, version))
        if exact:
            yield exact
        if product not in self.schemes:
            return
        scheme = self.schemes[product]
        try:
            wanted = scheme.key(version)
        except InvalidVersion:
            return
        for other in self.shelf.versions_of(product):
            if other != version and scheme.key(other) == wanted:
                yield self.releases[product, other]

    def name_of(self, product: str) -> str:
        """What customers call a product; its id where it is not recorded."""
        if product not in self.products:
            return product
        if isinstance(self.products, Directory):
            return self.products.name_of(product)
        return self.products[product].name

    def aliases_of(self, product: str) -> tuple[Alias, ...]:
        """The other names of a product that is recorded."""
        if isinstance(self.products, Directory):
            return self.products.aliases_of(product)
        return self.products[product].aliases

    def lines_of(self, product: str) -> Iterable[tuple[str, str | None]]:
        """The same as pairs of a name and its line."""
        if isinstance(self.products, Directory):
            return self.products.lines_of(product)
        return [(alias.name, alias.line) for alias in self.products[product].aliases]

    def audience_of(self, product: str) -> Audience:
        """Who may know of a product that is recorded."""
        if isinstance(self.products, Directory):
            return self.products.audience_of(product)
        return self.products[product].audience

    def has_same(self, other: Catalogue, product: str) -> bool:
        """Whether another one is sure to have the same record of a product, and its releases."""
        if isinstance(self.products, Directory):
            same = self.products.same_as(other.products, product)
        else:
            same = self.products.get(product) == other.products.get(product)
        mine, theirs = self.shelf.beneath(product), other.shelf.beneath(product)
        return same and mine.same_as(theirs, product)

    def with_releases(self, releases: Mapping[ReleaseKey, Release]) -> Catalogue:
        """The catalogue with some more releases, or with others in the place of some."""
        if not releases:
            return self
        return replace(self, releases=Overlaid(self.shelf, releases, self.schemes))

    def latest(
        self, product: str, track: str | None = None, platform: str | None = None
    ) -> Release | None:
        """The highest shipped version, of one track or of all; never the newest date.

        A pre-release is it only on a track for pre-releases, such as beta, or where no release
        has shipped. So is a version with a word that says neither (2.7-STABLE), which still comes
        before those that are pre-releases for sure. With a platform, the highest that has a
        download for it.
        """
        key = product, track, platform
        if key not in self._latest:
            shipped = self._shipped(product, track, platform)
            self._latest[key] = self._most_final(shipped, product, track)
        return self._latest[key]

    def _shipped(self, product: str, track: str | None, platform: str | None) -> Iterator[Release]:
        for release in self._newest_first(product, track):
            if release.status is Status.SHIPPED and release.on_platform(platform):
                yield release

    def _most_final(
        self, highest_first: Iterator[Release], product: str, track: str | None
    ) -> Release | None:
        if track and stages.is_early(track):
            return next(highest_first, None)
        unsure: Release | None = None
        early: Release | None = None
        for release in highest_first:
            scheme = self.schemes[product]
            final = scheme.final(release.version)
            if final is None and (track or not stages.is_early(release.track)):
                return release
            if final and scheme.key(final) < scheme.key(release.version):
                unsure = unsure or release
            early = early or release
        return unsure or early

    @cached_property
    def _latest(self) -> dict[tuple[str, str | None, str | None], Release | None]:
        return {}

    def newest_by(self, product: str, day: date) -> Release | None:
        """The highest version that had shipped by a day, pre-releases aside."""
        key = product, day
        if key not in self._newest_by:
            final = self.schemes[product].final
            self._newest_by[key] = next(
                (
                    release
                    for release in self._newest_first(product)
                    if release.had_shipped(day) and final(release.version) is None
                ),
                None,
            )
        return self._newest_by[key]

    @cached_property
    def _newest_by(self) -> dict[tuple[str, date], Release | None]:
        return {}

    def latest_of_tracks(self, product: str, platform: str | None = None) -> tuple[Release, ...]:
        """The highest shipped version of each track that has one, in the product's order."""
        found = (self.latest(product, track, platform) for track in self.products[product].tracks)
        return tuple(release for release in found if release)

    def superseded_by(self, release: Release, platform: str | None = None) -> Release | None:
        """The shipped release of the same track that replaces this one, if there is one.

        With a platform, the one that replaces it there.
        """
        scheme = self.schemes[release.product]
        mine = scheme.key(release.version)
        newest = self.latest(release.product, release.track, platform)
        if newest and scheme.key(newest.version) > mine:
            return newest
        if scheme.final(release.version) is None:
            return None
        # Of two pre-releases of what is to come, the later one replaces the other.
        highest = next(self._shipped(release.product, release.track, platform), None)
        return highest if highest and scheme.key(highest.version) > mine else None

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
        products = sorted(self.shelf.suites())
        for suite in (release for product in products for release in self.releases_of(product)):
            for member in suite.contains:
                held = self.find_release(member.product, member.version)
                if held:
                    found.setdefault((held.product, held.version), []).append(suite)
        return {key: tuple(suites) for key, suites in found.items()}

    def suites_with(self, release: Release) -> tuple[Release, ...]:
        """The suites' releases that contain a release, the highest of each suite first."""
        return self._suites.get((release.product, release.version), ())

    def suites_of(self, product: str) -> tuple[str, ...]:
        """The suites whose newest release, of all or of a track, contains one of a product."""
        return self._suites_by_member.get(product, ())

    @cached_property
    def _suites_by_member(self) -> Mapping[str, tuple[str, ...]]:
        found: dict[str, list[str]] = {}
        for suite in sorted(self.shelf.suites()):
            newest = next(self._newest_first(suite), None)
            rows = (*((newest,) if newest else ()), *self.latest_of_tracks(suite))
            for member in {m.product for release in rows for m in release.contains}:
                found.setdefault(member, []).append(suite)
        return {member: tuple(suites) for member, suites in found.items()}

    @cached_property
    def _neighbourhoods(self) -> Mapping[str, Neighbourhood]:
        shelf = self.shelf
        return neighbourhoods(
            self.products.values(),
            stated={product: shelf.partners_of(product) for product in self.products},
            suites=[release for suite in shelf.suites() for release in self.releases_of(suite)],
            articles=self.articles,
            briefings=self.briefings,
        )

    def neighbours(self, product: str) -> tuple[str, ...]:
        """The other products that a page about this one may have to name, in order.

        They state something about it or it about them, they must work with each other's new
        releases, one contains the other, or an article mentions both.
        """
        return self._neighbourhoods[product].products

    def around(self, product: str) -> Catalogue:
        """A product and its neighbours with their releases, and the articles that mention it.

        Nothing is read, made or put in order again.
        """
        found = self._neighbourhoods
        ids = sorted((product, *found[product].products))
        return Catalogue(
            products={id: self.products[id] for id in ids},
            releases=Neighbouring(self.shelf, product, found[product].products),
            briefings={key: text for id in ids for key, text in found[id].briefings.items()},
            articles=found[product].articles,
            schemes={id: self.schemes[id] for id in ids},
        )

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
        return any(issue.fixes(self.in_range))

    def fixed_on(self, issue: Article) -> date | None:
        """The day on which the first release with the fix came out, if one has."""
        days = (fix.released_at for fix in issue.fixes(self.in_range) if fix.released_at)
        return min(days, default=None)

    def support_ends(self, product: str, today: date) -> tuple[tuple[str, date], ...]:
        """Tracks of a product whose support has yet to end, with the day, soonest first."""
        rows = (
            (track, support.ends)
            for track, support in self.products[product].support.items()
            if support.ends is not None and support.ends >= today
        )
        return tuple(sorted(rows, key=lambda row: (row[1], row[0])))
