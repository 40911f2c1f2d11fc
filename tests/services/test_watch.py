"""What support hears of a download, and when: sources are polled, and news becomes alerts."""

from __future__ import annotations

import signal
import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

import watch_and_die
from events_builder import a_subscription, settings_of
from feed_server import FeedServer, Page, rss
from forewarn.errors import DataError, Trouble
from forewarn.model.events.event import Event, EventKind
from forewarn.model.events.fact import Draft, Newest, Recorded, SeenDownload, Unannounced
from forewarn.model.events.severity import Severity
from forewarn.model.record import Audience
from forewarn.model.release import Status, Verdict
from forewarn.model.sighting import SightingState
from forewarn.model.watching.place import SourceState
from forewarn.services.watch.report import Failure, Mute, WatchReport
from forewarn.services.watch.run import watch
from forewarn.store.state.interface import TELL_QUIETLY
from forewarn.store.state.opening import open_state
from forewarn.words.events import lines, title
from model_builder import release, statement
from own_process import OwnProcess
from state_builder import open_tables
from watch_builder import FIRST_LOOK, Watched, row

pytestmark = pytest.mark.slow


@pytest.fixture
def kb(tmp_path: Path) -> Iterator[Watched]:
    with FeedServer() as server:
        server.show("recorder 2.4")
        yield Watched(tmp_path, server)


def test_what_is_there_at_the_first_look_is_not_news(kb: Watched) -> None:
    report = kb.look()
    assert [(s.version, s.state) for s in report.sightings] == [("2.4", SightingState.BASELINE)]
    assert (report.polled, report.failed, kb.alerts()) == (1, (), ())


def test_a_download_that_the_records_do_not_have_alerts_staff_at_once(kb: Watched) -> None:
    kb.records = [release("recorder", "2.4")]
    kb.look()
    kb.server.show("recorder 2.7 released", "recorder 2.4")
    (sighting,) = kb.look().sightings
    assert kb.alerts() == (
        Event(
            id=kb.alerts()[0].id,
            kind=EventKind.UNANNOUNCED_DOWNLOAD,
            product="recorder",
            version="2.7",
            severity=Severity.CRITICAL,
            audience=Audience.STAFF,
            at=FIRST_LOOK + timedelta(minutes=15),
            name="Recorder",
            fact=Unannounced(
                seen=SeenDownload(
                    sighting=sighting.id,
                    version="2.7",
                    url="https://vendor.example/0",
                    first_seen=FIRST_LOOK + timedelta(minutes=15),
                    title="recorder 2.7 released",
                ),
                recorded=Recorded(),
                newest=(Newest(version="2.4", track="stable"),),
                harms=(),
                draft=Draft(
                    file="releases/recorder/2.7.md",
                    platform="any",
                    arch=None,
                    track="stable",
                    tracks=("stable",),
                    download=None,
                ),
            ),
            products=("recorder",),
            page="products/recorder/",
        ),
    )
    assert title(kb.alerts()[0]) == "Recorder 2.7 can be downloaded, and nobody announced it"
    assert lines(kb.alerts()[0]) == (
        ("Where", "https://vendor.example/0"),
        ("Platform", "not known"),
        ("First seen", "2026-05-04 02:15 UTC"),
        ("Titled there", "recorder 2.7 released"),
        ("The records say", "nothing: this version is not recorded"),
        ("Newest shipped", "2.4 (stable)"),
        ("Draft", "releases/recorder/2.7.md: status staged, track stable, no download yet"),
        ("To record it", f"forewarn sightings accept {sighting.id} --download URL"),
        ("If it is no release", f'forewarn sightings dismiss {sighting.id} --reason "…"'),
    )
    with open_state(kb.root) as state:
        (delivery,) = state.deliveries()
    assert (delivery.person, delivery.state) == ("maria", "pending")


def test_the_alert_says_what_the_records_say_will_break_and_what_to_tell_the_customer(
    kb: Watched,
) -> None:
    kb.records = [
        release(
            "recorder",
            "2.7",
            status=Status.PLANNED,
            planned_for=date(2026, 6, 1),
            compatibility=(
                statement("player", "<2.7", Verdict.BREAKS, remedy="Update the player to 2.7."),
                statement("player", ">=2.7", Verdict.WORKS),
            ),
        ),
        release(
            "player",
            "2.4",
            compatibility=(
                statement("recorder", ">=2.6", Verdict.LIMITED, about="live", limits="no sound"),
            ),
        ),
    ]
    kb.look()
    kb.server.show("recorder 2.7")
    kb.look()
    (event,) = kb.alerts()
    facts = dict(lines(event))
    assert facts["The records say"] == "recorded as planned for 2026-06-01"
    assert facts["Breaks"] == (
        "Player <2.7, playing recordings made by this version. "
        "What to say: Update the player to 2.7."
    )
    assert facts["Limits"] == "Player 2.4, live (no sound). No remedy is written."
    assert event.products == ("recorder", "player")


