"""Who hears of a place that cannot be read, and when."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from events_builder import a_subscription
from feed_server import FeedServer, Page
from forewarn.errors import Trouble
from forewarn.model.catalogue import Catalogue
from forewarn.model.events.event import EventKind
from forewarn.model.events.fact import SourceFailing, SourceHealed
from forewarn.model.recipient import Person
from forewarn.model.settings import WatchSettings
from forewarn.model.sighting import FailingPlace, Look
from forewarn.services.ask.sightings import last_look
from forewarn.store.state.opening import open_state
from forewarn.words.events import lines, title
from model_builder import catalogue, product
from watch_builder import FIRST_LOOK, Watched, row

QUARTER = timedelta(minutes=15)


class Owned(Watched):
    """The recorder belongs to somebody who subscribes to nothing."""

    @property
    def catalogue(self) -> Catalogue:
        about = product("recorder", watch=self.rows, owner="anna")
        return catalogue(about, *self.records)


@pytest.fixture
def kb(tmp_path: Path) -> Iterator[Owned]:
    with FeedServer() as server:
        server.show("recorder 2.4")
        made = Owned(tmp_path, server)
        anna = Person(id="anna", name="Anna", email="anna@example.com")
        made.settings = replace(
            made.settings,
            people={**made.settings.people, "anna": anna},
            watching=WatchSettings(alert_after=timedelta(hours=1)),
        )
        yield made


def told(kb: Owned) -> list[tuple[str, str]]:
    """Which event went to whom."""
    with open_state(kb.root) as state:
        return sorted((one.event.kind.value, one.person) for one in state.deliveries())


def test_the_owner_is_told_once_of_a_place_that_fails_for_long_and_once_when_it_is_well(
    kb: Owned,
) -> None:
    kb.look()
    kb.server.pages["/feed.xml"] = Page(status=404)
    for _ in range(4):
        kb.look()
    assert kb.alerts() == (), "it fails for less than an hour"
    (failing,) = kb.look().alerts
    for _ in range(9):
        assert kb.look().alerts == ()
    assert failing.kind is EventKind.SOURCE_FAILING
    assert failing.fact == SourceFailing(
        place=kb.server.url(),
        since=FIRST_LOOK + QUARTER,
        trouble=Trouble.REFUSED,
        error="the server answered HTTP 404 Not Found",
        read_at=FIRST_LOOK,
        matched="2.4",
    )
    assert title(failing) == "A source of Recorder cannot be read: what it shows now is not known"
    assert dict(lines(failing))["Why"] == "refused: the server answered HTTP 404 Not Found"
    assert told(kb) == [("source_failing", "anna"), ("source_failing", "maria")]
    kb.server.show("recorder 2.4")
    (healed,) = kb.look().alerts
    assert healed.fact == SourceHealed(place=kb.server.url(), since=FIRST_LOOK + QUARTER)
    assert (healed.thread, healed.answers) == (failing.thread, (failing.id,))
    assert kb.look().alerts == ()
    assert ("source_healed", "maria") in told(kb)


def test_a_place_that_fails_again_later_is_told_again(kb: Owned) -> None:
    kb.look()
    for _ in range(2):
        kb.server.pages["/feed.xml"] = Page(status=404)
        for _ in range(6):
            kb.look()
        kb.server.show("recorder 2.4")
        kb.look()
    assert [event.kind.value for event in kb.alerts()] == ["source_failing", "source_healed"] * 2


def test_one_that_names_no_version_any_more_is_told_as_well(kb: Owned) -> None:
    kb.look()
    kb.server.show("Our summer party")
    for _ in range(6):
        kb.look()
    (event,) = kb.alerts()
    assert isinstance(event.fact, SourceFailing)
    assert event.fact.trouble is Trouble.CHANGED_SHAPE
    assert "the last version that it named is 2.4" in event.fact.error


def test_nobody_is_told_where_the_settings_say_never(kb: Owned) -> None:
    kb.settings = replace(kb.settings, watching=WatchSettings(alert_after=None))
    kb.look()
    kb.server.pages["/feed.xml"] = Page(status=404)
    kb.look()
    kb.looks += 4 * 24
    kb.look()
    assert kb.alerts() == ()


def test_an_owner_who_subscribes_anyway_is_told_once(kb: Owned) -> None:
    subscriptions = (a_subscription(), a_subscription(recipient="anna"))
    kb.settings = replace(kb.settings, subscriptions=subscriptions)
    kb.server.pages["/feed.xml"] = Page(status=404)
    for _ in range(6):
        kb.look()
    assert told(kb) == [("source_failing", "anna"), ("source_failing", "maria")]


def look(kb: Watched) -> Look:
    with open_state(kb.root) as state:
        return last_look(state, kb.catalogue)


def test_what_fails_once_could_not_be_read_and_what_fails_twice_is_failing(kb: Owned) -> None:
    kb.look()
    kb.server.pages["/feed.xml"] = Page(status=404)
    kb.look()
    assert look(kb) == Look(unread=(("recorder", kb.server.url()),))
    kb.look()
    assert look(kb).failing == (
        FailingPlace(
            product="recorder",
            source=kb.server.url(),
            since=FIRST_LOOK + QUARTER,
            trouble=Trouble.REFUSED,
            error="the server answered HTTP 404 Not Found",
        ),
    )
    kb.rows = (row(kb.server.url(), version="Recorder ([0-9.]+)"),)
    kb.server.show("Recorder 2.4")
    kb.look()
    assert look(kb).failing == (), "that was with another pattern"
