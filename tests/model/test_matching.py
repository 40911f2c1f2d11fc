"""Who gets what, when, and why: one rule for all that asks."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest

from events_builder import NOON, a_person, a_subscription, an_event, in_words, settings_of
from forewarn.model.events.event import Event, EventKind, Maturity
from forewarn.model.events.severity import Severity
from forewarn.model.matching import Cause, Outcome, ToldBefore, refusal, who_gets
from forewarn.model.recipient import MailingList, Person
from forewarn.model.record import Audience
from forewarn.model.schedule import Absence, Every, QuietHours, Rhythm
from forewarn.model.subscription import Prerelease, Subscription

TOM = a_person("tom")
OTHERS = [a_person(), TOM, a_person("jonas")]
NIGHT = QuietHours(begin=time(22), end=time(7), zone="Europe/Berlin")
EVENING = datetime(2026, 5, 4, 21, tzinfo=UTC)  # 23:00 in Berlin
MORNING = datetime(2026, 5, 5, 5, tzinfo=UTC)
DAILY = Rhythm(every=Every.DAILY, at=time(8), zone="UTC")
EIGHT = datetime(2026, 5, 5, 8, tzinfo=UTC)
ISSUE = in_words("No sound")


@pytest.mark.parametrize(
    ("asks_for", "about", "reason"),
    [
        ({}, {}, None),
        ({"products": ("recorder",)}, {}, None),
        ({"products": ("editor", "player")}, {}, None),
        ({"products": ("editor",)}, {}, Cause.PRODUCT),
        # A suite stands for itself and for what it contains, and a product for its suites, too.
        ({"suites": ("kit",)}, {"suites": ("kit",)}, None),
        ({"suites": ("kit",)}, {"products": ("kit", "recorder")}, None),
        ({"suites": ("kit",)}, {}, Cause.PRODUCT),
        ({"suites": ("kit",), "products": ("recorder",)}, {}, None),
        ({"tracks": ("stable",)}, {}, None),
        ({"tracks": ("beta", "lts")}, {}, Cause.TRACK),
        ({"tracks": ("beta",)}, {"track": None}, None),
        ({"platforms": ("macos", "linux")}, {}, None),
        ({"platforms": ("linux",)}, {}, Cause.PLATFORM),
        ({"platforms": ("linux",)}, {"platforms": ()}, None),
        ({"platforms": ("linux",)}, {"platforms": ("any",)}, None),
        ({"events": (EventKind.SHIPPED,)}, {}, None),
        ({"events": (EventKind.WITHDRAWN,)}, {}, Cause.KIND),
        ({"least_severity": Severity.HIGH}, {}, None),
        ({"least_severity": Severity.CRITICAL}, {}, Cause.SEVERITY),
        ({"prerelease": Prerelease.NO}, {}, None),
        ({"prerelease": Prerelease.NO}, {"stage": Maturity.PROMOTED}, Cause.PRERELEASE),
        ({"prerelease": Prerelease.PROMOTED}, {"stage": Maturity.PROMOTED}, None),
        ({"prerelease": Prerelease.PROMOTED}, {"stage": Maturity.EARLY}, Cause.PRERELEASE),
        ({"prerelease": Prerelease.ALL}, {"stage": Maturity.EARLY}, None),
        ({"pair": ("player", "recorder")}, {}, None),
        ({"pair": ("recorder", "editor")}, {}, Cause.PAIR),
        ({"pair": ("player", "editor")}, {}, Cause.PAIR),
        ({"pair": ("player", "recorder")}, {"fact": ISSUE}, Cause.PAIR),
        ({"issue": "kb/no-sound.md"}, {"page": "kb/no-sound/"}, None),
        ({"issue": "kb/no-sound.md"}, {}, Cause.ISSUE),
        ({"audience": Audience.PUBLIC}, {}, Cause.AUDIENCE),
        # That everybody could know of it makes it no alert for customers.
        ({"audience": Audience.PUBLIC}, {"audience": Audience.PUBLIC}, Cause.AUDIENCE),
        ({"audience": Audience.PUBLIC}, {"told_to": Audience.PUBLIC}, None),
        ({}, {"told_to": Audience.PUBLIC}, Cause.AUDIENCE),
        ({}, {"kind": EventKind.UNDELIVERED}, Cause.OPERATORS),
    ],
)
def test_a_subscription_gets_the_events_it_asks_for(
    asks_for: dict[str, object], about: dict[str, object], reason: Cause | None
) -> None:
    assert refusal(a_subscription(**asks_for), an_event(**about)) is reason


EVERYTHING = a_subscription("maria", "files")
ISSUES = a_subscription("tom", "mail", events=(EventKind.KNOWN_ISSUE_OPENED,))
PLAYER = a_subscription("maria", "mail", products=("player",))
AGAIN = a_subscription("maria", "files", products=("recorder",))


def decided(
    *rows: Subscription, event: Event | None = None, told: Iterable[ToldBefore] = (), **more: Any
) -> list[tuple[object, ...]]:
    """Who gets what and why, without what is None."""
    now = more.pop("now", NOON)
    kb = settings_of(*rows, people=more.pop("people", OTHERS))
    found = who_gets(event or an_event(), replace(kb, subscriptions=rows, **more), now, told)
    return [
        tuple(part for part in (d.recipient, d.outcome, d.reason, d.at, d.other) if part)
        for d in found
    ]


def test_each_is_told_once_by_each_channel_because_of_the_first_line_that_asks() -> None:
    kb = settings_of(EVERYTHING, ISSUES, PLAYER, AGAIN, people=OTHERS)
    found = who_gets(an_event(), kb, NOON)
    assert [(d.recipient, d.channel, d.outcome, d.reason, d.subscription) for d in found] == [
        ("maria", "files", Outcome.AT_ONCE, Cause.ASKED, EVERYTHING),
        ("maria", "mail", Outcome.AT_ONCE, Cause.ASKED, PLAYER),
        ("tom", "mail", Outcome.NOTHING, Cause.KIND, ISSUES),
        ("maria", "files", Outcome.NOTHING, Cause.LINE, AGAIN),
    ]


def test_of_two_lines_the_one_that_tells_sooner_counts() -> None:
    later, now = a_subscription(digest=DAILY), a_subscription(least_severity=Severity.HIGH)
    assert decided(later, now) == [
        ("maria", Outcome.AT_ONCE, Cause.ASKED),
        ("maria", Outcome.NOTHING, Cause.LINE),
    ]


def test_quiet_hours_hold_all_but_what_is_most_urgent() -> None:
    night = a_subscription(quiet=NIGHT)
    assert decided(night) == [("maria", Outcome.AT_ONCE, Cause.ASKED)]
    assert decided(night, now=EVENING) == [("maria", Outcome.HELD, Cause.QUIET, MORNING)]
    critical = an_event(severity=Severity.CRITICAL)
    assert decided(night, event=critical, now=EVENING) == [("maria", Outcome.AT_ONCE, Cause.ASKED)]


def test_a_digest_that_falls_into_quiet_hours_comes_when_they_are_over() -> None:
    early = Rhythm(every=Every.DAILY, at=time(4), zone="UTC")
    row = a_subscription(digest=early, quiet=NIGHT)
    assert decided(row) == [("maria", Outcome.DIGEST, Cause.DIGEST, MORNING)]


def away(person: str, deputy: str) -> Person:
    day = NOON.date()
    return replace(a_person(person), away=(Absence(first=day, last=day, deputy=deputy),))


def test_while_somebody_is_away_their_deputy_is_told_instead() -> None:
    maria = away("maria", "tom")
    assert decided(EVERYTHING, people=[maria, TOM]) == [
        ("maria", Outcome.SUPPRESSED, Cause.AWAY, "tom"),
        ("tom", Outcome.AT_ONCE, Cause.DEPUTY, "maria"),
    ]
    assert decided(EVERYTHING, people=[maria, TOM], now=NOON + timedelta(days=1)) == [
        ("maria", Outcome.AT_ONCE, Cause.ASKED)
    ]


def test_a_deputy_who_is_away_as_well_has_a_deputy_and_a_circle_changes_nothing() -> None:
    chain = [away("maria", "tom"), away("tom", "jonas"), a_person("jonas")]
    assert decided(EVERYTHING, people=chain)[1] == (
        "jonas",
        Outcome.AT_ONCE,
        Cause.DEPUTY,
        "maria",
    )
    circle = [away("maria", "tom"), away("tom", "maria")]
    assert decided(EVERYTHING, people=circle) == [("maria", Outcome.AT_ONCE, Cause.ASKED)]


def test_a_customer_stands_in_for_nobody_who_is_told_what_is_for_staff() -> None:
    rows = EVERYTHING, a_subscription("tom", audience=Audience.PUBLIC)
    people = [away("maria", "tom"), TOM]
    assert decided(*rows, people=people) == [
        ("maria", Outcome.AT_ONCE, Cause.ASKED),
        ("tom", Outcome.NOTHING, Cause.AUDIENCE),
    ]
    theirs = a_subscription("maria", audience=Audience.PUBLIC)
    public = an_event(told_to=Audience.PUBLIC)
    assert decided(theirs, rows[1], people=people, event=public)[1][0] == "tom"


def test_a_deputy_who_subscribes_as_well_is_told_once() -> None:
    rows = EVERYTHING, a_subscription("tom")
    assert decided(*rows, people=[away("maria", "tom"), TOM]) == [
        ("maria", Outcome.SUPPRESSED, Cause.AWAY, "tom"),
        ("tom", Outcome.AT_ONCE, Cause.DEPUTY, "maria"),
        ("tom", Outcome.NOTHING, Cause.LINE),
    ]


def test_two_with_one_mailbox_get_one_message_the_sooner_one() -> None:
    desk = MailingList(id="desk", name="Desk", email="Maria@Example.com")
    rows = a_subscription("desk", digest=DAILY), EVERYTHING
    assert decided(*rows, lists={"desk": desk}) == [
        ("desk", Outcome.SUPPRESSED, Cause.MAILBOX, "maria"),
        ("maria", Outcome.AT_ONCE, Cause.ASKED),
    ]


OUTSIDER = ToldBefore(recipient="eve", channel="mail")
FOLLOWER = ToldBefore(recipient="maria", channel="files")


def test_who_was_told_hears_of_a_correction_whatever_they_subscribe_to_today() -> None:
    event = an_event(kind=EventKind.CORRECTED)
    assert decided(EVERYTHING, event=event, told=[OUTSIDER, FOLLOWER]) == [
        ("eve", Outcome.AT_ONCE, Cause.TOLD),
        ("maria", Outcome.AT_ONCE, Cause.TOLD),
        ("maria", Outcome.NOTHING, Cause.LINE),
    ]


def test_a_correction_comes_with_what_it_corrects_or_after_the_quiet_hours() -> None:
    event = an_event(kind=EventKind.CORRECTED)
    waits = replace(FOLLOWER, held_until=EIGHT)
    shipped = a_subscription(events=(EventKind.SHIPPED,), quiet=NIGHT)
    assert decided(shipped, event=event, told=[waits], now=EVENING)[0] == (
        "maria",
        Outcome.HELD,
        Cause.TOLD,
        EIGHT,
    )
    assert decided(shipped, event=event, told=[FOLLOWER, OUTSIDER], now=EVENING)[:2] == [
        ("maria", Outcome.HELD, Cause.QUIET, MORNING),
        ("eve", Outcome.AT_ONCE, Cause.TOLD),
    ]


@pytest.mark.parametrize("kind", [EventKind.CANCELLED, EventKind.MISTAKEN])
def test_what_takes_all_back_goes_to_nobody_who_never_heard_of_it(kind: EventKind) -> None:
    assert decided(EVERYTHING, event=an_event(kind=kind), told=[OUTSIDER]) == [
        ("eve", Outcome.AT_ONCE, Cause.TOLD),
        ("maria", Outcome.NOTHING, Cause.NEVER_TOLD),
    ]
