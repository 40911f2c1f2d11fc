"""Delivers what is due: claim, send, settle, each row on its own, so that a crash loses none."""

from __future__ import annotations

import asyncio
import contextlib
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from forewarn.channels import build, concealed
from forewarn.channels.interface import Channel, DeliveryError, Surroundings
from forewarn.errors import ForewarnError
from forewarn.model.events.event import Delivery
from forewarn.model.settings import Settings
from forewarn.services.alert.retention import prune_deliveries
from forewarn.store.own import state_folder
from forewarn.store.state import outbox
from forewarn.store.state.database import DamagedRow, State, open_state
from forewarn.store.state.holders import alive, living

_FOLDER = "delivering"
# A row is sent only while its lease has more left than one sending may take.
_LIMIT = timedelta(minutes=2)
_MOST_STRIKES = 2
_FAREWELL_SECONDS = 10.0
# As many deliveries as a person would ever look through, and a program is told that there are more.
MOST_LISTED = 1000


@dataclass(frozen=True, kw_only=True, slots=True)
class DeliverReport:
    """What one run did.

    `sent`, `retried` and `failed` are how many went, will be tried again, and were given up;
    `damaged` are those of the last that cannot be read in the state database. `deliveries` are the
    first of them as they are after the run, in the order of sending: memory has an end.
    `waiting` is how many rows are to be sent at some later time.
    """

    deliveries: tuple[Delivery, ...]
    waiting: int
    sent: int
    retried: int
    failed: int
    damaged: tuple[DamagedRow, ...] = ()

    @property
    def unfinished(self) -> int:
        """How many of this run's did not go, for now or for good."""
        return self.retried + self.failed

    @property
    def left_out(self) -> int:
        """How many are not among `deliveries`."""
        return self.sent + self.unfinished - len(self.damaged) - len(self.deliveries)


class _Done:
    """What a run has settled so far: all of it counted, the first of it kept."""

    def __init__(self) -> None:
        self.first: list[Delivery] = []
        self.counts: Counter[str] = Counter()
        self.damaged: list[DamagedRow] = []

    def add(self, delivery: Delivery) -> None:
        self.counts[delivery.state] += 1
        if len(self.first) < MOST_LISTED:
            self.first.append(delivery)


def deliver(
    root: Path,
    settings: Settings,
    *,
    now: Callable[[], datetime],
    environ: Mapping[str, str],
    retry: bool = False,
    step: Callable[[str], None] = lambda name: None,
) -> DeliverReport:
    """Send everything that is due when it begins.

    Several processes may do this at the same time: each row is sent by one. A process that
    dies leaves its rows to the next run, which sends them again under the same message id.

    Args:
        now: the clock, in UTC.
        environ: where options written `${NAME}` are looked up.
        retry: also send what was given up or waits for its next attempt.
        step: called with `claimed` after each batch, and with `sending`, `sent` (where it went)
            and `settled` for each row.

    Raises:
        DataError: the state database cannot be used. A delivery that fails does not raise.
    """
    folder = state_folder(root, _FOLDER)
    with open_state(root) as state, living(folder) as name:
        if retry:
            outbox.revive(state)
        channels = _Channels(settings, root, environ, alone=_is_alone(folder, name))
        done = _Done()

        def claim(due: datetime) -> list[Delivery]:
            return outbox.claim(
                state,
                now=now(),
                due=due,
                holder=name,
                lives=lambda holder: alive(folder, holder),
                damaged=done.damaged.append,
            )

        asyncio.run(_deliver(state, channels, claim, now, step, done))
        waiting = outbox.count(state, "pending")
        prune_deliveries(state, settings, now())
    return DeliverReport(
        deliveries=tuple(done.first),
        waiting=waiting,
        sent=done.counts["sent"],
        retried=done.counts["pending"],
        failed=done.counts["failed"] + len(done.damaged),
        damaged=tuple(done.damaged[:MOST_LISTED]),
    )


def _is_alone(folder: Path, name: str) -> bool:
    """Whether no other process delivers; what the dead ones left of their names goes."""
    return not [file for file in folder.iterdir() if file.name != name and alive(folder, file.name)]


@dataclass(frozen=True, kw_only=True, slots=True)
class DeliveryList:
    """The newest deliveries, oldest first; how many `older` there are; rows that are damaged."""

    deliveries: tuple[Delivery, ...]
    older: int
    damaged: tuple[DamagedRow, ...]


def deliveries(root: Path, *, only: str | None = None, newest: int = MOST_LISTED) -> DeliveryList:
    """The newest deliveries of a knowledge base, or of those of one state.

    Raises:
        DataError: the state database cannot be used.
    """
    with open_state(root) as state:
        damaged: list[DamagedRow] = []
        found = outbox.deliveries(state, only=only, newest=newest, damaged=damaged.append)
        older = outbox.count(state, only) - len(found) - len(damaged)
    return DeliveryList(deliveries=found, older=max(older, 0), damaged=tuple(damaged))