def test_what_others_say_of_a_version_is_told_though_it_is_not_recorded(kb: Watched) -> None:
    breaks = statement("recorder", ">=2.6", Verdict.BREAKS, about="playing")
    kb.records = [release("player", "2.4", compatibility=(breaks,))]
    kb.look()
    kb.server.show("recorder 2.7")
    kb.look()
    assert ("Breaks", "Player 2.4, playing. No remedy is written.") in lines(kb.alerts()[0])


@pytest.mark.parametrize("status", [Status.SHIPPED, Status.WITHDRAWN])
def test_a_release_that_is_recorded_as_shipped_is_no_news(kb: Watched, status: Status) -> None:
    kb.records = [release("recorder", "2.7.0", status=status)]
    kb.look()
    kb.server.show("recorder 2.7", "recorder 2.4")
    kb.look()
    assert (kb.states()["2.7"], kb.alerts()) == ("known", ())


def test_an_open_sighting_is_known_as_soon_as_its_release_is_recorded(kb: Watched) -> None:
    kb.look()
    kb.server.show("recorder 2.7")
    kb.look()
    assert kb.states() == {"2.7": "open", "2.4": "baseline"}
    kb.records = [release("recorder", "2.7")]
    assert kb.states() == {"2.7": "known", "2.4": "baseline"}


def test_a_version_alerts_once_and_again_on_another_platform_whatever_its_spelling(
    kb: Watched,
) -> None:
    kb.server.show("recorder 2.4", path="/mac.xml")
    kb.rows = (
        row(kb.server.url(), platform="windows"),
        row(kb.server.url("/mac.xml"), platform="macos"),
    )
    kb.look()
    kb.server.show("recorder 2.7")
    kb.look()
    kb.server.show("recorder 2.7.0", path="/mac.xml")
    report = kb.look()
    assert [(s.version, s.platform) for s in report.sightings] == [("2.7.0", "macos")]
    assert kb.states() == {"2.7": "open", "2.7.0": "open", "2.4": "baseline"}
    first, second = kb.alerts()
    assert dict(lines(first))["Not there for"] == "macos"
    assert title(second) == "Recorder 2.7.0 can now be downloaded for macos, too"
    kb.server.show("recorder 2.7", path="/mac.xml")
    kb.look()
    assert len(kb.alerts()) == 2


def test_what_comes_back_after_it_vanished_is_not_told_again(kb: Watched) -> None:
    kb.look()
    for titles in (["recorder 2.7"], [], ["recorder 2.7"]):
        kb.server.show(*titles)
        kb.look()
    assert len(kb.alerts()) == 1


def test_nobody_is_told_of_what_they_did_not_subscribe_to(kb: Watched) -> None:
    kb.look()
    kb.server.show("recorder 2.7")
    settings = settings_of(a_subscription(products=("player",)))
    with open_state(kb.root) as state:
        report = watch(state, kb.catalogue, settings, now=lambda: FIRST_LOOK)
        assert len(report.alerts) == 1
        assert state.deliveries() == ()


def test_a_source_without_news_is_asked_and_not_read_again(kb: Watched) -> None:
    kb.server.show("recorder 2.4", ETag='"1"')
    assert kb.look().unchanged == 0
    assert kb.look().unchanged == 1
    kb.server.show("recorder 2.7", ETag='"2"')
    assert [s.version for s in kb.look().sightings] == ["2.7"]


@pytest.mark.parametrize(
    "page",
    [
        Page(b"<html>Log in</html>"),
        Page(b""),
        Page(status=503),
        Page(b"/etc/passwd"),
        Page(b"<rss version='2.0'><channel>"),
    ],
    ids=["log-in page", "empty", "503", "path", "malformed"],
)
def test_what_is_no_feed_never_becomes_what_was_there_before(kb: Watched, page: Page) -> None:
    kb.server.pages["/feed.xml"] = page
    (failure,) = kb.look().failed
    kept = kb.source()
    assert kept == SourceState(
        polled_at=FIRST_LOOK,
        error=failure.error,
        trouble=failure.trouble,
        failures=1,
        failing_since=FIRST_LOOK,
        next_poll=kept.next_poll,
    )
    kb.server.show("recorder 2.4")
    assert [s.state for s in kb.look().sightings] == [SightingState.BASELINE]


