"""Several events in one message: one item for each release, by its newest state."""

from __future__ import annotations

from datetime import timedelta

from events_builder import NOON, an_event, in_words
from forewarn.model.events.collected import Collected, collected
from forewarn.model.events.event import Event, EventKind
from forewarn.model.events.severity import Severity

MINUTE = timedelta(minutes=1)


def happened(number: int, kind: EventKind, version: str = "2.7", **more: object) -> Event:
    """An event, so many minutes after noon."""
    about = {"kind": kind, "version": version, "severity": Severity.NORMAL}
    return an_event(number, at=NOON + number * MINUTE, **{**about, **more})


PLANNED = happened(1, EventKind.PLANNED)
MOVED = happened(2, EventKind.DATE_CHANGED)
SHIPPED = happened(3, EventKind.SHIPPED)
LONGER = happened(4, EventKind.SUPPORT_CHANGED)
WITHDRAWN = happened(5, EventKind.WITHDRAWN, severity=Severity.HIGH)
OTHER = happened(6, EventKind.SHIPPED, "2.8")


def test_the_last_state_of_a_release_is_told_and_what_happened_in_between() -> None:
    assert collected([MOVED, PLANNED, SHIPPED]) == (
        Collected(last=(SHIPPED,), before=(PLANNED, MOVED)),
    )


def test_what_is_of_another_matter_holds_beside_the_state() -> None:
    assert collected([SHIPPED, LONGER, WITHDRAWN]) == (
        Collected(last=(WITHDRAWN, LONGER), before=(SHIPPED,)),
    )


def test_what_was_seen_is_told_beside_what_is_recorded() -> None:
    seen = happened(7, EventKind.UNANNOUNCED_DOWNLOAD)
    assert collected([SHIPPED, seen]) == (Collected(last=(seen, SHIPPED)),)


def test_each_release_and_article_is_an_item_the_most_severe_first() -> None:
    issue = happened(8, EventKind.KNOWN_ISSUE_OPENED, version="", page="kb/no-sound/")
    found = collected([OTHER, issue, SHIPPED, WITHDRAWN])
    assert [item.newest for item in found] == [WITHDRAWN, OTHER, issue]
    assert collected([]) == ()


def test_one_event_is_one_item() -> None:
    event = an_event(fact=in_words("It is out"))
    assert collected([event]) == (Collected(last=(event,)),)
