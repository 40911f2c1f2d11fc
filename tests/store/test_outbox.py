"""The outbox loses nothing, tells nobody twice, and gives a row to one process at a time."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, time, timedelta
from functools import partial
from pathlib import Path

import pytest

from events_builder import (
    NOON,
    a_channel,
    a_person,
    a_subscription,
    an_event,
    in_words,
    queue,
    settings_of,
)
from forewarn.model.accounts import Chosen
from forewarn.model.delivery import Delivery, DeliveryState, Ended, NotSent
from forewarn.model.events.event import EventKind
from forewarn.model.receipt import Receipt
from forewarn.model.record import Place
from forewarn.model.retry import MOST_OF_ALL
from forewarn.model.schedule import Absence, QuietHours
from forewarn.store.state import counts, leases, ledger, outbox
from forewarn.store.state.database import Database, set_mark
from forewarn.store.state.interface import LEASE, Queued
from state_builder import open_tables

MINUTE = timedelta(minutes=1)

# It holds for whatever database the state is in.
pytestmark = pytest.mark.usefixtures("each_database")
claim = partial(leases.claim, channel="files")


@pytest.fixture
def state(tmp_path: Path, each_database: str) -> Iterator[Database]:
    with open_tables(tmp_path) as opened:
        yield opened


def settled(state: Database, row: Delivery, how: Ended, now: datetime) -> Delivery:
    (kept,) = leases.settle(state, [(row, how)], now=now)
    return kept


def told(state: Database) -> list[tuple[str, str]]:
    return [(row.person, row.channel) for row in ledger.deliveries(state)]


def test_events_are_listed_whole_by_the_time_they_happened(tmp_path: Path, state: Database) -> None:
    later = an_event(
        1, at=NOON + MINUTE, version=None, fact=in_words("Löschen schlägt fehl \N{BUG}")
    )
    queue(tmp_path, settings_of(), later, an_event(2))
    assert ledger.events(state) == (an_event(2), later)


def test_who_subscribed_twice_is_told_once_by_each_channel(tmp_path: Path, state: Database) -> None:
    kb = settings_of(
        a_subscription("maria", "files"),
        a_subscription("maria", "files", products=("player",)),
        a_subscription("maria", "more"),
        a_subscription("jonas", "files"),
        people=[a_person(), a_person("jonas")],
        channels=[a_channel(), a_channel("more")],
    )
    queue(tmp_path, kb, an_event())
    assert told(state) == [("maria", "files"), ("maria", "more"), ("jonas", "files")]


def test_an_event_that_is_known_already_is_told_to_nobody_again(
    tmp_path: Path, state: Database
) -> None:
    queue(tmp_path, settings_of(), an_event(1))
    both = settings_of(a_subscription(), a_subscription("jonas"))
    with state.transaction() as connection:
        queued = outbox.put(connection, [an_event(1), an_event(2)], both)
    assert queued == Queued(events=(an_event(2),), deliveries=2)
    assert told(state) == [("maria", "files"), ("maria", "files"), ("jonas", "files")]


def test_the_published_mark_and_the_deliveries_are_kept_together_or_not_at_all(
    state: Database,
) -> None:
    with pytest.raises(RuntimeError), state.transaction() as connection:
        outbox.put(connection, [an_event()], settings_of())
        set_mark(connection, "published", "c0ffee")
        raise RuntimeError
    assert (state.mark("published"), ledger.events(state), told(state)) == (None, (), [])


def test_a_claimed_row_is_nobody_elses_until_its_lease_runs_out(
    tmp_path: Path, state: Database
) -> None:
    queue(tmp_path, settings_of(), an_event())
    (first,) = claim(state, now=NOON)
    assert (first.state, first.attempts, first.event) == ("leased", 1, an_event())
    assert claim(state, now=NOON + LEASE - MINUTE) == []
    (second,) = claim(state, now=NOON + LEASE)
    assert (second.id, second.attempts) == (first.id, 2)


def test_a_row_that_was_taken_over_cannot_be_renewed_by_the_slow_one(
    tmp_path: Path, state: Database
) -> None:
    queue(tmp_path, settings_of(), an_event())
    (slow,) = claim(state, now=NOON)
    assert leases.renew(state, slow, now=NOON + 4 * MINUTE)
    assert claim(state, now=NOON + 8 * MINUTE) == []
    (quick,) = claim(state, now=NOON + 9 * MINUTE)
    assert not leases.renew(state, slow, now=NOON + 9 * MINUTE)
    assert leases.renew(state, quick, now=NOON + 9 * MINUTE)


def test_a_late_failure_does_not_undo_the_success_of_who_took_over(
    tmp_path: Path, state: Database
) -> None:
    queue(tmp_path, settings_of(), an_event())
    (slow,) = claim(state, now=NOON)
    (quick,) = claim(state, now=NOON + LEASE)
    sent = settled(state, quick, None, NOON + LEASE)
    settled(state, slow, NotSent(error="too slow", permanent=True), NOON + 2 * LEASE)
    assert ledger.deliveries(state) == (sent,)


def test_a_late_success_spares_everybody_another_message(tmp_path: Path, state: Database) -> None:
    queue(tmp_path, settings_of(), an_event())
    (slow,) = claim(state, now=NOON)
    (quick,) = claim(state, now=NOON + LEASE)
    sent = settled(state, slow, None, NOON + LEASE)
    assert settled(state, quick, NotSent(error="refused"), NOON + LEASE) == sent
    assert ledger.deliveries(state) == (sent,)


def test_what_two_processes_sent_is_counted_and_the_first_receipt_stays(
    tmp_path: Path, state: Database
) -> None:
    queue(tmp_path, settings_of(), an_event())
    (slow,) = claim(state, now=NOON)
    (quick,) = claim(state, now=NOON + LEASE)
    first = settled(state, quick, Receipt(message="the first"), NOON + LEASE)
    again = settled(state, slow, Receipt(message="the second"), NOON + 2 * LEASE)
    assert again == replace(first, duplicates=1)
    assert ledger.deliveries(state) == (again,)


def test_who_was_stopped_cannot_settle_what_another_holds_though_attempts_are_counted_anew(
    tmp_path: Path, state: Database
) -> None:
    queue(tmp_path, settings_of(), an_event())
    (stopped,) = claim(state, now=NOON)
    (other,) = claim(state, now=NOON + LEASE)
    settled(state, other, NotSent(error="try later"), NOON + LEASE)
    leases.revive(state)
    (third,) = claim(state, now=NOON + LEASE)
    assert third.attempts == stopped.attempts == 1
    late = settled(state, stopped, NotSent(error="no such person", permanent=True), NOON + LEASE)
    assert not leases.renew(state, stopped, now=NOON + LEASE)
    assert late == third and ledger.deliveries(state) == (third,)


def test_what_did_not_go_is_due_again_after_its_wait_and_not_before(
    tmp_path: Path, state: Database
) -> None:
    queue(tmp_path, settings_of(), an_event())
    (row,) = claim(state, now=NOON)
    put_off = settled(state, row, NotSent(error="try later", permanent=False), NOON)
    assert ledger.deliveries(state) == (put_off,)
    assert (put_off.state, put_off.error) == ("failed", "try later")
    assert put_off.next_attempt_at and MINUTE <= put_off.next_attempt_at - NOON < 2 * MINUTE
    assert claim(state, now=NOON + MINUTE / 2) == []
    assert [row.attempts for row in claim(state, now=NOON + 2 * MINUTE)] == [2]


def test_it_is_given_up_after_days(tmp_path: Path, state: Database) -> None:
    queue(tmp_path, settings_of(), an_event())
    now = NOON
    for _ in range(MOST_OF_ALL):
        (row,) = claim(state, now=now)
        row = settled(state, row, NotSent(error="no answer", permanent=False), now)
        now = row.next_attempt_at or now
    assert (row.state, row.attempts) == ("dead", 27)
    assert timedelta(days=4) < now - NOON < timedelta(days=6)
    assert claim(state, now=now + timedelta(days=30)) == []


def test_a_message_that_kills_every_process_is_given_up_too(
    tmp_path: Path, state: Database
) -> None:
    queue(tmp_path, settings_of(), an_event())
    now = NOON
    while claim(state, now=now):
        now += LEASE
    (row,) = ledger.deliveries(state)
    assert (row.state, row.attempts) == ("dead", MOST_OF_ALL)


def test_what_was_given_up_can_be_tried_again_but_never_what_was_sent(
    tmp_path: Path, state: Database
) -> None:
    queue(tmp_path, settings_of(), *(an_event(n) for n in range(3)))
    failed, waiting, sent = claim(state, now=NOON)
    settled(state, failed, NotSent(error="no such person", permanent=True), NOON)
    settled(state, waiting, NotSent(error="try later", permanent=False), NOON)
    settled(state, sent, None, NOON)
    assert [row.id for row in ledger.deliveries(state, Chosen(state=DeliveryState.DEAD))] == [
        failed.id
    ]
    leases.revive(state)
    assert [row.id for row in claim(state, now=NOON)] == [failed.id, waiting.id]


def test_processes_that_claim_at_the_same_time_share_the_rows_out(tmp_path: Path) -> None:
    queue(tmp_path, settings_of(), *(an_event(n) for n in range(200)))
    claimed: list[int] = []
    start = threading.Barrier(4)

    def work() -> None:
        with open_tables(tmp_path) as own:
            start.wait()
            while batch := claim(own, now=NOON, limit=7):
                claimed.extend(row.id for row in batch)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(claimed) == list(range(1, 201))


def test_a_mistake_is_told_to_who_may_have_got_it_and_to_nobody_else(tmp_path: Path) -> None:
    states = {"sent": 1, "leased": 1, "pending": 0, "waiting": 2, "refused": 1, "given_up": 20}
    people = [a_person(name) for name in states]
    everybody = settings_of(*(a_subscription(name) for name in states), people=people)
    queue(tmp_path, everybody, an_event(1))
    kinds = {"waiting": "failed", "refused": "dead", "given_up": "dead"}
    with open_tables(tmp_path) as state, state.transaction() as connection:
        for name, attempts in states.items():
            connection.execute(
                "UPDATE deliveries SET state = ?, attempts = ? WHERE person = ?",
                (kinds.get(name, name), attempts, name),
            )
    queue(tmp_path, everybody, an_event(2, kind=EventKind.MISTAKEN, takes_back=("recorder@2.7",)))
    with open_tables(tmp_path) as state:
        rows = ledger.deliveries(state)
        leases.revive(state)
        due = claim(state, now=NOON)
    told = [row.person for row in rows if row.event.id == an_event(2).id]
    assert told == ["sent", "leased", "waiting", "given_up"]
    dropped = [row.person for row in rows if row.state == "suppressed"]
    assert dropped == ["pending", "waiting", "refused", "given_up"]
    assert {row.event.id for row in due} == {an_event(2).id}, "what is taken back is not sent"


def test_a_correction_goes_to_who_was_told_and_to_who_wants_it(tmp_path: Path) -> None:
    people = [a_person(name) for name in ("maria", "tom", "eve")]
    before = settings_of(a_subscription("maria", events=(EventKind.SHIPPED,)), people=people)
    queue(tmp_path, before, an_event(1))
    with open_tables(tmp_path) as state, state.transaction() as connection:
        connection.execute("UPDATE deliveries SET state = 'sent'")
    now = settings_of(a_subscription("tom"), people=people)
    queue(tmp_path, now, an_event(2, kind=EventKind.CORRECTED, takes_back=("recorder@2.7",)))
    with open_tables(tmp_path) as state:
        assert told(state) == [("maria", "files"), ("maria", "files"), ("tom", "files")]


@pytest.mark.parametrize("hours", [1, 5, 48, 24 * 400])
def test_a_clock_that_was_set_back_makes_no_alert_wait(
    tmp_path: Path, state: Database, hours: int
) -> None:
    queue(tmp_path, settings_of(), an_event())
    (row,) = claim(state, now=NOON)
    settled(state, row, NotSent(error="try later", permanent=False), NOON)
    back = NOON - timedelta(hours=hours)
    assert [row.attempts for row in claim(state, now=back)] == [2]


def test_what_is_put_off_rightly_stays_so(tmp_path: Path, state: Database) -> None:
    queue(tmp_path, settings_of(), an_event())
    (row,) = claim(state, now=NOON)
    settled(state, row, NotSent(error="try later", permanent=False), NOON)
    assert claim(state, now=NOON - MINUTE / 2) == []


@pytest.mark.parametrize("ahead", [timedelta(seconds=400), timedelta(days=900)])
def test_a_clock_that_is_ahead_takes_no_row_from_a_process_that_lives(
    tmp_path: Path, state: Database, ahead: timedelta
) -> None:
    queue(tmp_path, settings_of(), an_event())
    claim(state, now=NOON, holder="a" * 16)
    assert claim(state, now=NOON + ahead, lives=lambda name: True) == []


@pytest.mark.parametrize("leap", [timedelta(0), timedelta(days=-30), timedelta(days=30)])
def test_what_a_dead_process_held_is_free_whatever_the_clock_says(
    tmp_path: Path, state: Database, leap: timedelta
) -> None:
    queue(tmp_path, settings_of(), an_event())
    claim(state, now=NOON, holder="a" * 16)
    assert len(claim(state, now=NOON + leap, lives=lambda name: False)) == 1


def test_queueing_what_repeats_looks_at_nothing_but_its_own_repeats(
    tmp_path: Path, state: Database
) -> None:
    with state.transaction() as connection:
        for _ in range(3):
            outbox.put(connection, [an_event(1)], settings_of(), happened_again=True)
        outbox.put(connection, [an_event(2)], settings_of(), happened_again=True)
    ids = sorted(event.id for event in ledger.events(state))
    one, two = an_event(1).id, an_event(2).id
    assert ids == [one, f"{one}-2", f"{one}-3", two]


def test_what_was_settled_long_ago_is_shortened_and_still_hears_of_a_mistake(
    tmp_path: Path,
) -> None:
    queue(tmp_path, settings_of(), an_event(1), an_event(4, version="3.0"))
    year = timedelta(days=365)
    with open_tables(tmp_path) as state:
        old, waits = claim(state, now=NOON)
        settled(state, old, None, NOON)
        settled(state, waits, NotSent(error="try later", permanent=False), NOON)
        assert counts.shorten(state, before=NOON, limit=10) == 0
        assert counts.shorten(state, before=NOON + year, limit=10) == 1
        assert counts.shorten(state, before=NOON + year, limit=10) == 0
        assert [row.event.id for row in ledger.deliveries(state)] == [an_event(4).id]
        with state.transaction() as connection:
            again = outbox.put(connection, [an_event(1)], settings_of())
        assert again == Queued(events=(), deliveries=0), "it is told to nobody again"
    nobody = settings_of(a_subscription(products=("editor",)))
    queue(tmp_path, nobody, an_event(2, kind=EventKind.MISTAKEN, takes_back=("recorder@2.7",)))
    with open_tables(tmp_path) as state:
        told_now = [row.event.id for row in ledger.deliveries(state)]
    assert told_now == [an_event(4).id, an_event(2).id], "whoever was told hears of it"


NIGHT = QuietHours(begin=time(0), end=time(13), zone="UTC")
ONE = NOON + timedelta(hours=1)


def test_what_is_not_told_at_once_is_held_and_what_is_not_told_is_kept_with_its_reason(
    state: Database,
) -> None:
    away = Absence(first=NOON.date(), last=NOON.date(), deputy="tom")
    kb = settings_of(
        a_subscription(place=Place(file="subscriptions/l1.yml", line=12)),
        a_subscription("jonas", quiet=NIGHT),
        people=[replace(a_person(), away=(away,)), a_person("jonas"), a_person("tom")],
    )
    with state.transaction() as connection:
        assert outbox.put(connection, [an_event()], kb, now=NOON).deliveries == 2
    assert [
        (row.person, row.state, row.because, row.reason, row.next_attempt_at)
        for row in ledger.deliveries(state)
    ] == [
        (
            "maria",
            "suppressed",
            "subscriptions/l1.yml:12",
            "they are away: tom gets it",
            None,
        ),
        ("tom", "pending", "subscriptions/l1.yml:12 for maria", "they stand in for maria", None),
        ("jonas", "held", "forewarn.yml:7", "quiet hours", ONE),
    ]
    assert [row.person for row in claim(state, now=NOON)] == ["tom"]
    assert [row.person for row in claim(state, now=ONE)][-1:] == ["jonas"]


def test_what_is_undone_while_it_is_held_is_never_told_nor_taken_back(state: Database) -> None:
    kb = settings_of(a_subscription(quiet=NIGHT))
    taken_back = an_event(2, kind=EventKind.MISTAKEN, takes_back=("recorder@2.7",))
    with state.transaction() as connection:
        outbox.put(connection, [an_event(1), taken_back], kb, now=NOON)
    (row,) = ledger.deliveries(state)
    assert (row.state, row.reason) == ("suppressed", "taken back before it was sent")


def test_what_corrects_something_held_comes_with_it_to_whoever_did_not_ask(state: Database) -> None:
    kb = settings_of(a_subscription(quiet=NIGHT, events=(EventKind.SHIPPED,)))
    corrected = an_event(2, kind=EventKind.CORRECTED, takes_back=("recorder@2.7",))
    with state.transaction() as connection:
        outbox.put(connection, [an_event(1), corrected], kb, now=NOON)
    assert [(row.state, row.next_attempt_at, row.because) for row in ledger.deliveries(state)] == [
        ("held", ONE, "forewarn.yml:7"),
        ("held", ONE, None),
    ]
