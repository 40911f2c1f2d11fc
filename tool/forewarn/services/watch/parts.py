"""What is asked and kept together in one run: places of one product, and what they answered."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta
from itertools import groupby
from operator import attrgetter

from forewarn.errors import Trouble
from forewarn.frozen import dataclass
from forewarn.model.watching.place import SourceState
from forewarn.services.watch.asking import NoAnswer
from forewarn.services.watch.hosts import at_once
from forewarn.services.watch.places import WatchedRow
from forewarn.sources.interface import Answer
from forewarn.store.state.interface import DamagedRow, State


@dataclass(frozen=True, kw_only=True, slots=True)
class Share:
    """Rows of one product that are asked and kept together, each with what is kept of it, as far
    as that is asked for before its place is."""

    product: str
    rows: tuple[tuple[WatchedRow, SourceState], ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Answered:
    """What the rows of a part answered, and when."""

    part: Share
    answers: tuple[Answer | NoAnswer | None, ...]
    at: datetime

    def is_unchanged(self) -> bool:
        """Whether it is one place, which was well and has nothing new."""
        ((_, before), *more), first = self.part.rows, self.answers[0]
        well = before.failing_since is None and before.told is None
        return well and not more and isinstance(first, Answer) and first.unchanged

    def had_failed(self) -> bool:
        """Whether its places failed the last time."""
        return bool(self.part.rows[0][1].failures)

    def ids(self) -> Iterator[str]:
        """The ids that sightings of what was read anew would have."""
        from forewarn.model.sighting import sighting_id

        for place, answer in self.read():
            for one in answer.shown:
                about = (place.product, one.version, place.source)
                yield sighting_id(*about, one.platform, one.arch, one.channel)

    def read(self) -> list[tuple[WatchedRow, Answer]]:
        """What was read anew."""
        return [
            (place, answer)
            for (place, _), answer in zip(self.part.rows, self.answers, strict=True)
            if isinstance(answer, Answer) and not answer.unchanged
        ]


def parts_of(
    state: State,
    places: Iterable[WatchedRow],
    now: datetime,
    interval: timedelta,
    *,
    only_due: bool,
) -> Iterator[Share]:
    """What is asked together. A row that failed the last time holds up none of the others.

    `places` are by product. `interval` is how often a row is asked that does not say so.
    """
    kept = _states(state)
    for product, of_product in groupby(places, key=attrgetter("product")):
        rows = [(place, kept(place)) for place in of_product]
        if only_due:
            rows = [pair for pair in rows if pair[1].is_due(now, pair[0].interval or interval)]
        for failing in (False, True):
            chosen = tuple(pair for pair in rows if bool(pair[1].failures) is failing)
            if chosen:
                yield Share(product=product, rows=chosen)


def lanes(parts: Iterable[Share]) -> Iterator[Iterator[Share]]:
    """The parts in rows of which all are asked at once, and each is one after the other.

    No host is asked for more than a few things at once, so there need be no more of its rows.
    """
    at_one_host: dict[str, list[Share]] = {}
    for part in parts:
        host = part.rows[0][0].host if len(part.rows) == 1 else None
        if host is None:
            yield iter((part,))
        else:
            at_one_host.setdefault(host, []).append(part)
    for host, waiting in at_one_host.items():
        # They share what is left, so that one that takes long holds up none of the others.
        left = iter(waiting)
        yield from (left for _ in range(min(at_once(host), len(waiting))))


def unreachable(part: Share) -> Iterator[str]:
    """The hosts of a part that did not answer the last time."""
    for row, before in part.rows:
        if row.host and before.trouble is Trouble.UNREACHABLE:
            yield row.host


def _states(state: State) -> Callable[[WatchedRow], SourceState]:
    """What is kept of each row; one that is damaged is as if it had never been asked."""
    nothing = SourceState()

    def one(place: WatchedRow) -> SourceState:
        try:
            return state.source_state(place.product, place.key)
        except DamagedRow:
            return nothing  # whoever keeps what it answers tells it

    try:
        kept = {(product, key): found for product, key, found in state.states_before_asking()}
    except DamagedRow:
        return one
    return lambda place: kept.get((place.product, place.key), nothing)
