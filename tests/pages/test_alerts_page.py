"""Staff see who was told of a release, how soon, and whom it did not reach; customers see none."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from events_builder import NOON, a_person, a_subscription, an_event, queue, settings_of
from forewarn.model.accounts import Account, Reached
from forewarn.model.delivery import DeliveryState, NotSent
from forewarn.model.record import Audience
from forewarn.pages.alerts.delays import span
from forewarn.store.state.opening import open_state
from kb_builder import Kb
from page_builder import build, in_order, section

MINUTE = timedelta(minutes=1)
JONAS = Reached(
    recipient="jonas",
    channel="mail",
    happened="shipped",
    state=DeliveryState.DEAD,
    at=None,
    why="the mail server answered 550 <script>alert(1)</script>",
)
MARIA = replace(JONAS, recipient="maria", state=DeliveryState.SENT, at=NOON + 2 * MINUTE, why=None)
ACCOUNT = Account(
    product="recorder",
    version="2.7",
    first_seen=NOON - MINUTE,
    shipped_at=NOON,
    first_at=NOON + 2 * MINUTE,
    last_at=NOON + 65 * MINUTE,
    told=1,
    missed=1,
    waiting=0,
    reached=(JONAS, MARIA),
)


@pytest.fixture
def kb(tmp_path: Path) -> Kb:
    kb = Kb(tmp_path)
    kb.product("recorder", "Recorder")
    kb.release("recorder", "2.7")
    return kb


def test_the_page_of_a_release_says_who_was_told_and_who_was_not_and_why(kb: Kb) -> None:
    tree = build(kb, accounts=(ACCOUNT, replace(ACCOUNT, version="9.9")))
    page = tree.files["alerts/products/recorder/2.7.md"]
    in_order(page, "Until the first", "2 min", "Until the last", "1 h 5 min")
    in_order(section(page, "not-told"), "jonas", "mail", "dead", "550 &lt;script")
    in_order(section(page, "told"), "maria", "sent", "4 May 2026, 12:02")
    assert "<script>alert" not in page
    listed = tree.files["alerts.md"]
    in_order(section(listed, "by-release"), "2.7", "9.9")
    assert "alerts/products/recorder/9.9.md" not in tree.files, "it is not recorded"
    picture = section(listed, "how-soon")
    assert picture.count("<circle") == 4 and "first 2 min, last 1 h 5 min" in picture


def test_customers_see_nothing_of_it_and_neither_does_staff_before_anything_was_told(
    kb: Kb,
) -> None:
    public = build(kb, Audience.PUBLIC, accounts=(ACCOUNT,))
    assert not [src for src in public.files if "alerts" in src]
    assert not [src for src in build(kb).files if "alerts" in src]


@pytest.mark.parametrize(
    ("seconds", "said"), [(0, "0 s"), (59, "59 s"), (3605, "1 h 5 s"), (200_000, "2 d 7 h")]
)
def test_times_are_said_in_their_two_largest_units(seconds: int, said: str) -> None:
    assert span(timedelta(seconds=seconds)) == said


def test_the_account_of_a_release_is_that_of_its_deliveries(tmp_path: Path) -> None:
    people = [a_person(name) for name in ("maria", "jonas", "tom")]
    kb = settings_of(*(a_subscription(person.id) for person in people), people=people)
    queue(tmp_path, kb, an_event(1), an_event(2, version="2.8"))
    with open_state(tmp_path) as state:
        rows = [r for r in state.claim(channel="files", now=NOON) if r.event.version == "2.7"]
        ended = [(rows[0], None), (rows[1], NotSent(error="no such user", permanent=True))]
        state.settle(ended, now=NOON + MINUTE)
        newest, account = state.accounts()
    assert (newest.version, newest.told, newest.waiting) == ("2.8", 0, 3)
    assert (account.told, account.missed, account.waiting) == (1, 1, 1)
    assert (account.shipped_at, account.first_at, account.last_at) == (
        NOON,
        NOON + MINUTE,
        NOON + MINUTE,
    )
    assert [(row.recipient, row.state.value, row.why) for row in account.reached] == [
        ("tom", "leased", None),
        ("jonas", "dead", "no such user"),
        ("maria", "sent", None),
    ]
    with open_state(tmp_path) as state:
        state.shorten(before=datetime(2027, 1, 1, tzinfo=UTC), limit=99)
        (_, shortened) = state.accounts()
    assert (shortened.told, shortened.missed, shortened.first_at) == (1, 1, NOON + MINUTE)
