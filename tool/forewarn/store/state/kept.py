"""The state over its tables, whichever database they are in."""

from __future__ import annotations

import abc
import contextlib
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import TYPE_CHECKING

from forewarn.later import Later
from forewarn.model.retry import Retry
from forewarn.store.state.database import Database

if TYPE_CHECKING:
    from forewarn.model.accounts import Account, Chosen, Tally
    from forewarn.model.delivery import Delivery, DeliveryState, Ended
    from forewarn.model.endpoint import Endpoint
    from forewarn.model.events.event import Event, EventKind
    from forewarn.model.matching import ToldBefore
    from forewarn.model.receipt import EarlierMessage, Receipt
    from forewarn.model.sighting import Sighting, UnreadEntry
    from forewarn.model.unaware import Unaware
    from forewarn.model.watching.place import SourceState
    from forewarn.model.watching.proof import Proof
    from forewarn.store.state import (
        accounts,
        counts,
        endpoints,
        kept_change,
        leases,
        ledger,
        outbox,
        proofs,
        sightings,
        sources,
        watching,
    )
    from forewarn.store.state.change import Change
    from forewarn.store.state.interface import DamagedRow, Pause
else:
    accounts, counts, endpoints, leases, ledger, outbox, proofs, sightings, sources, watching = (
        Later(f"forewarn.store.state.{name}")
        for name in (
            *("accounts", "counts", "endpoints", "leases", "ledger"),
            *("outbox", "proofs", "sightings", "sources", "watching"),
        )
    )
    kept_change = Later("forewarn.store.state.kept_change")


class KeptState(abc.ABC):
    """The state in an open database."""

    def __init__(self, opened: Database) -> None:
        self._opened = opened

    @contextlib.contextmanager
    def transaction(self) -> Iterator[Change]:
        with self._opened.transaction() as connection:
            change = kept_change.KeptChange(connection)
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
