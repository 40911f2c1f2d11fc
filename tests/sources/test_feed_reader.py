"""A feed that is too much costs its own time and no more: no wait for its process is without end."""

from __future__ import annotations

import asyncio
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

from feed_server import rss
from forewarn import child
from forewarn.responses import Response
from forewarn.sources.feed_reader import FeedReader
from forewarn.sources.interface import SourceError
from forewarn.sources.workers import Workers
from waiting import SECONDS

pytestmark = pytest.mark.slow

BEGIN = "import sys, time, os, subprocess; out = sys.stdout.buffer; sys.stdin.buffer.read(4); "
TOO_LONG = "the feed takes more than 0.5 s to read"
HEAD = "out.write((10**8).to_bytes(4, 'big'))\n"
UNREADABLE = (
    "the feed cannot be parsed: it takes too much time or memory, or holds what the parser "
    "cannot read"
)


def answer(body: bytes) -> Response:
    return Response(status=200, url="https://vendor.example/feed.xml", body=body)


@contextmanager
def watchdog(seconds: float) -> Iterator[None]:
    """End the whole process where the block hangs: no test could say so any more."""
    import faulthandler

    faulthandler.dump_traceback_later(seconds, exit=True)
    try:
        yield
    finally:
        faulthandler.cancel_dump_traceback_later()


def said(*bodies: bytes, command: Sequence[str], seconds: float = 0.5) -> list[str]:
    """What is told of each body, read by processes that do what `command` says."""

    async def run() -> list[str]:
        reader = FeedReader(seconds=seconds, command=command)
        problems = []
        for body in bodies:
            try:
                await reader.read(answer(body), None)
                problems.append("")
            except SourceError as error:
                problems.append(error.what)
        await reader.close()
        return problems

    with watchdog(SECONDS):
        return asyncio.run(run())


def test_reading_that_is_given_up_while_its_process_begins_ends_at_once() -> None:
    async def run() -> None:
        workers = Workers()
        reading = asyncio.create_task(workers.read("forewarn.sources.feed:read", b"", called="it"))
        while not any("_connect_pipes" in repr(task) for task in asyncio.all_tasks()):
            await asyncio.sleep(0)
        for task in asyncio.all_tasks() - {asyncio.current_task()}:
            task.cancel()
        await asyncio.wait({reading})
        await workers.close()

    with watchdog(SECONDS):
        asyncio.run(run())


@pytest.mark.parametrize(
    ("worker", "problem"),
    [
        (HEAD + "while True: out.write(bytes(65536)); time.sleep(0.01)", TOO_LONG),
        (HEAD + "while True: out.write(b'x'); out.flush(); time.sleep(0.0001)", TOO_LONG),
        (HEAD + "while True: out.write(bytes(65536))", None),
        ("out.write(b'\\xff' * 4)\nwhile True: out.write(bytes(65536))", None),
        ("time.sleep(600)", TOO_LONG),
        ("os.close(1); time.sleep(600)", None),
        ("os.close(0); time.sleep(600)", TOO_LONG),
        ("subprocess.Popen(['sleep', '40']); time.sleep(600)", TOO_LONG),
        ("import signal; signal.signal(15, signal.SIG_IGN); time.sleep(600)", TOO_LONG),
        ("sys.exit(1)", None),
        ("out.write((4).to_bytes(4, 'big') + b'news')", None),
        ("out.write((900).to_bytes(4, 'big') + b'news')", None),
    ],
    ids=[
        "streams without end",
        "streams byte by byte",
        "streams as fast as it can",
        "promises more than a reply may be",
        "says nothing",
        "closes its side",
        "reads nothing",
        "leaves a child that holds the pipe",
        "does not want to end",
        "ends at once",
        "answers what is no reply",
        "breaks off in its reply",
    ],
)
def test_a_worker_is_ended_in_time_whatever_it_does(worker: str, problem: str | None) -> None:
    # With more to send to it than a pipe holds, too.
    bodies = [b"<rss/>", b" " * 1_000_000]
    began = time.monotonic()
    told = said(
        *bodies, command=(sys.executable, "-c", BEGIN + worker), seconds=0.5 if problem else SECONDS
    )
    assert time.monotonic() - began < SECONDS
    assert told == [problem or UNREADABLE] * 2


