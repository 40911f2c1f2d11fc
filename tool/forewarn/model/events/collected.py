"""Several events in one message: one item for each release or article, by its newest state."""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum, auto

from forewarn.frozen import dataclass
from forewarn.model.events.event import SEEN, Event, EventKind


class _Matter(Enum):
    """What events of one subject are about: of one matter, the later one holds."""

    STATE = auto()
    SEEN = auto()
    SUPPORT = auto()
    COMPATIBILITY = auto()
    CORRECTION = auto()


_MATTERS = {
    EventKind.SUPPORT_CHANGED: _Matter.SUPPORT,
    EventKind.COMPATIBILITY_CHANGED: _Matter.COMPATIBILITY,
    EventKind.CORRECTED: _Matter.CORRECTION,
    **dict.fromkeys(SEEN, _Matter.SEEN),
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Collected:
    """What there is to tell of one release or article.

    `last` are the events that say how it stands now, the newest first: one for each matter, such
    as its state and its support. `before` is what happened until then, the oldest first.
    """

    last: tuple[Event, ...]
    before: tuple[Event, ...] = ()

    @property
    def newest(self) -> Event:
        """The event that it is headed by."""
        return self.last[0]


def collected(events: Iterable[Event]) -> tuple[Collected, ...]:
    """One item for each subject of these events, the most severe first, then the oldest."""
    subjects: dict[str, list[Event]] = {}
    for event in sorted(events, key=lambda event: event.at):
        subjects.setdefault(event.subject, []).append(event)
    return tuple(sorted(map(_item, subjects.values()), key=lambda item: -_severity(item)))


def _item(events: list[Event]) -> Collected:
    """What a subject's events, the oldest first, come to."""
    newest: dict[_Matter, Event] = {}
    for event in events:
        newest[_MATTERS.get(event.kind, _Matter.STATE)] = event
    told = {event.id for event in newest.values()}
    return Collected(
        last=tuple(event for event in reversed(events) if event.id in told),
        before=tuple(event for event in events if event.id not in told),
    )


def _severity(item: Collected) -> int:
    return max(event.severity.rank for event in item.last)
