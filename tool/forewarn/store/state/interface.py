"""What is kept between runs: sightings, events and deliveries, whatever database holds them.

All above asks for it in these words, and writes it in those of `change`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Protocol

from forewarn.errors import DataError
from forewarn.frozen import dataclass
from forewarn.model.retry import Retry
from forewarn.rows import NamedTuple

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
    from forewarn.store.state.change import Change

# Under this key stands the commit that was published last.
PUBLISHED = "published_commit"
# The same as a ref of the repository, which is never pushed.
PUBLISHED_REF = "refs/forewarn/published"
# How long a claimed row is its holder's.
LEASE = timedelta(minutes=5)
# Before the product and the watched row of which the first alerts are not sent: see `doctor`.
TELL_QUIETLY = "tell quietly "
# Before the place of a site that is on this machine.
BUILT = "built "
# When a look, and a delivery, came to an end last.
LOOKED, DELIVERED = "finished look", "finished delivery"


class Damaged(DataError):
    """The database is there and is not what forewarn wrote."""


class DamagedRow(Damaged):
    """One row of the state database cannot be read; the others can."""


class TooNew(DataError):
    """A newer forewarn wrote the database: this one must leave it alone."""


class Unreachable(DataError):
    """There is no connection to the database, or it was lost; it may be back at any time."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Queued:
    """What `put` added: the events that were new, and how many deliveries they led to."""

    events: tuple[Event, ...]
    deliveries: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Pause:
    """A host that is left alone `until` a moment; it asked for that `times` times in a row."""

    until: datetime
    times: int


class NothingNew(NamedTuple):
    """A place that has nothing new: its product, what its state is kept under, when it said so,
    and when it is asked again."""

    product: str
    source: str
    at: datetime
    next_poll: datetime