# Reads as a worker does: what it finds is the document itself, but for what it does of some.
READS = """
import json, os, sys, time
kept = []
def said(number, **more):
    text = json.dumps({"number": number, **more}).encode()
    return len(text).to_bytes(4, "big") + text
while head := sys.stdin.buffer.read(4):
    about = json.loads(sys.stdin.buffer.read(int.from_bytes(head, "big")))
    number, size = about["number"], int.from_bytes(sys.stdin.buffer.read(4), "big")
    text = sys.stdin.buffer.read(size).decode()
    kept.append(said(number, found=text))
    if text == "dies":
        os._exit(1)
    if text == "hangs":
        time.sleep(600)
    if text == "swaps":
        kept[-1] = said(number + 1, found="another's")
    if text == "says it twice":
        kept.append(kept[-1])
    if text == "says nothing":
        kept[-1] = said(number)
    if text == "lists":
        kept[-1] = (2).to_bytes(4, "big") + b"[]"
    if not about["more"]:
        sys.stdout.buffer.write(b"".join(kept))
        sys.stdout.buffer.flush()
        kept.clear()
"""


def read_together(*texts: str, seconds: float = SECONDS) -> list[str]:
    """What is found in each of some documents that come at one moment, or what is told of it."""

    async def one(workers: Workers, text: str) -> str:
        try:
            found: str = await workers.read("a:b", text.encode(), called="the feed")
        except SourceError as error:
            return error.what
        return found

    async def run() -> list[str]:
        workers = Workers(command=(sys.executable, "-I", "-S", "-c", READS), seconds=seconds)
        try:
            return await asyncio.gather(*(one(workers, text) for text in texts))
        finally:
            await workers.close()

    with watchdog(SECONDS):
        return asyncio.run(run())


@pytest.mark.parametrize("bad", ["dies", "swaps", "says nothing", "lists", "says it twice"])
@pytest.mark.parametrize("place", [0, 3])
def test_of_many_that_are_read_together_one_alone_is_at_fault(bad: str, place: int) -> None:
    texts = [f"feed {n}" for n in range(6)]
    texts[place] = bad
    told = [*texts]
    if bad != "says it twice":  # of it alone nobody can tell
        told[place] = UNREADABLE
    assert read_together(*texts) == told


def test_one_that_takes_too_long_among_many_is_alone_at_fault() -> None:
    # Each of the others is read anew, by a process that a busy machine may take a while to start.
    texts = [f"feed {n}" if n != 1 else "hangs" for n in range(3)]
    told = [text if text != "hangs" else "the feed takes more than 4 s to read" for text in texts]
    assert read_together(*texts, seconds=4) == told


def test_several_that_are_at_fault_keep_none_of_the_others_from_being_read() -> None:
    texts = [f"feed {n}" if n % 9 else "dies" for n in range(40)]
    assert read_together(*texts) == [UNREADABLE if text == "dies" else text for text in texts]


def test_a_time_that_runs_out_while_the_reply_is_sent_ends_the_reading() -> None:
    """Whatever the moment: while it is parsed, before the first byte, between any two."""
    items = "<item><title>2.7</title>" + "<enclosure url='https://vendor.example/{0}'/>" * 20
    long = "".join(items.format("x" * 1900) + "</item>" for _ in range(300))
    body = rss(more=long)
    for tenths in range(1, 13, 2):
        told = said(body, command=child.python("forewarn.sources.worker"), seconds=tenths / 10)
        assert told[0] in ("", UNREADABLE, f"the feed takes more than {tenths / 10:g} s to read")


def test_a_reading_that_is_given_up_leaves_no_process(tmp_path: Path) -> None:
    pid = tmp_path / "pid"
    worker = f"open({str(pid)!r}, 'w').write(str(os.getpid())); time.sleep(600)"

    async def run() -> None:
        reader = FeedReader(seconds=600, command=(sys.executable, "-c", BEGIN + worker))
        reading = asyncio.create_task(reader.read(answer(b"<rss/>"), None))
        while not pid.exists() or not pid.read_text():
            await asyncio.sleep(0.01)
        reading.cancel()
        with pytest.raises(asyncio.CancelledError):
            await reading

    with watchdog(SECONDS):
        asyncio.run(run())
    assert not Path(f"/proc/{pid.read_text()}").exists()
    assert threading.active_count() < 10


def test_one_that_is_given_up_is_no_loss_to_those_that_are_read_with_it() -> None:
    async def run() -> list[object]:
        workers = Workers(command=(sys.executable, "-I", "-S", "-c", READS))
        reading = [
            asyncio.create_task(workers.read("a:b", text, called="the feed"))
            for text in (b"feed 0", b"feed 1", b"feed 2")
        ]
        await asyncio.sleep(0)
        reading[1].cancel()
        found = await asyncio.gather(*reading, return_exceptions=True)
        await workers.close()
        return found

    with watchdog(SECONDS):
        first, given_up, last = asyncio.run(run())
    assert (first, last) == ("feed 0", "feed 2")
    assert isinstance(given_up, asyncio.CancelledError)
