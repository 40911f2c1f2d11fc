"""What places have answered and is not kept yet: it is kept together, each product's for itself."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import chain, islice
from typing import TYPE_CHECKING

from forewarn.errors import DataError, Trouble
from forewarn.model.watching.place import (
    SourceState,
    after_failure,
    after_no_news,
    next_poll,
    pause_until,
)
from forewarn.services.watch.asking import NoAnswer, no_answer
from forewarn.services.watch.hosts import Hosts
from forewarn.services.watch.parts import Answered
from forewarn.services.watch.places import WatchedRecords, WatchedRow
from forewarn.services.watch.report import Failure, Findings, Mute
from forewarn.sources.interface import Answer
from forewarn.store.state.interface import DamagedRow, NothingNew, State

# While nothing is new, none of this is asked for, and it takes as long to import as all the rest.
if TYPE_CHECKING:
    from forewarn.model.events.event import Event
    from forewarn.model.product import Product, Watch
    from forewarn.services.watch.keep import Kept
    from forewarn.store.state.change import Change

Step = Callable[[str], None]
# It is kept whenever so many products have something.
_TOGETHER = 200
# Of how many sightings is asked at once whether there are such: as many ids are remembered.
_MOST_FORESEEN = 4000
_WELL = SourceState()


@dataclass(kw_only=True)
class WaitingAnswers:
    """What has come of a run, and where it goes: into the state, and into what is told of it.

    `interval` is how often a place is asked whose row does not say so.
    """

    state: State
    records: WatchedRecords
    hosts: Hosts
    findings: Findings
    step: Step
    interval: timedelta
    waiting: list[Answered] = field(default_factory=list)
    having_something: int = 0

    def add(self, answered: Answered) -> None:
        """Take what a part answered; it is kept soon.

        Raises:
            DataError: the state database cannot be used.
        """
        self.waiting.append(answered)
        self.having_something += not answered.is_unchanged()
        if self.having_something >= _TOGETHER:
            self.keep()

    def keep(self) -> None:
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
            self.hosts.keep(change)
            quiet = [answered for answered in waiting if answered.is_unchanged()]
            change.settle(map(self._settled, quiet))
            others = [answered for answered in waiting if not answered.is_unchanged()]
            # In the order in which a product's are asked, whichever answers first.
            others.sort(key=Answered.had_failed)
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


def _is_everybodys(error: Exception) -> bool:
    """Whether nothing can be kept: a damaged row is one product's, a database is not."""
    return isinstance(error, DataError) and not isinstance(error, DamagedRow)
