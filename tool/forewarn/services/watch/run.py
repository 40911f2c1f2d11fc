"""Polling every product's sources; what is new becomes sightings, and alerts where needed."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import TYPE_CHECKING

from forewarn.errors import Trouble
from forewarn.model.watching.place import USUAL_INTERVAL, SourceState
from forewarn.model.watching.recent import NEWS, RECENT
from forewarn.net import PAGE, Client, Limits
from forewarn.services.watch.asking import Asking, NoAnswer, OpenSources
from forewarn.services.watch.hosts import Hosts, at_once
from forewarn.services.watch.parts import Answered, Share, lanes, parts_of, unreachable
from forewarn.services.watch.places import WatchedRecords, WatchedRow, records_of
from forewarn.services.watch.report import Failure, Findings, WatchReport
from forewarn.services.watch.waiting import Step, WaitingAnswers
from forewarn.sources.interface import Answer
from forewarn.store.state.interface import LOOKED, State

# While nothing is new, none of this is asked for, and it takes as long to import as all the rest.
if TYPE_CHECKING:
    from forewarn.model.catalogue import Catalogue
    from forewarn.model.settings import Settings
    from forewarn.store.state.change import Change

# What has come is kept as often as that (seconds), and whenever many products have something.
_KEEP_EVERY = 1.0


def watch(
    state: State,
    catalogue: Catalogue,
    settings: Settings,
    *,
    now: Callable[[], datetime],
    environ: Mapping[str, str] = MappingProxyType({}),
    unreadable: frozenset[str] = frozenset(),
    step: Step = lambda name: None,
    limits: Limits = PAGE,
    only_due: bool = False,
    interval: timedelta = USUAL_INTERVAL,
) -> WatchReport:
    """Poll every source of every product once.

    A source that fails is reported and changes nothing else. What a source shows is kept in one
    transaction with the alerts that follow from it and with the state for the next poll: a
    process that dies at any point loses no release. Hosts that asked to be left alone are.

    Args:
        now: the clock, in UTC.
        environ: where the variables are that a row names as `${NAME}`.
        unreadable: paths of records that are not in the catalogue because they cannot be read.
        step: called with `fetched`, `storing` (inside the transaction) and `stored` for each
            product whose sources had something, and with `polled` for each of its sources after
            it, whatever came of it.
        limits: bytes and seconds for each source.
        only_due: leave out what was asked a short time ago.
        interval: how often a source is asked whose row does not say so.

    Raises:
        DataError: the state database cannot be used.
    """
    records = records_of(catalogue, settings, unreadable)
    return watch_places(
        state,
        records,
        now=now,
        environ=environ,
        step=step,
        limits=limits,
        only_due=only_due,
        interval=interval,
    )


def watch_places(
    state: State,
    records: WatchedRecords,
    *,
    now: Callable[[], datetime],
    environ: Mapping[str, str],
    step: Step,
    only_due: bool,
    interval: timedelta,
    limits: Limits = PAGE,
) -> WatchReport:
    """The same, with records that are loaded only when something new is seen."""
    run = _PollingRun(state, records, now, step, interval)
    asyncio.run(run.poll_all(environ, limits, only_due))
    return run.findings.report()


@dataclass
class _PollingRun:
    state: State
    records: WatchedRecords
    now: Callable[[], datetime]
    step: Step
    interval: timedelta
    findings: Findings = field(default_factory=Findings)

    async def poll_all(self, environ: Mapping[str, str], limits: Limits, only_due: bool) -> None:
        for path in self.records.facts.unreadable:
            why = "this cannot be read, so the product is not watched. See `forewarn check`."
            failure = Failure(product=path.split("/")[1], source=path, error=why)
            self.findings.failed.append(failure)
        if self.records.facts.places:
            await self._ask_all(environ, limits, only_due)
        with self.state.transaction() as change:
            change.set_mark(LOOKED, self.now().isoformat())

    async def _ask_all(self, environ: Mapping[str, str], limits: Limits, only_due: bool) -> None:
        facts = self.records.facts
        parts = [*parts_of(self.state, facts.places, self.now(), self.interval, only_due=only_due)]
        hosts = Hosts(self.state.pauses(), facts.per_second)
        waiting = WaitingAnswers(
            state=self.state,
            records=self.records,
            hosts=hosts,
            findings=self.findings,
            step=self.step,
            interval=self.interval,
        )
        async with AsyncExitStack() as stack:
            failing = {host for part in parts for host in unreachable(part)}
            client = await stack.enter_async_context(
                Client(limits=limits, failing=failing, per_host=at_once)
            )
            asking = Asking(lambda: self.records.catalogue, environ, OpenSources(client, stack))
            try:
                async with asyncio.TaskGroup() as group:
                    keeping = group.create_task(_keep_now_and_then(waiting))
                    async with asyncio.TaskGroup() as polls:
                        for each in lanes(parts):
                            polls.create_task(self._poll_each(each, asking, hosts, waiting))
                    keeping.cancel()
            except ExceptionGroup as error:
                # Only a database that cannot be written ends a run; one message is enough.
                raise _first(error) from error
            waiting.keep()
        self.findings.paused = hosts.left()
        with self.state.transaction() as change:
            change.forget_unread({(place.product, place.key) for place in facts.places})
            now = self.now()
            if may_be_due(change, facts.lockstep, now):
                from forewarn.services.watch.due import tell_due

                known = self.records
                self.findings.alerts += tell_due(
                    change, known.catalogue, known.settings, now, known.unreadable
                )

    async def _poll_each(
        self, parts: Iterator[Share], asking: Asking, hosts: Hosts, waiting: WaitingAnswers
    ) -> None:
        for part in parts:
            waiting.add(await self._poll(part, asking, hosts))

    async def _poll(self, part: Share, asking: Asking, hosts: Hosts) -> Answered:
        """Ask a part's sources."""
        if len(part.rows) == 1:
            answers = [await self._ask(*part.rows[0], asking, hosts)]
        else:
            answers = await asyncio.gather(
                *(self._ask(place, before, asking, hosts) for place, before in part.rows)
            )
        return Answered(part=part, answers=tuple(answers), at=self.now())

    async def _ask(
        self, place: WatchedRow, before: SourceState, asking: Asking, hosts: Hosts
    ) -> Answer | NoAnswer | None:
        host = place.host
        async with hosts.turn(host):
            at = self.now()
            if hosts.leaves(host, at):
                return None
            answer = await asking.ask_place(place, before, at)
        if host is None or answer is None:
            return answer
        if isinstance(answer, Answer):
            hosts.answered(host)
        elif answer.trouble is Trouble.RATE_LIMITED:
            hosts.wants_a_pause(host, answer.retry_after, self.now())
        return answer


async def _keep_now_and_then(waiting: WaitingAnswers) -> None:
    while True:
        await asyncio.sleep(_KEEP_EVERY)
        waiting.keep()


def may_be_due(change: Change, lockstep: Mapping[str, float], now: datetime) -> bool:
    """Whether time alone can have made news: nearly always it cannot, and no record is needed.

    `lockstep` is for how many seconds it is looked back at each product of a lockstep.
    """
    # One that names no platform is missing on none.
    if change.away() or any(one.platform for one in change.told_since(now - RECENT)):
        return True
    by_product: set[str] = set()
    for product, _, view in change.views():
        expired = view.valid_until is not None and view.valid_until < now
        # What several places name may be apart.
        if view.empty or expired or product in by_product:
            return True
        by_product.add(product)
    since = now - timedelta(seconds=max(lockstep.values(), default=0.0))
    recent = change.of_products_since(lockstep, since) if lockstep else ()
    return any(one.state in NEWS for one in recent)


def _first(error: BaseExceptionGroup[BaseException]) -> BaseException:
    inner = error.exceptions[0]
    return _first(inner) if isinstance(inner, BaseExceptionGroup) else inner
