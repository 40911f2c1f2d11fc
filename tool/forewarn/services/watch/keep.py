"""Keeping what a look found: sightings, the alerts that follow and how each place was read.

All of it is the caller's transaction: there is either all of it or nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from zlib import crc32

from forewarn.frozen import dataclass
from forewarn.model.catalogue import Catalogue
from forewarn.model.events.event import Event, EventKind
from forewarn.model.product import Product, Watch
from forewarn.model.settings import Settings
from forewarn.model.sighting import (
    Chance,
    Reach,
    Sighting,
    SightingState,
    UnreadEntry,
    sighting_id,
)
from forewarn.model.versions.version import Scheme
from forewarn.model.watching.compare import Compared, LookAt, compare
from forewarn.model.watching.conclusion import NotRead, OtherBytes
from forewarn.model.watching.news import KnownVersions, Looked
from forewarn.model.watching.place import (
    Gave,
    SourceState,
    after_matching_nothing,
    after_reading,
    matches_nothing,
    reading_of,
)
from forewarn.model.watching.proof import MOST_BYTES, Exchange, Proof, fit_body, fit_headers
from forewarn.model.watching.unread import not_read
from forewarn.responses import Response
from forewarn.services.alert.retention import prune_sightings
from forewarn.services.alert.seen import Teller, Telling
from forewarn.sources.interface import Answer

if TYPE_CHECKING:
    from forewarn.store.state.change import Change

# A server that shows now this, now that, is told once in so long.
_TO_AND_FRO = frozenset([EventKind.BYTES_CHANGED, EventKind.ROLLOUT_CHANGED])
_TOLD_FOR = timedelta(days=1)


@dataclass(frozen=True, kw_only=True, slots=True)
class Kept:
    """What was kept of a product: new sightings, alerts, entries that cannot be read.

    `states` are what is to be kept of each row that was read. `mute` are the sources that have
    entries of which none names a version, with their number and the last that one did name;
    `uncompared` says that the product has no shipped release to compare a first look with.
    """

    sightings: tuple[Sighting, ...] = ()
    alerts: tuple[Event, ...] = ()
    unread: tuple[UnreadEntry, ...] = ()
    states: tuple[tuple[Watch, SourceState], ...] = ()
    mute: tuple[tuple[str, int, str | None], ...] = ()
    uncompared: bool = False


def keep(
    change: Change,
    catalogue: Catalogue,
    settings: Settings,
    product: Product,
    read: Sequence[tuple[Watch, Answer]],
    moment: datetime,
    unreadable: frozenset[str] = frozenset(),
) -> Kept:
    """Keep what sources of a product answered at a moment, and queue what follows from it.

    `unreadable` are paths of records that are not in the catalogue because they cannot be read.
    """
    kept = change.sightings_of(product.id)
    known = KnownVersions(catalogue, product.id, kept, change.unread_of(product.id))
    last = change.last_read(product.id)
    scheme = catalogue.schemes[product.id]
    rows = [
        _keep_read(change, product, row, answer, known, scheme, last, moment)
        for row, answer in read
    ]
    looks = [row.look for row in rows]
    found = compare(
        product,
        known,
        kept,
        looks,
        moment,
        change.told_versions(product.id),
        taken=taken_ids(change, product, looks),
    )
    change.add_sighting(*found.new)
    for sighting in found.rebuilt:
        change.keep_newest_build(sighting)
    for look, (_, answer) in zip(looks, read, strict=True):
        _keep_proof(change, look, answer, found, moment)
    _keep_looks(change, product, looks, found, moment)
    read_now = {row.source for row, _ in read}
    prune_sightings(change, product, kept, settings, known.shipped, read_now, moment)
    untold = [entry for row in rows for entry in row.untold]
    told = Teller(catalogue, product.id, moment, unreadable).tell((*found.conclusions, *untold))
    quiet = {row.look.source for row in rows if row.quiet}
    silent = frozenset(s.id for s in found.new if s.source in quiet)
    return Kept(
        sightings=found.new,
        alerts=tell(change, settings, told, silent),
        unread=tuple(entry for row in rows for entry in row.unread),
        states=tuple((watched, row.state) for (watched, _), row in zip(read, rows, strict=True)),
        mute=tuple(row.mute for row in rows if row.mute),
        uncompared=found.uncompared,
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class _ReadRow:
    """What follows from the answer to one row alone; `quiet`: what it shows is taken as told."""

    look: LookAt
    quiet: bool
    state: SourceState
    unread: tuple[UnreadEntry, ...]
    mute: tuple[str, int, str | None] | None
    untold: tuple[NotRead, ...]


def _keep_read(
    change: Change,
    product: Product,
    row: Watch,
    answer: Answer,
    known: KnownVersions,
    scheme: Scheme,
    last: datetime | None,
    moment: datetime,
) -> _ReadRow:
    """Keep which entries of one place cannot be read; `last` was any place of the product read."""
    before = change.source_now(product.id, row.kept_under)
    looked = Looked(
        reach=answer.reach,
        anew=before.baseline_at is None or before.reading != reading_of(product),
        baseline_at=before.baseline_at,
        read_at=before.read_at or before.baseline_at,
        product_read_at=last,
    )
    look = _look_at(change, product, row, answer, looked)
    quiet = change.is_told_quietly(product.id, row.kept_under)
    unread = change.keep_unread(product.id, row.kept_under, row.source, answer.unread, moment)
    after, is_mute = _after(before, answer, product, scheme, moment)
    untold = (
        () if is_mute or quiet else _not_read(change, product, row, answer, looked, known, moment)
    )
    return _ReadRow(
        look=look,
        quiet=quiet,
        state=after,
        unread=tuple(unread),
        mute=(row.source, answer.entries, before.matched) if is_mute else None,
        untold=tuple(untold),
    )


def taken_ids(change: Change, product: Product, looks: Sequence[LookAt]) -> frozenset[str]:
    """The ids, of those that what is shown would have, that sightings of other products have."""
    shown = {
        (product.id, item.version, look.source, item.platform, item.arch, item.channel)
        for look in looks
        for item in look.shown
    }
    ids = {sighting_id(*about) for about in shown}
    taken = change.taken_by_others(product.id, ids) if ids else frozenset()
    if taken or len(ids) < len(shown):
        others = {sighting_id(*about, other=n) for about in shown for n in (1, 2)}
        taken |= change.taken_by_others(product.id, others)
    return taken


def _look_at(
    change: Change, product: Product, row: Watch, answer: Answer, looked: Looked
) -> LookAt:
    """What a source shows, beside what it showed before, as far as something can follow of that."""
    key = row.kept_under
    all_there_is = answer.reach is Reach.ALL and not looked.anew
    says = any(item.empty for item in answer.shown) or answer.valid_until or answer.dated
    keeps_view = bool(says) or answer.reach is Reach.LATEST or len(product.watch) > 1
    keeps_view &= not answer.witness
    return LookAt(
        source=row.source,
        shown=answer.shown,
        looked=looked,
        key=key,
        earlier=change.shown_by(product.id, _reader(product, key)) if all_there_is else frozenset(),
        view=change.view(product.id, key) if keeps_view and not looked.anew else None,
        keeps_view=keeps_view,
        witness=answer.witness,
        dated=answer.dated,
        valid_until=answer.valid_until,
    )


def _not_read(
    change: Change,
    product: Product,
    row: Watch,
    answer: Answer,
    looked: Looked,
    known: KnownVersions,
    moment: datetime,
) -> Iterator[NotRead]:
    """What a place has that cannot be read and nobody was told of, but for what was always there.

    Read in another way, an entry that was there before, be it read or not, is no news.
    """
    if not answer.unread:
        return iter(())
    if looked.anew:
        before = known.entries_of(row.source)
        new = [one for one in answer.unread if before and (one.title, one.url) not in before]
        there = [(one, moment) for one in new]
    else:
        late = {
            (one.title, one.url): one.first_seen
            for one in change.unread_of(product.id)
            if one.source == row.source
            and looked.baseline_at
            and one.first_seen > looked.baseline_at
        }
        new = [one for one in answer.unread if (one.title, one.url) in late]
        there = [(one, late[one.title, one.url]) for one in new]
    if answer.witness:
        there = [(replace(one, chance=Chance.LITTLE), since) for one, since in there]
    told = change.told_as([product.id], EventKind.ENTRY_UNREAD) if there else ()
    return not_read(row.source, row.platform, there, told, moment)


def _keep_looks(
    change: Change, product: Product, looks: Sequence[LookAt], found: Compared, moment: datetime
) -> None:
    """Keep what each source shows and how it looks, and what is away or back."""
    new = {sighting.id for sighting in found.new}
    for look in looks:
        reader = _reader(product, look.key) if look.looked.reach is Reach.ALL else None
        shown = found.shown[look.key]
        # What is new is shown today anyway.
        change.keep_shown(shown if reader else shown - new, moment.date(), reader)
        change.keep_view(product.id, look.key, found.views[look.key])
        change.keep_back(product.id, shown)
    change.keep_away(product.id, found.away, moment)


def _keep_proof(
    change: Change, look: LookAt, answer: Answer, found: Compared, moment: datetime
) -> None:
    """Keep what came for each sighting that is no baseline, and for bytes that are others."""
    baseline = SightingState.BASELINE
    new = {one.id for one in found.new if one.state is not baseline}
    new |= {one.sighting.id for one in found.conclusions if isinstance(one, OtherBytes)}
    ids = sorted(new & found.shown[look.key])
    if ids and answer.responses:
        parts: list[Exchange] = []
        for response in answer.responses:
            room = MOST_BYTES - sum(len(part.body) for part in parts)
            parts.append(_part(response, max(room, 0)))
        change.keep_proof(ids, Proof(at=moment, parts=tuple(parts)))


def _part(response: Response, room: int) -> Exchange:
    return Exchange(
        url=response.url,
        status=response.status,
        peer=response.peer,
        hops=tuple((hop.url, hop.status, hop.location) for hop in response.hops),
        headers=fit_headers(response.headers),
        body=fit_body(response.body, room),
        length=len(response.body),
    )


def _reader(product: Product, key: str) -> str:
    """A word for a watched row and the way in which it is read."""
    return f"{crc32(f'{key} {reading_of(product)}'.encode()):08x}"


def _after(
    before: SourceState, answer: Answer, product: Product, scheme: Scheme, at: datetime
) -> tuple[SourceState, bool]:
    """What is kept of a place that was read, and whether it names no version."""
    versions = [shown.version for shown in answer.shown]
    gave = Gave(
        # Asked only for what changed, a place that shows nothing would hide it from now on.
        state=answer.state if versions else None,
        reading=reading_of(product),
        content=_content(answer),
        version=max(versions, key=scheme.key, default=None),
        reach=answer.reach,
    )
    if matches_nothing(answer.entries, answer.elsewhere, len(versions), before):
        return after_matching_nothing(before, gave, answer.entries, at), True
    return after_reading(before, gave, at), False


def _content(answer: Answer) -> str:
    """What a place shows in one word, in whatever order."""
    shown = sorted(map(repr, answer.shown))
    return f"{crc32(repr((shown, answer.unread)).encode('utf-8', 'surrogatepass')):08x}"


def tell(
    change: Change, settings: Settings, told: Iterable[Telling], quiet: frozenset[str]
) -> tuple[Event, ...]:
    """Queue what there is to tell; what sightings in `quiet` show is taken as told."""
    new: list[Event] = []
    for one in told:
        known = bool(one.sightings) and quiet.issuperset(one.sightings)
        again = _is_news_again(change, one.event)
        new += change.put([one.event], settings, told=known, happened_again=again).events
        change.mark_told(one.sightings, one.event.id)
    return tuple(new)


def _is_news_again(change: Change, event: Event) -> bool:
    """Whether what goes to and fro was told already, and not for a day: then it is told anew."""
    if event.kind not in _TO_AND_FRO:
        return False
    told = change.told_as([event.product], event.kind)
    same = [one.at for one in told if one.id.partition("-")[0] == event.id]
    return bool(same) and event.at - max(same) >= _TOLD_FOR
