"""One state, whatever database it is in: all that it is told, and asks, comes to the same."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from events_builder import (
    NOON,
    a_channel,
    a_person,
    a_subscription,
    an_event,
    settings_of,
)
from forewarn.errors import Trouble
from forewarn.model.accounts import Chosen
from forewarn.model.delivery import DeliveryState, Fault, NotSent
from forewarn.model.events.event import EventKind
from forewarn.model.receipt import Receipt
from forewarn.model.sighting import Reach, Sighting, SightingState, Unread
from forewarn.model.watching.place import SourceState
from forewarn.model.watching.proof import Exchange, Proof
from forewarn.model.watching.view import EmptyPage, Glimpse, VersionNamed
from forewarn.store.state.interface import Pause, State
from forewarn.store.state.opening import address_of
from forewarn.store.state.postgres import open_address
from forewarn.store.state.sqlite import open_root
from postgres_server import OwnDatabase

DAY = timedelta(days=1)
KB = settings_of(
    a_subscription("maria", "files"),
    a_subscription("jonas", "files"),
    a_subscription("jonas", "more"),
    people=[a_person(), a_person("jonas")],
    channels=[a_channel(), a_channel("more")],
)
# What a hostile place may show.
ODD = "2.7 'x' \"y\" $1 ?1 {} % \\ ; -- \N{SNOWMAN}\N{BUG}\u0301"


def sighting(id: str, version: str = "2.7", **changes: object) -> Sighting:
    given = {
        "id": id, "product": "recorder", "version": version, "source": "shelf", "title": ODD,
        "url": f"https://vendor.example/recorder-{version}.exe", "state": SightingState.OPEN,
        "first_seen": NOON,
    }  # fmt: skip
    return Sighting(**{**given, **changes})  # type: ignore[arg-type]


def glimpse(version: str) -> Glimpse:
    named = VersionNamed(version=version, since=NOON, platform="windows", channel=None)
    page = EmptyPage(version=version, url="https://x.example/", title=ODD, since=NOON)
    return Glimpse(
        source="shelf", reach=Reach.ALL, read_at=NOON, named=(named,), empty=(page,), dated=NOON
    )


def proof(body: bytes) -> Proof:
    part = Exchange(
        url="https://x.example/", status=200, peer=None, hops=(("a", 301, "b"),),
        headers=(("ETag", '"1"'),), body=body, length=len(body),
    )  # fmt: skip
    return Proof(at=NOON, parts=(part, part))


def watched(state: State) -> Iterator[object]:
    """What looks keep, and what is asked of it."""
    shown = replace(
        sighting("b", "2.8"), platform="windows", size=1 << 40, digests=(("sha256", "00"),),
        others=(("https://x.example/r.msi", (("sha256", "01"), ("md5", "02"))), ("", (("md5", "03"),))),
        digests_since=NOON, notes=("one", "two"), published=NOON, rollout=10,
        first_seen=NOON + DAY,
    )  # fmt: skip
    with state.transaction() as change:
        for one in (sighting("a"), shown, sighting("c", "1.0", state=SightingState.BASELINE)):
            change.add_sighting(one)
        yield change.sightings_of("recorder")
        change.keep_newest_build(replace(shown, url="https://vendor.example/new.exe"))
        change.keep_shown(["a", "b"], NOON.date(), "page")
        change.keep_shown(["b"], (NOON + DAY).date())
        yield change.shown_by("recorder", "page"), change.not_shown_since("recorder", NOON.date())
        unread = [Unread(key=key, title=ODD, url="https://x.example/", why="?") for key in "xyx"]
        yield change.keep_unread("recorder", "shelf", "a shelf", unread, NOON)
        yield change.keep_unread("recorder", "shelf", "a shelf", unread[1:], NOON + DAY)
        change.keep_source(
            "recorder", "shelf",
            SourceState(baseline_at=NOON, polled_at=NOON, failures=2, trouble=Trouble.REFUSED,
                        state={"etag": ODD, "n": [1, None]}, reach=Reach.WINDOW),
        )  # fmt: skip
        change.keep_source("recorder", "other", SourceState(read_at=NOON + DAY))
        yield change.source_now("recorder", "shelf"), change.last_read("recorder")
        change.pause_host("vendor.example", Pause(until=NOON, times=1))
        change.pause_host("vendor.example", Pause(until=NOON + DAY, times=2))
        change.keep_view("recorder", "shelf", glimpse("2.7"))
        change.keep_view("recorder", "shelf", glimpse("2.8"))
        change.keep_view("recorder", "other", glimpse("1"))
        change.keep_view("recorder", "other", None)
        change.keep_proof(["a", "b"], proof(b"\0\xff body"))
        change.keep_proof(["a"], proof(b"\0\xff body"))
        change.keep_away("recorder", ["a", "c"], NOON)
        change.keep_away("recorder", ["a"], NOON + DAY)
        yield change.away()
        change.count_away([replace(one, polls=3) for one in change.away()])
        change.mark_asked(["c"], "an event")
        change.keep_back("recorder", ["c"])
        yield change.away(), change.view("recorder", "shelf"), change.views()
        change.mark_told(["b"], an_event(7).id)
        yield change.told_versions("recorder"), change.told_since(NOON)
        yield change.of_products_since(["recorder", "player"], NOON + DAY)
        change.set_mark("tell quietly recorder shelf", "yes")
        yield change.is_told_quietly("recorder", "shelf"), change.is_told_quietly("recorder", "x")
        yield change.decide(sighting("a"), SightingState.ACCEPTED, ODD)
        yield change.decide(sighting("a"), SightingState.DISMISSED)
    yield state.all_sightings(), state.all_unread(), state.source_states(), state.pauses()
    yield [tuple(map(bool, row[2:4])) for row in state.source_troubles()]
    yield state.source_state("recorder", "none"), state.sighted_products()
    yield state.standing([("recorder", "v2.08")], urls=["https://vendor.example/new.exe"])
    yield state.standing(files=["recorder-1.0.exe"]), state.find_sightings("b")
    yield state.proofs("a"), state.proofs("c")
    word = state.word_of_all()
    with state.transaction() as change:
        change.forget_sightings(["a"])
        change.forget_unread([])
        change.end_pause("vendor.example")
    yield state.all_sightings(), state.all_unread(), state.pauses(), state.proofs("b")
    gone = state.word_of_all()
    with state.transaction() as change:
        change.add_sighting(sighting("d"))
    yield len({word, gone, state.word_of_all()})


def told(state: State) -> Iterator[object]:
    """What is queued, sent, refused and taken back, and what is asked of it."""
    unseen = an_event(7, kind=EventKind.UNANNOUNCED_DOWNLOAD)
    with state.transaction() as change:
        yield change.put([an_event(1), an_event(1), unseen], KB)
        change.post(an_event(3, version=None, page=ODD), [("maria", "more")], "owner")
        change.set_mark("kept", ODD)
        with pytest.raises(RuntimeError), change.part():
            change.set_mark("lost", "yes")
            raise RuntimeError
        yield change.put([an_event(1)], KB, happened_again=True).events
        yield change.told_in(["b"])
    yield state.mark("kept"), state.mark("lost")
    rows = state.claim(channel="files", now=NOON, limit=3)
    yield [replace(row, claim=None) for row in rows]
    first, second, third = rows
    yield state.renew(first, now=NOON), state.renew(replace(first, claim="0"), now=NOON)
    full = NotSent(error=ODD, permanent=True, fault=Fault.RECIPIENT)
    yield state.settle([(first, Receipt(message="m", thread="t"))], now=NOON)
    yield state.settle([(second, full), (first, None)], now=NOON + DAY)
    state.suppress([(third, ODD)])
    rest = state.claim(channel="files", now=NOON, only="jonas", without=["maria"])
    state.give_back(rest)
    (row, *others) = state.claim(channel="more", now=NOON)
    yield state.settle([(row, NotSent(error="busy", retry_after=DAY))], now=NOON)
    state.give_back(others)
    yield state.endpoints(), state.endpoints("files"), state.unreported("files", 5)
    with state.transaction() as change:
        yield [change.mark_endpoint_told(one) for one in state.endpoints()]
        yield change.mark_reported("files"), change.mark_reported("files")
    yield state.resume("more", NOON), state.endpoints("more")
    correction = an_event(9, kind=EventKind.CORRECTED, takes_back=("recorder@2.7",), at=NOON + DAY)
    with state.transaction() as change:
        (put,) = change.put([correction], KB).events
    yield put, state.told_before(put), state.shipped_at("recorder", "2.7")
    yield state.receipts(replace(first, event=put)), state.last_of_thread(replace(first, event=put))
    yield [row.wholly for row in state.receipts(replace(first, event=put))]
    yield state.deliveries(), state.deliveries(Chosen(person="jonas"), newest=2)
    yield state.deliveries(Chosen(state=DeliveryState.SENT), newest=1)
    yield state.count(), state.count(DeliveryState.DEAD, channel="files")
    yield state.count_chosen(Chosen(product="recorder")), state.delivery(2), state.delivery(99)
    yield state.events(), state.find_events(an_event(1).id[:19]), state.channels()
    yield state.accounts(), state.tallies(), state.oldest_waiting(), state.unaware(newest=5)
    yield state.revive([2]), state.revive(only=DeliveryState.FAILED)
    yield state.shorten(before=NOON + 9 * DAY, limit=2), state.shorten(before=NOON, limit=9)
    yield state.tallies(), state.accounts(), state.told_before(put)
    yield state.forget("jonas", ["jonas@example.com", "busy"]), state.tallies(), state.deliveries()
    yield state.marks("tell "), state.damage()


def test_all_that_a_state_is_asked_is_answered_alike_by_both_databases(
    tmp_path: Path, postgres: OwnDatabase
) -> None:
    (tmp_path / "forewarn.yml").write_text("name: A\ndatabase: ${FOREWARN_DATABASE}\n")
    address = address_of(tmp_path, {"FOREWARN_DATABASE": postgres.address})
    assert address
    with open_root(tmp_path) as file, open_address(address, clock=lambda now: now) as database:
        for story in (watched, told):
            answers = zip(story(file), story(database), strict=True)
            for number, (ours, theirs) in enumerate(answers):
                assert theirs == ours, f"{story.__name__}, answer {number}"
            assert number > 15
