"""Who gets what, and when what did not go is tried again: one rule each."""

from __future__ import annotations

from datetime import timedelta

import pytest

from events_builder import a_subscription, an_event
from forewarn.model.events.event import EventKind
from forewarn.model.events.severity import Severity
from forewarn.model.matching import Addressee, wants, who_gets
from forewarn.model.settings import Subscription

MINUTE = timedelta(minutes=1)


@pytest.mark.parametrize(
    ("subscription", "matches"),
    [
        (a_subscription(), True),
        (a_subscription(products=("recorder",)), True),
        (a_subscription(products=("editor", "player")), True),
        (a_subscription(products=("editor",)), False),
        (a_subscription(events=(EventKind.SHIPPED,)), True),
        (a_subscription(events=(EventKind.WITHDRAWN,)), False),
        (a_subscription(least_severity=Severity.HIGH), True),
        (a_subscription(least_severity=Severity.CRITICAL), False),
        (a_subscription(products=("recorder",), events=(EventKind.WITHDRAWN,)), False),
    ],
)
def test_a_subscription_gets_the_events_it_asks_for(
    subscription: Subscription, matches: bool
) -> None:
    assert wants(subscription, an_event()) is matches


EVERYTHING = a_subscription("maria", "files")
ISSUES = a_subscription("tom", "mail", events=(EventKind.KNOWN_ISSUE_OPENED,))
PLAYER = a_subscription("maria", "mail", products=("player",))
AGAIN = a_subscription("maria", "files", products=("recorder",))
OUTSIDER = ("eve", "mail")


def test_each_is_told_once_by_each_channel_because_of_the_first_line_that_asks() -> None:
    found = who_gets(an_event(), [EVERYTHING, ISSUES, PLAYER, AGAIN])
    assert found == (
        Addressee(person="maria", channel="files", subscription=EVERYTHING),
        Addressee(person="maria", channel="mail", subscription=PLAYER),
    )


def test_who_was_told_hears_of_a_correction_whatever_they_subscribe_to_today() -> None:
    event = an_event(kind=EventKind.CORRECTED)
    assert who_gets(event, [EVERYTHING], [OUTSIDER, ("maria", "files")]) == (
        Addressee(person="eve", channel="mail"),
        Addressee(person="maria", channel="files"),
    )


@pytest.mark.parametrize("kind", [EventKind.CANCELLED, EventKind.MISTAKEN])
def test_what_takes_all_back_goes_to_nobody_who_never_heard_of_it(kind: EventKind) -> None:
    found = who_gets(an_event(kind=kind), [EVERYTHING], [OUTSIDER])
    assert found == (Addressee(person="eve", channel="mail"),)
