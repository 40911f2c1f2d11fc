"""What the watched places showed, and how the last look at them went."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from forewarn.errors import UsageError
from forewarn.frozen import dataclass
from forewarn.model.catalogue import Catalogue
from forewarn.model.product import Product, Watch
from forewarn.model.replies import SightingReply, SightingsReply
from forewarn.model.sighting import (
    FailingPlace,
    Look,
    OtherDigest,
    Sighting,
    SightingState,
    UnreadEntry,
)
from forewarn.model.unaware import Unaware
from forewarn.store.catalogue.loaded import Loaded
from forewarn.store.catalogue.reader import Progress

# What is kept between runs is slow to import, and not there before the first watch or publish.
if TYPE_CHECKING:
    from forewarn.model.watching.place import SourceState
    from forewarn.store.state.interface import State

# What lies further back says little of how it is today.
_UNAWARE = 60


@dataclass(frozen=True, kw_only=True, slots=True)
class SightingsQuestion:
    """All sightings, or those alone that nobody has answered."""

    open_only: bool = False


def all_sightings(
    root: Path, question: SightingsQuestion, *, today: date, progress: Progress | None = None
) -> SightingsReply:
    """What was sighted, and what of it is open.

    Raises:
        DataError: the state database cannot be read.
    """
    loaded = _with_what_was_sighted(root)
    from forewarn.store.state.opening import open_state

    with open_state(root) as state:
        found = list_sightings(state, loaded.catalogue, open_only=question.open_only)
        entries = () if question.open_only else list_unread(state)
    return SightingsReply(
        catalogue=loaded.catalogue,
        today=today,
        unread=loaded.unread(),
        open_only=question.open_only,
        sightings=found,
        entries=entries,
        unreadable=loaded.unreadable,
    )


def _with_what_was_sighted(root: Path) -> Loaded:
    """All products, with the releases of those that a watched place has shown something of."""
    from forewarn.store.catalogue.some import load_products
    from forewarn.store.state.opening import open_state

    with open_state(root) as state:
        return load_products(root, state.sighted_products())


@dataclass(frozen=True, kw_only=True, slots=True)
class ProofQuestion:
    """What a sighting was made of; the beginning of its id is enough."""

    id: str


def one_sighting(
    root: Path, question: ProofQuestion, *, today: date, progress: Progress | None = None
) -> SightingReply:
    """A sighting as it is today, and what came from its place.

    Raises:
        UsageError: no sighting, or more than one, has this id.
        DataError: the state database cannot be read.
    """
    from forewarn.model.live import as_of_today

    loaded = _with_what_was_sighted(root)
    from forewarn.store.state.opening import open_state

    with open_state(root) as state:
        sighting = the_sighting(state, question.id)
        proofs = state.proofs(sighting.id)
    (sighting,) = as_of_today(loaded.catalogue, [sighting])
    return SightingReply(
        catalogue=loaded.catalogue,
        today=today,
        unread=loaded.unread(),
        sighting=sighting,
        proofs=proofs,
        unreadable=loaded.unreadable,
    )


def the_sighting(state: State, id: str) -> Sighting:
    """The sighting whose id begins so.

    Raises:
        UsageError: there is none, or more than one.
    """
    found = state.find_sightings(id.strip().lower()) if id.strip() else ()
    if len(found) > 1:
        raise UsageError(
            f"{len(found)} sightings begin with {id!a}",
            help=f"Give more of it: {', '.join(s.id for s in found[:5])}.",
        )
    if not found:
        raise UsageError(
            f"there is no sighting {id!a}", help="`forewarn sightings --open` lists them."
        )
    return found[0]


def list_sightings(
    state: State, catalogue: Catalogue, *, open_only: bool = False
) -> tuple[Sighting, ...]:
    """The sightings as they are today, open ones first, then the newest first.

    See `forewarn.model.live.as_of_today`.

    Raises:
        DataError: the state database cannot be read.
    """
    if open_only:
        return open_of(catalogue, state.standing(to_come(state, catalogue)))
    rows = state.all_sightings()
    if not rows:
        return ()
    from forewarn.model.live import as_of_today

    return tuple(sorted(as_of_today(catalogue, rows), key=_answered))


def open_of(catalogue: Catalogue, rows: Sequence[Sighting]) -> tuple[Sighting, ...]:
    """Those of some sightings that are open as of today."""
    if not rows:
        return ()  # nearly always, and what follows takes time to import
    from forewarn.model.live import as_of_today

    return tuple(s for s in as_of_today(catalogue, rows) if not _answered(s))


def _answered(sighting: Sighting) -> bool:
    return sighting.state is not SightingState.OPEN


def sightings_of(
    state: State, catalogue: Catalogue, versions: Iterable[tuple[str, str]]
) -> tuple[Sighting, ...]:
    """What is open or accepted, and what showed one of these versions, as of today; in no order.

    Of millions that is a few: pages say nothing of any but these, with the recorded releases.

    Raises:
        DataError: the state database cannot be read.
    """
    rows = with_other_bytes(state, state.standing(versions))
    if not rows:
        return ()
    from forewarn.model.live import as_of_today

    return as_of_today(catalogue, rows)


def with_other_bytes(state: State, rows: Iterable[Sighting]) -> tuple[Sighting, ...]:
    """The same, each with the change that made its bytes what they are, as people were told.

    Raises:
        DataError: the state database cannot be read.
    """
    found = tuple(rows)
    products = sorted({row.product for row in found if row.digests})
    if not products:
        return found
    from forewarn.model.events.event import EventKind
    from forewarn.model.events.fact import BytesChanged

    changes: dict[str, OtherDigest] = {}
    rows_by_id = {row.id: row for row in found}
    for event in state.told_as(products, EventKind.BYTES_CHANGED):
        for one in event.fact.found if isinstance(event.fact, BytesChanged) else ():
            row = rows_by_id.get(one.seen.sighting)
            now = _digests_now(row, one.algorithm) if row else ()
            there = not now or one.after in now
            if one.seen.sighting in changes and not there:
                continue  # its bytes went to and fro, and this is not how they are now
            changes[one.seen.sighting] = OtherDigest(
                algorithm=one.algorithm,
                before=one.before,
                since=one.since,
                after=one.after,
                at=row.digests_since or one.at if row and there else one.at,
            )
    if not changes:
        return found
    return tuple(replace(row, other=changes.get(row.id)) for row in found)


def _digests_now(row: Sighting, algorithm: str) -> list[str]:
    """The digests of one algorithm that a download and the files beside it have now."""
    pairs = chain(row.digests, *(digests for _, digests in row.others))
    return [digest for name, digest in pairs if name == algorithm]


def to_come(state: State, catalogue: Catalogue) -> Iterator[tuple[str, str]]:
    """What a record says has not been out: a sighting of it, whatever its state, is live."""
    from forewarn.model.live import is_to_come

    for product in state.sighted_products():
        for release in catalogue.releases_of(product):
            if is_to_come(release):
                yield release.product, release.version


def last_look(state: State, catalogue: Catalogue) -> Look:
    """How the last look at each watched place went.

    Raises:
        DataError: the state database cannot be read.
    """
    read: list[datetime] = []
    unread: dict[tuple[str, str], None] = {}
    failing: list[FailingPlace] = []
    for product, row, found in kept_of_each(state, catalogue):
        if found.is_failing() and found.failing_since:
            failing.append(
                FailingPlace(
                    product=product.id,
                    source=row.source,
                    since=found.failing_since,
                    trouble=found.trouble,
                    error=found.error or "",
                )
            )
        elif found.error:
            unread[product.id, row.source] = None
        elif found.polled_at:
            read.append(found.polled_at)
    return Look(
        at=max(read, default=None),
        unread=tuple(unread),
        failing=tuple(failing),
        unaware=unaware_of(state, catalogue),
    )


def unaware_of(state: State, catalogue: Catalogue) -> tuple[Unaware, ...]:
    """The latest releases that were sighted before anybody announced them, the newest first.

    Raises:
        DataError: the state database cannot be read.
    """
    return tuple(
        replace(one, recorded=state.shipped_at(one.product, release.version if release else None))
        for one in state.unaware(newest=_UNAWARE)
        for release in (
            catalogue.find_release(one.product, one.version)
            if one.product in catalogue.products
            else None,
        )
    )


def kept_of_each(
    state: State, catalogue: Catalogue
) -> Iterator[tuple[Product, Watch, SourceState]]:
    """Every watched row, and what is kept of it; of one that was just changed, what was of it.

    Raises:
        DataError: the state database cannot be read.
    """
    from forewarn.model.watching.place import SourceState

    kept: dict[str, dict[str, SourceState]] = {}
    for product, key, found in state.source_states():
        kept.setdefault(product, {})[key] = found
    for about in catalogue.products.values():
        rows = kept.get(about.id, {})
        for row in about.watch:
            exact = rows.get(row.kept_under)
            alike = (found for key, found in rows.items() if row.is_kept_under(key))
            yield about, row, exact or max(alike, key=_asked_last, default=SourceState())


def _asked_last(found: SourceState) -> float:
    return found.polled_at.timestamp() if found.polled_at else 0.0


def list_unread(state: State) -> tuple[UnreadEntry, ...]:
    """The entries that are in a watched source now and name no version that can be used."""
    return state.all_unread()
