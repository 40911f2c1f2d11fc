"""Pages for staff while customers have what no record says has shipped; nothing for customers."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from forewarn import pages
from forewarn.errors import Trouble
from forewarn.model.record import Audience
from forewarn.model.sighting import FailingPlace, Look, Sighting, SightingState
from forewarn.model.unaware import Unaware
from forewarn.pages.compatibility.checker_products import product_file
from forewarn.store.settings import load_settings
from kb_builder import TODAY, Kb, sighting
from page_builder import build, in_order

SINCE = "customers can already download it, since 20 May 2026, 07:12 UTC (windows)"
UNAWARE = Unaware(
    product="recorder",
    version="2.8",
    dated=datetime(2026, 5, 20, 7, 0, tzinfo=UTC),
    seen=datetime(2026, 5, 20, 7, 12, tzinfo=UTC),
    told=datetime(2026, 5, 20, 7, 17, tzinfo=UTC),
)
UNTOLD = Unaware(product="player", version="2.9", seen=datetime(2026, 5, 19, tzinfo=UTC))
PLANNED = "status: planned\nplanned_for: 2026-06-01\nhistory: [{to: planned, at: 2026-05-01}]\n"
STAGED = "status: staged\n"
ACCEPTED = SightingState.ACCEPTED


@pytest.fixture(params=[PLANNED, STAGED], ids=["planned", "staged"])
def kb(request: pytest.FixtureRequest, tmp_path: Path) -> Kb:
    kb = Kb(tmp_path / "kb").product("player", "Player")
    kb.product("recorder", "Recorder", "watch: [{type: feed, url: 'https://x.example.com/f'}]\n")
    kb.release("recorder", "2.7").release("player", "2.4")
    more = (
        'compatibility: [{with: player, versions: "<2.7", verdict: breaks, remedy: Update it.}]\n'
    )
    return kb.release("recorder", "2.8", "", f"{request.param}{more}")


@pytest.mark.parametrize("state", [SightingState.OPEN, ACCEPTED, SightingState.BASELINE])
def test_home_product_and_release_say_yes_until_the_record_has_shipped(
    kb: Kb, state: SightingState
) -> None:
    files = build(kb, sightings=(sighting(state=state),)).files
    for page in ("index.md", "products/recorder/index.md", "products/recorder/2.8.md"):
        assert "Yes, Recorder 2.8 exists" in files[page], page
        assert SINCE in files[page], page
        assert "No unannounced download is open" not in files[page]
        assert "do not tell customers" not in files[page]
        assert "staff only" not in files[page]
    assert "▲ unannounced download" in files["products/index.md"]


def test_the_alarm_says_what_it_breaks_as_far_as_a_statement_covers_it(kb: Kb) -> None:
    for page in ("index.md", "products/recorder/2.8.md"):
        files = build(kb, sightings=(sighting(state=ACCEPTED),)).files
        in_order(files[page], "Say:", "</span> breaks</span>", "Player 2.4", "Update it.", "Settle")
    kb.release(
        "player",
        "2.5",
        more='compatibility: [{with: recorder, versions: ">=4", verdict: breaks}]\n',
    )
    home = build(kb, sightings=(sighting(version="4.0"),)).files["index.md"]
    in_order(home, "Yes, Recorder 4.0 exists", "</span> breaks</span>", "Player 2.5", "Settle")
    unknown = build(kb, sightings=(sighting(version="3.0"),)).files["index.md"]
    in_order(unknown, "Yes, Recorder 3.0 exists", "What it breaks is not recorded", "Settle")


def test_an_accepted_sighting_is_settled_by_shipping_or_by_dismissing(kb: Kb) -> None:
    home = build(kb, sightings=(sighting(state=ACCEPTED),)).files["index.md"]
    in_order(
        home,
        "Settle it with <code>forewarn release ship recorder 2.8</code>",
        "if it is no release, <code>forewarn sightings dismiss a1b2c3d4",
    )


def test_once_it_has_shipped_or_was_dismissed_the_alarm_is_over(kb: Kb) -> None:
    dismissed = sighting(state=SightingState.DISMISSED)
    assert "Yes, Recorder 2.8" not in build(kb, sightings=(dismissed,)).files["index.md"]
    kb.release("recorder", "2.8")
    files = build(kb, sightings=(sighting(state=ACCEPTED),)).files
    assert not [src for src, text in files.items() if "can already download" in text]
    assert "No unannounced download is open" in files["index.md"]


def test_every_list_and_feed_of_staff_says_that_it_is_live(kb: Kb) -> None:
    files = build(kb, sightings=(sighting(version="2.8.0", state=ACCEPTED),)).files
    (found,) = {
        row[1]
        for src, text in files.items()
        if src.startswith("api/v1/lookup/keys-")
        for key, rows in json.loads(text).items()
        if key in ("vrecorder 2.8", "frecorder-2.8.0.exe")
        for row in rows
        if row[2] == "live"
    }
    assert found == f"Recorder 2.8: {SINCE}"
    versions = json.loads(files[product_file("recorder")])["versions"]
    assert versions[0]["state"] == "live"
    assert versions[0]["note"].endswith(f"but {SINCE}")
    product = json.loads(files["api/v1/products/recorder.json"])
    release = json.loads(files["api/v1/releases/recorder.json"])["releases"][0]
    assert product["live"] == [release["live"]]
    assert release["live"]["since"] == "2026-05-20T07:12:00+00:00"
    embargoed = [src for src, text in files.items() if "under embargo" in text]
    assert embargoed == ["subscribe.md"], "which says what alerts are for"


def test_what_is_planned_for_later_and_live_is_not_called_just_planned(tmp_path: Path) -> None:
    kb = Kb(tmp_path / "kb").product("recorder", "Recorder").release("recorder", "2.8", "", PLANNED)
    files = build(kb, sightings=(sighting(),)).files
    title = "Recorder 2.8 is planned\\, and can be downloaded already"
    assert title in files["calendar/all.ics"].replace("\r\n ", "")
    assert "</span> live</span>" in files["calendar.md"]
    told = json.loads(files["api/v1/events.json"])["events"]
    assert [event["title"] for event in told] == [
        "Unannounced: Recorder 2.8 is on a download site",
        "Recorder 2.8 is planned, and can be downloaded already",
    ]


def test_each_platform_is_named_with_its_own_time(kb: Kb) -> None:
    later = datetime(2026, 5, 22, 9, 30, tzinfo=UTC)
    mac = sighting(id="b", platform="macos", first_seen=later, state=ACCEPTED)
    page = build(kb, sightings=(sighting(), mac)).files["products/recorder/2.8.md"]
    assert f"{SINCE[:-1]}, macos 22 May 2026, 09:30 UTC)" in page


def test_how_many_are_offered_it_is_said_where_every_place_says_so(kb: Kb) -> None:
    one, other = sighting(rollout=10), sighting(id="b", platform="macos", rollout=25)
    for seen, said in (((one,), "10 %"), ((one, other), "25 %")):
        files = build(kb, sightings=seen).files
        assert f"{said} of customers are offered it" in files["index.md"]
        assert f"{said} of customers can already download it" in files["products/recorder/2.8.md"]
    silent = sighting(id="b", platform="macos")
    assert "offered it" not in build(kb, sightings=(one, silent)).files["index.md"]


def test_not_a_byte_of_the_customers_site_follows_from_a_sighting(kb: Kb) -> None:
    silent = build(kb, Audience.PUBLIC, sightings=())
    for state in SightingState:
        assert build(kb, Audience.PUBLIC, sightings=(sighting(state=state),)) == silent
    known = Look(at=datetime(2026, 5, 20, tzinfo=UTC), unaware=(UNAWARE,))
    assert look(kb, Audience.PUBLIC, known) == silent


def look(kb: Kb, audience: Audience, last: Look, seen: tuple[Sighting, ...] = ()) -> pages.Tree:
    view = pages.look(
        kb.load(),
        audience=audience,
        today=TODAY,
        settings=load_settings(kb.root),
        sightings=seen,
        last_look=last,
    )
    return pages.tree_of(view)


def test_home_says_as_of_when_it_knows_and_what_could_not_be_looked_at(kb: Kb) -> None:
    at = datetime(2026, 5, 20, 8, 0, tzinfo=UTC)
    as_of = 'as of <time datetime="2026-05-20T08:00Z">20 May 2026, 08:00 UTC</time>'
    assert f"No unannounced download is open, {as_of}" in home(kb, Look(at=at))
    seen = (sighting(),)
    assert f"What can be downloaded is told, {as_of}" in home(kb, Look(at=at), seen)
    unread = home(kb, Look(at=at, unread=(("recorder", "https://x.example.com/f"),)))
    in_order(unread, "could not be read", "Recorder</a>: https://x.example.com/f")
    failing = FailingPlace(
        product="recorder",
        source="https://x.example.com/f",
        since=at,
        trouble=Trouble.CHANGED_SHAPE,
        error="a <b>log-in</b> page",
    )
    again = home(kb, Look(at=at, failing=(failing,)))
    in_order(again, "fail again and again", "Recorder</a>: https://x.example.com/f, since <time")
    assert "changed shape (a &lt;b&gt;log-in&lt;/b&gt; page)" in again
    assert "No watched place has been read yet" in home(kb, Look())
    assert "No unannounced download is open" not in home(kb, Look())


def test_home_says_for_how_long_nobody_knew_as_a_picture_and_as_a_table(kb: Kb) -> None:
    page = home(kb, Look(unaware=(UNAWARE, UNTOLD)))
    in_order(
        page,
        "Minutes unaware: median 17 minutes, worst 17 minutes (recorder 2.8), of 1 release that",
        "<li>Recorder 2.8</li>",
        'aria-label="minutes unaware',
        "20 May 2026, 07:00 UTC",
        "20 May 2026, 07:12 UTC",
        "17 minutes",
        "nobody yet",
        "still",
    )
    assert "How long nobody knew" not in home(kb, Look())


def home(kb: Kb, last: Look, seen: tuple[Sighting, ...] = ()) -> str:
    return look(kb, Audience.STAFF, last, seen).files["index.md"]


def test_a_day_on_which_it_was_seen_stands_where_the_planned_day_stood(kb: Kb) -> None:
    page = build(kb, today=date(2026, 5, 21), sightings=(sighting(),)).files
    assert 'seen&nbsp;<time datetime="2026-05-20">' in page["products/recorder/index.md"]


GONE = "withdrawn: {on: 2026-05-10, reason: It lost sound.}\n"


def test_what_is_withdrawn_and_seen_since_is_said_to_be_downloadable_still(tmp_path: Path) -> None:
    kb = Kb(tmp_path / "kb").product("recorder", "Recorder").release("recorder", "2.7")
    kb.release("recorder", "2.8", "", f"status: withdrawn\nreleased_at: 2026-05-01\n{GONE}")
    seen = sighting(state=SightingState.KNOWN)
    said = "Customers can still download it: seen "
    for page in ("index.md", "products/recorder/2.8.md"):
        assert said in build(kb, sightings=(seen,)).files[page], page
        assert said not in build(kb, audience=Audience.PUBLIC, sightings=(seen,)).files[page]
        for state, day in (
            (SightingState.BASELINE, 20),  # it was there, whenever it was put up
            (SightingState.DISMISSED, 20),
            (SightingState.KNOWN, 10),  # on the day of the withdrawal, or before
            (SightingState.OPEN, 9),
        ):
            at = datetime(2026, 5, day, 7, 12, tzinfo=UTC)
            old = sighting(state=state, first_seen=at)
            assert said not in build(kb, sightings=(old,)).files[page], (page, state)
