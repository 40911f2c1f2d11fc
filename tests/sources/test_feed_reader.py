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
        *bodies, command=(sys.executable, "-c", BEGIN + worker), seconds=0.5 if problem else 10
    )
    assert time.monotonic() - began < SECONDS
    assert told == [problem or UNREADABLE] * 2


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
