"""What the rules look at: the catalogue, and what several rules ask of it, worked out once."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache, cached_property
from typing import Any

from forewarn.model.article import Article
from forewarn.model.called import names_of
from forewarn.model.catalogue import Catalogue
from forewarn.model.compatibility import Judgement, judge, judge_inside
from forewarn.model.recommend import Adviser, Skipped
from forewarn.model.release import Briefing, Release, Statement
from forewarn.model.tracks import cycle_of, falls_under
from forewarn.model.versions import spans
from forewarn.model.versions.version import Scheme, VersionRange
from forewarn.model.whole import Whole, whole
from forewarn.store.catalogue.folders import KB


@dataclass
class LookedAt:
    """What a rule has looked at: products by id, paths with whether a file is there, and names
    with the products that are called so.
    """

    products: set[str] = field(default_factory=set)
    files: dict[str, bool] = field(default_factory=dict)
    names: dict[str, list[str]] = field(default_factory=dict)


class Around:
    """A catalogue on a day, with the people and the paths of its files, as the rules see it.

    A rule asks nothing but this, so that `asked` tells what its findings follow from; they hold as
    long as that is the same. Every question about versions is answered by a search in a sorted
    list, so that a rule takes n log n steps for n releases.
    """

    def __init__(
        self,
        catalogue: Catalogue,
        *,
        people: Collection[str] | None,
        files: Collection[str],
        today: date,
        platforms: Collection[str] | None = (),
    ) -> None:
        """Begin; `people` and `platforms` are None where forewarn.yml cannot be read.

        `platforms` are those that it declares for all products.
        """
        self.people = people
        self.platforms = platforms
        self.today = today
        # The last day that has come somewhere on earth.
        self.tomorrow = today + timedelta(days=1)
        self.asked = LookedAt()
        self._catalogue = catalogue
        self._files = files
        self._ladders: dict[str, _Ladder] = {}

    def has_product(self, product: str) -> bool:
        """Whether a product is recorded."""
        self.asked.products.add(product)
        return product in self._catalogue.products

    def name_of(self, product: str) -> str:
        """What customers call a product."""
        self.asked.products.add(product)
        return self._catalogue.name_of(product)

    def called(self, name: str) -> Sequence[str]:
        """The products that have this for their id, their name or an alias, in any letter case."""
        key = name.casefold()
        self.asked.names[key] = self._called.get(key, [])
        return self.asked.names[key]

    def has_file(self, path: str) -> bool:
        """Whether a record is there, readable or not."""
        self.asked.files[path] = path in self._files
        return self.asked.files[path]

    def articles(self) -> Collection[Article]:
        """Every article."""
        return self._catalogue.articles.values()

    def releases_of(self, product: str) -> Sequence[Release]:
        """A product's releases, the lowest version first; empty for an unknown product."""
        return self._ladder(product).releases if self.has_product(product) else ()

    def statements_of(self, product: str) -> Iterator[Statement]:
        """What a product's releases say of others."""
        for release in self.releases_of(product):
            yield from release.compatibility

    def briefings_of(self, product: str) -> Sequence[Briefing]:
        """What staff must know about a product's releases."""
        self.asked.products.add(product)
        return self._briefings.get(product, ())

    def find_release(self, product: str, version: str) -> Release | None:
        """The release that is meant by a version."""
        self.asked.products.add(product)
        return self._catalogue.find_release(product, version)

    def judge(self, release: Release, other: Release) -> Judgement:
        """Whether two releases work together, by the files alone."""
        for one in (release, other):
            self.whole(one)
        return judge(self._catalogue, release, other)

    def whole(self, suite: Release) -> Whole:
        """A suite with all that it contains."""
        found = whole(self._catalogue, suite)
        self.asked.products |= {part.release.product for part in found.parts}
        self.asked.products |= {gap.product for gap in found.gaps}
        return found

    def inside(self, suite: Release) -> Sequence[Judgement]:
        """What of a suite breaks or limits something else of it, by the files alone."""
        self.whole(suite)
        return judge_inside(self._catalogue, suite)

    def newest_by(self, product: str, day: date) -> Release | None:
        """The highest version that had shipped by a day, pre-releases aside."""
        self.asked.products.add(product)
        return self._catalogue.newest_by(product, day)

    def newest(self, product: str) -> Sequence[Release]:
        """The latest of each track that somebody still supports."""
        tracks = dict.fromkeys(release.track for release in reversed(self.releases_of(product)))
        found = (self._catalogue.latest(product, track) for track in tracks)
        return [release for release in found if release and not self._is_over(release)]

    def key(self, release: Release) -> Hashable:
        """A release's place in its product's order; equal where the versions are."""
        key: Hashable = self._ladder(release.product).key(release.version)
        return key

    def against_replacement(self, release: Release) -> Skipped | None:
        """What speaks against the release that is named for a withdrawn one."""
        issues = self._catalogue.issues_of(release.product)
        self.asked.products |= {KB, release.product, *(p for i in issues for p in i.fixed_in)}
        return self._adviser.against_named(release)

    def cycle_of(self, release: Release, tracks: Sequence[str]) -> str | None:
        """Of some tracks the cycle that a release falls under by its version."""
        self.asked.products.add(release.product)
        return cycle_of(release.version, tracks, self._catalogue.schemes[release.product])

    def is_within(self, product: str, track: str, cycle: str) -> bool:
        """Whether a track is a part of a cycle, as 4.6-lts is of 4.6."""
        return falls_under(track, cycle, self._catalogue.schemes[product])

    def spans(self, product: str, versions: VersionRange) -> list[spans.Span]:
        """What a range holds of a product's order; nothing for a product that is not there."""
        return versions.spans_by(self._ladder(product).key) if self.has_product(product) else []

    def in_range(self, product: str, versions: VersionRange) -> Iterator[Release]:
        """The recorded releases of a product that a range holds."""
        if self.has_product(product):
            yield from self._ladder(product).inside(versions)

    def is_beyond(self, product: str, versions: VersionRange) -> bool:
        """Whether a range is open to one side, and on that side of every recorded version."""
        found = self.spans(product, versions)
        releases = self.releases_of(product)
        if not found or not releases:
            return False
        (low, _), (_, high) = found[0], found[-1]
        above = high == spans.ABOVE_ALL and low >= spans.after(self.key(releases[-1]))
        below = low == spans.BELOW_ALL and high <= spans.before(self.key(releases[0]))
        return above or below

    def _is_over(self, release: Release) -> bool:
        support = self._catalogue.support_of(release)
        return support is not None and support.over(self.today)

    @cached_property
    def _adviser(self) -> Adviser:
        return Adviser(self._catalogue, self.today)

    @cached_property
    def _called(self) -> Mapping[str, list[str]]:
        found: dict[str, list[str]] = {}
        for product in self._catalogue.products:
            for name in names_of(self._catalogue, product):
                found.setdefault(name, []).append(product)
        return found

    @cached_property
    def _briefings(self) -> Mapping[str, Sequence[Briefing]]:
        found: dict[str, list[Briefing]] = {}
        for briefing in self._catalogue.briefings.values():
            found.setdefault(briefing.product, []).append(briefing)
        return found

    def _ladder(self, product: str) -> _Ladder:
        """The order of a product that is there."""
        self.asked.products.add(product)
        if product not in self._ladders:
            newest_first = self._catalogue.releases_of(product)
            scheme = self._catalogue.schemes[product]
            self._ladders[product] = _Ladder(newest_first[::-1], scheme)
        return self._ladders[product]


class _Ladder:
    """A product's releases from low to high, and ranges as stretches of it."""

    def __init__(self, releases: Sequence[Release], scheme: Scheme) -> None:
        # Every version is met several times: as a release, and as the end of many ranges.
        self.key: Any = cache(scheme.key)
        self.releases = releases
        self._rungs = [spans.before(self.key(release.version)) for release in releases]

    def inside(self, versions: VersionRange) -> Iterator[Release]:
        for low, high in versions.spans_by(self.key):
            begin, end = bisect_left(self._rungs, low), bisect_left(self._rungs, high)
            yield from self.releases[begin:end]
