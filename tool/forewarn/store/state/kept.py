"""The state over its tables, whichever database they are in."""

from __future__ import annotations

import abc
import contextlib
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from datetime import date, datetime
from typing import TYPE_CHECKING

from forewarn.later import Later
from forewarn.model.retry import Retry
from forewarn.store.state.database import Connection, Database, set_mark
from forewarn.store.state.foreseen import Foreseen

if TYPE_CHECKING:
    from forewarn.model.accounts import Account, Chosen, Tally
    from forewarn.model.delivery import Delivery, DeliveryState, Ended
    from forewarn.model.endpoint import Endpoint
    from forewarn.model.events.event import Event, EventKind
    from forewarn.model.matching import Decision, ToldBefore
    from forewarn.model.receipt import EarlierMessage, Receipt
    from forewarn.model.settings import Settings
    from forewarn.model.sighting import Sighting, SightingState, Unread, UnreadEntry
    from forewarn.model.unaware import Unaware
    from forewarn.model.watching.due import Away
    from forewarn.model.watching.place import SourceState
    from forewarn.model.watching.proof import Proof
    from forewarn.model.watching.view import Glimpse
    from forewarn.store.state import (
        accounts,
        counts,
        endpoints,
        leases,
        ledger,
        outbox,
        proofs,
        sightings,
        sources,
        watching,
    )
    from forewarn.store.state.interface import (
        Change,
        DamagedRow,
        NothingNew,
        Pause,
        Queued,
    )