def test_a_failed_look_changes_nothing_but_that_it_failed(kb: Watched) -> None:
    kb.server.show("recorder 2.4", ETag='"1"')
    kb.look()
    before = kb.source()
    kb.server.pages["/feed.xml"] = Page(status=500, headers={"ETag": '"2"'})
    kb.look()
    after = kb.source()
    assert (after.state, after.baseline_at) == (before.state, before.baseline_at)
    assert after.error == "the server answered HTTP 500 Internal Server Error"
    kb.server.show("recorder 2.7")
    assert [s.state for s in kb.look().sightings] == [SightingState.OPEN]
    assert kb.source().error is None


def test_after_a_feed_without_entries_the_first_entry_is_news(kb: Watched) -> None:
    kb.server.show()
    kb.look()
    kb.server.show("recorder 2.7")
    assert [s.state for s in kb.look().sightings] == [SightingState.OPEN]


def test_one_source_that_fails_does_not_stop_the_others(kb: Watched) -> None:
    url = kb.server.url
    kb.rows = (
        row(url("/gone.xml")),
        row(url(), allow_private=None),
        row("http://vendor.invalid/feed.xml"),
        row("http://maria:secret@127.0.0.1:1/feed.xml"),
        row(url(), type="carrier-pigeon"),
        row(url()),
    )
    report = kb.look(unreadable=frozenset(["releases/player/product.yml", "kb/x.md"]))
    assert [s.version for s in report.sightings] == ["2.4"]
    assert report.polled == 6
    errors = {(f.product, f.source): f.error for f in report.failed}
    assert errors[("recorder", url("/gone.xml"))] == "the server answered HTTP 404 Not Found"
    assert errors[("recorder", "http://vendor.invalid/feed.xml")] in (
        "the name vendor.invalid cannot be resolved",
        "no connection within 5 s",  # where the server of names answers late
    )
    assert errors[("recorder", "http://127.0.0.1:1/feed.xml")] == "127.0.0.1 refused the connection"
    assert errors[("player", "releases/player/product.yml")].startswith("this cannot be read")
    (private, pigeon) = [f.error for f in report.failed if f.source == url()]
    assert "set `allow_private: true`" in private
    assert pigeon.startswith("there is no source named 'carrier-pigeon'")
    assert b"secret" not in (kb.root / ".forewarn/state.db").read_bytes()


def test_a_record_that_cannot_be_read_is_not_told_as_missing(kb: Watched) -> None:
    kb.look()
    kb.server.show("recorder 2.7")
    kb.look(unreadable=frozenset(["releases/recorder/2.7.md"]))
    assert dict(lines(kb.alerts()[0]))["The records say"] == (
        "releases/recorder/2.7.md is there and cannot be read; `forewarn check` says why"
    )


def test_entries_that_name_no_version_are_pointed_out(kb: Watched) -> None:
    kb.server.show("Ten tips for better sound", "Our summer party", ETag='"1"')
    for _ in range(2):
        # It stays mute: that nothing has changed since is no reason to be silent of it.
        assert kb.look().mute == (Mute(product="recorder", source=kb.server.url(), entries=2),)


def test_a_row_with_another_pattern_reads_everything_anew(kb: Watched) -> None:
    kb.server.show("build-9 of recorder 2.4", ETag='"1"')
    kb.look()
    kb.rows = (row(kb.server.url(), version="build-([0-9]+)"),)
    assert [(s.version, s.state.value) for s in kb.look().sightings] == [("9", "baseline")]


def test_without_sources_there_is_nothing_to_do(kb: Watched) -> None:
    kb.rows = ()
    assert kb.look() == WatchReport()


def test_many_sources_are_polled_in_one_run(kb: Watched) -> None:
    kb.server.pages = {f"/{n}": Page(rss(f"recorder 2.{n}")) for n in range(60)}
    kb.rows = tuple(row(kb.server.url(f"/{n}")) for n in range(60))
    steps: list[str] = []
    report = kb.look(step=steps.append)
    assert (report.polled, len(report.sightings), report.failed) == (60, 60, ())
    kept_together = dict.fromkeys(("fetched", "storing", "stored"), 1)
    assert {name: steps.count(name) for name in set(steps)} == {**kept_together, "polled": 60}


