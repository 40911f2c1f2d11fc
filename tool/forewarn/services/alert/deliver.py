"""Delivers what is due: claim, send, settle, each row on its own, so that a crash loses none."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import lru_cache, partial
from pathlib import Path

from forewarn.channels.interface import Message, Surroundings
from forewarn.channels.templates import Templates
from forewarn.errors import ForewarnError
from forewarn.frozen import dataclass
from forewarn.model.delivery import Delivery, Ended, Fault, NotSent
from forewarn.model.endpoint import Endpoint
from forewarn.model.events.event import Event
from forewarn.model.receipt import Receipt
from forewarn.model.record import Audience
from forewarn.model.settings import Settings
from forewarn.services.alert.clock import clock_of
from forewarn.services.alert.clone import refuse_unfit_clone
from forewarn.services.alert.delivered import DeliverReport, RunSoFar
from forewarn.services.alert.gate import Gate
from forewarn.services.alert.lane import Lane, Parcel
from forewarn.services.alert.operators import tell_operators
from forewarn.services.alert.retention import prune_deliveries
from forewarn.store.settings import load_settings
from forewarn.store.state.interface import DELIVERED, LEASE, PUBLISHED, State
from forewarn.store.state.opening import open_state

# What one message may take. A row is sent only while its lease has more left than that.
LIMIT = timedelta(minutes=2)
# Rows that are claimed at a time: those to be sent one by one, and those of a channel that is down.
_FEW, _MANY = 200, 500
# The next rows are claimed when so few wait: nothing stands still until the last of them went.
_LOW = 80
# That alerts do not get through is told in the same run, and that this did not, and then enough.
_ROUNDS = 3


def deliver(
    root: Path,
    settings: Settings | None = None,
    *,
    now: Callable[[], datetime],
    environ: Mapping[str, str],
    retry: bool = False,
    step: Callable[[str], None] = lambda name: None,
    stop: Callable[[], bool] = lambda: False,
    limit: timedelta = LIMIT,
    by: Callable[[str], bool] = lambda channel: True,
    brought_none: bool = False,
) -> DeliverReport:
    """Send everything that is due when it begins, each channel at its own pace.

    A channel that hangs, even one that blocks its thread, holds up nothing but itself. Several
    processes may do this at the same time: each row is sent by one. A process that
    dies leaves its rows to the next run, which sends them again under the same message id. Where
    other machines share the state, a channel that takes one message after the other is at work on
    one of them, so that its order and its pace hold.

    Args:
        settings: those of forewarn.yml unless they are given.
        now: the clock, in UTC.
        environ: where options written `${NAME}` are looked up.
        retry: also send what was given up or waits for its next attempt.
        step: called with `claimed` after each batch, and with `sending`, `sent` (where it went)
            and `settled` for each row.
        stop: asked again and again whether to come to an end: what is under way is waited for,
            and what was not begun is given back.
        limit: what one message may take.
        by: by which channels, by their names; what waits for others waits on.
        brought_none: Git was asked already whether the state came with the clone; it did not.

    Raises:
        Refused: other machines share the state, and this clone is behind what is published.
        DataError: forewarn.yml cannot be read, or the state database cannot be used. A delivery
            that fails does not raise.
    """
    settings = settings or load_settings(root)
    templates = Templates.of(root, settings.name, settings.served_at)
    with open_state(root) as state, state.living() as holder, templates:
        refuse_unfit_clone(root, state, brought_none=brought_none)
        now = clock_of(state, now)
        if retry:
            state.revive()
        done = RunSoFar()
        gate = Gate(root, settings, state.mark(PUBLISHED), now().astimezone(UTC).date())
        as_read = lru_cache(maxsize=64)(settings.as_read)  # one event goes to many
        run = _Delivering(state, holder, now, step, stop, done, limit, gate, templates, as_read)
        around = Surroundings(
            root=root,
            name=settings.name,
            sites=settings.served_at,
            environ=environ,
            alone=state.is_alone(holder),
        )
        for _ in range(_ROUNDS):
            lanes = [Lane(name, settings, around, limit) for name in state.channels() if by(name)]
            asyncio.run(run.deliver(lanes))
            more, untold = tell_operators(state, settings, root, now())
            if not more:
                break
        report = done.report(state, untold, templates)
        _wind_up(state, settings, now(), whole=not stop())
    return report


def _wind_up(state: State, settings: Settings, now: datetime, *, whole: bool) -> None:
    """Shorten what is old, and keep that a `whole` run came to its end."""
    with state.exclusively("retention") as alone:
        if alone:
            prune_deliveries(state, settings, now)
    if whole:
        with state.transaction() as change:
            change.set_mark(DELIVERED, now.isoformat())


def _because(parcel: Parcel) -> tuple[str, ...]:
    """The lines that ask for a message; where they stand is nothing for customers."""
    lines = (row.because for row in parcel if row.event.told_to is Audience.STAFF)
    return tuple(dict.fromkeys(line for line in lines if line))


def _parcels(rows: Sequence[Delivery]) -> Iterator[Parcel]:
    """The rows by message, in the order of the first of each."""
    found: dict[tuple[str, int], list[Delivery]] = {}
    for row in rows:
        key = ("one", row.id) if row.batch is None else ("batch", row.batch)
        found.setdefault(key, []).append(row)
    return map(tuple, found.values())


@dataclass(frozen=True, slots=True)
class _Delivering:
    """One run: claims, settles and counts; what is sent is sent in the lanes."""

    state: State
    holder: str
    now: Callable[[], datetime]
    step: Callable[[str], None]
    stop: Callable[[], bool]
    done: RunSoFar
    limit: timedelta
    gate: Gate
    templates: Templates
    as_read: Callable[[Event], Event]

    async def deliver(self, lanes: Sequence[Lane]) -> None:
        due = self.now()
        try:
            async with asyncio.TaskGroup() as group:
                for lane in lanes:
                    group.create_task(self._in_turn(lane, due))
        except ExceptionGroup as error:
            # Only a database that cannot be written ends a run; one message is enough.
            raise error.exceptions[0] from error

    async def _in_turn(self, lane: Lane, due: datetime) -> None:
        if not (self.state.is_shared and lane.one_by_one):
            await self._through(lane, due)
            return
        with self.state.exclusively(f"channel {lane.name}") as alone:
            if alone:
                await self._through(lane, due)
            else:
                self.done.busy.append(lane.name)

    async def _through(self, lane: Lane, due: datetime) -> None:
        async with lane:
            for person in self._to_probe(lane.name):
                await self._send(lane, self._claim(lane.name, due, 1, only=person))
            while not self.stop():
                itself, resting = self._resting(lane.name)
                if itself and itself.rests(self.now()):
                    return
                most = 1 if itself and itself.is_quarantined else _MANY if lane.is_down else _FEW
                batch = self._claim(lane.name, due, most, without=resting)
                if not batch:
                    return
                await self._send(lane, batch, partial(self._more, lane, due))

    async def _send(
        self,
        lane: Lane,
        batch: Sequence[Delivery],
        more: Callable[[], Sequence[Delivery]] = lambda: (),
    ) -> None:
        """Send what may still go, and what there is `more` of while it goes."""
        leases: dict[str | None, datetime] = {}
        waiting = self._let_in(batch, leases)
        async for ended in lane.send(waiting, partial(self._begin, lane, leases)):
            self._settle(lane, ended)
            if any(isinstance(how, NotSent) and how.tried for _, how in ended):
                self._give_back(lane.name, waiting)
            if waiting and self.stop():
                self.state.give_back([row for parcel in waiting for row in parcel])
                waiting.clear()
            if batch and not self.stop() and len(waiting) < _LOW:
                batch = more()
                waiting.extend(self._let_in(batch, leases))
            await asyncio.sleep(0)  # the other lanes' turn

    def _more(self, lane: Lane, due: datetime) -> Sequence[Delivery]:
        """The next rows, as long as nothing fails; then what goes is seen first."""
        itself, resting = self._resting(lane.name)
        return () if itself or lane.is_down else self._claim(lane.name, due, _FEW, without=resting)

    def _let_in(
        self, batch: Sequence[Delivery], leases: dict[str | None, datetime]
    ) -> deque[Parcel]:
        """What of claimed rows may still go, by message; until when they are held is noted."""
        if not batch:
            return deque()
        self.step("claimed")
        ends = self.now() + LEASE
        leases |= {row.claim: ends for row in batch}
        return deque(_parcels(self._let_through(batch)))

    def _let_through(self, batch: Sequence[Delivery]) -> list[Delivery]:
        """Those that may still go; the others are suppressed, or wait where nobody can know."""
        kept: list[Delivery] = []
        refused: list[tuple[Delivery, str]] = []
        unsure: list[tuple[Delivery, Ended]] = []
        for row in batch:
            try:
                why = self.gate.refuses(row)
            except ForewarnError as error:
                unsure.append((row, NotSent(error=error.what, fault=Fault.OURS, tried=False)))
            else:
                if why:
                    refused.append((row, why))
                else:
                    kept.append(row)
        if refused:
            self.state.suppress(refused)
        if unsure:
            for settled in self.state.settle(unsure, now=self.now()):
                self.done.add(settled)
        return kept

    def _resting(self, channel: str) -> tuple[Endpoint | None, frozenset[str]]:
        """The channel itself, where it fails, and those of its recipients who get nothing now."""
        here = self.state.endpoints(channel)
        resting = (
            one.person
            for one in here
            if one.person and (one.is_quarantined or one.rests(self.now()))
        )
        return next((one for one in here if one.person is None), None), frozenset(resting)

    def _to_probe(self, channel: str) -> list[str]:
        """The recipients in quarantine at whom it is time to try again."""
        itself, _ = self._resting(channel)
        if itself and (itself.is_quarantined or itself.rests(self.now())):
            return []
        here = self.state.endpoints(channel)
        return [e.person for e in here if e.person and e.is_quarantined and not e.rests(self.now())]

    def _give_back(self, channel: str, waiting: deque[Parcel]) -> None:
        """Let go what is not to be tried any more, as the last failure was one too many."""
        itself, resting = self._resting(channel)
        whole = itself is not None and (itself.is_quarantined or itself.rests(self.now()))
        kept = [p for p in waiting if not whole and p[0].person not in resting]
        back = [row for parcel in waiting if parcel not in kept for row in parcel]
        if back:
            self.state.give_back(back)
            waiting.clear()
            waiting.extend(kept)

    def _claim(
        self,
        channel: str,
        due: datetime,
        limit: int,
        *,
        only: str | None = None,
        without: Collection[str] = (),
    ) -> list[Delivery]:
        return self.state.claim(
            limit=limit,
            only=only,
            without=without,
            channel=channel,
            now=self.now(),
            due=due,
            holder=self.holder,
            damaged=self.done.damaged.append,
        )

    def _begin(
        self, lane: Lane, leases: Mapping[str | None, datetime], parcel: Parcel
    ) -> Message | None:
        """The message of a parcel whose turn it is; None: somebody else has it by now."""
        events = tuple(self.as_read(row.event) for row in parcel)
        written = self.templates.written(events)
        late = self.now() + self.limit > leases[parcel[0].claim] or not self.state.is_heard()
        if late and not all(self.state.renew(row, now=self.now()) for row in parcel):
            return None
        self.step("sending")
        answered, beside = self._answered(parcel, events)
        return Message(
            events=events,
            earlier=(*answered,),
            answering=(*answered.values(),),
            beside=beside,
            follows=self._followed(lane, parcel),
            because=_because(parcel),
            written=written,
        )

    def _answered(
        self, parcel: Parcel, events: Sequence[Event]
    ) -> tuple[dict[Receipt, Event], tuple[Receipt, ...]]:
        """What the recipient got of what is answered, by what; and that of which some holds."""
        found = [
            (one, event)
            for row, event in zip(parcel, events, strict=True)
            for one in self.state.receipts(row)
        ]
        wholly = {one.receipt: event for one, event in found if one.wholly}
        partly = (one.receipt for one, _ in found if one.receipt not in wholly)
        return wholly, tuple(dict.fromkeys(partly))

    def _followed(self, lane: Lane, parcel: Parcel) -> Receipt | None:
        """What it is told after, where the channel has threads, and where it is of one."""
        one_thread = len({row.event.subject for row in parcel}) == 1
        return self.state.last_of_thread(parcel[0]) if lane.threads and one_thread else None

    def _settle(self, lane: Lane, ended: Sequence[tuple[Parcel, Ended]]) -> None:
        for _, how in ended:
            if not isinstance(how, NotSent):
                self.step("sent")
        rows = [(row, how) for parcel, how in ended for row in parcel]
        if not rows:
            return
        for settled in self.state.settle(rows, now=self.now(), retry=lane.retry):
            self.done.add(settled)
            self.step("settled")
