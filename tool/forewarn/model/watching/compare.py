"""What the sources of one product show, compared with all that is known of it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from forewarn.frozen import dataclass
from forewarn.model.file_names import as_file, same_address, without_query
from forewarn.model.product import Product
from forewarn.model.sighting import Reach, Shown, Sighting, SightingState
from forewarn.model.tracks import track_named
from forewarn.model.watching.appeared import Found, conclude
from forewarn.model.watching.conclusion import Conclusion, OtherBytes, RolloutMoved
from forewarn.model.watching.digests import (
    Known,
    difference,
    differences,
    digests_of,
    files_kept,
    files_of,
    have_digests,
    remembered,
)
from forewarn.model.watching.identity import SightingIds
from forewarn.model.watching.news import (
    KnownVersions,
    Listing,
    Looked,
    before_the_first_look,
    decide,
    fills_the_past,
    slid_back,
)
from forewarn.model.watching.view import Glimpse, empty_pages, names, turned_back

_OF_THE_NEWEST_BUILD = ("url", "title", "download", "size", "sha256", "notes")


def _by_a_witness(state: SightingState) -> SightingState:
    """What becomes of what a third party names: it proves no download, and nobody is alarmed."""
    if state in (SightingState.OPEN, SightingState.ACCEPTED):
        return SightingState.WITNESSED
    return state


_UNANSWERED = (SightingState.OPEN, SightingState.BASELINE, SightingState.PAST)


@dataclass(frozen=True, kw_only=True, slots=True)
class LookAt:
    """What one source shows now: `source` is what names it to people.

    `key` names the source and the way in which it is read. `earlier` are the ids of what it showed
    before, read in this way; `view` is how it looked then, and `keeps_view` says whether anything
    can follow from how it looks now. A `witness` never proves by itself that a download is there.
    The rest is what the place says of itself.
    """

    source: str
    shown: tuple[Shown, ...]
    looked: Looked
    key: str = ""
    earlier: frozenset[str] = frozenset()
    view: Glimpse | None = None
    keeps_view: bool = False
    witness: bool = False
    dated: datetime | None = None
    valid_until: datetime | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Compared:
    """What follows from a look at some sources of a product.

    `new` are the sightings that were not there before, `rebuilt` older ones of which the place
    shows something else now. By the key of their source, `shown` has the ids of all that is shown,
    and `views` how each looks now. `away` are the ids of what is not shown any more by a source
    that shows all there is. `conclusions` is what there is to tell. `uncompared` says that there
    was nothing to compare a first look with.
    """

    new: tuple[Sighting, ...]
    rebuilt: tuple[Sighting, ...]
    shown: Mapping[str, frozenset[str]]
    away: frozenset[str]
    views: Mapping[str, Glimpse | None]
    conclusions: tuple[Conclusion, ...]
    uncompared: bool


def compare(
    product: Product,
    known: KnownVersions,
    kept: Iterable[Sighting],
    looks: Sequence[LookAt],
    moment: datetime,
    told: Collection[tuple[str, str | None]] = (),
    taken: Collection[str] = (),
) -> Compared:
    """Compare what some sources of a product show with what is known of it.

    `kept` are its sightings, `told` the versions whose download people were told of, each with
    its channel. `taken` are ids that sightings of other products have.
    """
    news = _News(product, known, {s.id: s for s in kept}, moment, taken)
    for look in looks:
        news.take(look)
    return Compared(
        new=tuple(news.new),
        rebuilt=tuple(news.rebuilt),
        shown=news.shown,
        away=frozenset(news.away),
        views=news.views,
        conclusions=(*conclude(product, known, news.found, told), *news.changed),
        uncompared=news.uncompared,
    )


class _News:
    """What the sources of one product show that no sighting has yet, or otherwise."""

    def __init__(
        self,
        product: Product,
        known: KnownVersions,
        kept: Mapping[str, Sighting],
        moment: datetime,
        taken: Collection[str],
    ) -> None:
        self._ids = SightingIds(product.id, kept, taken)
        self._product = product
        self._known = known
        self._kept = kept
        self._moment = moment
        self._tomorrow = moment + timedelta(days=1)
        self.ids: set[str] = set()
        self.shown: dict[str, frozenset[str]] = {}
        self.away: set[str] = set()
        self.views: dict[str, Glimpse | None] = {}
        self.new: list[Sighting] = []
        self.found: list[Found] = []
        self.rebuilt: list[Sighting] = []
        self.changed: list[Conclusion] = []
        self.uncompared = False

    def take(self, look: LookAt) -> None:
        """Take what one source shows."""
        looked = look.looked
        shown = [self._as_it_may_be(item) for item in look.shown if not item.empty]
        self.uncompared |= looked.anew and bool(shown) and self._known.knows_nothing
        listing = Listing(shown, self._known)
        alike: dict[str, list[int]] = {}
        for place, item in enumerate(shown):
            alike.setdefault(self._ids.of(look.source, item), []).append(place)
        for id, places in alike.items():
            if id in self.ids:
                continue
            self.ids.add(id)
            items = [shown[place] for place in places]
            there = self._kept.get(id)
            if there is None:
                files = _files(items)
                there = self._see(id, look, listing, places[0], files)
                if not look.witness:
                    self._compare_with_record(there, items, files)
            elif not look.witness:
                self._see_again(there, items, anew=looked.anew)
        self.shown[look.key] = frozenset(alike)
        self._see_whole(look, shown, frozenset(alike))

    def _see_whole(self, look: LookAt, shown: Sequence[Shown], ids: frozenset[str]) -> None:
        """See what is not there any more, and how the place looks as a whole."""
        if look.looked.reach is Reach.ALL and shown and not look.witness:
            there = {(self._known.identity(item.version), item.platform) for item in shown}
            self.away |= {
                one.id
                for one in (self._kept[id] for id in look.earlier - ids if id in self._kept)
                if not {(self._known.identity(one.version), p) for p in (one.platform, None)}
                & there
            }
        now = self._view(look, shown) if look.keeps_view else None
        if now:
            self.changed += turned_back(look.view, now, look.dated, self._known)
        self.views[look.key] = now

    def _view(self, look: LookAt, shown: Sequence[Shown]) -> Glimpse:
        before = look.view
        days = (look.dated, before.dated if before else None)
        return Glimpse(
            source=look.source,
            reach=look.looked.reach,
            read_at=self._moment,
            named=names(shown, before, self._known.scheme, self._moment),
            empty=empty_pages(look.shown, before, self._moment),
            dated=max((day for day in days if day), default=None),
            valid_until=look.valid_until,
        )

    def _see(
        self, id: str, look: LookAt, listing: Listing, place: int, files: Sequence[Known]
    ) -> Sighting:
        """Keep what no sighting has yet."""
        item, looked = listing.items[place], look.looked
        track = track_named(item.channel, self._product.tracks)
        state = decide(listing, place, track, self._known, looked, self._moment)
        if look.witness:
            state = _by_a_witness(state)
        sighting = self._sighting(id, look.source, item, track, state)
        if len(files) > 1 or item.others:
            sighting = replace(sighting, **_kept_of(item.download, files))
        if state is SightingState.DISMISSED and (same := self._known.same(item)):
            sighting = replace(sighting, reason=same.reason)
        self.new.append(sighting)
        if look.witness and state is not SightingState.WITNESSED:
            return sighting
        late = fills_the_past(item, looked, self._moment) and not slid_back(
            listing, place, self._known, looked
        )
        self.found.append(
            Found(
                sighting=sighting,
                anew=looked.anew,
                early=before_the_first_look(item, looked),
                late=late and not self._known.to_come(item.version),
            )
        )
        return sighting

    def _see_again(self, there: Sighting, items: Sequence[Shown], *, anew: bool) -> None:
        """See what became of a sighting that is shown again; the newest build is the first."""
        item, files, before = items[0], _files(items), files_kept(there)
        moved = files != before and (bool(before) or have_digests(files))
        other = [*differences(before, files)] if moved else []
        learnt = moved and not before
        now: dict[str, Any] = {
            "digests_since": self._moment if other or learnt else there.digests_since,
            "rollout": item.rollout,
        }
        if there.state in _UNANSWERED:
            now |= {name: getattr(item, name) for name in _OF_THE_NEWEST_BUILD}
            now["published"] = item.published or there.published
            if (item.url, item.download) == (there.url, there.download):
                now["size"] = item.size or there.size
                now["sha256"] = item.sha256 or there.sha256
        if moved:
            known = remembered(before, files, [address for address, _ in other])
            now |= _kept_of(now.get("download", there.download), known)
        changed = {name: value for name, value in now.items() if getattr(there, name) != value}
        if not changed:
            return
        sighting = replace(there, **changed)
        self.rebuilt.append(sighting)
        if there.state is SightingState.DISMISSED:
            return
        since = there.digests_since or there.first_seen
        self.changed += [
            OtherBytes(sighting=_at(sighting, address), difference=one, since=since)
            for address, one in other
        ]
        if not other:
            new = [file for file in files if file not in before]
            self._compare_with_record(sighting, items, new)
        if item.rollout != there.rollout and not anew:
            self.changed.append(RolloutMoved(sighting=sighting, before=there.rollout))

    def _compare_with_record(
        self, sighting: Sighting, items: Sequence[Shown], files: Sequence[Known]
    ) -> None:
        """See whether the same address gives other bytes than are recorded, of these files."""
        record = self._known.recorded(sighting.version) if have_digests(files) else None
        for row in record.downloads if record else ():
            same = [digests for address, digests in files if _is_at(address, row.url)]
            same += [digests_of(item) for item in items if item.url == row.url != item.download]
            if row.sha256 is None or not same:
                continue
            other = difference((("sha256", row.sha256),), same)
            if other:
                there = _at(sighting, row.url)
                self.changed.append(OtherBytes(sighting=there, difference=other, since=None))

    def _as_it_may_be(self, item: Shown) -> Shown:
        """The item without a day that has not come."""
        late = item.published and item.published > self._tomorrow
        return replace(item, published=None) if late else item

    def _sighting(
        self, id: str, source: str, item: Shown, track: str | None, state: SightingState
    ) -> Sighting:
        digests = digests_of(item)
        return Sighting(
            id=id,
            product=self._product.id,
            version=item.version,
            source=source,
            url=item.url,
            title=item.title,
            state=state,
            first_seen=self._moment,
            platform=item.platform,
            published=item.published,
            arch=item.arch,
            channel=item.channel,
            track=track,
            download=item.download,
            size=item.size,
            sha256=item.sha256,
            digests=digests,
            digests_since=self._moment if digests else None,
            rollout=item.rollout,
            notes=item.notes,
        )


def _files(items: Iterable[Shown]) -> tuple[Known, ...]:
    """The files with digests of what is shown of one version for one system."""
    return tuple(file for item in items for file in files_of(item))


def _kept_of(download: str | None, files: Sequence[Known]) -> dict[str, Any]:
    """What a sighting keeps of its files: the digests of its own download, and the others."""
    own = next((file for file in files if file[0] == (download or "")), None)
    if own is None and len(files) == 1:
        own = files[0]  # it has moved
    others = tuple(file for file in files if file is not own and file[1])
    return {"digests": own[1] if own else (), "others": others}


def _at(sighting: Sighting, address: str) -> Sighting:
    return replace(sighting, download=address) if address else sighting


def _is_at(address: str, recorded: str) -> bool:
    """Whether a file is at a recorded address; what stands behind its name may be a token."""
    if address == recorded:
        return True
    name = without_query(recorded).rpartition("/")[2]
    return as_file(name) is not None and same_address(address, recorded)
