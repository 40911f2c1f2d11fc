"""Everybody who subscribed hears of it: once if all goes well, at least once whatever happens."""

from __future__ import annotations

import re
import socket
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from datetime import time as time_of_day
from email.message import EmailMessage
from pathlib import Path

import pytest

import deliver_and_die
from events_builder import (
    NOON,
    SHIPPED,
    a_channel,
    a_person,
    a_subscription,
    an_email_channel,
    an_event,
    queue,
    settings_of,
)
from forewarn.channels.example_service import ExampleService
from forewarn.channels.slack_example import Slack
from forewarn.model.delivery import Delivery
from forewarn.model.events.event import Event, EventKind
from forewarn.model.events.severity import Severity
from forewarn.model.recipient import Room
from forewarn.model.schedule import QuietHours
from forewarn.model.settings import ChannelSettings, Settings
from forewarn.services.alert.deliver import deliver
from forewarn.services.alert.delivered import MOST_LISTED, DeliverReport
from forewarn.services.alert.deliveries import deliveries
from forewarn.store.state import leases
from forewarn.store.state.holders import living
from forewarn.store.state.interface import LEASE
from mail_server import MailServer
from odd_mail_server import OddMailServer
from own_process import OwnProcess
from state_builder import open_tables

pytestmark = pytest.mark.slow

MINUTE = timedelta(minutes=1)


@pytest.fixture
def server() -> Iterator[MailServer]:
    with MailServer() as running:
        yield running


def by_mail(server: MailServer, **options: str) -> Settings:
    """Maria gets everything by mail."""
    return with_channel(an_email_channel(server.port, **options))


def with_channel(channel: ChannelSettings) -> Settings:
    return settings_of(a_subscription(channel=channel.id), channels=[channel])


def run(
    root: Path,
    kb: Settings,
    *,
    at: datetime = NOON,
    environ: Mapping[str, str] | None = None,
    retry: bool = False,
    step: Callable[[str], None] = lambda name: None,
) -> DeliverReport:
    return deliver(root, kb, now=lambda: at, environ=environ or {}, retry=retry, step=step)


def text_of(mail: EmailMessage) -> str:
    body = mail.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def counts(report: DeliverReport) -> tuple[int, int, int]:
    return report.sent, report.retried, report.dead


def test_what_is_due_is_sent_and_settled_and_not_sent_again(
    tmp_path: Path, server: MailServer
) -> None:
    kb = by_mail(server)
    queue(tmp_path, kb, an_event(1), an_event(2))
    report = run(tmp_path, kb)
    assert counts(report) == (2, 0, 0)
    assert deliveries(tmp_path).deliveries == report.deliveries
    assert [(row.state, row.attempts, row.sent_at) for row in report.deliveries] == [
        ("sent", 1, NOON)
    ] * 2
    assert counts(run(tmp_path, kb, retry=True)) == (0, 0, 0)
    assert len(server.messages) == 2


def test_its_steps_are_told_in_order(tmp_path: Path) -> None:
    queue(tmp_path, settings_of(), an_event(1), an_event(2))
    steps: list[str] = []
    run(tmp_path, settings_of(), step=steps.append)
    assert steps == ["claimed", *["sending", "sent", "settled"] * 2]


def test_a_server_that_is_down_for_an_hour_delays_and_loses_nothing(
    tmp_path: Path, server: MailServer
) -> None:
    kb = by_mail(server)
    queue(tmp_path, kb, an_event(1), an_event(2))
    server.answer_to_data = "451 try later"
    now = NOON
    while now < NOON + 60 * MINUTE:
        run(tmp_path, kb, at=now)
        now += MINUTE
    rows = deliveries(tmp_path).deliveries
    assert {row.state for row in rows} == {"failed"}
    assert 10 <= sum(row.attempts for row in rows) < 20, "then it is held back, but for probes"
    assert {row.error for row in rows} == {"the mail server answered 451 try later"}
    server.answer_to_data = None
    report = run(tmp_path, kb, at=NOON + 180 * MINUTE)
    assert counts(report) == (2, 0, 0)
    assert [row.error for row in report.deliveries] == [None, None]


