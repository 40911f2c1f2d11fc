"""Entries that appear and cannot be read: each is told once, for it may be a release."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from forewarn.model.events.event import EventKind
from forewarn.model.events.fact import EntriesUnread
from forewarn.model.events.severity import Severity
from forewarn.model.product import Watch
from forewarn.model.record import Place
from forewarn.model.sighting import Chance, Unread
from forewarn.store.state.interface import State
from forewarn.store.state.opening import open_state
from forewarn.words.events import lines, title
from looking import QUARTER, Looking, shown
from model_builder import catalogue, product, release

FEED = "https://vendor.example/"
HOUR = timedelta(hours=1)


@pytest.fixture
def state(tmp_path: Path) -> Iterator[State]:
    with open_state(tmp_path) as opened:
        yield opened


def row(**options: str) -> Watch:
    return Watch(type="feed", options={"url": FEED, **options}, place=Place(file="p.yml"))


def unread(title: str, chance: Chance = Chance.SOME, **changes: Any) -> Unread:
    given = {"key": title, "title": title, "url": f"{FEED}{title}", "why": "it names no version"}
    return Unread(**{**given, "chance": chance, **changes})


def looking(state: State, *watch: Watch) -> Looking:
    about = product("recorder", watch=watch or (row(),))
    return Looking(state, catalogue(about, release("recorder", "2.7")))


def look(kb: Looking, *entries: Unread, **about: Any) -> tuple[Any, ...]:
    kept = kb.answer("recorder", shown("2.7"), unread=entries, **about)
    kb.now += QUARTER
    return kept.alerts


OLD = unread("README.exe")
NEW = unread("Recorder Setup New.exe")


def test_what_appears_and_cannot_be_read_is_told_once(state: State) -> None:
    kb = looking(state)
    assert look(kb, OLD) == (), "it was there at the first look"
    (event,) = look(kb, NEW, OLD)
    assert event.kind is EventKind.ENTRY_UNREAD
    assert (event.severity, event.version, event.page) == (
        Severity.NORMAL,
        None,
        "products/recorder/",
    )
    assert title(event) == "An entry at a source of Recorder cannot be read: a new release?"
    assert [*lines(event)][:2] == [
        ("Place", FEED),
        ("Entry", f"{NEW.title}; it names no version; {NEW.url}"),
    ]
    assert look(kb, NEW, OLD) == ()
    assert look(kb, OLD) == look(kb, NEW, OLD) == (), "it went, and came back"


@pytest.mark.parametrize(
    ("chance", "severity"),
    [
        (Chance.LITTLE, Severity.LOW),
        (Chance.SOME, Severity.NORMAL),
        (Chance.MUCH, Severity.HIGH),
    ],
)
def test_how_much_speaks_for_a_release_says_how_urgent_it_is(
    state: State, chance: Chance, severity: Severity
) -> None:
    kb = looking(state)
    look(kb)
    (event,) = look(kb, unread("We are hiring", Chance.LITTLE), unread("x", chance))
    assert event.severity is severity


def test_what_is_of_another_recorded_product_is_read_and_not_told(state: State) -> None:
    kb = looking(state)
    look(kb)
    assert look(kb, unread("Player 2.5", Chance.NONE)) == ()


def test_of_what_a_third_party_has_little_is_said(state: State) -> None:
    kb = looking(state)
    look(kb, witness=True)
    assert [event.severity for event in look(kb, NEW, witness=True)] == [Severity.LOW]


def test_many_at_once_are_one_alert_that_can_be_read(state: State) -> None:
    kb = looking(state)
    look(kb)
    many = [unread(f"file {n}.exe", Chance.LITTLE) for n in range(500)]
    (event,) = look(kb, *many, NEW)
    fact = event.fact
    assert isinstance(fact, EntriesUnread)
    assert (fact.count, len(fact.found), fact.found[0].title) == (501, 30, NEW.title)
    assert title(event) == "501 entries at a source of Recorder cannot be read: new releases?"
    assert ("And more", "471 others; `forewarn sightings` has them") in lines(event)
    assert look(kb, *many, NEW) == (), "those that were not listed are told, too"


def test_a_place_that_names_its_entries_otherwise_each_time_floods_nobody(state: State) -> None:
    kb = looking(state)
    look(kb)
    told = [len(look(kb, unread(f"{n} downloads of it.exe"))) for n in range(8)]
    assert told == [1, 1, 1, 1, 1, 0, 0, 0]
    kb.now += 24 * HOUR
    (event,) = look(kb, unread("9 downloads of it.exe"), unread("7 downloads of it.exe"))
    assert event.fact.count == 2, "what was held back is told, too"


def test_read_in_another_way_only_what_was_not_there_before_is_told(state: State) -> None:
    kb = looking(state)
    look(kb, OLD)
    again = looking(state, row(version="Recorder ([0-9]+)"))
    again.now = kb.now
    renamed = unread("2.7", url="https://vendor.example/2.7.exe")
    (event,) = look(again, OLD, NEW, renamed)
    assert [entry.title for entry in event.fact.found] == [NEW.title]


def test_a_place_of_which_nothing_can_be_read_is_told_as_that_alone(state: State) -> None:
    kb = looking(state)
    look(kb)
    assert kb.answer("recorder", unread=(NEW, OLD), entries=2).alerts == ()
    kb.now += QUARTER
    (event,) = look(kb, NEW, OLD)
    assert event.fact.count == 2
