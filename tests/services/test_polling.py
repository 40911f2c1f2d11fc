"""How places are asked: when, how often, and who is left alone."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest

from feed_server import FeedServer, Page, rss
from forewarn.errors import Trouble
from forewarn.services.watch.report import Failure, Mute, Paused
from forewarn.store.state.opening import open_state
from waiting import SECONDS
from watch_builder import FIRST_LOOK, Watched, row

QUARTER = timedelta(minutes=15)


@pytest.fixture
def kb(tmp_path: Path) -> Iterator[Watched]:
    with FeedServer() as server:
        server.show("recorder 2.4", ETag='"1"')
        yield Watched(tmp_path, server)


def asked(kb: Watched) -> int:
    return len(kb.server.requests)


def test_what_shows_nothing_is_read_again_although_it_says_that_nothing_has_changed(
    kb: Watched,
) -> None:
    kb.look()
    kb.server.show(ETag='"2"')
    for _ in range(2):
        assert kb.look().mute == (
            Mute(product="recorder", source=kb.server.url(), entries=0, last="2.4"),
        )
    assert kb.source().is_failing()
    kb.server.show("recorder 2.7", ETag='"2"')
    assert [s.version for s in kb.look().sightings] == ["2.7"]
    assert (kb.source().failures, kb.source().matched) == (0, "2.7")


@pytest.mark.slow
def test_all_is_asked_for_once_a_day_although_nothing_is_said_to_have_changed(
    kb: Watched,
) -> None:
    kb.look()
    kb.server.show("recorder 2.7", ETag='"1"')
    assert kb.look().unchanged == 1, "the server lies"
    kb.looks += 4 * 24
    assert [s.version for s in kb.look().sightings] == ["2.7"]


def test_a_rollout_is_read_again_when_it_moves_although_nothing_is_said_to_have_changed(
    kb: Watched,
) -> None:
    now = datetime.now(UTC).replace(microsecond=0)
    sparkle = b'<rss xmlns:sparkle="http://www.andymatuschak.org/xml-namespaces/sparkle" '
    began = format_datetime(now - timedelta(hours=1))
    phased = (
        f"<item><title>Recorder 2.7</title><pubDate>{began}</pubDate>"
        "<sparkle:phasedRolloutInterval>7200</sparkle:phasedRolloutInterval></item>"
    )
    body = rss(more=phased).replace(b"<rss ", sparkle)
    kb.server.pages["/feed.xml"] = Page(body, headers={"ETag": '"1"'})
    kb.looks = (now - FIRST_LOOK) // QUARTER
    # The time of an answer is the machine's; nothing here depends on how long a look takes.
    assert [kb.look().unchanged for _ in range(4)] == [0, 1, 1, 1]
    assert [s.rollout for s in kb.sightings()] == [14]
    kb.looks += 1
    assert kb.look().unchanged == 0


def test_only_what_is_due_is_asked_also_by_another_process(kb: Watched) -> None:
    kb.rows = (row(kb.server.url()), row(kb.server.url("/2"), interval=timedelta(hours=2)))
    kb.server.show("recorder 2.4", path="/2")
    assert kb.look(only_due=True).polled == 2
    kb.looks -= 1
    assert kb.look(only_due=True).polled == 0
    kb.looks += 1
    assert kb.look(only_due=True).polled == 1
    kb.looks += 4 * 2
    assert kb.look(only_due=True).polled == 2
    hourly = timedelta(hours=1)
    assert kb.look(interval=hourly).polled == 2
    assert kb.look(only_due=True, interval=hourly).polled == 0


def test_what_fails_is_asked_less_often_and_as_before_once_it_answers(kb: Watched) -> None:
    kb.server.pages["/feed.xml"] = Page(status=500)
    for _ in range(8):
        kb.look()
    wait = (kb.source().next_poll or FIRST_LOOK) - (kb.source().polled_at or FIRST_LOOK)
    assert timedelta(hours=5) < wait < timedelta(hours=7)
    kb.server.show("recorder 2.4")
    kb.look()
    wait = (kb.source().next_poll or FIRST_LOOK) - (kb.source().polled_at or FIRST_LOOK)
    assert wait < timedelta(minutes=17)


@pytest.mark.parametrize(
    ("status", "headers"),
    [
        (429, {"Retry-After": "3600"}),
        (503, {"Retry-After": "3600"}),
        (403, {"Retry-After": "3600"}),
        (403, {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "3600"}),
    ],
)
@pytest.mark.slow
def test_a_host_that_wants_to_be_left_alone_is_with_all_its_sources(
    kb: Watched, status: int, headers: dict[str, str]
) -> None:
    kb.server.pages["/busy"] = Page(status=status, headers=headers)
    kb.rows = (row(kb.server.url("/busy")), row(kb.server.url()))
    first = kb.look()
    assert [(f.source, f.trouble) for f in first.failed] == [
        (kb.server.url("/busy"), Trouble.RATE_LIMITED)
    ]
    before = asked(kb)
    for _ in range(3):
        report = kb.look()
        assert (report.polled, report.failed) == (0, ())
        (paused,) = report.paused
        assert paused == Paused(host="127.0.0.1", until=FIRST_LOOK + timedelta(hours=1), sources=2)
    assert asked(kb) == before
    kb.server.show("recorder 2.4", path="/busy")
    kb.look()
    assert kb.look().failed == ()
    with open_state(kb.root) as state:
        assert state.pauses() == {}, "it answers again"


def test_a_refusal_without_a_time_to_wait_is_no_pause(kb: Watched) -> None:
    kb.server.pages["/feed.xml"] = Page(status=403)
    assert [f.trouble for f in kb.look().failed] == [Trouble.REFUSED]
    assert kb.look().paused == ()


@pytest.mark.parametrize(
    ("page", "trouble"),
    [
        (Page(status=404), Trouble.REFUSED),
        (Page(status=502), Trouble.UNREACHABLE),
        (Page(b"<html>Log in</html>"), Trouble.CHANGED_SHAPE),
        (Page(b"x" * 200_000), Trouble.TOO_MUCH),
    ],
)
def test_it_is_said_of_which_kind_a_failure_is(kb: Watched, page: Page, trouble: Trouble) -> None:
    from forewarn.net import Limits

    kb.server.pages["/feed.xml"] = page
    (failure,) = kb.look(limits=Limits(size=100_000)).failed
    assert failure == Failure(
        product="recorder", source=kb.server.url(), error=failure.error, trouble=trouble
    )
    assert kb.source().trouble is trouble


def test_a_source_that_failed_holds_up_none_of_its_product(kb: Watched) -> None:
    kb.rows = (row("http://127.0.0.1:1/feed.xml"), row(kb.server.url()))
    kb.look()
    kb.server.show("recorder 2.7")
    steps: list[str] = []
    report = kb.look(step=steps.append)
    assert [s.version for s in report.sightings] == ["2.7"]
    assert (report.polled, len(report.failed)) == (2, 1)


def test_what_a_source_keeps_of_its_own_is_not_lost_when_all_is_asked_for(kb: Watched) -> None:
    """A file of gigabytes is read once a week, and not once a day."""
    kb.server.pages["/recorder-2.7.exe"] = Page(b"MZ" * 100, headers={"ETag": '"1"'})
    kb.rows = (row(kb.server.url("/recorder-2.7.exe"), type="file"),)
    assert kb.look().failed == ()
    whole = len([1 for path, _ in kb.server.requests if path == "/recorder-2.7.exe"])
    kb.looks += 2 * 4 * 24
    assert kb.look().unchanged == 1
    asked_since = len(kb.server.requests) - whole
    assert asked_since == 1, "its headers alone"


def test_what_is_well_is_kept_before_one_that_failed_the_last_time_gives_an_answer(
    kb: Watched,
) -> None:
    kb.rows = (row(kb.server.url("/slow")), row(kb.server.url()))
    kb.server.pages["/slow"] = Page(status=500)
    kb.look()
    kept, told = threading.Event(), []

    def slow(handler: BaseHTTPRequestHandler) -> None:
        """It answers only once the other one is kept."""
        told.append(kept.wait(SECONDS))
        Page(status=500)(handler)

    kb.server.pages["/slow"] = slow
    kb.server.show("recorder 2.7")
    report = kb.look(step=lambda name: kept.set() if name == "stored" else None)
    assert told == [True]
    assert ([s.version for s in report.sightings], len(report.failed)) == (["2.7"], 1)
