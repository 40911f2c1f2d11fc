"""What is written of what is kept between runs, in one transaction, whatever database holds it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from contextlib import AbstractContextManager
from datetime import date, datetime
from typing import TYPE_CHECKING, Protocol

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
    from forewarn.store.state.interface import NothingNew, Pause, Queued


class Change(Protocol):
    """What is written, and read for it, in one transaction: all of it is kept or none."""

    def part(self) -> AbstractContextManager[None]:
        """What the block changes, or none of it, whatever else is changed by the others."""
        ...

    def foresee(self, products: Iterable[str], ids: Iterable[str] = ()) -> None:
        """Ask at once for what is soon asked of each of these; no answer is another one by that.

        `ids` are those of sightings of which it is asked soon whether others have them.
        """
        ...

    def set_mark(self, key: str, value: str) -> None:
        """Keep `value` under `key`."""
        ...

    def drop_mark(self, key: str) -> None:
        """Keep nothing under `key` any more."""
        ...

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
        """Keep the events that are new and queue them for everybody who subscribed.

        `now`, by default the time of each event, is when quiet hours, digests and absences are
        looked at: what is not to be told at once is held, and what is not to be told to somebody
        who asked for it is kept as suppressed, with the reason.

        It is part of the caller's transaction. An event that is known already, even to nobody's
        interest at that time, leads to nothing: putting twice changes nothing. A caller who knows
        that these happened after everything that was put before says `happened_again`: a date
        that is moved there, back and there again is then told three times.

        An event that takes something back also goes to everybody who got that, whatever they
        subscribe to today. Where nothing of it holds, it goes to nobody else.

        `to` are people who get it whatever they subscribe to, each with the channel for those to
        whom no subscription brings it.

        `decided` is told of each new event what follows from it for everybody.

        What people have been `told` before, of which nothing else is kept, is put as sent.
        """
        ...

    def post(self, event: Event, to: Iterable[tuple[str, str]], because: str) -> None:
        """Queue an event for these people by these channels, whatever they subscribe to."""
        ...

    def mark_reported(self, channel: str) -> bool:
        """Keep that the operators know of all that was given up of a channel; whether of any."""
        ...

    def mark_endpoint_told(self, endpoint: Endpoint) -> bool:
        """Keep that the operators know how it is; one that works again is forgotten.

        Whether they did not know.
        """
        ...

    def told_in(self, ids: Iterable[str]) -> tuple[Event, ...]:
        """The alerts in which these sightings were told and that hold, the oldest first."""
        ...

    def source_now(self, product: str, source: str) -> SourceState:
        """The same, as the caller's transaction sees it."""
        ...

    def last_read(self, product: str) -> datetime | None:
        """When any source of a product was last read, also one that is not watched any more."""
        ...

    def sightings_of(self, product: str) -> tuple[Sighting, ...]:
        """The sightings of a product, the newest first, as the caller's transaction sees them."""
        ...

    def taken_by_others(self, product: str, ids: Iterable[str]) -> frozenset[str]:
        """Those of some ids that sightings of other products have."""
        ...

    def add_sighting(self, *new: Sighting) -> None:
        """Keep new sightings, inside the caller's transaction."""
        ...

    def keep_newest_build(self, sighting: Sighting) -> None:
        """Keep where a sighting's newest build is, inside the caller's transaction."""
        ...

    def mark_told(self, ids: Iterable[str], event: str) -> None:
        """Keep by which event people were told of these sightings."""
        ...

    def keep_unread(
        self, product: str, source: str, place: str, entries: Iterable[Unread], at: datetime
    ) -> tuple[UnreadEntry, ...]:
        """Keep what cannot be read in a source now, and forget what could not before.

        Returns those that are new.
        """
        ...

    def forget_unread(self, watched: Collection[tuple[str, str]]) -> None:
        """Forget what could not be read in sources that are not watched any more."""
        ...

    def unread_of(self, product: str) -> tuple[UnreadEntry, ...]:
        """Those of a product, as the caller's transaction sees them."""
        ...

    def told_as(self, products: Iterable[str], kind: EventKind) -> tuple[Event, ...]:
        """The events of a kind that were told of some products, the oldest first."""
        ...

    def keep_source(self, product: str, source: str, kept: SourceState) -> None:
        """Keep what is to be known of a watched row, with what it showed."""
        ...

    def settle(self, rows: Iterable[NothingNew]) -> None:
        """Keep of places that did not fail the last time, and of whose trouble nobody was told,
        that they have nothing new."""
        ...

    def pause_host(self, host: str, pause: Pause) -> None:
        """Keep that a host is to be left alone."""
        ...

    def end_pause(self, host: str) -> None:
        """Keep that a host answers again."""
        ...

    def told_versions(self, product: str) -> set[tuple[str, str | None]]:
        """The versions, each with its channel, whose download people were already told of."""
        ...

    def keep_shown(self, ids: Iterable[str], day: date, by: str | None = None) -> None:
        """Keep that these sightings are shown on this day, and by which reader of all there is."""
        ...

    def shown_by(self, product: str, reader: str) -> frozenset[str]:
        """The ids of what a reader of all there is has shown."""
        ...

    def view(self, product: str, source: str) -> Glimpse | None:
        """How a watched row looked when it was read last, if that is kept."""
        ...

    def views(self) -> tuple[tuple[str, str, Glimpse], ...]:
        """How each watched row looked of which that is kept: product, its key, its view."""
        ...

    def keep_view(self, product: str, source: str, now: Glimpse | None) -> None:
        """Keep how a watched row looks now; None where nothing can follow from it."""
        ...

    def keep_proof(self, ids: Iterable[str], proof: Proof) -> None:
        """Keep an answer as what these sightings were made of."""
        ...

    def keep_away(self, product: str, ids: Collection[str], at: datetime) -> None:
        """Keep that these sightings are not shown any more, since a poll at a moment."""
        ...

    def keep_back(self, product: str, ids: Collection[str]) -> None:
        """Forget of what is shown again that it was away; nobody is asked twice of one."""
        ...

    def away(self) -> tuple[Away, ...]:
        """All that is away and of which nobody was asked."""
        ...

    def count_away(self, rows: Iterable[Away]) -> None:
        """Keep in how many polls these were away."""
        ...

    def mark_asked(self, ids: Iterable[str], event: str) -> None:
        """Keep by which event somebody was asked what became of these sightings."""
        ...

    def told_since(self, since: datetime) -> tuple[Sighting, ...]:
        """The open and accepted sightings since a moment that have a platform and were told."""
        ...

    def of_products_since(self, products: Iterable[str], since: datetime) -> tuple[Sighting, ...]:
        """The sightings of some products since a moment."""
        ...

    def not_shown_since(self, product: str, day: date) -> tuple[str, ...]:
        """The ids of a product's sightings that no source showed on this day or after."""
        ...

    def is_told_quietly(self, product: str, source: str) -> bool:
        """Whether a repair lost what was told of a watched row; True once."""
        ...

    def forget_sightings(self, ids: Iterable[str]) -> None:
        """Take sightings away, inside the caller's transaction."""
        ...

    def decide(
        self, sighting: Sighting, decision: SightingState, reason: str | None = None
    ) -> bool:
        """Keep a person's decision; False where the sighting's state is no longer the given one."""
        ...
