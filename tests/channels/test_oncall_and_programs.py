"""PagerDuty, programs, Apprise, hubs: who is woken, what is run, and what is never claimed."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import shlex
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from channel_runs import a_row, answering, build, refused, send, sent
from events_builder import SHIPPED, a_message, a_person
from forewarn import channels
from forewarn.channels.apprise_example import AppriseSink
from forewarn.channels.command import CommandChannel
from forewarn.channels.example_service import ExampleService, Reply
from forewarn.channels.interface import Channel, DeliveryError, Message
from forewarn.channels.pace import Pace
from forewarn.channels.pagerduty_example import KEY, PagerDuty
from forewarn.channels.started import MARK
from forewarn.channels.websub_example import FEED, TOKEN, Hub
from forewarn.model.events.event import Event, EventKind
from forewarn.model.events.fact import (
    FalseAlarm,
    FoundDownload,
    Recorded,
    SeenDownload,
    UnannouncedMany,
)
from forewarn.model.events.severity import Severity
from forewarn.model.receipt import Assurance
from forewarn.model.recipient import Room
from forewarn.options import OptionsError
from waiting import wait_for


def found(version: str) -> FoundDownload:
    seen = SeenDownload(
        sighting=f"s{version}", version=version, url="https://x.example.com/", first_seen=SHIPPED.at
    )
    return FoundDownload(seen=seen, recorded=Recorded())


def unannounced(*versions: str) -> Event:
    """Downloads of the recorder that nobody announced, the highest first."""
    fact = UnannouncedMany(found=tuple(map(found, versions)), newest=(), harms=())
    return replace(
        SHIPPED,
        id="".join(versions).ljust(20, "a"),
        kind=EventKind.UNANNOUNCED_DOWNLOAD,
        version=versions[0],
        severity=Severity.CRITICAL,
        fact=fact,
    )


@pytest.fixture
def pagerduty() -> Iterator[tuple[PagerDuty, Channel]]:
    fake = PagerDuty()
    with ExampleService(fake) as server:
        row = a_row("pagerduty", url=server.url, key="${FOREWARN_PAGERDUTY}", allow_private="true")
        yield fake, build(row, {"FOREWARN_PAGERDUTY": KEY})


def told(*events: Event) -> Message:
    return Message(events=events)


def test_what_shipped_wakes_nobody(pagerduty: tuple[PagerDuty, Channel]) -> None:
    fake, channel = pagerduty
    sent(channel, told(SHIPPED))
    (change,) = fake.shown
    assert fake.open == {}
    assert change["payload"]["summary"] == "recorder 2.7: shipped"
    assert change["links"][0]["href"] == "https://kb.example.com/releases/recorder/2.7/"
    assert "event_action" not in change


def test_an_unannounced_download_wakes_somebody_until_it_is_answered(
    pagerduty: tuple[PagerDuty, Channel],
) -> None:
    fake, channel = pagerduty
    sent(channel, told(unannounced("2.8", "2.7")), told(unannounced("2.8", "2.7")))
    assert len(fake.shown) == 2, "one alert for each version, and none for a repeat"
    assert fake.open.keys() == {"forewarn:recorder@2.8", "forewarn:recorder@2.7"}
    alert = fake.open["forewarn:recorder@2.7"]["payload"]
    assert (alert["severity"], alert["component"]) == ("critical", "recorder")
    assert alert["summary"] == "Recorder 2.7 can be downloaded, and nobody announced it"
    # Recorded as shipped: that one is answered, and the other is not.
    sent(channel, told(replace(SHIPPED, version="2.7")))
    assert fake.open.keys() == {"forewarn:recorder@2.8"}
    alarm = FalseAlarm(url="https://x.example.com/", reason="a manual", recorded=Recorded())
    sent(channel, told(replace(SHIPPED, kind=EventKind.MISTAKEN, version="2.8", fact=alarm)))
    assert fake.open == {}


def test_a_thousand_unannounced_versions_are_no_thousand_calls(
    pagerduty: tuple[PagerDuty, Channel],
) -> None:
    fake, channel = pagerduty
    sent(channel, told(unannounced(*(f"2.{number}" for number in range(1000)))))
    assert len(fake.open) == 50
    assert [*fake.open.values()][-1]["payload"]["summary"].endswith("so can 950 more versions")


def test_a_wrong_key_is_no_end_and_a_full_minute_is_waited_out(
    pagerduty: tuple[PagerDuty, Channel],
) -> None:
    fake, channel = pagerduty
    fake.busy = 30
    error = refused(channel)
    assert (error.permanent, error.retry_after) == (False, 30.0)
    fake.key = "another"
    error = refused(channel)
    assert not error.permanent and KEY not in f"{error.what}{error.help}"


# --- command -------------------------------------------------------------------------------------


def a_command(program: str, tmp_path: Path, *words: str, **options: str) -> Channel:
    file = tmp_path / "program.py"
    file.write_text(program, encoding="utf-8")
    line = shlex.join((sys.executable, "-I", "-S", str(file), *words))
    row = a_row("command", command="${FOREWARN_COMMAND_X}", **options)
    return build(row, {"FOREWARN_COMMAND_X": line})


def test_a_program_gets_facts_and_words_that_no_shell_has_read(tmp_path: Path) -> None:
    out = tmp_path / "out"
    program = (
        "import json, os, pathlib, sys\n"
        "said = [sys.argv[1], json.load(sys.stdin), os.getcwd(), sorted(os.environ)]\n"
        "pathlib.Path(sys.argv[2]).write_text(json.dumps(said))\n"
        "print('ticket 7\\nmore')\n"
    )
    channel = a_command(program, tmp_path, "$(touch x); `id` *", str(out))
    os.environ["FOREWARN_SECRET_OF_ANOTHER"] = "x"
    try:
        (receipt,) = sent(channel, a_message(), to=a_person())
    finally:
        del os.environ["FOREWARN_SECRET_OF_ANOTHER"]
    assert (receipt.message, receipt.assurance) == ("ticket 7", Assurance.ACCEPTED)
    word, facts, folder, names = json.loads(out.read_text())
    assert word == "$(touch x); `id` *"
    assert facts["data"]["events"][0]["version"] == "2.7"
    assert folder != str(Path.cwd())
    assert [name for name in names if name.startswith("FOREWARN_")] == [MARK]


@pytest.mark.parametrize(("code", "permanent"), [(1, False), (75, False), (65, True), (67, True)])
def test_its_exit_code_says_whether_to_try_again(
    code: int, permanent: bool, tmp_path: Path
) -> None:
    error = refused(a_command(f"import sys; sys.exit({code})", tmp_path))
    assert error.permanent is permanent
    assert error.what == f"the command ended with exit code {code}"


def test_a_program_that_prints_nothing_or_anything_still_went(tmp_path: Path) -> None:
    (one,) = sent(a_command("", tmp_path), a_message())
    assert one.message == f"{SHIPPED.id}_calls"
    odd = "import sys; sys.stdout.buffer.write(b'\\xff\\x1b[31m' + b'y' * 10**6)"
    (two,) = sent(a_command(odd, tmp_path), a_message())
    assert len(two.message) <= 300 and two.message.isprintable()


# It starts a child that leaves its session and its parent, writes who they are, and waits.
_STAYS = """\
import os, pathlib, sys, time
first = os.fork()
if first == 0:
    os.setsid()
    if os.fork():
        os._exit(0)
