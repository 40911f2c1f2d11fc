"""Where alerts do not get through, that is told by another channel, and nothing is lost."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from events_builder import (
    NOON,
    a_channel,
    a_person,
    a_subscription,
    an_email_channel,
    an_event,
    queue,
    settings_of,
)
from forewarn.model.delivery import Delivery, DeliveryState, NotSent
from forewarn.model.endpoint import Endpoint
from forewarn.model.events.event import EventKind
from forewarn.model.settings import Settings
from forewarn.services.alert.deliver import deliver
from forewarn.services.alert.delivered import DeliverReport
from forewarn.services.alert.deliveries import deliveries
from forewarn.services.alert.endpoints import channel_states, resume_channel
from forewarn.store.state.opening import open_state
from forewarn.words.events import title
from mail_server import MailServer

pytestmark = pytest.mark.slow

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
JONAS = "jonas@example.com"


@pytest.fixture
def server() -> Iterator[MailServer]:
    with MailServer() as running:
        yield running


def by_mail(server: MailServer, *people: str, operators: tuple[str, ...] = ("tom",)) -> Settings:
    """People who get everything by mail, and Tom, who looks after it and reads files, too."""
    people = people or ("maria",)
    kb = settings_of(
        *(a_subscription(name, "mail") for name in people),
        people=[a_person(name) for name in (*people, "tom")],
        channels=[an_email_channel(server.port), a_channel()],
    )
    return replace(kb, operators=operators)


def run(
    root: Path, kb: Settings, at: datetime = NOON, environ: Mapping[str, str] | None = None
) -> DeliverReport:
    return deliver(root, kb, now=lambda: at, environ=environ or {})


def told(root: Path) -> list[tuple[str, str, str]]:
    """Who was told of trouble, by which channel, and in which words, in order."""
    return [
        (row.person, row.channel, title(row.event))
        for row in deliveries(root).deliveries
        if row.event.kind is EventKind.UNDELIVERED and row.state is DeliveryState.SENT
    ]


def alerts(root: Path) -> list[Delivery]:
    return [
        row for row in deliveries(root).deliveries if row.event.kind is not EventKind.UNDELIVERED
    ]


def endpoints(root: Path) -> dict[str | None, Endpoint]:
    with open_state(root) as state:
        return {one.person: one for one in state.endpoints("mail")}


FAILS = ("tom", "files", "Alerts by channel mail do not get through, and are tried again")
HELD_BACK = ("tom", "files", "Alerts by channel mail are held back: ten failures within an hour")
WORKS = ("tom", "files", "Alerts by channel mail get through again")


def test_the_operators_hear_of_the_first_failure_and_of_the_quarantine_and_of_its_end(
    tmp_path: Path, server: MailServer
) -> None:
    kb = by_mail(server)
    queue(tmp_path, kb, *(an_event(n) for n in range(120)))
    server.answer_to_data = "451 try later"
    report = run(tmp_path, kb)
    assert told(tmp_path) == [HELD_BACK], "one word of it is enough"
    assert [(one.channel, one.person) for one in report.quarantined] == [("mail", None)]
    tried = [row for row in alerts(tmp_path) if row.attempts]
    assert 10 <= len(tried) < 120, "what was under way, and not all the rest"
    assert {row.state for row in alerts(tmp_path) if not row.attempts} == {DeliveryState.PENDING}

    before = alerts(tmp_path)
    run(tmp_path, kb, NOON + 5 * MINUTE)
    assert alerts(tmp_path) == before, "nothing is tried"
    run(tmp_path, kb, NOON + 16 * MINUTE)
    assert sum(row.attempts for row in alerts(tmp_path)) == len(tried) + 1, "a probe"

    server.answer_to_data = None
    assert run(tmp_path, kb, NOON + 2 * HOUR).quarantined == ()
    assert {row.state for row in alerts(tmp_path)} == {DeliveryState.SENT}
    assert len(server.ids) == len(set(server.ids)) == 120
    assert told(tmp_path) == [HELD_BACK, WORKS]
    assert endpoints(tmp_path) == {}


def test_a_first_failure_is_told_and_one_that_passes_is_not_told_again(
    tmp_path: Path, server: MailServer
) -> None:
    kb = by_mail(server)
    queue(tmp_path, kb, an_event(1))
    server.answer_to_data = "451 try later"
    run(tmp_path, kb)
    run(tmp_path, kb, NOON + 2 * MINUTE)
    assert told(tmp_path) == [FAILS]
    server.answer_to_data = None
    assert run(tmp_path, kb, NOON + HOUR).sent == 1
    assert (told(tmp_path), endpoints(tmp_path)) == ([FAILS], {})


def test_a_recipient_who_is_refused_is_held_back_alone(tmp_path: Path, server: MailServer) -> None:
    kb = by_mail(server, "maria", "jonas")
    queue(tmp_path, kb, *(an_event(n) for n in range(120)))
    server.answers[JONAS] = "452 4.2.2 mailbox full"
    run(tmp_path, kb)
    by_person = {name: [r for r in alerts(tmp_path) if r.person == name] for name in kb.people}
    assert {row.state for row in by_person["maria"]} == {DeliveryState.SENT}
    assert 0 < sum(not row.attempts for row in by_person["jonas"]) <= 110
    assert endpoints(tmp_path)["jonas"].is_quarantined and None not in endpoints(tmp_path)
    whom = {(person, channel) for person, channel, _ in told(tmp_path)}
    assert whom == {("tom", "files"), ("jonas", "files")}, "he hears of it, too"

    server.answers.clear()
    run(tmp_path, kb, NOON + HOUR)
    assert {row.state for row in alerts(tmp_path)} == {DeliveryState.SENT}


def test_what_waits_for_a_channel_goes_once_it_is_resumed(
    tmp_path: Path, server: MailServer
) -> None:
    kb = by_mail(server)
    queue(tmp_path, kb, *(an_event(n) for n in range(12)))
    server.answer_to_data = "451 try later"
    run(tmp_path, kb)
    server.answer_to_data = None
    assert run(tmp_path, kb, NOON + MINUTE).sent == 0
    (mail, files) = channel_states(tmp_path, kb)
    assert (mail.waiting, len(mail.failing), files.failing) == (12, 1, ())
    assert resume_channel(tmp_path, "mail", NOON + MINUTE, kb) == 1
    assert run(tmp_path, kb, NOON + MINUTE).sent == 12


def test_a_fault_of_ours_is_told_and_holds_nothing_back(tmp_path: Path, server: MailServer) -> None:
    kb = by_mail(server)
    mail = an_email_channel(server.port, security="starttls", username="kb", password="${SECRET}")
    kb = replace(kb, channels={**kb.channels, "mail": mail})
    queue(tmp_path, kb, an_event(1))
    for minutes in range(0, 60, 2):
        with open_state(tmp_path) as state:
            state.revive()
        run(tmp_path, kb, NOON + minutes * MINUTE)
    assert told(tmp_path) == [FAILS]
    assert not endpoints(tmp_path)[None].is_quarantined


def test_what_was_given_up_is_told_once_with_the_first_of_it(
    tmp_path: Path, server: MailServer
) -> None:
    kb = by_mail(server, "maria", "jonas")
    queue(tmp_path, kb, *(an_event(n) for n in range(7)))
    server.answers[JONAS] = "550 5.1.1 no such user"
    run(tmp_path, kb)
    run(tmp_path, kb, NOON + MINUTE)
    assert told(tmp_path) == [("tom", "files", "7 alerts by channel mail given up")]
    (mail,) = [
        file.read_text()
        for file in (tmp_path / ".forewarn" / "mail").iterdir()
        if "given up" in file.read_text()
    ]
    assert "recorder 2.7 shipped, to jonas" in mail and "And more: 2" in mail


def test_whom_nobody_can_tell_by_another_channel_is_told_later(
    tmp_path: Path, server: MailServer
) -> None:
    kb = by_mail(server)
    alone = replace(kb, channels={"mail": kb.channels["mail"]})
    queue(tmp_path, alone, an_event(1))
    server.answer_to_data = "451 try later"
    assert [fact.channel for fact in run(tmp_path, alone).untold] == ["mail"]
    assert run(tmp_path, kb, NOON + MINUTE / 2).untold == ()
    assert told(tmp_path) == [FAILS]


def test_the_owners_of_products_are_told_where_no_operators_are_named(
    tmp_path: Path, server: MailServer
) -> None:
    product = tmp_path / "releases" / "recorder"
    product.mkdir(parents=True)
    (product / "product.yml").write_text("name: Recorder\nscheme: semver\nowner: tom\n")
    kb = by_mail(server, operators=())
    queue(tmp_path, kb, an_event(1))
    server.answer_to_data = "451 try later"
    run(tmp_path, kb)
    assert told(tmp_path) == [FAILS]


def test_a_server_that_asks_to_be_left_alone_is(tmp_path: Path, server: MailServer) -> None:
    kb = by_mail(server)
    queue(tmp_path, kb, an_event(1))
    with open_state(tmp_path) as state:
        (row,) = state.claim(channel="mail", now=NOON)
        state.settle([(row, NotSent(error="429", retry_after=3 * HOUR))], now=NOON)
    queue(tmp_path, kb, an_event(2))
    assert run(tmp_path, kb, NOON + 2 * HOUR).sent == 1, "the word of it, by the other channel"
    assert server.ids == []
    assert run(tmp_path, kb, NOON + 3 * HOUR).sent == 2
