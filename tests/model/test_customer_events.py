"""What customers are told of is made of what the public site shows, and of nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pytest

from canary_kb import HIDDEN, plant
from forewarn.channels import chat
from forewarn.channels.envelope import envelope
from forewarn.channels.interface import Message
from forewarn.channels.message import compose
from forewarn.channels.sender import Sender
from forewarn.channels.wording import thread_title
from forewarn.model.catalogue import Catalogue
from forewarn.model.events.change import derive
from forewarn.model.events.customers import customer_events, may_still_be_told, seen_by_customers
from forewarn.model.events.event import Event, EventKind
from forewarn.model.events.move import Log
from forewarn.model.recipient import Person
from forewarn.model.record import Audience
from forewarn.model.release import Status, Verdict, Withdrawal
from forewarn.model.settings import ServedAt
from model_builder import catalogue, issue, product, release, statement

AT = datetime(2026, 5, 5, 12, tzinfo=UTC)
SITES = ServedAt(staff=f"https://{HIDDEN}.example.com/", public="https://help.example.com/")
CUSTOMER = Person(id="acme", name="Acme", email="it@acme.example")


def derived(before: Catalogue, after: Catalogue) -> tuple[Event, ...]:
    why = Log(reasons={"releases/recorder/2.7.md": "Karl forgot it"})
    return customer_events(before, after, AT, why, derive(before, after, AT, why))


NOTHING = catalogue()
BREAKS = statement("player", "<2.7", Verdict.BREAKS, audience=Audience.STAFF)


def test_a_release_is_told_without_what_is_for_staff() -> None:
    event, *rest = derived(NOTHING, catalogue(release("recorder", "2.7", compatibility=(BREAKS,))))
    assert not rest and (event.kind, event.told_to) == (EventKind.SHIPPED, Audience.PUBLIC)
    assert (event.products, event.reason, event.verdicts) == (("recorder",), None, ())


def test_what_is_under_embargo_or_for_staff_is_not_told() -> None:
    planned = release("recorder", "2.7", status=Status.PLANNED, released_at=None)
    inside = release("recorder", "2.8", audience=Audience.STAFF)
    own = product("player", audience=Audience.STAFF)
    after = catalogue(planned, inside, own, release("player", "2.7"), products=["recorder"])
    assert derived(NOTHING, after) == ()


def test_what_is_only_hidden_was_no_mistake_and_what_is_gone_was_one() -> None:
    told = catalogue(release("recorder", "2.7"))
    hidden = catalogue(release("recorder", "2.7", audience=Audience.STAFF))
    assert derived(told, hidden) == ()
    (gone,) = derived(told, NOTHING)
    assert (gone.kind, gone.takes_back) == (EventKind.MISTAKEN, ("public recorder@2.7",))


def test_no_alert_for_customers_answers_one_for_staff() -> None:
    back = release(
        "recorder",
        "2.7",
        status=Status.WITHDRAWN,
        withdrawn=Withdrawal(on=date(2026, 5, 5), reason="It crashes"),
    )
    (event,) = derived(catalogue(release("recorder", "2.7")), catalogue(back))
    assert (event.subject, event.kind) == ("public recorder@2.7", EventKind.WITHDRAWN)
    # It is a thread of its own, and reads like any other.
    assert thread_title(event) == "recorder 2.7"


@pytest.mark.parametrize(
    ("after", "may"),
    [
        (catalogue(release("recorder", "2.7")), True),
        (catalogue(release("recorder", "2.7", audience=Audience.STAFF)), False),
        (
            catalogue(product("recorder", audience=Audience.STAFF), release("recorder", "2.7")),
            False,
        ),
    ],
)
def test_what_was_hidden_before_it_was_sent_is_not_sent(after: Catalogue, may: bool) -> None:
    (event,) = derived(NOTHING, catalogue(release("recorder", "2.7")))
    assert may_still_be_told(event, seen_by_customers(after, AT.date())) is may


def test_a_known_issue_that_was_hidden_is_not_sent() -> None:
    open_issue = issue("kb/no-sound.md", {"recorder": "<3"}, audience=Audience.PUBLIC)
    after = catalogue(open_issue)
    (event,) = derived(NOTHING, after)
    hidden = catalogue(replace(open_issue, audience=Audience.STAFF))
    assert may_still_be_told(event, seen_by_customers(after, AT.date()))
    assert not may_still_be_told(event, seen_by_customers(hidden, AT.date()))


def test_what_is_hidden_as_something_else_is_planned_is_not_told_as_changed() -> None:
    named = statement("player", ">=3", Verdict.WORKS)
    said = release("recorder", "2.7", compatibility=(named,))
    planned = release("player", "3", status=Status.PLANNED, released_at=None)
    assert derived(catalogue(said), catalogue(said, planned)) == ()


def test_what_is_announced_on_a_later_day_is_told_with_the_first_change_after_it() -> None:
    soon = release(
        "recorder", "3", status=Status.PLANNED, released_at=None, announced_at=date(2026, 5, 6)
    )
    known = catalogue(soon)
    assert derived(NOTHING, known) == ()
    day = datetime(2026, 5, 6, 12, tzinfo=UTC)
    (event,) = customer_events(known, known, day, Log(), (), AT.date())
    assert (event.kind, event.version) == (EventKind.PLANNED, "3")


def changes(everything: Catalogue) -> Iterator[tuple[Catalogue, Catalogue]]:
    """Each record appears, and goes again."""
    releases = {key: everything.releases[key] for key in everything.releases}
    for key in releases:
        without = replace(everything, releases={k: r for k, r in releases.items() if k != key})
        yield from ((without, everything), (everything, without))
    for path in everything.articles:
        fewer = {p: a for p, a in everything.articles.items() if p != path}
        without = replace(everything, articles=fewer)
        yield from ((without, everything), (everything, without))


def test_no_word_that_is_for_staff_gets_into_a_message_to_customers(tmp_path: Path) -> None:
    kb, _, _ = plant(tmp_path)
    sender = Sender(name="Acme", address="kb@example.com", sites=SITES)
    told = 0
    for before, after in changes(kb.load()):
        for event in derived(before, after):
            message = Message(events=(event,))
            mail = message_from_bytes(compose(message, CUSTOMER, sender).data, policy=default)
            text = envelope(message, CUSTOMER).decode() + "".join(
                str(part.get_content()) for part in mail.walk() if not part.is_multipart()
            )
            posted = chat.plain(chat.lines(message, SITES, lambda lines: True))
            assert HIDDEN not in f"{mail}{text}{posted}".lower(), event
            told += 1
    assert told > 5