async def _deliver(
    state: State,
    channels: _Channels,
    claim: Callable[[datetime], list[Delivery]],
    now: Callable[[], datetime],
    step: Callable[[str], None],
    done: _Done,
) -> None:
    due = now()

    async def send_all(rows: Sequence[Delivery], lease_ends: datetime) -> None:
        for delivery in rows:
            late = now() + _LIMIT > lease_ends
            if late and not outbox.renew(state, delivery, now=now()):
                continue
            step("sending")
            error = await channels.send(delivery)
            if error is None:
                step("sent")
                settled = outbox.settle_sent(state, delivery, now=now())
            else:
                settled = outbox.settle_failed(
                    state, delivery, _told(error), permanent=error.permanent, now=now()
                )
            done.add(settled)
            step("settled")

    async with channels:
        while True:
            lease_ends = now() + outbox.LEASE
            batch = claim(due)
            if not batch:
                return
            step("claimed")
            # Side by side: no channel waits for one whose server is slow.
            by_channel: defaultdict[str, list[Delivery]] = defaultdict(list)
            for delivery in batch:
                by_channel[delivery.channel].append(delivery)
            try:
                async with asyncio.TaskGroup() as group:
                    for rows in by_channel.values():
                        group.create_task(send_all(rows, lease_ends))
            except ExceptionGroup as error:
                # Only a database that cannot be written ends a run; one message is enough.
                raise error.exceptions[0] from error


class _Channels:
    """The channels of one run: each is opened when first needed, and once."""

    def __init__(
        self, settings: Settings, root: Path, environ: Mapping[str, str], *, alone: bool
    ) -> None:
        self._settings = settings
        self._around = Surroundings(
            root=root,
            name=settings.name,
            site_url=settings.site_urls.get("staff"),
            environ=environ,
            alone=alone,
        )
        self._stack = AsyncExitStack()
        self._opened: dict[str, Channel | DeliveryError] = {}
        self._strikes: Counter[str] = Counter()

    async def __aenter__(self) -> None:
        await self._stack.__aenter__()

    async def __aexit__(self, *error: object) -> None:
        # A connection that does not end in time is dropped: nothing hangs on its farewell.
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_FAREWELL_SECONDS):
                await self._stack.aclose()

    async def send(self, delivery: Delivery) -> DeliveryError | None:
        """Send once; what went wrong, or None."""
        try:
            person = self._settings.people.get(delivery.person)
            if person is None:
                raise _gone("person", delivery.person)
            channel = await self._open(delivery.channel)
            async with _limited(delivery.channel):
                await channel.send(delivery.event, person)
        except DeliveryError as error:
            self._count(delivery.channel, error)
            row = self._settings.channels.get(delivery.channel)
            return concealed(error, row, self._around) if row else error
        self._strikes[delivery.channel] = 0
        return None

    def _count(self, name: str, error: DeliveryError) -> None:
        """Leave a channel alone for this run where it fell silent or broke off again and again."""
        lost = isinstance(error.__cause__, (TimeoutError, ConnectionError))
        self._strikes[name] = self._strikes[name] + 1 if lost else 0
        if self._strikes[name] == _MOST_STRIKES:
            self._opened[name] = DeliveryError(
                f"{error.what}; that was {_MOST_STRIKES} times, so it is left alone in this run",
                permanent=False,
            )

    async def _open(self, name: str) -> Channel:
        row = self._settings.channels.get(name)
        if row is None:
            raise _gone("channel", name)
        if name not in self._opened:
            try:
                async with _limited(name):
                    channel = build(row, self._around)
                    self._opened[name] = await self._stack.enter_async_context(channel)
            except DeliveryError as error:
                self._opened[name] = error
        found = self._opened[name]
        if isinstance(found, DeliveryError):
            raise found
        return found


@contextlib.asynccontextmanager
async def _limited(name: str) -> AsyncIterator[None]:
    """Whatever a channel does in the block, it ends in time, and if badly, as DeliveryError."""
    try:
        async with asyncio.timeout(_LIMIT.total_seconds()):
            yield
    except DeliveryError:
        raise
    except TimeoutError as error:
        raise DeliveryError(f"channel {name!r} took too long", permanent=False) from error
    except ForewarnError as error:
        raise DeliveryError(error.what, where=error.where, permanent=False) from error
    except Exception as error:
        # A fault in one channel must not hold up the others. Its text stays out of the
        # database: nobody knows what it holds.
        raise DeliveryError(
            f"channel {name!r} has a fault of its own: {type(error).__name__}", permanent=False
        ) from error


def _gone(kind: str, name: str) -> DeliveryError:
    return DeliveryError(f"there is no {kind} {name!r} in forewarn.yml any more", permanent=True)


def _told(error: DeliveryError) -> str:
    return f"{error.where}: {error.what}" if error.where else error.what
