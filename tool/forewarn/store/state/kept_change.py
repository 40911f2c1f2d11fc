"""The changes of one transaction over the tables, whichever database they are in."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING

from forewarn.later import Later
from forewarn.store.state.database import Connection, set_mark
from forewarn.store.state.foreseen import Foreseen

if TYPE_CHECKING:
    from forewarn.model.endpoint import Endpoint
    from forewarn.model.events.event import Event, EventKind
    from forewarn.model.matching import Decision
    from forewarn.model.settings import Settings
    from forewarn.model.sighting import Sighting, SightingState, Unread, UnreadEntry
    from forewarn.model.watching.due import Away
    from forewarn.model.watching.place import SourceState
    from forewarn.model.watching.proof import Proof
    from forewarn.model.watching.view import Glimpse
    from forewarn.store.state import endpoints, ledger, outbox, proofs, sightings, sources, watching
    from forewarn.store.state.interface import NothingNew, Pause, Queued
else:
    endpoints, ledger, outbox, proofs, sightings, sources, watching = (
        Later(f"forewarn.store.state.{name}")
        for name in ("endpoints", "ledger", "outbox", "proofs", "sightings", "sources", "watching")
    )


class KeptChange:
    """The changes of one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._foreseen = Foreseen()
        self.has_queued = False
        self.has_added = False

    @contextlib.contextmanager
    def part(self) -> Iterator[None]:
        with self._connection.part():
            yield

    def foresee(self, products: Iterable[str], ids: Iterable[str] = ()) -> None:
        self._foreseen.ask(self._connection, products, ids)

    def set_mark(self, key: str, value: str) -> None:
        self._foreseen.has_nothing_quiet = False
        set_mark(self._connection, key, value)

    def drop_mark(self, key: str) -> None:
        self._connection.execute("DELETE FROM meta WHERE key = ?", (key,))

    def put(
        self,
        events: Iterable[Event],
        settings: Settings,
        *,
        now: datetime | None = None,
        happened_again: bool = False,
        told: bool = False,
        to: Iterable[tuple[str, str]] = (),
        decided: Callable[[Event, Sequence[Decision]], None] = lambda event, found: None,
    ) -> Queued:
        events = [*events]
        for event in events:
            self._foreseen.written("events", event.product)
        queued = outbox.put(
            self._connection,
            events,
            settings,
            now=now,
            happened_again=happened_again,
            told=told,
            to=to,
            decided=decided,
        )
        self.has_queued |= bool(queued.deliveries)
        return queued

    def post(self, event: Event, to: Iterable[tuple[str, str]], because: str) -> None:
        self._foreseen.written("events", event.product)
        outbox.post(self._connection, event, to, because)
        self.has_queued = True

    def mark_reported(self, channel: str) -> bool:
        return ledger.mark_reported(self._connection, channel)

    def mark_endpoint_told(self, endpoint: Endpoint) -> bool:
        return endpoints.mark_told(self._connection, endpoint)

    def told_in(self, ids: Iterable[str]) -> tuple[Event, ...]:
        return outbox.told_in(self._connection, ids)

    def source_now(self, product: str, source: str) -> SourceState:
        rows = self._foreseen.sources(product)
        return sources.source_now(self._connection, product, source, rows)

    def last_read(self, product: str) -> datetime | None:
        return sources.last_read(self._connection, product, self._foreseen.sources(product))

    def sightings_of(self, product: str) -> tuple[Sighting, ...]:
        if self._foreseen.has_nothing("sightings", product):
            return ()
        return sightings.of_product(self._connection, product)

    def taken_by_others(self, product: str, ids: Iterable[str]) -> frozenset[str]:
        ids = frozenset(ids)
        if self._foreseen.are_free(ids):
            return frozenset()
        return sightings.taken_by_others(self._connection, product, ids)

    def add_sighting(self, *new: Sighting) -> None:
        for product in {sighting.product for sighting in new}:
            self._foreseen.written("sightings", product)
        if new:
            self._foreseen.given(sighting.id for sighting in new)
            sightings.add(self._connection, new)
            self.has_added = True

    def keep_newest_build(self, sighting: Sighting) -> None:
        sightings.rebuilt(self._connection, sighting)

    def mark_told(self, ids: Iterable[str], event: str) -> None:
        sightings.mark_told(self._connection, ids, event)

    def keep_unread(
        self, product: str, source: str, place: str, entries: Iterable[Unread], at: datetime
    ) -> tuple[UnreadEntry, ...]:
        entries = [*entries]
        if not entries and self._foreseen.has_nothing("unread", product):
            return ()
        self._foreseen.written("unread", product)
        return sightings.keep_unread(self._connection, product, source, place, entries, at)

    def forget_unread(self, watched: Collection[tuple[str, str]]) -> None:
        sightings.forget_unread(self._connection, watched)

    def unread_of(self, product: str) -> tuple[UnreadEntry, ...]:
        if self._foreseen.has_nothing("unread", product):
            return ()
        return sightings.unread_of(self._connection, product)

    def told_as(self, products: Iterable[str], kind: EventKind) -> tuple[Event, ...]:
        found = self._connection.execute(*outbox.told_as(products, kind))
        return outbox.sound_events(found.fetchall())

    def keep_source(self, product: str, source: str, kept: SourceState) -> None:
        self._foreseen.places_written(product)
        sources.keep(self._connection, product, source, kept)

    def settle(self, rows: Iterable[NothingNew]) -> None:
        self._foreseen.places_written()
        sources.settle(self._connection, rows)

    def pause_host(self, host: str, pause: Pause) -> None:
        sources.pause(self._connection, host, pause)

    def end_pause(self, host: str) -> None:
        sources.end_pause(self._connection, host)

    def told_versions(self, product: str) -> set[tuple[str, str | None]]:
        if all(self._foreseen.has_nothing(table, product) for table in ("sightings", "events")):
            return set()
        return sightings.told(self._connection, product)

    def keep_shown(self, ids: Iterable[str], day: date, by: str | None = None) -> None:
        sightings.keep_shown(self._connection, ids, day, by)

    def shown_by(self, product: str, reader: str) -> frozenset[str]:
        return watching.shown_by(self._connection, product, reader)

    def view(self, product: str, source: str) -> Glimpse | None:
        return watching.view(self._connection, product, source)

    def views(self) -> tuple[tuple[str, str, Glimpse], ...]:
        return watching.views(self._connection)

    def keep_view(self, product: str, source: str, now: Glimpse | None) -> None:
        if now is None and self._foreseen.has_nothing("views", product):
            return
        self._foreseen.written("views", product)
        watching.keep_view(self._connection, product, source, now)

    def keep_proof(self, ids: Iterable[str], proof: Proof) -> None:
        proofs.keep(self._connection, ids, proof)

    def keep_away(self, product: str, ids: Collection[str], at: datetime) -> None:
        if not ids:
            return
        self._foreseen.written("gone", product)
        watching.keep_away(self._connection, product, ids, at)

    def keep_back(self, product: str, ids: Collection[str]) -> None:
        if not self._foreseen.has_nothing("gone", product):
            watching.keep_back(self._connection, product, ids)

    def away(self) -> tuple[Away, ...]:
        return watching.away(self._connection)

    def count_away(self, rows: Iterable[Away]) -> None:
        watching.count_away(self._connection, rows)

    def mark_asked(self, ids: Iterable[str], event: str) -> None:
        watching.asked(self._connection, ids, event)

    def told_since(self, since: datetime) -> tuple[Sighting, ...]:
        return watching.told_since(self._connection, since)

    def of_products_since(self, products: Iterable[str], since: datetime) -> tuple[Sighting, ...]:
        return watching.of_products_since(self._connection, products, since)

    def not_shown_since(self, product: str, day: date) -> tuple[str, ...]:
        return sightings.not_shown_since(self._connection, product, day)

    def is_told_quietly(self, product: str, source: str) -> bool:
        if self._foreseen.has_nothing_quiet:
            return False
        return sources.is_told_quietly(self._connection, product, source)

    def forget_sightings(self, ids: Iterable[str]) -> None:
        sightings.forget(self._connection, ids)

    def decide(
        self, sighting: Sighting, decision: SightingState, reason: str | None = None
    ) -> bool:
        return sightings.decide(self._connection, sighting, decision, reason)