class State(Protocol):
    """The state of one knowledge base, open. Times are UTC. Use it from one thread.

    What reads sees what was kept whole. Each that writes is kept at once.

    Raises:
        DataError: from everything; the database cannot be read or written (it is locked for long,
            damaged, or the disk is full). A row that is damaged is a `DamagedRow`.
    """

    @property
    def is_shared(self) -> bool:
        """Whether processes on other machines may have the same state open."""
        ...

    def now(self) -> datetime:
        """What time it is for all who have this state open: machines' clocks differ."""
        ...

    def exclusively(self, name: str) -> AbstractContextManager[bool]:
        """Whether the block runs alone, of all blocks of that name, wherever they run.

        Nobody waits, and a process that dies or loses its connection is in nobody's way.
        """
        ...

    def transaction(self) -> AbstractContextManager[Change]:
        """All of the block's changes, or none of them. Where it queued something, workers wake."""
        ...

    def mark(self, key: str) -> str | None:
        """The value kept under `key`, such as the last published commit."""
        ...

    def marks(self, prefix: str) -> dict[str, str]:
        """The values kept under keys that begin with `prefix`, by the rest of the key."""
        ...

    def described(self) -> str:
        """Which database it is, in a few words."""
        ...

    def damage(self) -> str | None:
        """What is wrong with the database, in a sentence; None: nothing."""
        ...

    def channels(self) -> tuple[str, ...]:
        """The channels by which anything was ever to be sent, without a look at each delivery."""
        ...

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
        """Take up to `limit` rows of a channel that are due at `due` (default `now`), in order.

        `only` one person's, or those of all `without` some.

        They are the caller's for `LEASE`. No row is given to two callers. `holder` is the name of
        one that is `living`: a row is never taken from one that is, and always from one that is
        not any more. Of somebody without a name, a row whose lease ran out is taken over. A row
        that is damaged is given up, and `damaged` is told.
        """
        ...

    def living(self) -> AbstractContextManager[str]:
        """A name that nobody else has, for who claims: the state knows that they live."""
        ...

    def is_alone(self, holder: str) -> bool:
        """Whether nobody else claims."""
        ...

    def is_heard(self) -> bool:
        """Whether nobody can have taken who is `living` here for gone.

        Where it is not so, what was claimed is to be renewed before it is sent.
        """
        ...

    def renew(self, delivery: Delivery, *, now: datetime) -> bool:
        """Hold a claimed row for another `LEASE`; False where somebody else has taken it over."""
        ...

    def settle(
        self,
        ended: Iterable[tuple[Delivery, Ended]],
        *,
        now: datetime,
        retry: Retry = Retry.QUEUE,
    ) -> list[Delivery]:
        """Keep how attempts ended, all of it or none; the rows as they are then.

        What went is `sent`, whoever has the row by now; where another had sent it already, that
        is counted as a duplicate. What did not go is `failed` with a later time, or `dead` where
        trying again is no use; but a row that somebody else has taken over is left to them.
        """
        ...

    def suppress(self, rows: Iterable[tuple[Delivery, str]]) -> None:
        """Let claimed rows not be sent at all, each for a reason."""
        ...

    def give_back(self, rows: Iterable[Delivery]) -> None:
        """Let go claimed rows that were not tried: they are as they were before."""
        ...

    def endpoints(self, channel: str | None = None) -> tuple[Endpoint, ...]:
        """The channels, or the recipients at them, that fail or failed until lately."""
        ...

    def resume(self, channel: str, now: datetime) -> int:
        """End the quarantine of a channel and of all its recipients; how many were in it.

        What waits for them is due at once.
        """
        ...

    def unreported(self, channel: str, most: int) -> tuple[int, tuple[Delivery, ...]]:
        """How much was given up of which the operators were not told, and the first of it."""
        ...

    def receipts(self, delivery: Delivery) -> tuple[EarlierMessage, ...]:
        """What its recipient got by its channel of the events that this one answers.

        The oldest is the first. What went with other things in one message is answered in part.
        """
        ...

    def last_of_thread(self, delivery: Delivery) -> Receipt | None:
        """What its recipient got last by its channel of the same release or article.

        What went with things of others in one message is not looked at.
        """
        ...

    def revive(self, ids: Iterable[int] | None = None, *, only: DeliveryState | None = None) -> int:
        """Make due at once what is dead or failed, or only some of it; how many."""
        ...

    def delivery(self, id: int) -> Delivery | None:
        """One delivery, if it is there."""
        ...

    def tallies(self) -> tuple[Tally, ...]:
        """How many deliveries by each channel stand how, those that were shortened with them."""
        ...

    def accounts(self) -> tuple[Account, ...]:
        """What became of the alerts about the releases that were told last, the newest first."""
        ...

    def oldest_waiting(self) -> dict[str, datetime]:
        """When the oldest event happened that waits to be told, by channel."""
        ...

    def forget(self, person: str, words: Sequence[str]) -> int:
        """Erase a recipient and their addresses, `words`; how many deliveries there were.

        The counts stay; what waited for them counts as suppressed.
        """
        ...

    def shorten(self, *, before: datetime, limit: int) -> int:
        """Of deliveries settled before a moment keep only who was told of what.

        No more than `limit` at once; returns how many.
        """
        ...

    def count(self, *states: DeliveryState, channel: str | None = None) -> int:
        """How many deliveries there are, or how many in one of these states, or of a channel."""
        ...

    def count_chosen(self, chosen: Chosen) -> int:
        """How many deliveries are among those."""
        ...

    def deliveries(
        self,
        chosen: Chosen | None = None,
        *,
        newest: int | None = None,
        damaged: Callable[[DamagedRow], None] | None = None,
    ) -> tuple[Delivery, ...]:
        """The chosen deliveries, or all, or the `newest` of them; oldest first.

        Raises:
            DamagedRow: a row cannot be read, and there is no `damaged` to be told of it.
        """
        ...

    def events(self) -> tuple[Event, ...]:
        """Every event whose content is still kept, by the time it happened."""
        ...

    def told_as(self, products: Iterable[str], kind: EventKind) -> tuple[Event, ...]:
        """The events of a kind that were told of some products, the oldest first."""
        ...

    def find_events(self, prefix: str) -> tuple[Event, ...]:
        """The events whose id begins with `prefix` and whose content is still kept."""
        ...

    def told_before(self, event: Event) -> tuple[ToldBefore, ...]:
        """Who got, or may have got, or is still to get what an event answers."""
        ...

    def source_state(self, product: str, source: str) -> SourceState:
        """The state of a watched row; an empty one where it was never polled."""
        ...

    def source_states(self) -> tuple[tuple[str, str, SourceState], ...]:
        """Every watched row that was ever polled: product, its key, its state."""
        ...

    def states_before_asking(self) -> Iterable[tuple[str, str, SourceState]]:
        """The same of each, in no order, with what is asked before its place is, and no more:
        never to be kept.

        Raises:
            DamagedRow: a row cannot be read.
        """
        ...

    def source_troubles(self) -> tuple[tuple[object, ...], ...]:
        """Of every watched row whether it was read, whether it could be, and how it fails."""
        ...

    def pauses(self) -> dict[str, Pause]:
        """The hosts that asked to be left alone, and have not answered since."""
        ...

    def all_unread(self) -> tuple[UnreadEntry, ...]:
        """The entries that are in a source now and cannot be read, the newest first."""
        ...

    def all_sightings(self) -> tuple[Sighting, ...]:
        """Every sighting, the newest first."""
        ...

    def standing(
        self,
        versions: Iterable[tuple[str, str]] = (),
        *,
        urls: Iterable[str] = (),
        files: Iterable[str] = (),
    ) -> tuple[Sighting, ...]:
        """The sightings that are open or accepted, and all that may be one of these.

        The newest are first. Of `versions` (product and version) those in whatever spelling, of
        addresses and of names of files (in small letters) those that lead there and are not
        `known`. Some others are among them: it is for the caller to see what is equal.
        """
        ...

    def sighted_products(self) -> tuple[str, ...]:
        """The products that have sightings, without a look at each of those."""
        ...

    def word_of_all(self) -> str:
        """A word that is another one whenever a sighting is added, changed or gone."""
        ...

    def unaware(self, *, newest: int) -> tuple[Unaware, ...]:
        """The latest versions of which people were alerted as unannounced, the newest first."""
        ...

    def shipped_at(self, product: str, version: str | None) -> datetime | None:
        """When a release was published as shipped first; None where it was not."""
        ...

    def proofs(self, sighting: str) -> tuple[Proof, ...]:
        """What a sighting was made of, and what was kept of it since, the oldest first."""
        ...

    def find_sightings(self, prefix: str) -> tuple[Sighting, ...]:
        """The sightings whose id begins with `prefix`."""
        ...
