"""What is news, what is the past, and in how many alerts it is told."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from feed_server import FeedServer, Page
from forewarn.model.events.severity import Severity
from forewarn.model.release import Status
from forewarn.store.root import STATE_FILE, STATE_FOLDER
from forewarn.words.events import lines, title
from model_builder import product, release
from state_builder import back_to_the_sightings_of_then
from watch_builder import FIRST_LOOK, Watched, row

pytestmark = pytest.mark.slow

SPARKLE = "http://www.andymatuschak.org/xml-namespaces/sparkle"


@pytest.fixture
def kb(tmp_path: Path) -> Iterator[Watched]:
    with FeedServer() as server:
        yield Watched(tmp_path, server)


def show(kb: Watched, *items: str) -> None:
    body = f'<rss version="2.0" xmlns:sparkle="{SPARKLE}"><channel>{"".join(items)}</channel></rss>'
    kb.server.pages["/feed.xml"] = Page(body.encode())


def item(title: str, *, days: float | None = None, more: str = "", link: str = "") -> str:
    """An entry, dated so many days after the first look."""
    moment = FIRST_LOOK + timedelta(days=days or 0)
    date = f"<pubDate>{moment:%a, %d %b %Y %H:%M:%S} +0000</pubDate>" if days is not None else ""
    link = link or f"https://vendor.example/{title.replace(' ', '-')}"
    return f"<item><title>{title}</title><link>{link}</link>{date}{more}</item>"


def test_the_first_look_tells_what_is_live_and_newer_than_the_newest_record_in_one_alert(
    kb: Watched,
) -> None:
    kb.records = [release("recorder", "2.4"), release("recorder", "2.2")]
    kb.server.show("recorder 2.7", "recorder 2.6", "recorder 2.4", "recorder 2.3")
    kb.look()
    assert kb.states() == {"2.7": "open", "2.6": "open", "2.4": "known", "2.3": "baseline"}
    (event,) = kb.alerts()
    assert title(event) == "2 versions of Recorder can be downloaded, and nobody announced them"
    assert (event.version, dict(lines(event))["Versions"]) == ("2.7", "2.7, 2.6")
    kb.look()
    assert len(kb.alerts()) == 1


def test_each_line_of_releases_has_a_newest_of_its_own_at_the_first_look(kb: Watched) -> None:
    kb.tracks = ("3.14", "3.13")
    kb.records = [
        release("recorder", "3.14.0", track="3.14"),
        release("recorder", "3.13.8", track="3.13"),
    ]
    kb.server.show("recorder 3.13.9", "recorder 3.14.0", "recorder 3.13.7")
    kb.look()
    assert kb.states() == {"3.13.9": "open", "3.14.0": "known", "3.13.7": "baseline"}


def test_what_is_recorded_as_still_to_come_and_is_live_is_told_at_the_first_look(
    kb: Watched,
) -> None:
    kb.records = [
        release("recorder", "2.8"),
        release("recorder", "2.7", status=Status.STAGED, released_at=None),
    ]
    kb.server.show("recorder 2.8", "recorder 2.7")
    kb.look()
    assert [event.version for event in kb.alerts()] == ["2.7"]


def test_without_a_shipped_record_the_first_look_says_that_it_compared_nothing(
    kb: Watched,
) -> None:
    kb.server.show("recorder 2.7")
    assert kb.look().uncompared == ("recorder",)
    kb.server.show("recorder 2.8", "recorder 2.7")
    assert kb.look().uncompared == ()
    assert [event.version for event in kb.alerts()] == ["2.8"]


def test_an_old_version_that_slides_back_into_a_short_feed_is_no_alert(kb: Watched) -> None:
    kb.server.show("recorder 2.7", "recorder 2.6", "recorder 2.5")
    kb.look()
    kb.server.show("recorder 2.6", "recorder 2.5", "recorder 2.4")
    report = kb.look()
    assert [(s.version, s.state.value) for s in report.sightings] == [("2.4", "past")]
    assert kb.alerts() == ()


def test_a_patch_of_an_older_line_at_the_top_of_the_feed_is_news(kb: Watched) -> None:
    kb.server.show("recorder 3.1", "recorder 2.5.9")
    kb.look()
    kb.server.show("recorder 2.5.10", "recorder 3.1", "recorder 2.5.9")
    kb.look()
    assert [event.version for event in kb.alerts()] == ["2.5.10"]


def test_an_old_version_that_appears_with_its_old_date_is_told_quietly_as_such(
    kb: Watched,
) -> None:
    show(kb, item("recorder 2.7", days=-10))
    kb.look()
    show(kb, item("recorder 2.5", days=-100), item("recorder 2.7", days=-10))
    kb.look()
    kb.look()
    (event,) = kb.alerts()
    assert title(event) == "An old version appeared: Recorder 2.5, dated long ago"
    assert (event.severity, kb.states()["2.5"]) == (Severity.LOW, "past")


def test_what_slid_back_into_a_short_list_is_not_told_whatever_its_date(kb: Watched) -> None:
    show(kb, item("recorder 2.7", days=-10), item("recorder 2.6", days=-20))
    kb.look()
    show(kb, item("recorder 2.6", days=-20), item("recorder 2.5", days=-25))
    kb.look()
    assert (kb.states()["2.5"], kb.alerts()) == ("past", ())


def test_a_higher_version_with_an_old_date_is_live_and_told_quietly(kb: Watched) -> None:
    show(kb, item("recorder 2.7", days=-10))
    kb.look()
    show(kb, item("recorder 2.8", days=-100), item("recorder 2.7", days=-10))
    kb.look()
    (event,) = kb.alerts()
    assert (event.version, event.severity) == ("2.8", Severity.LOW)
    assert kb.states()["2.8"] == "open"


def test_a_burst_of_versions_is_one_alert_that_lists_all(kb: Watched) -> None:
    kb.server.show("recorder 2.0")
    kb.look()
    kb.server.show(*(f"recorder 2.{n}" for n in range(40, -1, -1)))
    report = kb.look()
    (event,) = kb.alerts()
    assert len(report.sightings) == 40
    assert {f"2.{n}" for n in range(1, 41)} <= {label for label, _ in lines(event)}
    kb.server.show(*(f"recorder 2.{n}" for n in range(41, -1, -1)))
    kb.look()
    assert [event.version for event in kb.alerts()] == ["2.40", "2.41"]


@pytest.mark.parametrize("change", ["pattern", "platform", "address"])
def test_a_changed_row_tells_what_came_meanwhile_and_not_the_old_anew(
    kb: Watched, change: str
) -> None:
    kb.server.show("recorder 2.7", "recorder 2.6")
    kb.look()
    kb.server.show("recorder 2.8", "recorder 2.7", "recorder 2.6", "recorder 2.5")
    kb.server.pages["/new.xml"] = kb.server.pages["/feed.xml"]
    kb.rows = {
        "pattern": (row(kb.server.url(), version="recorder ([0-9.]+)"),),
        "platform": (row(kb.server.url(), platform="windows"),),
        "address": (row(kb.server.url("/new.xml")),),
    }[change]
    kb.look()
    assert [event.version for event in kb.alerts()] == ["2.8"]


def test_a_product_that_gets_another_scheme_is_read_anew_whatever_the_server_says(
    kb: Watched,
) -> None:
    kb.scheme = "semver"
    kb.server.show("recorder 2.7", ETag='"1"')
    assert [entry.title for entry in kb.look().unread] == ["recorder 2.7"]
    kb.scheme = "loose"
    report = kb.look()
    assert (report.unchanged, [s.version for s in report.sightings]) == (0, ["2.7"])


def test_each_entry_that_names_no_version_is_told_once(kb: Watched) -> None:
    show(kb, item("recorder 2.4"), item("We are hiring"))
    assert [(u.title, u.why) for u in kb.look().unread] == [
        ("We are hiring", "it names no version")
    ]
    show(kb, item("recorder 2.7 leaves beta"), item("recorder 2.4"), item("We are hiring"))
    (entry,) = kb.look().unread
    assert entry.why == "it speaks of 'beta', and not clearly of a release"
    assert [(entry.title, entry.first_seen) for entry in kb.unread()] == [
        ("recorder 2.7 leaves beta", FIRST_LOOK + timedelta(minutes=15)),
        ("We are hiring", FIRST_LOOK),
    ]
    show(kb, item("recorder 2.4"))
    kb.look()
    assert kb.unread() == ()


BETA = "<sparkle:channel>beta</sparkle:channel>"


def test_what_moves_from_the_beta_channel_to_everybody_is_told_again(kb: Watched) -> None:
    kb.tracks = ("stable", "beta")
    show(kb, item("recorder 2.4"))
    kb.look()
    show(kb, item("recorder 2.7", more=BETA), item("recorder 2.4"))
    (sighting,) = kb.look().sightings
    assert (sighting.channel, sighting.track) == ("beta", "beta")
    show(kb, item("recorder 2.7"), item("recorder 2.4"))
    kb.look()
    kb.look()
    assert [title(event) for event in kb.alerts()] == [
        "Recorder 2.7 (channel beta) can be downloaded, and nobody announced it",
        "Recorder 2.7 has left the channel beta: everybody can download it",
    ]


def test_a_channel_without_a_track_is_told_and_a_person_chooses(kb: Watched) -> None:
    show(kb, item("recorder 2.4"))
    kb.look()
    show(kb, item("recorder 2.7", more=BETA), item("recorder 2.4"))
    (sighting,) = kb.look().sightings
    facts = dict(lines(kb.alerts()[0]))
    assert facts["Channel"] == "beta; the product has no track of that name"
    assert (
        facts["To record it"]
        == f"forewarn sightings accept {sighting.id} --track TRACK --download URL"
    )


def file(name: str, more: str = "") -> str:
    url = f"https://vendor.example/{name}"
    return f'<enclosure url="{url}" length="9" type="application/octet-stream" {more}/>'


def test_an_item_for_another_system_is_not_the_rows(kb: Watched) -> None:
    kb.rows = (row(kb.server.url(), platform="windows"),)
    show(kb, item("recorder 2.4"))
    kb.look()
    show(
        kb,
        item("recorder 2.7", more=file("r.dmg", 'sparkle:os="macos"')),
        item("recorder 2.8", more=file("r-2.8.dmg")),
        item("recorder 2.9 for Mac"),
        item("recorder 2.6", more=file("r.exe", 'sparkle:os="windows-x64"')),
        item("recorder 2.4"),
    )
    (sighting,) = kb.look().sightings
    assert (sighting.version, sighting.platform, sighting.arch) == ("2.6", "windows", "x64")
    assert (sighting.download, sighting.size) == ("https://vendor.example/r.exe", 9)


def test_of_several_builds_of_a_version_the_newest_has_the_address(kb: Watched) -> None:
    def build(number: int) -> str:
        version = f"<sparkle:version>{number}</sparkle:version>"
        return item("recorder 2.7", more=version + file(f"r-{number}.dmg"))

    show(kb, item("recorder 2.4"))
    kb.look()
    show(kb, build(2700), build(2702), build(2701), item("recorder 2.4"))
    (sighting,) = kb.look().sightings
    assert sighting.download == "https://vendor.example/r-2702.dmg"
    show(kb, build(2703), build(2702), item("recorder 2.4"))
    assert kb.look().sightings == ()
    assert kb.sightings()[0].download == "https://vendor.example/r-2703.dmg"
    assert len(kb.alerts()) == 1


def test_a_day_that_has_not_come_is_no_day(kb: Watched) -> None:
    show(kb, item("recorder 2.4"))
    kb.look()
    show(kb, item("recorder 2.7", days=4000), item("recorder 2.4"))
    (sighting,) = kb.look().sightings
    assert sighting.published is None


def test_an_older_database_is_taken_over_and_tells_nothing_anew(kb: Watched) -> None:
    kb.server.show("recorder 2.4")
    kb.look()
    kb.server.show("recorder 2.7", "recorder 2.4")
    kb.look()
    with sqlite3.connect(kb.root / STATE_FOLDER / STATE_FILE) as database:
        back_to_the_sightings_of_then(database)
        database.execute("PRAGMA user_version = 2")
    kb.server.show("recorder 2.8", "recorder 2.7", "recorder 2.4", "recorder 2.3")
    kb.look()
    assert [event.version for event in kb.alerts()] == ["2.7", "2.8"]
    assert kb.states() == {"2.8": "open", "2.7": "open", "2.4": "baseline", "2.3": "baseline"}


@pytest.mark.parametrize("many", [1_500, pytest.param(12_000, marks=pytest.mark.torture)])
def test_the_largest_list_of_versions_is_read_in_one_look(kb: Watched, many: int) -> None:
    kb.records = [release("recorder", "1.0.0")]
    versions = [f"{n // 100}.{n % 100}.0" for n in range(many, 0, -1)]
    kb.server.show(*(f"recorder {version}" for version in versions))
    report = kb.look()
    assert (len(report.sightings), report.failed, len(kb.alerts())) == (many, (), 1)
    assert isinstance(report.sightings[0].first_seen, datetime)


def test_news_of_another_recorded_product_in_the_vendors_feed_is_not_this_ones(
    kb: Watched,
) -> None:
    """The player's 2.5 is no recorder 2.5; it is told as an entry that is not the recorder's."""
    kb.records = [release("recorder", "2.4"), product("player"), release("player", "2.4")]
    kb.server.show("Recorder 2.4 is out")
    kb.look()
    kb.server.show("Recorder 2.7 is out", "Player 2.5 is out", "Recorder 2.4 is out")
    assert [u.why for u in kb.look().unread] == ["the version there is that of 'player'"]
    assert kb.states() == {"2.7": "open", "2.4": "known"}
    assert [event.version for event in kb.alerts()] == ["2.7"]


def test_an_announcement_of_what_is_to_come_leaves_the_release_as_news(kb: Watched) -> None:
    kb.records = [release("recorder", "2.4")]
    titles = ["Recorder 2.7 is coming in May", "Recorder 2.4"]
    kb.server.show(*titles)
    kb.look()
    assert kb.states() == {"2.4": "known"}
    kb.server.show("Recorder 2.7", *titles)
    kb.look()
    # What is to come has another address now, and is told as what cannot be read.
    told = sorted((event.kind.value, event.version) for event in kb.alerts())
    assert told == [("entry_unread", None), ("unannounced_download", "2.7")]


def test_a_build_that_the_order_leaves_out_is_news_beside_the_recorded_one(kb: Watched) -> None:
    kb.scheme = "semver"
    kb.records = [release("recorder", "10.4.17")]
    kb.server.show("recorder 10.4.17+security-01", "recorder 10.4.17")
    kb.look()
    assert kb.states() == {"10.4.17+security-01": "open", "10.4.17": "known"}
    kb.server.show("recorder 10.4.17+security-02", "recorder 10.4.17+security-01")
    kb.look()
    assert len(kb.alerts()) == 2