else:
    accounts, counts, endpoints, leases, ledger, outbox, proofs, sightings, sources, watching = (
        Later(f"forewarn.store.state.{name}")
        for name in (
            *("accounts", "counts", "endpoints", "leases", "ledger"),
            *("outbox", "proofs", "sightings", "sources", "watching"),
        )
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


class KeptState(abc.ABC):
    """The state in an open database."""

    def __init__(self, opened: Database) -> None:
        self._opened = opened

    @contextlib.contextmanager
    def transaction(self) -> Iterator[Change]:
        with self._opened.transaction() as connection:
            change = KeptChange(connection)
            yield change
            if change.has_added:
                sightings.differ(connection)
        if change.has_queued:
            self.wake()

    @abc.abstractmethod
    def wake(self) -> None:
        """Let whoever works for many machines know that something is to be sent."""

    def mark(self, key: str) -> str | None:
        return self._opened.mark(key)

    def marks(self, prefix: str) -> dict[str, str]:
        return self._opened.marks(prefix)

    @property
    @abc.abstractmethod
    def is_shared(self) -> bool: ...

    @abc.abstractmethod
    def now(self) -> datetime: ...

    @abc.abstractmethod
    def exclusively(self, name: str) -> AbstractContextManager[bool]: ...

    @abc.abstractmethod
    def described(self) -> str: ...

    @abc.abstractmethod
    def damage(self) -> str | None: ...

    @abc.abstractmethod
    def living(self) -> AbstractContextManager[str]: ...

    @abc.abstractmethod
    def is_heard(self) -> bool: ...

    @abc.abstractmethod
    def is_alone(self, holder: str) -> bool: ...

    @abc.abstractmethod
    def lives(self, holder: str) -> bool:
        """Whether the process that has this name still works."""

    def carry_into(self, other: KeptState, where: str) -> dict[str, int]:
        """Copy all of it into another that has nothing yet; how many rows of each table.

        Raises:
            Refused: the other has something, or something is being sent.
            DataError: one of them cannot be used; then the other is as it was.
        """
        from forewarn.store.state import carrying  # once in a lifetime

        return carrying.carry(self._opened, other._opened, where)

    def channels(self) -> tuple[str, ...]:
        return leases.channels(self._opened)

    def claim(
        self,
        *,
        channel: str,
        now: datetime,
        due: datetime | None = None,
        holder: str = "",
        limit: int = 50,
        only: str | None = None,
        without: Collection[str] = (),
        damaged: Callable[[DamagedRow], None] = lambda row: None,
    ) -> list[Delivery]:
        return leases.claim(
            self._opened,
            channel=channel,
            now=now,
            due=due,
            holder=holder,
            limit=limit,
            only=only,
            without=without,
            lives=self.lives,
            damaged=damaged,
        )

    def renew(self, delivery: Delivery, *, now: datetime) -> bool:
        return leases.renew(self._opened, delivery, now=now)

    def settle(
        self,
        ended: Iterable[tuple[Delivery, Ended]],
        *,
        now: datetime,
        retry: Retry = Retry.QUEUE,
    ) -> list[Delivery]:
        return leases.settle(self._opened, ended, now=now, retry=retry)

    def suppress(self, rows: Iterable[tuple[Delivery, str]]) -> None:
        leases.suppress(self._opened, rows)

    def give_back(self, rows: Iterable[Delivery]) -> None:
        leases.give_back(self._opened, rows)

    def endpoints(self, channel: str | None = None) -> tuple[Endpoint, ...]:
        if channel is None:
            return endpoints.every(self._opened)
        return endpoints.of_channel(self._opened, channel)

    def resume(self, channel: str, now: datetime) -> int:
        with self._opened.transaction() as connection:
            return endpoints.resume(connection, channel, now)

    def unreported(self, channel: str, most: int) -> tuple[int, tuple[Delivery, ...]]:
        return ledger.unreported(self._opened, channel, most)

    def receipts(self, delivery: Delivery) -> tuple[EarlierMessage, ...]:
        return ledger.receipts(self._opened, delivery)

    def last_of_thread(self, delivery: Delivery) -> Receipt | None:
        return ledger.last_of_thread(self._opened, delivery)

    def revive(self, ids: Iterable[int] | None = None, *, only: DeliveryState | None = None) -> int:
        return leases.revive(self._opened, ids, only=only)

    def delivery(self, id: int) -> Delivery | None:
        return ledger.delivery(self._opened, id)

    def shorten(self, *, before: datetime, limit: int) -> int:
        return counts.shorten(self._opened, before=before, limit=limit)

    def tallies(self) -> tuple[Tally, ...]:
        return counts.tallies(self._opened)

    def accounts(self) -> tuple[Account, ...]:
        return accounts.accounts(self._opened)

    def oldest_waiting(self) -> dict[str, datetime]:
        return counts.oldest_waiting(self._opened)

    def forget(self, person: str, words: Sequence[str]) -> int:
        return counts.forget(self._opened, person, words)

    def count(self, *states: DeliveryState, channel: str | None = None) -> int:
        return ledger.count(self._opened, *states, channel=channel)

    def count_chosen(self, chosen: Chosen) -> int:
        return ledger.count_chosen(self._opened, chosen)

    def deliveries(
        self,
        chosen: Chosen | None = None,
        *,
        newest: int | None = None,
        damaged: Callable[[DamagedRow], None] | None = None,
    ) -> tuple[Delivery, ...]:
        return ledger.deliveries(self._opened, chosen, newest=newest, damaged=damaged)

    def events(self) -> tuple[Event, ...]:
        return ledger.events(self._opened)

    def told_as(self, products: Iterable[str], kind: EventKind) -> tuple[Event, ...]:
        return outbox.sound_events(self._opened.rows(*outbox.told_as(products, kind)))

    def find_events(self, prefix: str) -> tuple[Event, ...]:
        return ledger.find_events(self._opened, prefix)

    def told_before(self, event: Event) -> tuple[ToldBefore, ...]:
        return outbox.told_before(self._opened, event)

    def source_state(self, product: str, source: str) -> SourceState:
        return sources.source_state(self._opened, product, source)

    def source_states(self) -> tuple[tuple[str, str, SourceState], ...]:
        return sources.source_states(self._opened)

    def states_before_asking(self) -> Iterable[tuple[str, str, SourceState]]:
        return sources.states_before_asking(self._opened)

    def source_troubles(self) -> tuple[tuple[object, ...], ...]:
        return sources.source_troubles(self._opened)

    def pauses(self) -> dict[str, Pause]:
        return sources.pauses(self._opened)

    def all_unread(self) -> tuple[UnreadEntry, ...]:
        return sightings.all_unread(self._opened)

    def all_sightings(self) -> tuple[Sighting, ...]:
        return sightings.all_sightings(self._opened)

    def standing(
        self,
        versions: Iterable[tuple[str, str]] = (),
        *,
        urls: Iterable[str] = (),
        files: Iterable[str] = (),
    ) -> tuple[Sighting, ...]:
        return sightings.standing(self._opened, versions, urls, files)

    def sighted_products(self) -> tuple[str, ...]:
        return sightings.products(self._opened)

    def word_of_all(self) -> str:
        return sightings.word_of_all(self._opened)

    def unaware(self, *, newest: int) -> tuple[Unaware, ...]:
        return watching.unaware(self._opened, newest)

    def shipped_at(self, product: str, version: str | None) -> datetime | None:
        return watching.shipped_at(self._opened, product, version)

    def proofs(self, sighting: str) -> tuple[Proof, ...]:
        return proofs.of(self._opened, sighting)

    def find_sightings(self, prefix: str) -> tuple[Sighting, ...]:
        return sightings.find(self._opened, prefix)