pathlib.Path(sys.argv[1], str(os.getpid())).touch()
time.sleep(600)
"""


def alive(pid: str) -> bool:
    try:
        return Path("/proc", pid, "stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except OSError:
        return False


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux shows what bears a mark")
def test_a_program_that_does_not_end_is_ended_with_all_that_it_started(tmp_path: Path) -> None:
    folder = tmp_path / "pids"
    folder.mkdir()
    program = tmp_path / "program.py"
    program.write_text(_STAYS)
    words = (sys.executable, "-I", "-S", str(program), str(folder))

    async def run() -> DeliveryError:
        async with CommandChannel(words, 600) as channel:
            sending = asyncio.ensure_future(channel.send(a_message(), a_person()))
            while len([*folder.iterdir()]) < 2:
                await asyncio.sleep(0.01)
            channel._seconds = 0
            sending.cancel()
            with pytest.raises(asyncio.CancelledError):
                await sending
        async with CommandChannel(words, 0.3) as channel:
            with pytest.raises(DeliveryError) as caught:
                await channel.send(a_message(), a_person())
            return caught.value

    error = asyncio.run(run())
    assert not error.permanent and "took longer" in error.what
    assert isinstance(error.__cause__, TimeoutError)
    pids = [file.name for file in folder.iterdir()]
    wait_for(lambda: not any(map(alive, pids)))


@pytest.mark.parametrize(
    "written",
    [
        "/bin/sh -c id",
        "${FOREWARN_SMTP_PASSWORD}",
        "${FOREWARN_HOOK}",
        "${HOME}",
        "bin/${X}",
        "./run",
    ],
)
def test_a_knowledge_base_does_not_choose_what_is_run(written: str) -> None:
    environ = {"FOREWARN_SMTP_PASSWORD": "/bin/true", "FOREWARN_HOOK": "/bin/true", "HOME": "/"}
    with pytest.raises(OptionsError, match="FOREWARN_COMMAND_"):
        build(a_row("command", command=written), environ)
    (problem,) = channels.problems(a_row("command", command=written))
    assert "what is run is chosen where forewarn runs" in problem.text


@pytest.mark.parametrize("held", ["run me", "./run", "bin/run", "'unended", ""])
def test_a_command_is_a_full_path(held: str) -> None:
    row = a_row("command", command="${FOREWARN_COMMAND_X}")
    with pytest.raises((OptionsError, DeliveryError), match="FOREWARN_COMMAND_X") as caught:
        build(row, {"FOREWARN_COMMAND_X": held})
    assert not held or held not in str(caught.value)


def test_a_program_that_is_not_there_is_told(tmp_path: Path) -> None:
    row = a_row("command", command="${FOREWARN_COMMAND_X}")
    channel = build(row, {"FOREWARN_COMMAND_X": f"{tmp_path}/zqsecret --token zqsecret"})
    with pytest.raises(DeliveryError) as caught:
        send(channel, a_message())
    said = f"{caught.value.what}{caught.value.help}"
    assert "cannot be started: there is no such program" in said and "zqsecret" not in said


# --- apprise, websub, pace -----------------------------------------------------------------------


def an_apprise(address: str) -> Channel:
    row = a_row("apprise", url="${FOREWARN_APPRISE}")
    return build(row, {"FOREWARN_APPRISE": address})


def test_apprise_follows_no_redirect_tries_once_and_says_nothing_of_its_address(
    caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    sink = AppriseSink()
    with ExampleService(sink) as last:
        away = Reply(status=302, headers={"Location": f"{last.url}/zqsecret"})
        for reply in (away, Reply(status=500), Reply(status=404)):
            with answering(reply) as server, caplog.at_level(logging.DEBUG):
                error = refused(
                    an_apprise(f"json://{server.url[7:]}/zqsecret?retry=3&redirect=yes")
                )
                assert not error.permanent
                assert len(server.calls) == 1
        assert sink.bodies == [] and last.calls == []
    told = f"{error.what}{error.help}{caplog.text}{''.join(capfd.readouterr())}"
    assert "zqsecret" not in told


def test_what_apprise_calls_a_success_is_accepted_at_most() -> None:
    sink = AppriseSink()
    with ExampleService(sink) as server:
        (receipt,) = sent(an_apprise(f"json://{server.url[7:]}/"), a_message())
    assert receipt.assurance is Assurance.ACCEPTED
    assert "recorder 2.7: shipped" in sink.bodies[0].decode()


def test_an_address_that_apprise_does_not_know_is_told_without_it() -> None:
    with pytest.raises(DeliveryError) as caught:
        send(an_apprise("pigeon://zqsecret"), a_message())
    assert "no address that Apprise knows" in caught.value.what
    assert "zqsecret" not in f"{caught.value.what}{caught.value.help}"


def test_a_hub_is_told_of_the_feed_and_of_nothing_else() -> None:
    hub = Hub()
    with ExampleService(hub) as server:
        row = a_row("websub", hub=server.url, token="${FOREWARN_HUB}", allow_private="true")
        channel = build(row, {"FOREWARN_HUB": TOKEN})
        sent(channel, a_message(), to=Room(id="feed", name="Feed", place=FEED))
        assert hub.feeds == [FEED]
        assert b"recorder" not in server.calls[0].body
        hub.says = Reply(status=429, headers={"Retry-After": "5"})
        assert refused(channel, to=Room(id="feed", name="Feed", place=FEED)).retry_after == 5.0
        error = refused(channel, to=Room(id="x", name="X", place="feed.xml"))
        assert error.permanent and "not the address of a feed" in error.what


def test_a_room_gets_a_few_posts_at_once_and_then_one_a_second() -> None:
    now, waits = [100.0], list[float]()

    async def sleep(seconds: float) -> None:
        waits.append(seconds)
        now[0] += seconds

    async def run() -> Any:
        pace = Pace(3, 1.0, clock=lambda: now[0], sleep=sleep)
        for _ in range(5):
            await pace.turn("#calls")
        await pace.turn("#quiet")
        assert waits == [1.0, 1.0], "only the room that is busy waits"
        now[0] += 60
        for _ in range(3):
            await pace.turn("#calls")
        assert len(waits) == 2

    asyncio.run(run())
