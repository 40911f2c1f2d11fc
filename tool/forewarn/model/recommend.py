"""Which version to send a customer to, and why not to another: asked here by everything.

`use instead`, what a release is replaced by, the way out of a pair, an alert's advice and the
checker all give what is said here, so that no two of them can contradict each other.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import cache, cached_property, lru_cache
from itertools import count, islice, takewhile

from forewarn.frozen import dataclass
from forewarn.model.article import Article
from forewarn.model.catalogue import Catalogue
from forewarn.model.compatibility import judge
from forewarn.model.obstacle import Obstacle, PassedOver
from forewarn.model.release import Release, Status, Verdict
from forewarn.model.unrecorded import stand_in
from forewarn.model.versions.stages import is_early
from forewarn.model.versions.version import InvalidVersion

# Tracks by name, each with places and releases.
_Tracks = tuple[tuple[str, tuple[tuple[int, Release], ...]], ...]


# What is no reason for somebody who is there already to leave.
_MAY_STAY = (Obstacle.KNOWN_ISSUE, Obstacle.OPEN_ISSUE, Obstacle.PRE_RELEASE)
# So many of a track are looked at: a line that ended has thousands, none of which will do.
_MOST = 100
# Several pages ask of the same releases, one product after the other.
_REMEMBERED = 5000


@dataclass(frozen=True, kw_only=True, slots=True)
class Skipped:
    """A release that is not recommended, and why: the `issue` that it has, or what it breaks."""

    release: Release
    why: Obstacle
    issue: Article | None = None
    broken: Release | None = None


@dataclass(frozen=True, kw_only=True)
class Recommendation:
    """Where to go from a release.

    `to` is None where there is nothing to recommend, and the release itself where whoever has it
    may stay. `skipped` are those that come before it and are not recommended. `is_back` says that
    it leads to a lower version.
    """

    of: Release
    to: Release | None
    skipped: tuple[Skipped, ...] = ()
    is_back: bool = False

    @property
    def move(self) -> Release | None:
        """Where to go, unless that is where one is."""
        return None if self.to == self.of else self.to

    @cached_property
    def passed_over(self) -> tuple[PassedOver, ...]:
        """Why it is none of those skipped."""
        return passed_over(self.skipped)


def passed_over(skipped: Iterable[Skipped]) -> tuple[PassedOver, ...]:
    """Why releases are not recommended: those of one reason together, in the order of the first."""
    groups: dict[tuple[Obstacle, str | None, str | None], list[str]] = {}
    for row in skipped:
        issue = row.issue.title if row.issue else None
        broken = str(row.broken) if row.broken else None
        groups.setdefault((row.why, issue, broken), []).append(row.release.version)
    return tuple(
        PassedOver(versions=tuple(versions), why=why, issue=issue, broken=broken)
        for (why, issue, broken), versions in groups.items()
    )


class Adviser:
    """Recommends releases of a catalogue on a day."""

    def __init__(self, catalogue: Catalogue, today: date | None) -> None:
        """Begin; without a day, no support has ended."""
        self._catalogue = catalogue
        self._today = today
        self._always = cache(self._find_always)
        self._issues = cache(self._find_issues)
        self._finals = cache(self._find_finals)
        self._of_track = cache(self._find_of_track)
        self._places = cache(self._find_places)
        self._down = cache(self._find_down)
        self._open_tracks = cache(self._find_open_tracks)
        self._fixed: dict[str, bool] = {}
        self._known: dict[tuple[str, str], tuple[Release, Recommendation]] = {}

    def obstacle(self, release: Release, now: Release) -> Skipped | None:
        """What keeps whoever has `now` from being sent to a release; None where nothing does.

        A known issue that no shipped release has the fix for, and that `now` has as well, is no
        reason against moving.
        """
        if not release.recorded:
            return Skipped(release=release, why=Obstacle.UNRECORDED)
        return self.always(release) or self._with_issue(release, now)

    def always(self, release: Release) -> Skipped | None:
        """What keeps everybody from being sent to a recorded release."""
        return self._always(release.product, release.version)

    def may_stay(self, release: Release) -> bool:
        """Whether there is no reason to leave a release for whoever has it."""
        if not release.recorded:
            return not self._is_over(release)
        found = self.always(release)
        return found is None or found.why in _MAY_STAY

    def named(self, release: Release) -> Release | None:
        """What a person named for a withdrawn release, if that may be recommended."""
        found = self._named(release, {})
        return next((one for one in found if self.obstacle(one, release) is None), None)

    def recommend(self, release: Release, beside: Sequence[Release] = ()) -> Recommendation:
        """The release to use rather than this one; it breaks nothing of what is `beside` it.

        What a person named for a withdrawn one comes first, then the highest release of its
        track, then the nearest track's. Who has the highest of a track may stay, unless it was
        withdrawn, never shipped or is out of support.
        """
        if beside:
            return self._recommend(release, beside)
        key = release.product, release.version
        of, known = self._known.get(key, (None, None))
        if known is None or of is not release:
            known = self._recommend(release, ())
            if len(self._known) >= _REMEMBERED:
                self._known.clear()
            self._known[key] = release, known
        return known

    def _recommend(self, release: Release, beside: Sequence[Release]) -> Recommendation:
        skipped: dict[str, Skipped] = {}
        if beside or release.withdrawn:
            candidates = self._candidates(release, skipped)
            to = self._first(candidates, release, beside, skipped)
        else:
            to = self._along(release, skipped)
        back = to is not None and self._place_of(to) > self._place_of(release)
        return Recommendation(of=release, to=to, skipped=tuple(skipped.values()), is_back=back)

    def _along(self, release: Release, skipped: dict[str, Skipped]) -> Release | None:
        """The first, where only the release's own open issues and stage bear on its track.

        Thousands of a track have the same, and the track is walked down once for all of them.
        """
        pre = self._is_pre_release(release)
        has = frozenset(issue.path for issue in self.open_issues(release))
        down, fit = self._down(release.product, release.track, pre, has)
        if release.version in down:
            # It is met on the way: whoever has it may stay, or it is passed over.
            above = takewhile(lambda version: version != release.version, down)
            stays = self.may_stay(release)
            passed = above if stays else (version for version in down if version != release.version)
            skipped.update((version, down[version]) for version in passed)
            if stays:
                return release
        else:
            skipped.update(down)
        return fit or self._first(self._after_track(release), release, (), skipped)

    def _find_down(
        self, product: str, track: str, pre: bool, has: frozenset[str]
    ) -> tuple[Mapping[str, Skipped], Release | None]:
        """The first of a track that nothing speaks against, and what stands above it, by version.

        The highest comes first.
        """
        found: dict[str, Skipped] = {}
        for candidate in self._of_track(product, track):
            skip = self.always(candidate)
            if skip is None or (pre and skip.why is Obstacle.PRE_RELEASE):
                skip = self._with_other_issue(candidate, has)
            if skip is None:
                return found, candidate
            found[candidate.version] = skip
        return found, None

    def _first(
        self,
        candidates: Iterable[Release],
        release: Release,
        beside: Sequence[Release],
        skipped: dict[str, Skipped],
    ) -> Release | None:
        """The first that nothing speaks against; `skipped` takes what comes before it."""
        for candidate in candidates:
            if candidate.version == release.version:
                if self.may_stay(release):
                    return release
                continue
            found = self._refused(release, candidate, beside)
            if found is None:
                return candidate
            skipped.setdefault(candidate.version, found)
        return None

    def _refused(
        self, release: Release, candidate: Release, beside: Sequence[Release]
    ) -> Skipped | None:
        found = self.obstacle(candidate, release)
        if found and found.why is Obstacle.PRE_RELEASE and self._as_early(release, candidate):
            found = self._with_issue(candidate, release)
        if found:
            return found
        for other in beside:
            if other.product != candidate.product:
                verdict = judge(self._catalogue, candidate, other, today=self._today).verdict
                if verdict is Verdict.BREAKS:
                    return Skipped(release=candidate, why=Obstacle.BREAKS, broken=other)
        return None

    def _as_early(self, release: Release, candidate: Release) -> bool:
        """Whether both are pre-releases of one track, so that one leads to the other."""
        return candidate.track == release.track and self._is_pre_release(release)

    def _candidates(self, release: Release, skipped: dict[str, Skipped]) -> Iterator[Release]:
        """What may come instead, the best first; `skipped` takes what a person named in vain."""
        yield from self._named(release, skipped)
        yield from self._of_track(release.product, release.track)
        yield from self._after_track(release)

    def _after_track(self, release: Release) -> Iterator[Release]:
        if release.status is Status.SHIPPED:
            yield release
        yield from self._of_other_tracks(release)

    def against_named(self, release: Release) -> Skipped | None:
        """What speaks against the release that a person named for a withdrawn one."""
        skipped: dict[str, Skipped] = {}
        found = next(self._named(release, skipped), None)
        return self.obstacle(found, release) if found else next(iter(skipped.values()), None)

    def _named(self, release: Release, skipped: dict[str, Skipped]) -> Iterator[Release]:
        """What a person named for a withdrawn release, and for that one in its turn."""
        seen = {release.version}
        while release.withdrawn and release.withdrawn.replacement:
            named = release.withdrawn.replacement
            found = self._catalogue.find_release(release.product, named)
            if found is None:
                missing = stand_in(release.product, named)
                skipped[named] = Skipped(release=missing, why=Obstacle.UNRECORDED)
                return
            if found.version in seen:
                circle = Skipped(release=found, why=Obstacle.CIRCLE)
                skipped.setdefault(found.version, circle)
                return
            yield found
            seen.add(found.version)
            release = found

    def _of_other_tracks(self, release: Release) -> list[Release]:
        """The highest of each other track that is meant for all: higher first, nearest first."""
        place = self._place_of(release)
        rows = [(at >= place, abs(at - place), one) for at, one in self._newest(release)]
        return [one for *_, one in sorted(rows, key=lambda row: row[:2])]

    def _place_of(self, release: Release) -> int:
        """How many releases are higher."""
        places = self._places(release.product)
        if release.version in places:
            return places[release.version]
        scheme = self._catalogue.schemes[release.product]
        try:
            key = scheme.key(release.version)
        except InvalidVersion:
            return 0
        return sum(1 for version in places if scheme.key(version) > key)

    def _find_places(self, product: str) -> dict[str, int]:
        return {version: at for at, version in enumerate(self._catalogue.versions_of(product))}

    def _find_of_track(self, product: str, track: str) -> Iterable[Release]:
        versions = self._catalogue.shelf.versions_of(product, track)
        found = (self._catalogue.releases[product, version] for version in versions)
        return _Walked(islice((one for one in found if one.status is Status.SHIPPED), _MOST))

    def _newest(self, release: Release) -> Iterator[tuple[int, Release]]:
        """Of each other track that is meant for all the highest that may be recommended."""
        has = {issue.path for issue in self.open_issues(release)}
        for track, rows in self._open_tracks(release.product):
            if track != release.track:
                fit = (row for row in rows if self._with_other_issue(row[1], has) is None)
                yield from islice(fit, 1)

    def _find_open_tracks(self, product: str) -> _Tracks:
        """Of each track that is meant for all, what nothing keeps everybody from, with its place.

        Most tracks of a long history have nothing of the kind, and every release of it asks.
        """
        places = self._places(product)
        # Where none has an open issue, the first is the one.
        most = _MOST if self._catalogue.issues_of(product) else 1
        found: list[tuple[str, tuple[tuple[int, Release], ...]]] = []
        for track in self._catalogue.products[product].tracks:
            if not is_early(track) and not self._is_track_over(product, track):
                fit = (one for one in self._of_track(product, track) if self.always(one) is None)
                rows = tuple((places[one.version], one) for one in islice(fit, most))
                found += [(track, rows)] if rows else []
        return tuple(found)

    def _is_track_over(self, product: str, track: str) -> bool:
        """Whether the dates of a track say so of each of its releases, of which none is read."""
        support = self._catalogue.products[product].support.get(track)
        if support is None or self._today is None or not support.over(self._today):
            return False
        shelf = self._catalogue.shelf
        return frozenset(shelf.with_support(product)).isdisjoint(shelf.versions_of(product, track))

    def _find_always(self, product: str, version: str) -> Skipped | None:
        release = self._catalogue.releases[product, version]
        why = self._why(release)
        if why:
            return Skipped(release=release, why=why)
        fixed = next((issue for issue in self._issues_of(release) if self._is_fixed(issue)), None)
        return Skipped(release=release, why=Obstacle.KNOWN_ISSUE, issue=fixed) if fixed else None

    def _with_issue(self, release: Release, now: Release) -> Skipped | None:
        return self._with_other_issue(release, {issue.path for issue in self.open_issues(now)})

    def _with_other_issue(self, release: Release, has: Collection[str]) -> Skipped | None:
        issue = next((one for one in self.open_issues(release) if one.path not in has), None)
        return Skipped(release=release, why=Obstacle.OPEN_ISSUE, issue=issue) if issue else None

    def _why(self, release: Release) -> Obstacle | None:
        if release.status is Status.WITHDRAWN:
            return Obstacle.WITHDRAWN
        if release.status is not Status.SHIPPED:
            return Obstacle.NOT_SHIPPED
        if self._is_over(release):
            return Obstacle.UNSUPPORTED
        if self._is_pre_release(release) and self._finals(release.product):
            return Obstacle.PRE_RELEASE
        return None

    def _is_over(self, release: Release) -> bool:
        support = self._catalogue.support_of(release)
        return support is not None and self._today is not None and support.over(self._today)

    def open_issues(self, release: Release) -> Iterator[Article]:
        """The known issues that a version has and that no shipped release has the fix for."""
        return (issue for issue in self._issues_of(release) if not self._is_fixed(issue))

    def _issues_of(self, release: Release) -> tuple[Article, ...]:
        return self._issues(release.product, release.version)

    def _find_issues(self, product: str, version: str) -> tuple[Article, ...]:
        """The known issues that a version has, but for those that it has the fix for itself.

        One that applies to several products is that of the one which is to be fixed: Python is not
        to blame for what a parser does with it.
        """
        scheme = self._catalogue.schemes[product]
        found = []
        for issue in self._catalogue.issues_of(product, version):
            fixed = issue.fixed_in.get(product)
            if fixed is None and len(issue.applies) > 1:
                continue
            if fixed is None or not fixed.contains(version, scheme):
                found.append(issue)
        return tuple(found)

    def _is_fixed(self, issue: Article) -> bool:
        if issue.path not in self._fixed:
            self._fixed[issue.path] = self._catalogue.is_fixed(issue)
        return self._fixed[issue.path]

    def _is_pre_release(self, release: Release) -> bool:
        try:
            return bool(self._catalogue.schemes[release.product].final(release.version))
        except InvalidVersion:
            return False

    def _find_finals(self, product: str) -> bool:
        """Whether anything but pre-releases of a product has shipped."""
        return any(
            one.status is Status.SHIPPED and not self._is_pre_release(one)
            for one in self._catalogue.releases_of(product)
        )


class _Walked(Iterable[Release]):
    """Releases that may be walked down again and again, and are made as far as somebody walks."""

    def __init__(self, rest: Iterator[Release]) -> None:
        self._rest = rest
        self._met: list[Release] = []

    def __iter__(self) -> Iterator[Release]:
        for at in count():
            if at == len(self._met):
                self._met.extend(islice(self._rest, 1))
            if at == len(self._met):
                return
            yield self._met[at]


def adviser(catalogue: Catalogue, today: date) -> Adviser:
    """The adviser on a catalogue and a day; whoever asks again gets what was worked out before."""
    return _adviser(_Itself(catalogue), today)


class _Itself:
    """A catalogue, to be told from others by being itself: to compare all it holds takes long."""

    __slots__ = ("catalogue",)

    def __init__(self, catalogue: Catalogue) -> None:
        self.catalogue = catalogue

    def __hash__(self) -> int:
        return id(self.catalogue)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Itself) and other.catalogue is self.catalogue


@lru_cache(maxsize=1)
def _adviser(itself: _Itself, today: date) -> Adviser:
    return Adviser(itself.catalogue, today)
