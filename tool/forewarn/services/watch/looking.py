"""One look at the places that are watched, with the records as they lie in the folder."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from pathlib import Path
from typing import TypeAlias

from forewarn.frozen import dataclass
from forewarn.services.alert.clock import clock_of
from forewarn.services.alert.clone import refuse_unfit_clone
from forewarn.services.ask.sightings import list_sightings
from forewarn.services.ask.watching import next_look, watched_places
from forewarn.services.watch.report import WatchReport
from forewarn.services.watch.run import watch
from forewarn.store.catalogue.load import Loaded, load_worktree
from forewarn.store.settings import load_settings
from forewarn.store.state.interface import DamagedRow
from forewarn.store.state.opening import open_state

# Given how many places there are, what is told each step.
Progress: TypeAlias = Callable[[int], AbstractContextManager[Callable[[str], None]]]


@dataclass(frozen=True, kw_only=True, slots=True)
class LookDone:
    """What a look found, of which records; how many sightings wait for an answer.

    `due` is when the next place is to be asked, after a look at what was due; None where there is
    none, or nobody can tell.
    """

    report: WatchReport
    loaded: Loaded
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
    settings, loaded = load_settings(root), load_worktree(root)
    total = sum(len(product.watch) for product in loaded.catalogue.products.values())
    due, waiting = None, 0
    with open_state(root) as state, progress(total) as step:
        refuse_unfit_clone(root, state)
        now = clock_of(state, now)
        report = watch(
            state,
            loaded.catalogue,
            settings,
            now=now,
            environ=environ,
            unreadable=loaded.unreadable,
            step=step,
            only_due=only_due,
            interval=interval,
        )
        # What is damaged is told as the failure of its product; it holds up no alert.
        with contextlib.suppress(DamagedRow):
            waiting = len(list_sightings(state, loaded.catalogue, open_only=True))
        with contextlib.suppress(DamagedRow):
            # Nobody waits for the next look after one at everything.
            if only_due:
                due = next_look(watched_places(state, loaded.catalogue, now(), interval), now())
    return LookDone(report=report, loaded=loaded, waiting=waiting, due=due)
