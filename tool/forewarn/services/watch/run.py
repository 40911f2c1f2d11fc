"""Polling every product's sources; what is new becomes sightings, and alerts where needed."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from types import MappingProxyType

from forewarn.errors import DataError, Trouble
from forewarn.model.catalogue import Catalogue
from forewarn.model.events.event import Event
from forewarn.model.product import Product, Watch
from forewarn.model.settings import Settings
from forewarn.model.watching.place import (
    USUAL_INTERVAL,
    SourceState,
    after_failure,
    after_no_news,
    next_poll,
    pause_until,
)
from forewarn.net import PAGE, Client, Limits
from forewarn.services.alert.failing import tell_of_place
from forewarn.services.watch.asking import Asking, NoAnswer, no_answer, opened
from forewarn.services.watch.due import tell_due
from forewarn.services.watch.hosts import Hosts, at_once
from forewarn.services.watch.keep import Kept, keep
from forewarn.services.watch.parts import Answered, Share, lanes, parts_of, unreachable
from forewarn.services.watch.report import Failure, Findings, Mute, WatchReport
from forewarn.sources.interface import Answer
from forewarn.store.state.interface import LOOKED, Change, DamagedRow, NothingNew, State

Step = Callable[[str], None]
# What has come is kept as often as that (seconds), and whenever so many products have something.
_KEEP_EVERY = 1.0
_TOGETHER = 200
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
    run = _PollingRun(state, catalogue, settings, now, step, interval, unreadable)
    asyncio.run(run.poll_all(environ, limits, only_due))
    return run.findings.report()


@dataclass
class _PollingRun:
    state: State
    catalogue: Catalogue
    settings: Settings
    now: Callable[[], datetime]
    step: Step
    interval: timedelta
    unreadable: frozenset[str]
    findings: Findings = field(default_factory=Findings)
    waiting: list[Answered] = field(default_factory=list)

    async def poll_all(self, environ: Mapping[str, str], limits: Limits, only_due: bool) -> None:
        for path in sorted(self.unreadable):
            if path.endswith("/product.yml"):
                why = "this cannot be read, so the product is not watched. See `forewarn check`."
                failure = Failure(product=path.split("/")[1], source=path, error=why)
                self.findings.failed.append(failure)
        watched = [p for p in self.catalogue.products.values() if p.watch]
        if watched:
            await self._ask_all(watched, environ, limits, only_due)
        with self.state.transaction() as change:
            change.set_mark(LOOKED, self.now().isoformat())

    async def _ask_all(
        self,
        watched: Sequence[Product],
        environ: Mapping[str, str],
        limits: Limits,
        only_due: bool,
    ) -> None:
        parts = [*parts_of(self.state, watched, self.now(), self.interval, only_due=only_due)]
        hosts = Hosts(self.state.pauses(), self.settings.watching.per_second)
        async with AsyncExitStack() as stack:
            failing = {host for part in parts for host in unreachable(part)}
            client = await stack.enter_async_context(
                Client(limits=limits, failing=failing, per_host=at_once)
            )
            types = {row.type for part in parts for row, _ in part.rows}
            asking = Asking(self.catalogue, environ, await opened(types, client, stack))
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
            keys = {(p.id, row.kept_under) for p in watched for row in p.watch}
            change.forget_unread(keys)
            self.findings.alerts += tell_due(
                change, self.catalogue, self.settings, self.now(), self.unreadable
            )

    async def _poll_each(self, parts: Iterator[Share], asking: Asking, hosts: Hosts) -> None:
        for part in parts:
            await self._poll(part, asking, hosts)

    async def _poll(self, part: Share, asking: Asking, hosts: Hosts) -> None:
        """Ask a part's sources; what they answer is kept soon."""

        async def ask(row: Watch, before: SourceState) -> Answer | NoAnswer | None:
            async with hosts.turn(row.host):
                at = self.now()
                if hosts.leaves(row.host, at):
                    return None
                answer = await asking.ask(part.product, row, before, at)
            if row.host is None:
                return answer
            if isinstance(answer, Answer):
                hosts.answered(row.host)
            elif answer.trouble is Trouble.RATE_LIMITED:
                hosts.wants_a_pause(row.host, answer.retry_after, self.now())
            return answer

        if len(part.rows) == 1:
            answers = [await ask(*part.rows[0])]
        else:
            answers = await asyncio.gather(*(ask(row, before) for row, before in part.rows))
        answered = Answered(part=part, answers=tuple(answers), at=self.now())
        self.waiting.append(answered)
        if len(self.waiting) >= _TOGETHER:
            self._keep(hosts)

    async def _keep_now_and_then(self, hosts: Hosts) -> None:
        while True:
            await asyncio.sleep(_KEEP_EVERY)
            self._keep(hosts)

    def _keep(self, hosts: Hosts) -> None:
        """Keep all that has come in one transaction, each product's with all that follows or not.

        Raises:
            DataError: the state database cannot be used.
        """
        waiting, self.waiting = self.waiting, []
        done: list[tuple[Answered, Kept | NoAnswer | None]] = []
        for answered in waiting:
            if answered.read():
                self.step("fetched")
        with self.state.transaction() as change:
            hosts.keep(change)
            quiet = [answered for answered in waiting if answered.is_unchanged()]
            change.settle(map(self._settled, quiet))
            done = [
                (answered, None if answered.is_unchanged() else self._keep_one(change, answered))
                for answered in waiting
            ]
        for answered, kept in done:
            if isinstance(kept, Kept):
                self.step("stored")
            self._tell(answered, kept)

    def _keep_one(self, change: Change, answered: Answered) -> Kept | NoAnswer | None:
        """Keep what a part answered; whatever goes wrong with it stays its own."""
        try:
            with change.part():
                return self._kept(change, answered)
        except Exception as error:
            # One row that is damaged is this product's; a database that is, is everybody's.
            if isinstance(error, DataError) and not isinstance(error, DamagedRow):
                raise
            return no_answer(error)

    def _settled(self, answered: Answered) -> NothingNew:
        """What is kept of a place that has nothing new."""
        product, ((row, _),), at = answered.part.product, answered.part.rows, answered.at
        interval = row.interval or self.interval
        moment = next_poll(f"{product.id} {row.kept_under}", _WELL, interval, at)
        return NothingNew(product.id, row.kept_under, at, moment)

    def _kept(self, change: Change, answered: Answered) -> Kept | None:
        product, at = answered.part.product, answered.at
        alerts: list[Event] = []
        for (row, before), answer in zip(answered.part.rows, answered.answers, strict=True):
            if isinstance(answer, NoAnswer):
                after = after_failure(before, answer.error, answer.trouble, at)
                if row.host is None and answer.trouble is Trouble.RATE_LIMITED:
                    asked = pause_until(answer.retry_after, before.failures, at)
                    alerts += self._keep_source(change, product, row, after, at, least=asked)
                    continue
            elif answer and answer.unchanged:
                after = after_no_news(before, at)
            else:
                continue
            alerts += self._keep_source(change, product, row, after, at)
        read = answered.read()
        if not read:
            return Kept(alerts=tuple(alerts)) if alerts else None
        kept = keep(change, self.catalogue, self.settings, product, read, at, self.unreadable)
        for row, after in kept.states:
            alerts += self._keep_source(change, product, row, after, at)
        self.step("storing")
        return replace(kept, alerts=(*kept.alerts, *alerts))

    def _keep_source(
        self,
        change: Change,
        product: Product,
        row: Watch,
        kept: SourceState,
        at: datetime,
        least: datetime | None = None,
    ) -> tuple[Event, ...]:
        """Keep how a row's place is and when it is asked next; the alerts that follow.

        A place without a host that wants to be left alone is itself, until `least`.
        """
        kept, alerts = tell_of_place(change, self.catalogue, self.settings, product, row, kept, at)
        interval = row.interval or self.interval
        moment = next_poll(f"{product.id} {row.kept_under}", kept, interval, at)
        moment = max(moment, least or moment)
        change.keep_source(product.id, row.kept_under, replace(kept, next_poll=moment))
        return alerts

    def _tell(self, answered: Answered, kept: Kept | NoAnswer | None) -> None:
        """Write into the report what came of a part."""
        product, found = answered.part.product, self.findings
        for (row, _), answer in zip(answered.part.rows, answered.answers, strict=True):
            if answer is None:
                continue
            failed = kept if isinstance(kept, NoAnswer) else answer
            if isinstance(failed, NoAnswer):
                found.failed.append(
                    Failure(
                        product=product.id,
                        source=row.source,
                        error=failed.error,
                        trouble=failed.trouble,
                    )
                )
            elif failed.unchanged:
                found.unchanged += 1
            found.polled += 1
            self.step("polled")
        if isinstance(kept, Kept):
            found.sightings += kept.sightings
            found.alerts += kept.alerts
            found.unread += kept.unread
            found.mute += [
                Mute(product=product.id, source=source, entries=entries, last=last)
                for source, entries, last in kept.mute
            ]
            if kept.uncompared:
                found.uncompared.append(product.id)


def _first(error: BaseExceptionGroup[BaseException]) -> BaseException:
    inner = error.exceptions[0]
    return _first(inner) if isinstance(inner, BaseExceptionGroup) else inner