def test_an_address_that_does_not_exist_is_given_up_at_once_and_the_others_get_theirs(
    tmp_path: Path, server: MailServer
) -> None:
    kb = settings_of(
        a_subscription("jonas", "mail"),
        a_subscription("maria", "mail"),
        people=[a_person(), a_person("jonas")],
        channels=[an_email_channel(server.port)],
    )
    queue(tmp_path, kb, an_event())
    server.answers["jonas@example.com"] = "550 no such person"
    assert counts(run(tmp_path, kb)) == (1, 0, 1)
    del server.answers["jonas@example.com"]
    assert counts(run(tmp_path, kb, at=NOON + timedelta(days=9))) == (0, 0, 0)
    assert counts(run(tmp_path, kb, retry=True)) == (1, 0, 0)


def test_whom_to_ask_is_told_by_name_and_as_it_stands_where_nobody_knows_one(
    tmp_path: Path, server: MailServer
) -> None:
    kb = by_mail(server)
    owned = (replace(SHIPPED, id=id * 20, owner=id) for id in ("maria", "docs"))
    queue(tmp_path, kb, *owned)
    run(tmp_path, kb)
    asked = [re.findall("- Whom to ask: (.*?)\r?\n", text_of(mail)) for mail in server.messages]
    assert asked == [["Maria"], ["docs"]]


@contextmanager
def a_room(slack: Slack, **rest: object) -> Iterator[Settings]:
    """The calls' room of Slack gets everything."""
    with ExampleService(slack) as service:
        row = a_channel(
            "chat", "slack", url=service.url, token="${FOREWARN_TOKEN}", allow_private="true"
        )
        yield replace(
            settings_of(a_subscription("calls", "chat", **rest), channels=[row]),
            rooms={"calls": Room(id="calls", name="Calls", place="#calls")},
        )


def test_a_room_reads_all_of_a_release_in_one_thread_and_of_another_in_its_own(
    tmp_path: Path,
) -> None:
    slack = Slack()
    with a_room(slack) as kb:
        news = replace(SHIPPED, id="0" * 20, kind=EventKind.KNOWN_ISSUE_OPENED)
        for event in (SHIPPED, replace(SHIPPED, id="1" * 20, version="2.8"), news):
            queue(tmp_path, kb, event)
            run(tmp_path, kb, environ={"FOREWARN_TOKEN": slack.token})
    first, *_ = slack.posts
    assert [post.get("thread_ts") for post in slack.posts.values()] == [None, None, first]


@pytest.mark.parametrize("others", [(), (replace(SHIPPED, id="1" * 20, version="2.8"),)])
def test_a_digest_is_edited_only_where_nothing_of_it_holds_any_more(
    tmp_path: Path, others: tuple[Event, ...]
) -> None:
    slack = Slack()
    taken_back = replace(
        SHIPPED,
        id="2" * 20,
        kind=EventKind.WITHDRAWN,
        answers=(SHIPPED.id,),
        takes_back=(SHIPPED.subject,),
    )
    night = QuietHours(begin=time_of_day(0), end=time_of_day(12), zone="UTC")
    with a_room(slack, quiet=night) as kb:
        for event in (SHIPPED, *others):
            queue(
                tmp_path, kb, replace(event, severity=Severity.NORMAL, at=NOON - timedelta(hours=1))
            )
        for event in (None, taken_back):
            queue(tmp_path, kb, *filter(None, [event]))
            run(tmp_path, kb, at=NOON + timedelta(hours=1), environ={"FOREWARN_TOKEN": slack.token})
    (first, held), (_, answer) = slack.posts.items()
    assert "recorder 2.7: withdrawn" in answer["text"] and answer["thread_ts"] == first
    if others:
        assert "recorder 2.8: shipped" in held["text"] and not slack.edits
    else:
        assert held["text"].startswith("Withdrawn: what stood here does not hold any more.")


def test_who_or_what_was_removed_since_is_given_up_with_a_reason(tmp_path: Path) -> None:
    kb = settings_of(
        a_subscription("jonas", "files"),
        a_subscription("maria", "chat"),
        people=[a_person(), a_person("jonas")],
        channels=[a_channel(), a_channel("chat")],
    )
    queue(tmp_path, kb, an_event())
    assert {(row.state, row.error) for row in run(tmp_path, settings_of()).deliveries} == {
        ("dead", "there is no person, list or room 'jonas' in forewarn.yml any more"),
        ("dead", "there is no channel 'chat' in forewarn.yml any more"),
    }


