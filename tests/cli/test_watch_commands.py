"""`forewarn watch` and `forewarn sightings`, as whoever is on duty uses them."""

from __future__ import annotations

import email
import email.policy
import os
import signal
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from command_line import Kb, own_git
from feed_server import FeedServer, Page
from waiting import SECONDS

pytestmark = pytest.mark.slow

MAIL = email.policy.default


@pytest.fixture(scope="module")
def vendor() -> Iterator[FeedServer]:
    with FeedServer() as server:
        yield server


@pytest.fixture
def server(vendor: FeedServer) -> FeedServer:
    """The vendor's, with 2.4 in its feed and nothing else."""
    vendor.pages.clear()
    vendor.show("Recorder 2.4")
    return vendor


def watch_it(kb: Kb, *urls: str, platform: str = "windows") -> None:
    rows = "".join(
        f"  - {{type: feed, url: '{url}', platform: {platform}, allow_private: true}}\n"
        for url in urls
    )
    path = "releases/recorder/product.yml"
    kb.write(path, f"{kb.read(path)}watch:\n{rows}")
    kb.commit("Watch the vendor")


@pytest.fixture(scope="module")
def watched_once(acme_once: Kb, vendor: FeedServer, tmp_path_factory: pytest.TempPathFactory) -> Kb:
    kb = acme_once.copy(tmp_path_factory.mktemp("watched") / "kb")
    vendor.show("Recorder 2.4")
    with own_git():
        watch_it(kb, vendor.url())
        kb.run("watch", "--once")
    return kb


@pytest.fixture
def watched(watched_once: Kb, server: FeedServer, tmp_path: Path) -> Kb:
    """The recorder's feed was looked at once, with 2.4 in it."""
    return watched_once.copy(tmp_path / "kb")


@pytest.fixture
def sighted(watched: Kb, server: FeedServer) -> str:
    """The id of the open sighting of recorder 2.7."""
    server.show("Recorder 2.7", "Recorder 2.4")
    (found,) = watched.run("watch", "--once", "--format", "json").json["sightings"]
    return str(found["id"])


def test_watch_tells_scripts_what_is_new(watched: Kb, server: FeedServer) -> None:
    server.show("Recorder 2.7", "Recorder 2.4")
    result = watched.run("watch", "--once", "--format", "json").json
    sighting = result["sightings"][0]
    (alert,) = result.pop("alerts")
    assert (alert["kind"], alert["version"]) == ("unannounced_download", "2.7")
    assert result == {
        "polled": 1,
        "unchanged": 0,
        "failed": [],
        "sightings": [
            {
                "id": sighting["id"],
                "product": "recorder",
                "version": "2.7",
                "state": "open",
                "source": server.url(),
                "url": "https://vendor.example/0",
                "first_seen": sighting["first_seen"],
                "platform": "windows",
                "arch": None,
                "channel": None,
                "track": None,
                "download": None,
                "size": None,
                "sha256": None,
                "digests": {},
                "rollout": None,
                "declared": [],
                "reason": None,
            }
        ],
        "unread": [],
        "mute": [],
        "paused": [],
        "uncompared": [],
    }
    assert sighting["first_seen"].endswith("+00:00")
    rows = watched.run("sightings", "--open", "--format", "json").json
    assert rows == [sighting]


def test_watch_tells_people_what_to_do_next_and_sends_the_alert(
    watched: Kb, server: FeedServer
) -> None:
    server.show("Recorder 2.7", "Recorder 2.4")
    ran = watched.run("watch", "--once")
    first, where, accept, *_ = ran.out.splitlines()
    assert first.startswith("OPEN ") and "recorder 2.7 for windows, first seen " in first
    assert first.endswith("the records say: nothing: this version is not recorded")
    assert where == "  where: https://vendor.example/0"
    assert accept.startswith("  next:  forewarn sightings accept ")
    (mail,) = watched.mails()
    assert b"Subject: [forewarn] recorder 2.7\r\n" in mail.read_bytes()
    assert "still open from before: 1" in watched.run("watch", "--once").out
    assert len(watched.mails()) == 1


def test_watch_leaves_the_alert_in_the_outbox_when_told_to(watched: Kb, server: FeedServer) -> None:
    server.show("Recorder 2.7")
    watched.run("watch", "--once", "--no-deliver")
    assert watched.mails() == []
    watched.run("deliver")
    assert len(watched.mails()) == 1