@pytest.mark.parametrize("fatal", ["fetched", "storing", "stored", "polled"])
def test_no_release_is_lost_when_the_process_is_killed(kb: Watched, fatal: str) -> None:
    """The server says "unchanged" to whoever has seen 2.7, so what was seen must be kept."""
    kb.server.show("recorder 2.4", ETag='"1"')
    kb.look()
    kb.server.show("recorder 2.7", ETag='"2"')
    killed = OwnProcess(watch_and_die.main, str(kb.root), kb.server.url(), fatal).wait()
    assert killed.code == -signal.SIGKILL, killed.err
    kb.look()
    assert kb.states() == {"2.7": "open", "2.4": "baseline"}
    assert [event.version for event in kb.alerts()] == ["2.7"]


def test_a_database_that_cannot_be_written_ends_the_run_with_its_reason(kb: Watched) -> None:
    kb.look()
    with sqlite3.connect(kb.root / ".forewarn/state.db") as database:
        database.execute("DROP TABLE deliveries")
    kb.server.show("recorder 2.7")
    with pytest.raises(DataError, match="the state database cannot be used"):
        kb.look()


def test_failures_are_listed_in_a_stable_order(kb: Watched) -> None:
    kb.rows = tuple(row(kb.server.url(f"/{n}.xml")) for n in (2, 1, 3))
    error = "the server answered HTTP 404 Not Found"
    assert kb.look().failed == tuple(
        Failure(
            product="recorder",
            source=kb.server.url(f"/{n}.xml"),
            error=error,
            trouble=Trouble.REFUSED,
        )
        for n in (1, 2, 3)
    )


def test_whatever_goes_wrong_with_one_source_the_others_are_read(kb: Watched) -> None:
    """The address of one could not even be taken apart: `check` refuses it, and so may Python."""
    kb.rows = (row("http://[127.0.0.1]/feed.xml"), *kb.rows)
    report = kb.look()
    assert [sighting.version for sighting in report.sightings] == ["2.4"]
    (failure,) = report.failed
    assert failure.source == "http://[127.0.0.1]/feed.xml"


def deliveries_of(kb: Watched) -> list[str]:
    with open_state(kb.root) as state:
        return [row.state for row in state.deliveries()]


def test_after_a_repair_that_lost_what_was_told_the_next_look_lists_and_does_not_alert(
    kb: Watched,
) -> None:
    kb.records = [release("recorder", "2.4")]
    with open_state(kb.root) as state, state.transaction() as change:
        change.set_mark(f"{TELL_QUIETLY}recorder {kb.rows[0].kept_under}", "yes")
    kb.server.show("recorder 2.7", "recorder 2.4")
    kb.look()
    assert kb.states() == {"2.4": "known", "2.7": "open"}
    assert deliveries_of(kb) == ["sent"], "taken as told"
    kb.server.show("recorder 2.8", "recorder 2.7", "recorder 2.4")
    kb.look()
    assert deliveries_of(kb) == ["sent", "pending"], "what comes later is told"


def test_a_sighting_that_nobody_has_to_answer_is_forgotten_when_it_is_long_gone(
    kb: Watched,
) -> None:
    kb.records = [release("recorder", "2.4"), release("recorder", "2.5")]
    kb.server.show("recorder 2.5", "recorder 2.4", "recorder 2.3")
    kb.look()
    kb.server.show("recorder 2.5")
    kb.looks += 4 * 24 * 399
    kb.look()
    assert set(kb.states()) == {"2.3", "2.4", "2.5"}
    kb.looks += 4 * 24 * 3
    kb.server.show("recorder 2.5", "recorder 2.2")
    kb.look()
    assert set(kb.states()) == {"2.2", "2.3", "2.5"}, "what no record answers stays"


def test_how_long_such_a_sighting_is_kept_is_set_in_forewarn_yml(kb: Watched) -> None:
    kb.records = [release("recorder", "2.4"), release("recorder", "2.5")]
    kb.settings = replace(kb.settings, keep_days=30)
    kb.server.show("recorder 2.5", "recorder 2.4")
    kb.look()
    kb.server.show("recorder 2.5")
    kb.looks += 4 * 24 * 29
    kb.look()
    assert set(kb.states()) == {"2.4", "2.5"}
    kb.looks += 4 * 24 * 2
    kb.server.show("recorder 2.5", "recorder 2.2")
    kb.look()
    assert set(kb.states()) == {"2.2", "2.5"}


def test_a_damaged_row_is_told_as_the_failure_of_its_product(kb: Watched) -> None:
    kb.look()
    with open_tables(kb.root) as file, file.transaction() as connection:
        connection.execute("UPDATE sightings SET state = 'nonsense'")
    kb.server.show("recorder 2.7", "recorder 2.4")
    report = kb.look()
    assert [(f.product, "doctor --repair" in f.error) for f in report.failed] == [
        ("recorder", True)
    ]
