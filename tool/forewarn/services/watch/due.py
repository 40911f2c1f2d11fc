"""What there is to tell though nothing changed: something stays away for too long."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime
from itertools import groupby
from typing import TYPE_CHECKING

from forewarn.model.catalogue import Catalogue
from forewarn.model.events.event import Event
from forewarn.model.release import Status
from forewarn.model.settings import Settings
from forewarn.model.watching.conclusion import Conclusion, Gone
from forewarn.model.watching.due import (
    POLLS,
    Away,
    lockstep_products,
    partial,
    still_missing,
    taken_away,
)
from forewarn.model.watching.news import KnownVersions
from forewarn.model.watching.recent import RECENT
from forewarn.model.watching.view import Glimpse, apart, overdue
from forewarn.services.alert.seen import Teller

if TYPE_CHECKING:
    from forewarn.store.state.change import Change


def tell_due(
    change: Change,
    catalogue: Catalogue,
    settings: Settings,
    now: datetime,
    unreadable: frozenset[str] = frozenset(),
) -> tuple[Event, ...]:
    """Queue what time alone makes news, inside the caller's transaction; each is told once."""
    due = _Due(change, catalogue, now)
    told: list[Event] = []
    for product, conclusions in due.conclusions():
        teller = Teller(catalogue, product, now, unreadable)
        for conclusion in conclusions:
            (telling,) = teller.tell([conclusion])
            told += change.put([telling.event], settings).events
            if isinstance(conclusion, Gone):
                ids = [sighting.id for sighting, _ in conclusion.sightings]
                change.mark_asked(ids, telling.event.id)
    return tuple(told)


class _Due:
    """Gathers what is due of each product that is still recorded."""

    def __init__(self, change: Change, catalogue: Catalogue, now: datetime) -> None:
        self._change = change
        self._catalogue = catalogue
        self._now = now

    def conclusions(self) -> Iterator[tuple[str, Iterable[Conclusion]]]:
        yield from self._away()
        yield from self._platforms()
        yield from self._views()
        yield from self._lockstep()

    def _known(self, product: str) -> KnownVersions:
        return KnownVersions(self._catalogue, product, self._change.sightings_of(product))

    def _away(self) -> Iterator[tuple[str, Iterable[Conclusion]]]:
        rows = self._change.away()
        for product, group in groupby(rows, key=lambda row: row.sighting.product):
            if product not in self._catalogue.products:
                continue
            before = {row.sighting.id: row for row in group}
            counted = [*self._counted(product, before.values())]
            moved = [row for row in counted if row != before[row.sighting.id]]
            self._change.count_away(moved)
            # What nobody has to be asked of stays away for good: it is looked at once.
            if any(row.polls == POLLS for row in moved) or any(map(self._is_to_ask, counted)):
                yield product, taken_away(self._known(product), counted)

    def _is_to_ask(self, one: Away) -> bool:
        """Whether somebody recorded as shipped what had been away for long."""
        version = one.sighting.product, one.sighting.version
        record = self._catalogue.releases.get(version)
        return one.polls >= POLLS and record is not None and record.status is Status.SHIPPED

    def _counted(self, product: str, rows: Iterable[Away]) -> Iterator[Away]:
        """What is away of places that are still watched, with the polls that were since."""
        read: dict[str, datetime | None] = {}
        for row in self._catalogue.products[product].watch:
            at = self._change.source_now(product, row.kept_under).read_at
            read[row.source] = max(filter(None, (at, read.get(row.source))), default=None)
        for one in rows:
            at = read.get(one.sighting.source)
            if at and at > one.read_at and one.polls < POLLS:
                yield replace(one, polls=one.polls + 1, read_at=at)
            elif at:
                yield one

    def _platforms(self) -> Iterator[tuple[str, Iterable[Conclusion]]]:
        recent = self._change.told_since(self._now - RECENT)
        if not recent:
            return
        away = self._ids_away()
        views: dict[str, list[Glimpse]] = {}
        for product, _, view in self._change.views():
            views.setdefault(product, []).append(view)
        for product, group in groupby(recent, key=lambda one: one.product):
            if product in self._catalogue.products:
                yield (
                    product,
                    still_missing(
                        self._known(product), group, self._now, away, views.get(product, ())
                    ),
                )

    def _ids_away(self) -> frozenset[str]:
        """What places that show all there is do not show any more."""
        return frozenset(row.sighting.id for row in self._change.away())

    def _views(self) -> Iterator[tuple[str, Iterable[Conclusion]]]:
        for product, rows in groupby(self._change.views(), key=lambda row: row[0]):
            if product not in self._catalogue.products:
                continue
            watched = {row.kept_under for row in self._catalogue.products[product].watch}
            views = [self._as_read(product, key, v) for _, key, v in rows if key in watched]
            for view in views:
                yield product, overdue(view, self._now)
            yield product, apart(views, self._catalogue.schemes[product], self._now)

    def _as_read(self, product: str, key: str, view: Glimpse) -> Glimpse:
        """How a place looks: as it did, where it was asked since and had nothing new."""
        at = self._change.source_now(product, key).read_at
        return replace(view, read_at=max(at, view.read_at)) if at else view

    def _lockstep(self) -> Iterator[tuple[str, Iterable[Conclusion]]]:
        products = lockstep_products(self._catalogue)
        if not products:
            return
        since = self._now - max(products.values())
        recent = self._change.of_products_since(products, since)
        away = self._ids_away() if recent else frozenset()
        recent = tuple(
            one for one in recent if one.product in self._catalogue.products and one.id not in away
        )
        for conclusion in partial(self._catalogue, recent, self._now):
            yield conclusion.sighting.product, (conclusion,)