def test_watch_ends_with_3_when_a_source_failed_and_the_rest_went_through(
    acme: Kb, server: FeedServer
) -> None:
    watch_it(acme, server.url("/gone.xml"), server.url())
    result = acme.run("watch", "--once", "--format", "json", code=3).json
    assert result["failed"] == [
        {
            "product": "recorder",
            "source": server.url("/gone.xml"),
            "kind": "refused",
            "error": "the server answered HTTP 404 Not Found",
        }
    ]
    assert [sighting["version"] for sighting in result["sightings"]] == ["2.4"]
    assert (
        f"FAILED recorder: {server.url('/gone.xml')}\n" in acme.run("watch", "--once", code=3).out
    )


def test_watch_without_sources_says_how_to_have_one(acme: Kb) -> None:
    ran = acme.run("watch", "--once")
    assert ran.out.startswith("no product has a source to look at\n  next: add `watch:`")
    assert acme.run("watch", "--once", "--format", "json").json["polled"] == 0


def test_watch_says_so_when_a_product_cannot_be_read(watched: Kb) -> None:
    path = "releases/recorder/product.yml"
    watched.write(path, watched.read(path) + "surprise: yes\n")
    ran = watched.run("watch", "--once", code=3)
    assert f"FAILED recorder: {path}\n" in ran.out


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGTERM to send")
def test_watch_looks_until_it_is_told_to_stop(watched: Kb, server: FeedServer) -> None:
    server.show("Recorder 2.7")
    make_due(watched)
    watching = subprocess.Popen(
        [sys.executable, "-m", "forewarn", "-C", str(watched.root), "watch", "--interval", "1"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert watching.stderr
    while "alerts sent: 1" not in watching.stderr.readline():
        assert watching.poll() is None
    watching.send_signal(signal.SIGTERM)
    out, err = watching.communicate(timeout=SECONDS)
    assert (watching.returncode, err) == (0, "stopped\n")
    assert out.startswith("OPEN ")
    assert len(watched.mails()) == 1


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGTERM to send")
def test_a_running_watch_tells_what_is_not_watched_though_nothing_is_due(watched: Kb) -> None:
    watched.write("releases/recorder/product.yml", "name: [")
    watching = subprocess.Popen(
        [sys.executable, "-m", "forewarn", "-C", str(watched.root), "watch"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert watching.stdout
    told = watching.stdout.readline()
    watching.send_signal(signal.SIGTERM)
    watching.communicate(timeout=SECONDS)
    assert told == "FAILED recorder: releases/recorder/product.yml\n"


def make_due(kb: Kb) -> None:
    """As if a quarter of an hour had passed since the last look."""
    with sqlite3.connect(kb.root / ".forewarn/state.db") as state:
        state.execute("UPDATE sources SET next_poll = '2026-01-01T00:00:00.000000+00:00'")


def test_what_is_not_due_is_left_alone_also_after_a_restart(
    watched: Kb, server: FeedServer
) -> None:
    asked = len(server.requests)
    assert watched.run("watch", "--due").out == (
        "no source is due now; `forewarn watch status` says when each is\n"
        "sources looked at: 0, unchanged: 0, failed: 0\n"
    )
    assert len(server.requests) == asked
    make_due(watched)
    assert watched.run("watch", "--due", "--format", "json").json["polled"] == 1


def test_where_all_hosts_are_left_alone_watch_names_them(watched: Kb, server: FeedServer) -> None:
    server.pages["/feed.xml"] = Page(status=429, headers={"Retry-After": "3600"})
    watched.run("watch", "--once", code=3)
    out = watched.run("watch", "--once", code=3).out
    assert out.startswith("PAUSED 127.0.0.1")
    assert out.endswith("sources looked at: 0, unchanged: 0, failed: 0\n")


def test_a_place_that_names_no_version_is_not_well_by_every_command(
    watched: Kb, server: FeedServer
) -> None:
    server.show("Hello")
    out = watched.run("watch", "--once", code=3).out
    assert "failed: 0, without a version: 1\n" in out
    assert "failed once: changed shape" in watched.run("watch", "status").out
    tried = watched.run("watch", "test", "recorder", code=3)
    assert tried.out.endswith("  FAILED (changed-shape): none of its 1 entries names a version\n")
    (row,) = watched.run("watch", "test", "recorder", "--format", "json", code=3).json
    assert row["failed"]["kind"] == "changed-shape" and [e["title"] for e in row["unread"]] == [
        "Hello"
    ]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such sockets")
def test_the_watch_says_that_it_is_up_and_only_one_goes_on_here(
    watched: Kb, tmp_path: Path
) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        address = str(tmp_path / "notify")
        manager.bind(address)
        manager.settimeout(SECONDS)
        watching = subprocess.Popen(
            [sys.executable, "-m", "forewarn", "-C", str(watched.root), "watch"],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env={**os.environ, "NOTIFY_SOCKET": address},
        )
        assert manager.recv(100) == b"READY=1"
        second = watched.run("watch", code=1)
        assert "another process is watching here" in second.err
        assert "`forewarn watch --once` looks beside it" in second.err
        heard = {manager.recv(100)}
        watching.send_signal(signal.SIGTERM)
        assert watching.communicate(timeout=SECONDS)[0].endswith("stopped\n")
        while b"STOPPING=1" not in heard:
            heard.add(manager.recv(100))
        assert heard == {b"WATCHDOG=1", b"STOPPING=1"}


def test_status_shows_every_source_and_how_it_is(watched: Kb, server: FeedServer) -> None:
    ran = watched.run("watch", "status")
    head, one, last = ran.out.splitlines()
    assert head.split("  ")[0] == "product" and head.endswith("reach   health")
    assert one.startswith(f"recorder  {server.url()}  2") and one.endswith("window  ok")
    assert last.startswith("last finished look: 2")
    server.pages["/feed.xml"] = Page(status=404)
    for _ in range(2):
        watched.run("watch", "--once", code=3)
    out = watched.run("watch", "status").out
    assert "failing since 2" in out and ", 2 times: refused" in out
    assert "  the server answered HTTP 404 Not Found" in out
    (row,) = watched.run("watch", "status", "--format", "json").json["sources"]
    assert {name: row[name] for name in ("product", "health", "failures", "kind", "error")} == {
        "product": "recorder",
        "health": "failing",
        "failures": 2,
        "kind": "refused",
        "error": "the server answered HTTP 404 Not Found",
    }
    assert (row["last_version"], row["reach"], row["interval"]) == ("2.4", "window", 900)
    assert row["last_poll"] < row["next_poll"] and row["last_change"] <= row["last_poll"]


def test_a_heartbeat_is_called_when_a_look_and_a_delivery_are_done(
    watched: Kb, server: FeedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    watched.write("forewarn.yml", watched.read("forewarn.yml") + "heartbeat: ${FOREWARN_BEAT}\n")
    server.pages["/beat"] = Page(b"OK")
    beats = lambda: [path for path, _ in server.requests if path == "/beat"]  # noqa: E731
    monkeypatch.setenv("FOREWARN_BEAT", server.url("/beat"))
    watched.run("watch", "--once")
    assert len(beats()) == 1
    watched.run("watch", "--once", "--no-deliver")
    assert len(beats()) == 1
    monkeypatch.setenv("FOREWARN_BEAT", server.url("/gone"))
    said = watched.run("watch", "--once").err
    assert "the heartbeat was not heard: the server answered HTTP 404 Not Found" in said
    monkeypatch.delenv("FOREWARN_BEAT")
    assert "FOREWARN_BEAT is not set" in watched.run("watch", "--once").err
    assert "error   heartbeat: the environment variable FOREWARN_BEAT is not set" in (
        watched.run("doctor", code=1).out
    )


def test_doctor_tells_a_monitor_how_old_the_last_look_and_delivery_are(watched: Kb) -> None:
    assert watched.run("doctor", "--max-age", "15m").out.count("ok ") == 2
    with sqlite3.connect(watched.root / ".forewarn/state.db") as state:
        state.execute(
            "UPDATE meta SET value = '2026-05-04T02:00:00+00:00' WHERE key = 'finished delivery'"
        )
    out = watched.run("doctor", "--max-age", "15m", code=1).out
    assert "error   finished delivery: the last one was at 2026-05-04 02:00 UTC, which is" in out
    assert "ok      finished look" in out
    assert (
        "is not a number with s, m, h or d" in watched.run("doctor", "--max-age", "x", code=2).err
    )


def test_accept_records_a_staged_release_in_one_commit_of_one_file(
    watched: Kb, sighted: str
) -> None:
    before = watched.head
    url = "https://vendor.example/0"
    ran = watched.run("sightings", "accept", sighted[:6], "--download", url)
    assert ran.out.startswith("recorded recorder 2.7 as staged in releases/recorder/2.7.md\n")
    assert watched.git("rev-list", "--count", f"{before}..HEAD").strip() == "1"
    assert watched.git("diff", "--name-status", before).strip() == "A\treleases/recorder/2.7.md"
    assert "First seen at " in watched.git("log", "-1", "--format=%B")
    shown = watched.run("release", "show", "recorder", "2.7", "--format", "json").json
    assert shown["status"] == "staged"
    (download,) = shown["downloads"]
    assert (download["platform"], download["url"]) == ("windows", "https://vendor.example/0")
    assert watched.run("sightings", "--open", "--format", "json").json == []
    states = {s["version"]: s["state"] for s in listed(watched)}
    # 2.4 was there at the first look, and is recorded as shipped.
    assert states == {"2.7": "accepted", "2.4": "known"}


def test_a_page_that_a_feed_links_to_is_not_recorded_as_the_download(
    watched: Kb, sighted: str
) -> None:
    ran = watched.run("sightings", "accept", sighted)
    assert ran.out.splitlines()[:3] == [
        "recorded recorder 2.7 as staged in releases/recorder/2.7.md",
        "  no download: https://vendor.example/0 is not known to be a file, so it is not recorded "
        "as one",
        "  next: add it: `forewarn release add recorder 2.7 --download PLATFORM=URL`",
    ]
    shown = watched.run("release", "show", "recorder", "2.7", "--format", "json").json
    assert (shown["status"], shown["downloads"]) == ("staged", [])
    assert "has no download" in watched.run("release", "ship", "recorder", "2.7", code=1).err
    url = "https://vendor.example/recorder-2.7.exe"
    watched.run("release", "add", "recorder", "2.7", "--download", f"windows={url}")
    watched.run("release", "ship", "recorder", "2.7")


def test_a_planned_release_that_is_sighted_on_a_page_is_staged(
    watched: Kb, server: FeedServer
) -> None:
    watched.run("release", "add", "recorder", "2.7", "--planned", "2026-06-01")
    server.show("Recorder 2.7")
    (row,) = watched.run("watch", "--once", "--format", "json").json["sightings"]
    watched.run("sightings", "accept", row["id"])
    shown = watched.run("release", "show", "recorder", "2.7", "--format", "json").json
    assert (shown["status"], shown["downloads"]) == ("staged", [])
    assert "First seen at " in watched.git("log", "-1", "--format=%B")


def test_who_got_an_alert_is_told_in_its_thread_that_it_was_false(
    watched: Kb, sighted: str
) -> None:
    (alert,) = watched.mails()
    ran = watched.run("sightings", "dismiss", sighted, "--reason", "a test build")
    assert "deliveries waiting: 1" in ran.out
    watched.run("deliver")
    told = [path for path in watched.mails() if path != alert]
    (mail,) = (email.message_from_bytes(path.read_bytes(), policy=MAIL) for path in told)
    first = email.message_from_bytes(alert.read_bytes(), policy=MAIL)
    assert mail["Subject"] == first["Subject"] == "[forewarn] recorder 2.7"
    assert mail["To"] == first["To"]
    assert mail["In-Reply-To"] == first["Message-ID"]
    assert mail["References"].split()[0] == first["References"].split()[0]
    text = " ".join(mail.get_body(("plain",)).get_content().split())
    assert "This was a false alarm" in text and "Reason: a test build" in text
    watched.run("watch", "--once")
    assert len(watched.mails()) == 2


def test_an_alert_that_was_not_sent_yet_is_not_sent_once_it_is_dismissed(
    watched: Kb, server: FeedServer
) -> None:
    server.show("Recorder 2.7")
    watched.run("watch", "--once", "--no-deliver")
    (row,) = (s for s in listed(watched) if s["state"] == "open")
    ran = watched.run("sightings", "dismiss", row["id"], "--reason", "a test build")
    assert "false alarm" not in ran.out
    watched.run("deliver")
    assert watched.mails() == []


def test_a_version_that_another_place_shows_is_no_false_alarm(
    watched: Kb, server: FeedServer
) -> None:
    path = "releases/recorder/product.yml"
    server.show(path="/mac.xml")
    mac = f"  - {{type: feed, url: '{server.url('/mac.xml')}', platform: mac, allow_private: true}}"
    watched.write(path, f"{watched.read(path)}{mac}\n")
    watched.commit("Watch the other platform, too")
    watched.run("watch", "--once")
    server.show("Recorder 2.7")
    server.show("Recorder v2.7.0", path="/mac.xml")
    watched.run("watch", "--once")
    first, other = (s["id"] for s in listed(watched) if s["state"] == "open")
    ran = watched.run("sightings", "dismiss", first, "--reason", "taken down")
    assert f"it is still live by other sightings: {other}" in ran.out
    assert "false alarm" not in ran.out
    assert "false alarm" in watched.run("sightings", "dismiss", other, "--reason", "gone").out


def test_of_an_alert_of_many_versions_one_that_is_none_is_told_and_the_rest_stands(
    watched: Kb, server: FeedServer
) -> None:
    versions = [f"3.{number}" for number in range(7)]
    server.show(*(f"Recorder {version}" for version in versions))
    watched.run("watch", "--once", "--no-deliver")
    ids = {s["version"]: s["id"] for s in listed(watched) if s["state"] == "open"}
    watched.run("sightings", "dismiss", ids["3.1"], "--reason", "a test build")
    watched.run("deliver")
    (alert,) = watched.mails()
    watched.run("sightings", "dismiss", ids["3.2"], "--reason", "a test build, too")
    watched.run("deliver")
    (mail,) = (path.read_bytes() for path in watched.mails() if path != alert)
    assert b"recorder 3.2: false alarm" in mail
    first = email.message_from_bytes(alert.read_bytes(), policy=MAIL)
    told = email.message_from_bytes(mail, policy=MAIL)
    assert told["In-Reply-To"] == first["Message-ID"]
    assert told["References"].split()[0] == first["References"].split()[0]


def listed(kb: Kb) -> list[dict[str, str]]:
    rows: list[dict[str, str]] = kb.run("sightings", "--format", "json").json
    return rows


def test_accept_stages_what_was_planned_and_adds_each_platform(
    watched: Kb, server: FeedServer
) -> None:
    watched.run("release", "add", "recorder", "2.7", "--planned", "2026-06-01")
    path = "releases/recorder/product.yml"
    server.show(path="/mac.xml")
    mac = f"  - {{type: feed, url: '{server.url('/mac.xml')}', platform: mac, allow_private: true}}"
    watched.write(path, f"{watched.read(path)}{mac}\n")
    watched.commit("Watch the other platform, too")
    watched.run("watch", "--once")
    server.show("Recorder 2.7")
    server.show("Recorder 2.7", path="/mac.xml")
    ran = watched.run("watch", "--once")
    assert "recorded as planned for 2026-06-01" in ran.out
    for row in listed(watched):
        if row["state"] == "open":
            url = f"https://vendor.example/{row['platform']}"
            watched.run("sightings", "accept", row["id"], "--download", url)
    shown = watched.run("release", "show", "recorder", "2.7", "--format", "json").json
    assert shown["status"] == "staged"
    assert sorted(download["platform"] for download in shown["downloads"]) == ["macos", "windows"]


def test_accept_finishes_what_was_stopped_between_the_commit_and_the_note_of_it(
    watched: Kb, sighted: str
) -> None:
    url = "windows=https://vendor.example/0"
    watched.run("release", "add", "recorder", "2.7", "--download", url)
    before = watched.head
    watched.run("sightings", "accept", sighted)
    assert watched.head == before
    assert {s["state"] for s in listed(watched)} == {"accepted", "known"}


def test_accept_never_guesses_the_track_of_a_version_that_falls_under_none(
    watched: Kb, sighted: str
) -> None:
    path = "releases/recorder/product.yml"
    watched.write(path, f"{watched.read(path)}tracks: ['2.4', lts]\n")
    watched.commit("Name the lines")
    ran = watched.run("sightings", "accept", sighted, code=2)
    assert "2.4, lts" in ran.err and "--track" in ran.err
    watched.run("sightings", "accept", sighted, "--track", "lts")
    assert "track: lts" in watched.read("releases/recorder/2.7.md")


def test_a_sighting_is_answered_once(watched: Kb, sighted: str) -> None:
    watched.run("sightings", "dismiss", sighted, "--reason", "a test build")
    again = watched.run("sightings", "dismiss", sighted, "--reason", "again", code=1)
    assert "was already dismissed: a test build" in again.err
    assert "was already dismissed" in watched.run("sightings", "accept", sighted, code=1).err
    (row,) = (s for s in listed(watched) if s["id"] == sighted)
    assert (row["state"], row["reason"]) == ("dismissed", "a test build")
    assert not (watched.root / "releases/recorder/2.7.md").exists()


def test_a_sighting_whose_release_has_shipped_needs_no_answer(watched: Kb, sighted: str) -> None:
    url = "windows=https://vendor.example/0"
    watched.run("release", "add", "recorder", "2.7", "--download", url)
    watched.run("release", "ship", "recorder", "2.7")
    assert watched.run("sightings", "--open").out == "no open sightings\n"
    ran = watched.run("sightings", "accept", sighted, code=1)
    assert "the records say that it has shipped" in ran.err


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["accept", "zzzz"], 2, "there is no sighting 'zzzz'"),
        (["accept", ""], 2, "there is no sighting ''"),
        (["accept", "%"], 2, "there is no sighting '%'"),
        (["dismiss", "0000", "--reason", "x"], 2, "there is no sighting '0000'"),
        (["dismiss", "0000", "--reason", " "], 2, "the reason is empty"),
        (["dismiss", "0000", "--reason", "x\x1b[31m"], 2, "the reason cannot be used"),
    ],
)
def test_an_answer_that_cannot_be_meant_is_refused_with_the_next_step(
    watched: Kb, words: list[str], code: int, said: str
) -> None:
    ran = watched.run("sightings", *words, code=code)
    assert said in ran.err
    assert "next: " in ran.err


def test_sightings_before_the_first_look_are_none(acme: Kb, tmp_path: Path) -> None:
    assert acme.run("sightings").out == "nothing was sighted yet\n"
    assert acme.run("sightings", "--format", "json").json == []


SPARKLE = "http://www.andymatuschak.org/xml-namespaces/sparkle"


def appcast(*versions: str) -> bytes:
    """An appcast; a version with a space names its channel, too."""
    items = ""
    for text in versions:
        version, _, channel = text.partition(" ")
        items += (
            f"<item><title>Recorder</title><sparkle:channel>{channel}</sparkle:channel>"
            f"<sparkle:shortVersionString>{version}</sparkle:shortVersionString>"
            f'<enclosure url="https://vendor.example/r-{version}-arm64.dmg" length="9000" '
            f'sparkle:os="macos" sparkle:sha256="{"ab" * 32}"/></item>'
        )
    head = f'<rss version="2.0" xmlns:sparkle="{SPARKLE}"><channel><title>Recorder</title>'
    return f"{head}{items}</channel></rss>".encode()


@pytest.fixture
def cast(acme: Kb, server: FeedServer) -> Kb:
    """The recorder has a track `beta`, and its appcast shows 2.7 there and 2.8 on `edge`."""
    path = "releases/recorder/product.yml"
    acme.write(path, acme.read(path) + "tracks: [stable, beta]\n")
    watch_it(acme, server.url(), platform="macos")
    server.pages["/feed.xml"] = Page(appcast("2.4"))
    acme.run("watch", "--once")
    server.pages["/feed.xml"] = Page(appcast("2.8 edge", "2.7 beta", "2.4"))
    acme.run("watch", "--once")
    return acme


def test_accept_records_what_the_place_declared(cast: Kb) -> None:
    (row,) = (s for s in listed(cast) if s["version"] == "2.7")
    cast.run("sightings", "accept", row["id"])
    shown = cast.run("release", "show", "recorder", "2.7", "--format", "json").json
    assert shown["track"] == "beta"
    (download,) = shown["downloads"]
    assert (download["platform"], download["arch"]) == ("macos", "arm64")
    assert download["url"] == "https://vendor.example/r-2.7-arm64.dmg"
    assert (download["size"], download["sha256"]) == (9000, "ab" * 32)


def test_accept_asks_for_the_track_of_an_unknown_channel(cast: Kb) -> None:
    (row,) = (s for s in listed(cast) if s["version"] == "2.8")
    refused = cast.run("sightings", "accept", row["id"], code=2)
    assert "is on the channel 'edge'" in refused.err
    assert "--track with one of stable, beta" in refused.err
    cast.run("sightings", "accept", row["id"], "--track", "beta")
    shown = cast.run("release", "show", "recorder", "2.8", "--format", "json").json
    assert shown["track"] == "beta"


def test_an_entry_that_cannot_be_read_is_shown_by_watch_and_by_sightings(
    watched: Kb, server: FeedServer
) -> None:
    server.show("Recorder 2.7 leaves beta", "Recorder 2.4")
    said = "UNREAD recorder: Recorder 2.7 leaves beta\n  why:   it speaks of 'beta'"
    assert said in watched.run("watch", "--once").out
    assert said in watched.run("sightings").out
    (row,) = (s for s in listed(watched) if s["state"] == "unread")
    assert (row["product"], row["title"]) == ("recorder", "Recorder 2.7 leaves beta")
