"""One look at the places that are watched, with the records as they lie in the folder."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from pathlib import Path
from typing import TypeAlias

from forewarn.frozen import dataclass
from forewarn.model.watching.place import SourceState, asked_next, pause_of
from forewarn.services.alert.clock import clock_of
from forewarn.services.alert.clone import refuse_unfit_clone
from forewarn.services.watch.places import WatchedRecords, WatchedRow, records_at
from forewarn.services.watch.report import WatchReport
from forewarn.services.watch.run import watch_places
from forewarn.store.state.interface import DamagedRow, State
from forewarn.store.state.opening import open_state

# Given how many places there are, what is told each step.
Progress: TypeAlias = Callable[[int], AbstractContextManager[Callable[[str], None]]]


@dataclass(frozen=True, kw_only=True, slots=True)
class LookDone:
    """What a look found, by which records; how many sightings wait for an answer.

    `due` is when the next place is to be asked, after a look at what was due; None where there is
    none, or nobody can tell.
    """

    report: WatchReport
    records: WatchedRecords
    waiting: int
    due: datetime | None


def look(
    root: Path,
    *,
    now: Callable[[], datetime],
    environ: Mapping[str, str],
    progress: Progress,
    only_due: bool,
    interval: timedelta,
) -> LookDone:
    """Look once, at every place or at those that are due.

    Args:
        now: the clock, in UTC; where other machines share the state, the state's is gone by.
        interval: how often a place is asked whose row does not say so.

    Raises:
        Refused: other machines share the state, and this clone is behind what is published.
        DataError: the records, the settings or the state database cannot be read.
    """
    records = records_at(root)
    due, waiting = None, 0
    with open_state(root) as state, progress(len(records.facts.places)) as step:
        refuse_unfit_clone(root, state)
        now = clock_of(state, now)
        report = watch_places(
            state,
            records,
            now=now,
            environ=environ,
            step=step,
            only_due=only_due,
            interval=interval,
        )
        # What is damaged is told as the failure of its product; it holds up no alert.
        with contextlib.suppress(DamagedRow):
            waiting = _waiting(state, records)
        with contextlib.suppress(DamagedRow):
            # Nobody waits for the next look after one at everything.
            if only_due:
                due = _next(state, records.facts.places, now(), interval)
    return LookDone(report=report, records=records, waiting=waiting, due=due)


def _waiting(state: State, records: WatchedRecords) -> int:
    """How many sightings are open."""
    rows = state.standing(records.to_come(state))
    if not rows:
        return 0  # nearly always, and what follows takes time to import
    from forewarn.services.ask.sightings import open_of

    return len(open_of(records.catalogue, rows))


def _next(
    state: State, places: Iterable[WatchedRow], now: datetime, interval: timedelta
) -> datetime | None:
    """When the first of these places is to be asked; None where there is none."""
    kept = {(product, key): found for product, key, found in state.states_before_asking()}
    pauses = state.pauses()

    def of_one(place: WatchedRow) -> datetime:
        found = kept.get((place.product, place.key), SourceState())
        until = pauses[place.host].until if place.host in pauses else None
        return asked_next(found, place.interval or interval, pause_of(until, now)) or now

    return min(map(of_one, places), default=None)
