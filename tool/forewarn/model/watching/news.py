"""What a download that appears is: news, the past, or known already. Pure; it keeps nothing."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Hashable, Iterator, Sequence
from datetime import datetime, timedelta
from enum import Enum, auto
from typing import Any, cast

from forewarn.frozen import dataclass
from forewarn.model.catalogue import Catalogue
from forewarn.model.release import ANY_PLATFORM, Release, Status
from forewarn.model.sighting import Reach, Shown, Sighting, SightingState, UnreadEntry
from forewarn.model.versions.comparator import is_version
from forewarn.model.versions.same import identity
from forewarn.model.versions.version import InvalidVersion, Scheme

# A page may be made a day or two before it is put up.
_LATE = timedelta(days=2)
# What is dated so long before it appears fills in the past.
_LONG_AGO = timedelta(days=30)
# A record and a few builds may have one place in the order.
_SPELLINGS = 20
_SHIPPED = (Status.SHIPPED, Status.WITHDRAWN)


@dataclass(frozen=True, kw_only=True, slots=True)
class Looked:
    """When a source was looked at: `baseline_at` for the first time, `read_at` the last time.

    `anew` is true where it is read for the first time, or in another way than before: another
    pattern, platform, address or scheme. `product_read_at` is when any source of the product was
    last read. `reach` says what it proves that something was not there.
    """

    anew: bool
    reach: Reach = Reach.WINDOW
    baseline_at: datetime | None = None
    read_at: datetime | None = None
    product_read_at: datetime | None = None


class _Remembering:
    """A scheme that takes each version apart once: a look asks the same ones many times."""

    def __init__(self, scheme: Scheme) -> None:
        self._scheme = scheme
        self._keys: dict[str, Any] = {}

    def key(self, version: str) -> Any:
        if version not in self._keys:
            self._keys[version] = self._scheme.key(version)
        return self._keys[version]

    def __getattr__(self, name: str) -> Any:
        return getattr(self._scheme, name)


class KnownVersions:
    """What is known of a product: its records, and what its sources have shown so far."""

    def __init__(
        self,
        catalogue: Catalogue,
        product: str,
        kept: Sequence[Sighting],
        unread: Sequence[UnreadEntry] = (),
    ) -> None:
        self.scheme = self._scheme = cast(Scheme, _Remembering(catalogue.schemes[product]))
        self.sightings = tuple(kept)
        self._identities: dict[str, Hashable] = {}
        self._recorded: dict[Any, Release] = {}
        self._seen: dict[Any, list[Sighting]] = {}
        self._usual: dict[str | None, list[tuple[Any, frozenset[str]]]] = {}
        tracked: list[tuple[Any, str]] = []
        untracked: list[Any] = []
        for release in catalogue.releases_of(product):
            key = rank(self._scheme, release.version)
            self._recorded[self.identity(release.version)] = release
            if release.status in _SHIPPED and is_version(release.version, self._scheme):
                tracked.append((key, release.track))
        self._has_shipped = bool(tracked)
        self.witnessed: set[Hashable] = set()
        for sighting in kept:
            if sighting.state is SightingState.WITNESSED:
                self.witnessed.add(self.identity(sighting.version))
                continue  # by itself it proves nothing
            key = rank(self._scheme, sighting.version)
            same = self.identity(sighting.version)
            if same not in self._seen and is_version(sighting.version, self._scheme):
                if sighting.track and same not in self._recorded:
                    tracked.append((key, sighting.track))
                elif same not in self._recorded:
                    untracked.append(key)
            self._seen.setdefault(same, []).append(sighting)
        self._unread = tuple(unread)
        self._entries = {(one.url, one.title) for one in unread}
        self._entries |= {(s.url, s.title) for s in kept if s.state is not SightingState.OPEN}
        tracked.sort(key=lambda row: row[0])
        self._tracked = tracked
        # What is on no track counts for all of them.
        self._high = [max(untracked)] if untracked else []
        self._highest = {track: key for key, track in tracked}
        self._low = min([*untracked, *(key for key, _ in tracked[:1])], default=None)

    @property
    def is_empty(self) -> bool:
        """Whether nothing is recorded, shipped or not, and no source has shown anything yet."""
        return not self._recorded and not self._seen

    @property
    def knows_nothing(self) -> bool:
        """Whether nothing is recorded as shipped and no source has shown anything yet."""
        return not self._has_shipped and not self._seen

    def had_entry(self, item: Shown) -> bool:
        """Whether the entry was there before, read as something else or as nothing.

        With releases that are recorded as shipped it does not matter: they say what is news.
        """
        return not self._has_shipped and (item.url, item.title) in self._entries

    def entries_of(self, source: str) -> frozenset[tuple[str, str]]:
        """Title and address of what a place was known to have, read or not."""
        read = {(row.title, row.url) for row in self.sightings if row.source == source}
        return frozenset(read.union((u.title, u.url) for u in self._unread if u.source == source))

    def shipped(self, version: str) -> bool:
        """Whether a version is recorded as shipped, be it withdrawn since."""
        release = self.recorded(version)
        return release is not None and release.status in _SHIPPED

    def is_shipped_now(self, version: str) -> bool:
        """Whether a version is recorded as shipped, and was not withdrawn since."""
        release = self.recorded(version)
        return release is not None and release.status is Status.SHIPPED

    def recorded(self, version: str) -> Release | None:
        """The record of a version, however that is spelled."""
        return self._recorded.get(self.identity(version)) if self._recorded else None

    def to_come(self, version: str) -> bool:
        """Whether a version is recorded, and not as shipped."""
        release = self.recorded(version)
        return release is not None and release.status not in _SHIPPED

    def is_known(self, version: str) -> bool:
        """Whether a version is recorded as shipped, or some source has shown it."""
        return self.shipped(version) or self.identity(version) in self._seen

    def same(self, item: Shown) -> Sighting | None:
        """A sighting of this version and channel; one for the same system before others."""
        rows = self._seen.get(self.identity(item.version), ())
        alike = [s for s in rows if s.channel == item.channel]
        for sighting in alike:
            if (sighting.platform, sighting.arch) == (item.platform, item.arch):
                return sighting
        return alike[0] if alike else None

    def identity(self, version: str) -> Hashable:
        """The same for spellings of one version."""
        if version not in self._identities:
            self._identities[version] = identity(self._scheme, version)
        return self._identities[version]

    def place(self, sighting: Sighting) -> tuple[bool, Any]:
        """What orders sightings by version; those that the scheme does not know are the lowest."""
        there = is_version(sighting.version, self._scheme)
        return there, rank(self._scheme, sighting.version)

    def on_channels(self, version: str) -> tuple[Sighting, ...]:
        """The sightings of a version on whatever channel."""
        return tuple(self._seen.get(self.identity(version), ()))

    def rows(self, version: str, channel: str | None) -> list[Sighting]:
        """The sightings of a version on a channel that nobody took for no release."""
        rows = self._seen.get(self.identity(version), ())
        dismissed = SightingState.DISMISSED
        return [s for s in rows if s.channel == channel and s.state is not dismissed]

    def platforms(self, version: str, channel: str | None) -> frozenset[str]:
        """The platforms on which sources have shown a version; "" where one named none."""
        return frozenset(row.platform or "" for row in self.rows(version, channel))

    def usual_platforms(self, version: str, channel: str | None) -> frozenset[str]:
        """The platforms of the version before this one; none where one of it is not known.

        That is the highest lower one on the channel that a source has shown, or that is recorded as
        shipped.
        """
        if not is_version(version, self._scheme):
            return frozenset()
        if channel not in self._usual:
            self._usual[channel] = sorted(self._with_platforms(channel), key=lambda row: row[0])
        rows = self._usual[channel]
        below = bisect_left(rows, rank(self._scheme, version), key=lambda row: row[0])
        before = (named for key, named in rows[:below][-_SPELLINGS:] if key == rows[below - 1][0])
        found = frozenset().union(*before)
        return found if not found & {"", ANY_PLATFORM} else frozenset()

    def _with_platforms(self, channel: str | None) -> Iterator[tuple[Any, frozenset[str]]]:
        """The versions of which platforms are known, by the records or by what sources showed."""
        for release in self._recorded.values():
            shipped = release.status in _SHIPPED and is_version(release.version, self._scheme)
            if release.downloads and shipped and channel is None:
                key = rank(self._scheme, release.version)
                yield key, frozenset(d.platform for d in release.downloads)
        for rows in self._seen.values():
            named = frozenset(s.platform or "" for s in rows if s.channel == channel)
            if named and is_version(rows[0].version, self._scheme):
                yield rank(self._scheme, rows[0].version), named

    def is_above(self, item: Shown, track: str | None) -> bool:
        """Whether a version is higher than all that is known of its line.

        Its line is the track that was declared, or that of the version right below it. Without
        either it is all that is known. What cannot be ordered is taken for higher.
        """
        if not is_version(item.version, self._scheme):
            return True
        key = rank(self._scheme, item.version)
        below = bisect_right(self._tracked, key, key=lambda row: row[0])
        if track is None and below:
            track = self._tracked[below - 1][1]
        line = [self._highest[track]] if track in self._highest else list(self._highest.values())
        other = not self.is_known(item.version)  # a build of its own that the order leaves out
        return all(k < key or (k == key and other) for k in (*line, *self._high))

    def is_lower(self, version: str, other: str) -> bool:
        """Whether a version is lower than another."""
        if not (is_version(version, self._scheme) and is_version(other, self._scheme)):
            return False
        return bool(rank(self._scheme, version) < rank(self._scheme, other))

    def is_lowest(self, version: str) -> bool:
        """Whether a version is lower than all that is known."""
        if self._low is None or not is_version(version, self._scheme):
            return False
        return bool(rank(self._scheme, version) < self._low)


class Listing:
    """What a source shows, in its order, and where in it the known versions stand."""

    def __init__(self, items: Sequence[Shown], known: KnownVersions) -> None:
        self.items = items
        items_known = enumerate(() if known.is_empty else items)
        there = [n for n, item in items_known if known.is_known(item.version)]
        self._ends = (there[0], there[-1]) if there else None
        self._newest_first = not there or not known.is_lower(
            items[there[0]].version, items[there[-1]].version
        )

    def end_of(self, place: int) -> End:
        """Where an item stands, by the versions that are known."""
        if self._ends is None:
            return End.ALONE
        if place < self._ends[0]:
            return End.NEAR if self._newest_first else End.FAR
        if place > self._ends[1]:
            return End.FAR if self._newest_first else End.NEAR
        return End.BETWEEN


class End(Enum):
    """Where in a list an item stands: at its newest end, its oldest, between, or all alone."""

    NEAR = auto()
    FAR = auto()
    BETWEEN = auto()
    ALONE = auto()


def decide(
    listing: Listing,
    place: int,
    track: str | None,
    known: KnownVersions,
    looked: Looked,
    moment: datetime,
) -> SightingState:
    """What becomes of the item at a place of what a source shows, and no sighting has yet.

    The first look is silent about the past, but never about what is live and not recorded: what
    is higher than all that is known of its line is open. Later, what appears is open, unless it
    slid back into the far end of a list that shows the newest few alone, or is dated long ago;
    that is an old version, and no news.
    """
    item = listing.items[place]
    if looked.anew and known.knows_nothing:
        return SightingState.BASELINE
    if known.shipped(item.version):
        return SightingState.BASELINE if looked.anew else SightingState.KNOWN
    same = known.same(item)
    if same and (looked.anew or (same.platform, same.arch) == (item.platform, item.arch)):
        return same.state if same.state is not SightingState.KNOWN else SightingState.BASELINE
    if looked.anew and known.had_entry(item):
        return SightingState.BASELINE
    if known.is_above(item, track) or known.to_come(item.version):
        return SightingState.OPEN
    if same and same.state is SightingState.OPEN:
        return SightingState.OPEN  # and now for another system
    if looked.anew:
        news = _came_since(listing, place, looked.product_read_at)
        return SightingState.OPEN if news else SightingState.BASELINE
    past = slid_back(listing, place, known, looked) or fills_the_past(item, looked, moment)
    return SightingState.PAST if past else SightingState.OPEN


def before_the_first_look(item: Shown, looked: Looked) -> bool:
    """Whether an item is dated before its source was first read."""
    first = looked.baseline_at
    return bool(first and item.published and item.published < first - _LATE)


def _came_since(listing: Listing, place: int, since: datetime | None) -> bool:
    """Whether an item of a list that is read in another way came since the product was read."""
    if since is None:
        return False
    published = listing.items[place].published
    if published:
        return published > since - _LATE
    return listing.end_of(place) is End.NEAR


def fills_the_past(item: Shown, looked: Looked, moment: datetime) -> bool:
    """Whether an item that appears is dated more than 30 days back, and before the last look."""
    if looked.anew or item.published is None or looked.read_at is None:
        return False
    days = moment.date() - item.published.date()
    return days > _LONG_AGO and item.published < looked.read_at


def slid_back(listing: Listing, place: int, known: KnownVersions, looked: Looked) -> bool:
    """Whether an item was there before, below the end of a list that shows the newest few."""
    item = listing.items[place]
    if looked.reach is Reach.ALL or (item.published and not before_the_first_look(item, looked)):
        return False
    match listing.end_of(place):
        case End.FAR:
            return True
        case End.ALONE:
            return known.is_lowest(item.version)
        case End.NEAR | End.BETWEEN:
            return False


def rank(scheme: Scheme, version: str) -> Any:
    """Equal for equal versions; a version from before a change of scheme is only itself."""
    try:
        return scheme.key(version)
    except InvalidVersion:
        return version
