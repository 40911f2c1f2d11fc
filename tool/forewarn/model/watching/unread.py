"""Of which entries that cannot be read people are told, and when that is enough for a day."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta

from forewarn.model.events.event import Event
from forewarn.model.events.fact import EntriesUnread
from forewarn.model.sighting import Chance, Unread
from forewarn.model.watching.conclusion import NotRead

# A place that names its entries otherwise each time would be told again and again; what is held
# back is told with the first look after it.
_MOST_A_DAY = 5
_DAY = timedelta(days=1)
_ORDER = (Chance.MUCH, Chance.SOME, Chance.LITTLE)


def not_read(
    source: str,
    platform: str | None,
    entries: Iterable[tuple[Unread, datetime]],
    told: Sequence[Event],
    now: datetime,
) -> Iterator[NotRead]:
    """The entries of a place that nobody was told of, in one; what is a release first, perhaps.

    Each entry comes with the moment since which it is there. `told` are the events by which people
    were told of such entries of the product: each tells of all that were there then, and of many
    it lists the first alone.
    """
    facts = [(event.at, event.fact) for event in told if isinstance(event.fact, EntriesUnread)]
    times = [at for at, fact in facts if fact.place == source]
    listed = {(row.title, row.url) for _, fact in facts for row in fact.found}
    rows = {
        (one.title, one.url): one
        for one, since in entries
        if one.chance is not Chance.NONE
        and all(at < since for at in times)
        and (one.title, one.url) not in listed
    }
    new = [*rows.values()]
    if new and sum(now - at < _DAY for at in times) < _MOST_A_DAY:
        new.sort(key=lambda one: _ORDER.index(one.chance))
        yield NotRead(source=source, platform=platform, entries=tuple(new))