def test_a_missing_secret_is_named_is_tried_again_and_is_never_stored(
    tmp_path: Path, server: MailServer
) -> None:
    kb = by_mail(server, security="starttls", username="kb", password="${FOREWARN_SMTP_PASSWORD}")
    queue(tmp_path, kb, an_event(1), an_event(2))
    report = run(tmp_path, kb, environ={"SMTP_PASS": "correct horse"})
    assert counts(report) == (0, 2, 0)
    assert report.deliveries[1].error == (
        "forewarn.yml:7: channel 'mail' needs the environment variable FOREWARN_SMTP_PASSWORD, "
        "which is not set"
    )
    run(tmp_path, kb, environ={"FOREWARN_SMTP_PASSWORD": "correct horse"}, retry=True)
    for path in (tmp_path / ".forewarn").rglob("*"):
        assert path.is_dir() or b"correct horse" not in path.read_bytes()


def test_one_channel_that_is_set_up_wrongly_does_not_hold_up_another(tmp_path: Path) -> None:
    kb = settings_of(
        a_subscription(channel="mail"),
        a_subscription(channel="pigeons"),
        a_subscription(),
        channels=[a_channel("mail", "email"), a_channel("pigeons", "pigeon"), a_channel()],
    )
    queue(tmp_path, kb, an_event())
    report = run(tmp_path, kb)
    # Each channel goes by itself, so which of them is done first is nobody's promise.
    rows = {row.channel: row for row in report.deliveries}
    assert {name: row.state for name, row in rows.items()} == {
        "mail": "failed",
        "pigeons": "failed",
        "files": "sent",
    }
    assert "option 'host' is missing" in str(rows["mail"].error)
    assert "no channel named 'pigeon'" in str(rows["pigeons"].error)


def test_a_server_that_lets_nobody_in_is_asked_once_a_run_not_once_a_message(
    tmp_path: Path, server: MailServer
) -> None:
    kb = by_mail(server, security="starttls")
    queue(tmp_path, kb, *(an_event(n) for n in range(60)))
    assert counts(run(tmp_path, kb)) == (0, 60, 0)
    assert server.connections == 1


def test_a_row_whose_lease_ran_out_while_others_were_sent_is_left_to_who_took_it(
    tmp_path: Path,
) -> None:
    queue(tmp_path, settings_of(), an_event(1), an_event(2))
    clock = [NOON]
    taken: list[Delivery] = []

    def step(name: str) -> None:
        if name == "settled" and not taken:
            clock[0] += LEASE
            with open_tables(tmp_path) as other:
                taken.extend(leases.claim(other, channel="files", now=clock[0]))

    report = deliver(tmp_path, settings_of(), now=lambda: clock[0], environ={}, step=step)
    assert [row.event for row in report.deliveries] == [an_event(1)]
    assert [row.event for row in taken] == [an_event(2)]


@pytest.mark.parametrize("step", ["claimed", "sending", "sent", "settled"])
def test_a_process_killed_at_any_step_loses_no_message_and_repeats_only_the_one_in_flight(
    step: str, tmp_path: Path, server: MailServer
) -> None:
    kb = by_mail(server)
    queue(tmp_path, kb, *(an_event(n) for n in range(4)))
    number = 1 if step == "claimed" else 2
    words = (str(tmp_path), str(server.port), step, str(number))
    assert OwnProcess(deliver_and_die.main, *words).wait().code == -9
    report = run(tmp_path, kb, at=datetime.now(UTC))
    assert {row.state for row in deliveries(tmp_path).deliveries} == {"sent"}
    every = {f"<{an_event(n).id}.maria@example.com>" for n in range(4)}
    arrived = Counter(server.ids)
    in_flight = {f"<{an_event(1).id}.maria@example.com>"} if step == "sent" else set()
    assert arrived.keys() == every
    assert {name for name, times in arrived.items() if times > 1} == in_flight
    assert report.sent == {"claimed": 4, "sending": 3, "sent": 3, "settled": 2}[step]


