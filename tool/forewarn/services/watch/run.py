"""Polling every product's sources; what is new becomes sightings, and alerts where needed."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import chain, islice
from types import MappingProxyType
from typing import TYPE_CHECKING

from forewarn.errors import DataError, Trouble
from forewarn.model.watching.place import (
    USUAL_INTERVAL,
    SourceState,
    after_failure,
    after_no_news,
    next_poll,
    pause_until,
)
from forewarn.model.watching.recent import NEWS, RECENT
from forewarn.net import PAGE, Client, Limits
from forewarn.services.watch.asking import Asking, NoAnswer, OpenSources, no_answer
from forewarn.services.watch.hosts import Hosts, at_once
from forewarn.services.watch.parts import Answered, Share, lanes, parts_of, unreachable
from forewarn.services.watch.places import WatchedRecords, WatchedRow, records_of
from forewarn.services.watch.report import Failure, Findings, Mute, WatchReport
from forewarn.sources.interface import Answer
from forewarn.store.state.interface import LOOKED, Change, DamagedRow, NothingNew, State

# While nothing is new, none of this is asked for, and it takes as long to import as all the rest.
if TYPE_CHECKING:
    from forewarn.model.catalogue import Catalogue
    from forewarn.model.events.event import Event
    from forewarn.model.product import Product, Watch
    from forewarn.model.settings import Settings
    from forewarn.services.watch.keep import Kept

Step = Callable[[str], None]
# What has come is kept as often as that (seconds), and whenever so many products have something.
_KEEP_EVERY = 1.0
_TOGETHER = 200
# Of how many sightings is asked at once whether there are such: as many ids are remembered.
_MOST_FORESEEN = 4000
_WELL = SourceState()


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
    waiting: list[Answered] = field(default_factory=list)
    having_something: int = 0

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
        async with AsyncExitStack() as stack:
            failing = {host for part in parts for host in unreachable(part)}
            client = await stack.enter_async_context(
                Client(limits=limits, failing=failing, per_host=at_once)
            )
            asking = Asking(lambda: self.records.catalogue, environ, OpenSources(client, stack))
            try:
                async with asyncio.TaskGroup() as group:
                    keeping = group.create_task(self._keep_now_and_then(hosts))
                    async with asyncio.TaskGroup() as polls:
                        for each in lanes(parts):
                            polls.create_task(self._poll_each(each, asking, hosts))
                    keeping.cancel()
            except ExceptionGroup as error:
                # Only a database that cannot be written ends a run; one message is enough.
                raise _first(error) from error
            self._keep(hosts)
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

    async def _poll_each(self, parts: Iterator[Share], asking: Asking, hosts: Hosts) -> None:
        for part in parts:
            await self._poll(part, asking, hosts)

    async def _poll(self, part: Share, asking: Asking, hosts: Hosts) -> None:
        """Ask a part's sources; what they answer is kept soon."""
        if len(part.rows) == 1:
            answers = [await self._ask(*part.rows[0], asking, hosts)]
        else:
            answers = await asyncio.gather(
                *(self._ask(place, before, asking, hosts) for place, before in part.rows)
            )
        answered = Answered(part=part, answers=tuple(answers), at=self.now())
        self.waiting.append(answered)
        self.having_something += not answered.is_unchanged()
        if self.having_something >= _TOGETHER:
            self._keep(hosts)

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

    async def _keep_now_and_then(self, hosts: Hosts) -> None:
        while True:
            await asyncio.sleep(_KEEP_EVERY)
            self._keep(hosts)

    def _keep(self, hosts: Hosts) -> None:
        """Keep all that has come in one transaction, each product's with all that follows or not.

        Raises:
            DataError: the state database cannot be used.
        """
        waiting, self.waiting, self.having_something = self.waiting, [], 0
        done: list[tuple[Answered, Kept | NoAnswer | None]] = []
        for answered in waiting:
            if answered.read():
                self.step("fetched")
        with self.state.transaction() as change:
            hosts.keep(change)
            quiet = [answered for answered in waiting if answered.is_unchanged()]
            change.settle(map(self._settled, quiet))
            others = [answered for answered in waiting if not answered.is_unchanged()]
            kept_of = dict(zip(map(id, others), self._keep_all(change, others), strict=True))
            done = [(answered, kept_of.get(id(answered))) for answered in waiting]
        for answered, kept in done:
            if kept is not None and not isinstance(kept, NoAnswer):
                self.step("stored")
            self._tell(answered, kept)

    def _keep_all(
        self, change: Change, answers: Sequence[Answered]
    ) -> list[Kept | NoAnswer | None]:
        """Keep what some parts answered.

        What can be undone together costs half of what can be undone one by one: so it is done
        again, one by one, where anything goes wrong.
        """
        try:
            with change.part():
                ids = chain.from_iterable(answered.ids() for answered in answers)
                products = (answered.part.product for answered in answers)
                change.foresee(products, islice(ids, _MOST_FORESEEN))
                return [self._kept(change, answered) for answered in answers]
        except Exception as error:
            if _is_everybodys(error):
                raise
        return [self._keep_one(change, answered) for answered in answers]

    def _keep_one(self, change: Change, answered: Answered) -> Kept | NoAnswer | None:
        """Keep what a part answered; whatever goes wrong with it stays its own."""
        try:
            with change.part():
                return self._kept(change, answered)
        except Exception as error:
            if _is_everybodys(error):
                raise
            return no_answer(error)

    def _settled(self, answered: Answered) -> NothingNew:
        """What is kept of a place that has nothing new."""
        ((place, _),), at = answered.part.rows, answered.at
        return NothingNew(place.product, place.key, at, self._next_poll(place, _WELL, at))

    def _next_poll(self, place: WatchedRow, kept: SourceState, at: datetime) -> datetime:
        interval = place.interval or self.interval
        return next_poll(f"{place.product} {place.key}", kept, interval, at)

    def _kept(self, change: Change, answered: Answered) -> Kept | None:
        at = answered.at
        alerts: list[Event] = []
        for (place, _), answer in zip(answered.part.rows, answered.answers, strict=True):
            if answer is None or (isinstance(answer, Answer) and not answer.unchanged):
                continue
            before = change.source_now(place.product, place.key)
            if isinstance(answer, NoAnswer):
                after = after_failure(before, answer.error, answer.trouble, at)
                if place.host is None and answer.trouble is Trouble.RATE_LIMITED:
                    asked = pause_until(answer.retry_after, before.failures, at)
                    alerts += self._keep_source(change, place, after, at, least=asked)
                    continue
            else:
                after = after_no_news(before, at)
            alerts += self._keep_source(change, place, after, at)
        read = self._as_recorded(answered.read())
        if not read and not alerts:
            return None
        from forewarn.services.watch.keep import Kept, keep

        if not read:
            return Kept(alerts=tuple(alerts))
        known, (_, product, _, _) = self.records, read[0]
        rows = [(row, answer) for _, _, row, answer in read]
        kept = keep(change, known.catalogue, known.settings, product, rows, at, known.unreadable)
        for (place, _, _, _), (_, after) in zip(read, kept.states, strict=True):
            alerts += self._keep_source(change, place, after, at)
        self.step("storing")
        return replace(kept, alerts=(*kept.alerts, *alerts)) if alerts else kept

    def _as_recorded(
        self, read: Iterable[tuple[WatchedRow, Answer]]
    ) -> list[tuple[WatchedRow, Product, Watch, Answer]]:
        """What was read of rows that are recorded as they were when they were asked."""
        found = []
        for place, answer in read:
            about = place.row_in(self.records.catalogue)
            if about:
                found.append((place, *about, answer))
        return found

    def _keep_source(
        self,
        change: Change,
        place: WatchedRow,
        kept: SourceState,
        at: datetime,
        least: datetime | None = None,
    ) -> tuple[Event, ...]:
        """Keep how a row's place is and when it is asked next; the alerts that follow.

        A place without a host that wants to be left alone is itself, until `least`.
        """
        alerts: tuple[Event, ...] = ()
        about = place.row_in(self.records.catalogue) if kept.failing_since or kept.told else None
        if about:
            from forewarn.services.alert.failing import tell_of_place

            known = self.records
            kept, alerts = tell_of_place(change, known.catalogue, known.settings, *about, kept, at)
        moment = self._next_poll(place, kept, at)
        moment = max(moment, least or moment)
        change.keep_source(place.product, place.key, replace(kept, next_poll=moment))
        return alerts

    def _tell(self, answered: Answered, kept: Kept | NoAnswer | None) -> None:
        """Write into the report what came of a part."""
        product, found = answered.part.product, self.findings
        for (place, _), answer in zip(answered.part.rows, answered.answers, strict=True):
            if answer is None:
                continue
            failed = kept if isinstance(kept, NoAnswer) else answer
            if isinstance(failed, NoAnswer):
                found.failed.append(
                    Failure(
                        product=product,
                        source=place.source,
                        error=failed.error,
                        trouble=failed.trouble,
                    )
                )
            elif failed.unchanged:
                found.unchanged += 1
            found.polled += 1
            self.step("polled")
        if kept is not None and not isinstance(kept, NoAnswer):
            found.sightings += kept.sightings
            found.alerts += kept.alerts
            found.unread += kept.unread
            found.mute += [
                Mute(product=product, source=source, entries=entries, last=last)
                for source, entries, last in kept.mute
            ]
            if kept.uncompared:
                found.uncompared.append(product)


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


def _is_everybodys(error: Exception) -> bool:
    """Whether nothing can be kept: a damaged row is one product's, a database is not."""
    return isinstance(error, DataError) and not isinstance(error, DamagedRow)


def _first(error: BaseExceptionGroup[BaseException]) -> BaseException:
    inner = error.exceptions[0]
    return _first(inner) if isinstance(inner, BaseExceptionGroup) else inner
