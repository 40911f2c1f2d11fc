"""What time alone makes news: what is away, late, empty, out of date or apart, each asked once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from forewarn.model.events.event import Event, EventKind
from forewarn.model.events.fact import SourcesApart
from forewarn.model.product import Watch
from forewarn.model.record import Place
from forewarn.model.release import Status, Verdict, Withdrawal
from forewarn.model.sighting import Reach, sighting_id
from forewarn.responses import Hop, Response
from forewarn.services.ask.sightings import unaware_of
from forewarn.store.state.interface import State
from forewarn.store.state.opening import open_state
from forewarn.words.events import lines, title
from looking import START, Looking, shown
from model_builder import catalogue, product, release, statement

HOUR = timedelta(hours=1)
BOTH = ("windows", "macos")


@pytest.fixture
def state(tmp_path: Path) -> Iterator[State]:
    with open_state(tmp_path) as opened:
        yield opened


def places(*names: str) -> tuple[Watch, ...]:
    return tuple(
        Watch(type="feed", options={"url": f"https://{name}.example/"}, place=Place(file="p.yml"))
        for name in names or ("vendor",)
    )


def looking(state: State, *records: Any, rows: tuple[Watch, ...] | None = None) -> Looking:
    about = product("recorder", watch=rows or places())
    return Looking(state, catalogue(about, *records))


def titles(events: tuple[Event, ...]) -> list[str]:
    return [title(event) for event in events]


def test_a_shipped_download_that_is_gone_for_three_polls_is_a_question_and_asked_once(
    state: State,
) -> None:
    kb = looking(state, release("recorder", "2.7"), release("recorder", "2.4"))
    kb.answer("recorder", shown("2.7"), shown("2.4"))
    assert kb.pass_() == ()
    kb.answer("recorder", shown("2.4"))
    assert kb.pass_() == ()
    kb.answer("recorder", shown("2.4"))
    assert kb.pass_() == ()
    kb.unchanged("recorder")
    (event,) = kb.pass_()
    assert event.kind is EventKind.DOWNLOAD_MISSING
    assert title(event) == "Recorder 2.7 is not there any more: was it taken back?"
    assert dict(lines(event))["2.7"] == (
        "not there since 2026-05-04 02:15 UTC; it was at https://vendor.example/2.7.exe"
    )
    for there in ((shown("2.7"), shown("2.4")), (shown("2.4"),)):
        for _ in range(4):
            kb.answer("recorder", *there)
            assert kb.pass_() == ()


@pytest.mark.parametrize("reach", [Reach.WINDOW, Reach.LATEST])
def test_nothing_is_missing_where_a_source_cannot_show_all(state: State, reach: Reach) -> None:
    kb = looking(state, release("recorder", "2.7"), release("recorder", "2.4"))
    kb.answer("recorder", shown("2.7"), shown("2.4"), reach=reach)
    for _ in range(4):
        kb.answer("recorder", shown("2.8"), reach=reach)
        assert kb.pass_() == ()


def test_what_comes_back_in_time_was_never_missing(state: State) -> None:
    kb = looking(state, release("recorder", "2.7"), release("recorder", "2.4"))
    for there in (("2.7", "2.4"), ("2.4",), ("2.4",), ("2.7", "2.4"), ("2.4",), ("2.4",)):
        kb.answer("recorder", *map(shown, there))
        assert kb.pass_() == ()


@pytest.mark.parametrize("case", ["withdrawn", "never recorded", "not watched any more", "moved"])
def test_nobody_is_asked_of_what_is_rightly_gone(state: State, case: str) -> None:
    gone = Withdrawal(on=date(2026, 5, 4), reason="loses sound")
    recorded = {
        "withdrawn": [release("recorder", "2.3", status=Status.WITHDRAWN, withdrawn=gone)],
        "never recorded": [],
    }.get(case, [release("recorder", "2.3")])
    kb = looking(state, release("recorder", "2.4"), *recorded)
    kb.answer("recorder", shown("2.4"), shown("2.3"))
    kb.pass_()
    if case == "not watched any more":
        kb.catalogue = catalogue(product("recorder", watch=places("new")), *recorded)
    other = shown("2.3.0", url="https://vendor.example/elsewhere.exe", channel="old")
    for _ in range(4):
        kb.answer("recorder", shown("2.4"), *([other] if case == "moved" else []))
        assert [e for e in kb.pass_() if e.kind is EventKind.DOWNLOAD_MISSING] == []


def test_an_answer_that_shows_nothing_at_all_makes_nothing_missing(state: State) -> None:
    kb = looking(state, release("recorder", "2.7"))
    kb.answer("recorder", shown("2.7"))
    for _ in range(4):
        kb.answer("recorder")
        assert kb.pass_() == ()


def test_downloads_of_one_place_that_are_missing_together_are_one_question(state: State) -> None:
    kb = looking(state, *(release("recorder", f"2.{n}") for n in range(8)))
    kb.answer("recorder", *(shown(f"2.{n}") for n in range(8)))
    kb.pass_()
    told = []
    for _ in range(4):
        kb.answer("recorder", shown("2.0"))
        told += kb.pass_()
    assert titles(tuple(told)) == ["7 downloads of Recorder are not there any more: taken back?"]


def test_the_highest_that_is_gone_and_was_never_recorded_was_perhaps_taken_back(
    state: State,
) -> None:
    kb = looking(state, release("recorder", "2.4"))
    kb.answer("recorder", shown("2.4"))
    kb.answer("recorder", shown("2.7"), shown("2.4"))
    told: list[Event] = []
    for _ in range(5):
        kb.answer("recorder", shown("2.4"))
        told += kb.pass_()
    assert titles(tuple(told)) == ["Recorder 2.7 was perhaps taken back: 2.4 is the newest again"]


def test_a_place_that_names_the_latest_alone_and_goes_back_to_a_known_one_is_a_question(
    state: State,
) -> None:
    kb = looking(state, release("recorder", "2.4"))
    latest = {"reach": Reach.LATEST}
    kb.answer("recorder", shown("2.4"), **latest)
    kb.answer("recorder", shown("2.7"), **latest)
    (event,) = kb.answer("recorder", shown("2.4"), **latest).alerts
    assert (event.kind, event.version) == (EventKind.ROLLED_BACK, "2.7")
    assert kb.answer("recorder", shown("2.4"), **latest).alerts == ()


def test_a_new_patch_of_an_older_line_is_no_step_back(state: State) -> None:
    kb = looking(state, release("recorder", "2.7"))
    kb.answer("recorder", shown("2.7"), reach=Reach.LATEST)
    told = kb.answer("recorder", shown("2.4.1"), reach=Reach.LATEST).alerts
    assert EventKind.ROLLED_BACK not in {event.kind for event in told}


def on(version: str, *platforms: str) -> list[Any]:
    return [shown(version, platform=name) for name in platforms]


def test_platforms_that_stay_away_for_an_hour_are_told_again_and_once(state: State) -> None:
    kb = looking(state)
    kb.answer("recorder", *on("2.4", *BOTH))
    kb.pass_()
    kb.answer("recorder", *on("2.7", "windows"), *on("2.4", *BOTH))
    assert kb.pass_(timedelta(minutes=59)) == ()
    assert kb.pass_(timedelta(minutes=1)) == ()
    (event,) = kb.pass_()
    assert title(event) == "Recorder 2.7 is still not there for macos"
    assert kb.pass_() == ()


def test_platforms_that_came_within_the_hour_are_not_told_as_missing(state: State) -> None:
    kb = looking(state)
    kb.answer("recorder", *on("2.4", *BOTH))
    kb.answer("recorder", *on("2.7", "windows"), *on("2.4", *BOTH))
    kb.pass_(HOUR / 2)
    kb.answer("recorder", *on("2.7", *BOTH), *on("2.4", *BOTH))
    kb.pass_(HOUR)
    assert kb.pass_() == ()


@pytest.mark.parametrize("reach", [Reach.ALL, Reach.LATEST])
def test_what_was_taken_back_meanwhile_is_missing_on_no_platform(
    state: State, reach: Reach
) -> None:
    kb = looking(state)
    before = on("2.4", *BOTH)
    kb.answer("recorder", *before, reach=reach)
    kb.pass_()
    newer = on("2.7", "windows")
    if reach is Reach.ALL:
        kb.answer("recorder", *newer, *before)
    else:
        kb.answer("recorder", *newer, before[1], reach=reach)
    kb.pass_(HOUR / 2)
    kb.answer("recorder", *before, reach=reach)
    told = [*kb.pass_(HOUR), *kb.pass_()]
    assert [event.kind for event in told if event.kind is EventKind.PLATFORMS_MISSING] == []


def test_a_share_that_is_named_no_longer_is_for_everybody_most_likely(state: State) -> None:
    kb = looking(state)
    kb.answer("recorder", shown("2.4"))
    kb.answer("recorder", shown("2.7", rollout=50), shown("2.4"))
    (event,) = kb.answer("recorder", shown("2.7"), shown("2.4")).alerts
    assert title(event) == ("Recorder 2.7 is offered without a share now: most likely to everybody")
    assert dict(lines(event))["Now"] == "no share is named"


def test_a_page_without_a_file_for_a_quarter_of_an_hour_is_told_once(state: State) -> None:
    kb = looking(state)
    kb.answer("recorder", shown("2.4"))
    page = shown("2.7", empty=True, url="https://vendor.example/2.7/")
    kb.answer("recorder", page, shown("2.4"))
    assert kb.pass_(timedelta(minutes=15)) == ()
    kb.unchanged("recorder")
    (event,) = kb.pass_()
    assert title(event) == "Recorder 2.7 has a page, and no file to download"
    kb.answer("recorder", page, shown("2.4"))
    assert kb.pass_() == ()
    (told,) = kb.answer("recorder", shown("2.7"), shown("2.4")).alerts
    assert told.kind is EventKind.UNANNOUNCED_DOWNLOAD


def test_what_a_place_says_of_itself_must_hold_and_never_be_older_than_it_was(
    state: State,
) -> None:
    kb = looking(state)
    kb.answer("recorder", shown("2.4"), dated=START, valid_until=START + HOUR)
    assert kb.pass_(2 * HOUR) == ()
    assert titles(kb.pass_()) == ["What a source of Recorder shows is out of date"]
    assert kb.pass_() == ()
    older = kb.answer("recorder", shown("2.4"), dated=START - timedelta(days=1))
    assert [event.kind for event in older.alerts] == [EventKind.SOURCE_FROZEN]
    a_little = kb.answer("recorder", shown("2.4"), dated=START - timedelta(minutes=5))
    assert a_little.alerts == ()


def test_two_sources_that_are_apart_for_more_than_a_day_are_told_once(state: State) -> None:
    kb = looking(state, rows=places("vendor", "mirror"))
    for row in (0, 1):
        kb.answer("recorder", shown("2.4"), row=row)
    kb.pass_()
    kb.answer("recorder", shown("2.7"), shown("2.4"))
    kb.pass_(23 * HOUR)
    kb.unchanged("recorder", row=1)
    assert kb.pass_(2 * HOUR) == ()
    assert kb.pass_() == (), "the mirror was not read since"
    kb.unchanged("recorder", row=1)
    (event,) = kb.pass_()
    assert title(event) == "The sources of Recorder disagree: one has 2.7, one has 2.4"
    assert kb.pass_() == ()


def test_one_source_that_is_behind_several_others_is_told_once(state: State) -> None:
    kb = looking(state, rows=places("mirror", "one", "two", "three"))
    for row in range(4):
        kb.answer("recorder", shown("2.4"), row=row)
    kb.pass_()
    for row in (1, 2, 3):
        kb.answer("recorder", shown("2.7"), row=row)
    kb.pass_(25 * HOUR)
    for row in range(4):
        kb.unchanged("recorder", row=row)
    (event,) = kb.pass_()
    assert isinstance(event.fact, SourcesApart)
    assert ("one" in event.fact.ahead, "mirror" in event.fact.behind) == (True, True)
    assert kb.pass_() == ()


def test_a_pre_release_on_one_of_two_sources_keeps_them_together(state: State) -> None:
    kb = looking(state, rows=places("vendor", "mirror"))
    for row, versions in enumerate((["2.8-rc1", "2.7"], ["2.7"])):
        kb.answer("recorder", *map(shown, versions), row=row)
    kb.pass_(30 * HOUR)
    for row in (0, 1):
        kb.unchanged("recorder", row=row)
    assert kb.pass_() == ()


def in_lockstep(state: State, *records: Any, **about: Any) -> Looking:
    recorder = product("recorder", watch=places(), lockstep=("player",), **about)
    return Looking(state, catalogue(recorder, product("player", watch=places("p")), *records))


PLAYER = release("player", "2.4", released_at=date(2026, 1, 1))


@pytest.mark.parametrize(("grace", "late"), [(24, 25), (2, 3)])
def test_one_of_two_in_lockstep_that_is_alone_for_too_long_is_a_partial_release(
    state: State, grace: int, late: int
) -> None:
    kb = in_lockstep(state, PLAYER, lockstep_grace=grace * HOUR)
    kb.answer("recorder", shown("2.4"))
    kb.answer("player", shown("2.4"))
    kb.pass_()
    kb.answer("recorder", shown("2.7"), shown("2.4"))
    assert kb.pass_((grace - 1) * HOUR) == ()
    assert kb.pass_((late - grace + 1) * HOUR) == ()
    (event,) = kb.pass_()
    assert event.kind is EventKind.PARTIAL_RELEASE
    assert title(event) == "Recorder 2.7 is out, and there is nothing new of Player"
    assert (event.products, dict(lines(event))["Newest Player"]) == (("recorder", "player"), "2.4")
    assert kb.pass_() == ()


@pytest.mark.parametrize("case", ["seen too", "shipped too", "works", "there before", "a patch"])
def test_a_release_that_the_other_follows_or_works_with_is_not_partial(
    state: State, case: str
) -> None:
    works = statement("player", "2.4", Verdict.WORKS)
    player = {
        "shipped too": release("player", "2.9", released_at=START.date()),
        "there before": release("player", "2.7", released_at=date(2026, 1, 1)),
    }.get(case, PLAYER)
    recorder = release("recorder", "2.7", compatibility=(works,), released_at=START.date())
    kb = in_lockstep(state, player, *([recorder] if case == "works" else []))
    kb.answer("recorder", shown("2.4"))
    kb.answer("player", shown("2.4"))
    kb.pass_()
    kb.answer("recorder", shown("2.7"), shown("2.4"))
    if case == "seen too":
        kb.pass_(HOUR)
        kb.answer("player", shown("2.5"), shown("2.4"))
    if case == "a patch":
        kb.answer("player", shown("2.4.1"), shown("2.4"))
    kb.pass_(30 * HOUR)
    assert kb.pass_() == ()


def test_what_was_taken_back_within_the_day_is_no_partial_release(state: State) -> None:
    kb = in_lockstep(state, PLAYER)
    kb.answer("recorder", shown("2.4"))
    kb.answer("player", shown("2.4"))
    kb.answer("recorder", shown("2.7"), shown("2.4"))
    kb.pass_(HOUR)
    kb.answer("recorder", shown("2.4"))
    assert kb.pass_(30 * HOUR) == ()
    assert kb.pass_() == ()


def test_what_was_there_at_the_first_look_is_no_partial_release(state: State) -> None:
    kb = in_lockstep(state)
    kb.answer("recorder", shown("2.7"))
    kb.answer("player", shown("2.4"))
    kb.pass_(30 * HOUR)
    assert kb.pass_() == ()


def test_for_how_long_nobody_knew_is_counted_from_the_day_there_to_the_first_alert(
    state: State,
) -> None:
    kb = looking(state, release("recorder", "2.4"))
    kb.answer("recorder", shown("2.4"))
    kb.pass_()
    put_up = kb.now - timedelta(minutes=10)
    kb.answer("recorder", shown("2.7", published=put_up), shown("2.4"))
    (delivery,) = state.claim(channel="files", now=kb.now)
    state.settle([(delivery, None)], now=kb.now + timedelta(minutes=2))
    (one,) = unaware_of(state, kb.catalogue)
    assert (one.version, one.dated, one.minutes) == ("2.7", put_up, 12)


def answered(body: bytes, **about: Any) -> Response:
    values = {"status": 200, "url": "https://vendor.example/list", "peer": "192.0.2.7"}
    return Response(**{**values, "body": body, **about})


def test_what_came_is_kept_for_each_sighting_that_is_no_baseline(state: State) -> None:
    kb = looking(state, release("recorder", "2.4"))
    kb.answer("recorder", shown("2.4"), responses=(answered(b"2.4"),))
    hop = Hop(url="https://vendor.example/latest", status=302, location="/list")
    headers = {"etag": '"7"', "x-api-key": "hunter2"}
    response = answered(b"2.7 2.4", hops=(hop,), headers=headers)
    (new,) = kb.answer("recorder", shown("2.7"), shown("2.4"), responses=(response,)).sightings
    (proof,) = state.proofs(new.id)
    (part,) = proof.parts
    assert (proof.at, part.body, part.peer) == (START, b"2.7 2.4", "192.0.2.7")
    assert part.hops == (("https://vendor.example/latest", 302, "/list"),)
    assert part.headers == (("etag", '"7"'), ("x-api-key", "***"))
    (baseline,) = (s for s in state.all_sightings() if s.version == "2.4")
    assert state.proofs(baseline.id) == ()


def test_no_more_than_256_kb_of_all_that_came_is_kept_and_no_secret(state: State) -> None:
    kb = looking(state)
    kb.answer("recorder", shown("2.4"))
    link = b"https://vendor.example/a.exe?token=hunter2&x=\xff\x00 "
    pages = (answered(link + b"x" * 200_000), answered(b"y" * 200_000), answered(b"z"))
    (new,) = kb.answer("recorder", shown("2.7"), shown("2.4"), responses=pages).sightings
    (proof,) = state.proofs(new.id)
    first, second, third = proof.parts
    assert first.body.startswith(b"https://vendor.example/a.exe?token=***&x=\xff\x00 ")
    assert (first.length, second.length, third.length) == (len(link) + 200_000, 200_000, 1)
    assert len(first.body) + len(second.body) + len(third.body) <= 256 * 1024
    assert third.body == b""


def test_bytes_that_changed_have_a_proof_of_their_own_beside_the_first(state: State) -> None:
    kb = looking(state)
    kb.answer("recorder", shown("2.4"))
    old, new = (shown("2.7", sha256=one * 64) for one in "ab")
    (sighting,) = kb.answer("recorder", old, responses=(answered(b"a"),)).sightings
    kb.pass_()
    (event,) = kb.answer("recorder", new, responses=(answered(b"b"),)).alerts
    assert event.kind is EventKind.BYTES_CHANGED
    assert [p.parts[0].body for p in state.proofs(sighting.id)] == [b"a", b"b"]


def test_two_rows_of_one_address_keep_what_came_once(state: State) -> None:
    url = {"url": "https://vendor.example/"}
    rows = tuple(
        Watch(type="feed", platform=name, options=url, place=Place(file="p.yml")) for name in BOTH
    )
    kb = looking(state, rows=rows)
    for number, name in enumerate(BOTH):
        kb.answer("recorder", *on("2.4", name), row=number)
    for number, name in enumerate(BOTH):
        kept = kb.answer("recorder", *on("2.7", name), row=number, responses=(answered(b"2.7"),))
        assert len(state.proofs(kept.sightings[0].id)) == 1


def test_two_versions_of_a_product_whose_ids_are_one_by_chance_are_told_apart(
    state: State,
) -> None:
    kb = looking(state, release("recorder", "2.4"))
    kb.answer("recorder", shown("2.4"))
    of = {v: ("recorder", v, "https://vendor.example/", None) for v in ("17.340", "116.287")}
    assert len({sighting_id(*about) for about in of.values()}) == 1
    first, second = (shown(version) for version in of)
    assert [e.version for e in kb.answer("recorder", first, shown("2.4")).alerts] == ["17.340"]
    (event,) = kb.answer("recorder", second, first, shown("2.4")).alerts
    assert event.version == "116.287"
    for again in ((first, second), (second, first), (second,)):
        assert kb.answer("recorder", *again, shown("2.4")).sightings == ()
    ids = {s.version: s.id for s in state.all_sightings() if s.version in of}
    assert ids == {
        "17.340": sighting_id(*of["17.340"]),
        "116.287": sighting_id(*of["116.287"], other=True),
    }


def test_a_sighting_whose_id_another_has_by_chance_gets_one_of_its_own(state: State) -> None:
    kb = looking(state, release("recorder", "2.4"))
    kb.answer("recorder", shown("2.4"))
    of = "recorder", "2.7", "https://vendor.example/", None
    (first,) = state.all_sightings()
    with state.transaction() as change:
        change.add_sighting(replace(first, id=sighting_id(*of), product="player"))
    (event,) = kb.answer("recorder", shown("2.7"), shown("2.4")).alerts
    assert event.version == "2.7"
    assert kb.answer("recorder", shown("2.7"), shown("2.4")).sightings == ()
    ids = {s.product: s.id for s in state.all_sightings() if s.id != first.id}
    assert ids == {"player": sighting_id(*of), "recorder": sighting_id(*of, other=True)}