def test_what_a_killed_process_sent_over_several_connections_and_had_not_settled_may_come_twice(
    tmp_path: Path, server: MailServer
) -> None:
    kb, every = by_mail(server), [an_event(n) for n in range(100)]
    queue(tmp_path, kb, *every)
    words = (str(tmp_path), str(server.port), "sent", "30", "4")
    assert OwnProcess(deliver_and_die.main, *words).wait().code == -9
    rows = deliveries(tmp_path).deliveries
    in_flight = {row.event.id for row in rows if row.state == "leased"}
    assert len(in_flight) < 100, "some were settled"
    report = run(tmp_path, kb, at=datetime.now(UTC))
    assert (report.sent, report.unfinished) == (len(in_flight), 0)
    arrived = Counter(server.ids)
    assert arrived.keys() == {f"<{event.id}.maria@example.com>" for event in every}
    twice = {name[1:21] for name, times in arrived.items() if times > 1}
    assert twice <= in_flight


@pytest.mark.parametrize("number", [30, 80])
def test_a_process_killed_amid_all_that_a_dead_server_does_not_take_loses_none(
    tmp_path: Path, server: MailServer, number: int
) -> None:
    kb, every = by_mail(server), [an_event(n) for n in range(90)]
    queue(tmp_path, kb, *every)
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        nobody = str(closed.getsockname()[1])
        words = (str(tmp_path), nobody, "sending", str(number))
        assert OwnProcess(deliver_and_die.main, *words).wait().code == -9
    report = run(tmp_path, kb, at=datetime.now(UTC), retry=True)
    assert counts(report) == (90, 0, 0)
    assert Counter(server.ids) == {f"<{event.id}.maria@example.com>": 1 for event in every}


def test_what_a_dead_server_does_not_take_is_put_off_together_and_each_as_if_alone(
    tmp_path: Path,
) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        kb = with_channel(an_email_channel(closed.getsockname()[1]))
        queue(tmp_path, kb, *(an_event(n) for n in range(1200)))
        steps: list[str] = []
        assert counts(run(tmp_path, kb, step=steps.append)) == (0, 1200, 0)
        assert counts(run(tmp_path, kb, at=NOON + MINUTE / 2)) == (0, 0, 0)
        assert counts(run(tmp_path, kb, at=NOON + 2 * MINUTE)) == (0, 1200, 0)
    rows = deliveries(tmp_path, newest=1200).deliveries
    assert {(row.state, row.attempts) for row in rows} == {("failed", 2)}
    again = {row.next_attempt_at for row in rows if row.next_attempt_at}
    assert NOON + 4 * MINUTE <= min(again) < max(again) < NOON + 5 * MINUTE
    assert steps.count("sending") == steps.count("settled") == 1200
    assert steps.count("claimed") < 10


def test_processes_that_deliver_at_the_same_time_send_each_message_once(
    tmp_path: Path, server: MailServer
) -> None:
    kb = by_mail(server)
    queue(tmp_path, kb, *(an_event(n) for n in range(150)))
    words = (str(tmp_path), str(server.port), "never", "0")
    running = [OwnProcess(deliver_and_die.main, *words) for _ in range(2)]
    assert [process.wait().code for process in running] == [0, 0]
    assert Counter(server.ids) == {f"<{an_event(n).id}.maria@example.com>": 1 for n in range(150)}


@pytest.mark.parametrize("silent_at", ["EHLO", "RCPT", "DATA", "."])
def test_a_server_that_hangs_costs_two_timeouts_and_no_other_channel(
    tmp_path: Path, silent_at: str
) -> None:
    with OddMailServer(silent_at=silent_at) as server:
        kb = settings_of(
            a_subscription(channel="mail"),
            a_subscription(),
            channels=[an_email_channel(server.port, timeout="1"), a_channel()],
        )
        queue(tmp_path, kb, *(an_event(n) for n in range(60)))
        began = time.monotonic()
        report = run(tmp_path, kb)
    # Sixty timeouts take longer.
    assert time.monotonic() - began < 30
    assert counts(report) == (60, 60, 0)
    waiting = [row for row in report.deliveries if row.channel == "mail"]
    assert len({row.error for row in waiting}) <= 2
    left_alone = sum("left alone in this run" in str(row.error) for row in waiting)
    assert left_alone >= (0 if silent_at == "EHLO" else 48), "what had not begun"


def test_no_other_channel_waits_for_a_server_that_hangs(tmp_path: Path) -> None:
    with OddMailServer(silent_at="EHLO") as server:
        kb = settings_of(
            a_subscription(channel="mail"),
            a_subscription(),
            channels=[an_email_channel(server.port, timeout="600"), a_channel()],
        )
        queue(tmp_path, kb, *(an_event(n) for n in range(9)))
        sent = 0

        def step(name: str) -> None:
            nonlocal sent
            sent += name == "sent"
            if sent == 9:
                server.go_on()

        assert counts(run(tmp_path, kb, step=step)) == (9, 9, 0)


@pytest.mark.parametrize("closes_after", [1, 3])
def test_a_server_that_ends_conversations_gets_everything_in_one_run(
    tmp_path: Path, closes_after: int
) -> None:
    with OddMailServer(closes_after=closes_after) as server:
        kb = with_channel(an_email_channel(server.port))
        queue(tmp_path, kb, *(an_event(n) for n in range(60)))
        assert counts(run(tmp_path, kb)) == (60, 0, 0)
    assert Counter(server.messages) == {
        f"<{an_event(n).id}.maria@example.com>": 1 for n in range(60)
    }


def test_what_a_relay_refuses_for_today_goes_tomorrow(tmp_path: Path, server: MailServer) -> None:
    kb = by_mail(server)
    queue(tmp_path, kb, an_event(1))
    server.answers["maria@example.com"] = "550 5.4.5 Daily user sending limit exceeded"
    assert counts(run(tmp_path, kb)) == (0, 1, 0)
    server.answers.clear()
    assert counts(run(tmp_path, kb, at=NOON + timedelta(days=1))) == (1, 0, 0)


def test_hundreds_of_deliveries_take_seconds(tmp_path: Path) -> None:
    queue(tmp_path, settings_of(), *(an_event(n) for n in range(250)))
    began = time.process_time()
    assert run(tmp_path, settings_of()).sent == 250
    assert time.process_time() - began < 20


def beside(root: Path, at: datetime) -> DeliverReport:
    """Another run while one is under way."""
    with ThreadPoolExecutor() as pool:
        return pool.submit(run, root, settings_of(), at=at).result()


def test_a_process_whose_clock_is_ahead_sends_nothing_that_a_live_one_holds(
    tmp_path: Path,
) -> None:
    queue(tmp_path, settings_of(), *(an_event(n) for n in range(5)))
    others: list[DeliverReport] = []

    def step(name: str) -> None:
        if name == "claimed" and not others:
            others.append(beside(tmp_path, at=NOON + timedelta(seconds=400)))

    report = run(tmp_path, settings_of(), step=step)
    assert [counts(one) for one in (*others, report)] == [(0, 0, 0), (5, 0, 0)]


def test_what_a_killed_run_half_wrote_goes_with_the_next_that_is_alone(tmp_path: Path) -> None:
    queue(tmp_path, settings_of(), an_event(1), an_event(2))
    mail = tmp_path / ".forewarn" / "mail"
    mail.mkdir(parents=True)
    left = mail / f".2026-05-04-{an_event(1).id}-maria.eml"[:41]
    left = left.with_name(f"{left.name}.abcd_123")
    left.write_text("half a mess")
    theirs = mail / ".keep"
    theirs.write_text("")

    with living(tmp_path / ".forewarn" / "delivering"):
        assert run(tmp_path, settings_of()).sent == 2
    assert left.exists(), "while another delivers, it may be its"
    queue(tmp_path, settings_of(), an_event(3))
    assert run(tmp_path, settings_of()).sent == 1
    assert sorted(path.name[0] for path in mail.iterdir()) == [".", "2", "2", "2"]
    assert theirs.exists()
    assert not left.exists()


def test_however_many_went_memory_holds_the_first_and_the_rest_is_counted(tmp_path: Path) -> None:
    kb = with_channel(a_channel(from_="${MISSING}"))
    queue(tmp_path, kb, *(an_event(n) for n in range(MOST_LISTED + 7)))
    report = run(tmp_path, kb)
    assert counts(report) == (0, MOST_LISTED + 7, 0)
    assert (len(report.deliveries), report.left_out) == (MOST_LISTED, 7)
    listed = deliveries(tmp_path)
    assert (len(listed.deliveries), listed.older) == (MOST_LISTED, 7)
