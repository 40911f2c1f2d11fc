"""Parsing feeds in child processes that may be killed; see `feed_worker` for what they do."""

from __future__ import annotations

import asyncio
import contextlib
import json
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from dataclasses import dataclass
from typing import Any

from forewarn.net import Response
from forewarn.sources.interface import SourceError

# -P: the current folder, somebody's knowledge base, must not supply Python modules.
_COMMAND = ("-P", "-m", "forewarn.sources.feed_worker")


@dataclass(frozen=True, kw_only=True, slots=True)
class Enclosure:
    """A file that an entry comes with; what the feed does not say of it is empty."""

    url: str
    length: str
    type: str
    platform: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """One entry as the feed has it, cut to size but not cleaned.

    `version` is what the pattern found. `published` is ISO 8601 in UTC; `published_on` and
    `updated_on` are the days as they are written there. From `short_version` on, it is what an
    appcast declares (Sparkle's elements or attributes), empty where it does not.
    """

    title: str
    link: str
    published: str | None
    published_on: str | None
    updated_on: str | None
    version: str | None
    enclosures: tuple[Enclosure, ...]
    short_version: str
    build: str
    channel: str
    minimum_system: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Parsed:
    """A document as the parser saw it: `kind` is empty where it is no feed at all."""

    kind: str
    problem: str | None
    entries: tuple[Entry, ...]


class FeedReader:
    """A few child processes, started when needed and again after one had to be killed.

    Args:
        seconds: the most that one feed may take to parse.
        workers: how many are parsed at once.
    """

    def __init__(self, *, seconds: float = 10.0, workers: int = 2) -> None:
        self._seconds = seconds
        self._turns = asyncio.Semaphore(workers)
        self._idle: list[Process] = []

    async def close(self) -> None:
        """End the processes that are left."""
        while self._idle:
            await _end(self._idle.pop())

    async def read(self, response: Response, pattern: str | None) -> Parsed:
        """Parse an answer's body; `pattern` is searched in each title, then in its link.

        Raises:
            SourceError: it takes too much time or memory, or the parser fails.
        """
        request = {
            "base": response.url,
            "content_type": response.content_type,
            "pattern": pattern,
            "seconds": self._seconds,
        }
        async with self._turns:
            worker = self._idle.pop() if self._idle else await _start()
            try:
                async with asyncio.timeout(self._seconds):
                    reply = await _ask(worker, json.dumps(request).encode(), response.body)
            except BaseException as error:
                await _end(worker)
                if isinstance(error, TimeoutError):
                    raise SourceError(
                        f"the feed takes more than {self._seconds:g} s to read"
                    ) from error
                if isinstance(error, (EOFError, OSError)):
                    raise SourceError(
                        "the feed cannot be parsed: it takes too much time or memory, or holds "
                        "what the parser cannot read"
                    ) from error
                raise
            self._idle.append(worker)
        entries = tuple(_entry(row) for row in reply["entries"])
        return Parsed(kind=reply["kind"], problem=reply["problem"], entries=entries)


def _entry(row: dict[str, Any]) -> Entry:
    enclosures = tuple(Enclosure(**enclosure) for enclosure in row["enclosures"])
    return Entry(**{**row, "enclosures": enclosures})


async def _start() -> Process:
    return await asyncio.create_subprocess_exec(
        sys.executable, *_COMMAND, stdin=PIPE, stdout=PIPE, stderr=DEVNULL
    )


async def _ask(worker: Process, *frames: bytes) -> dict[str, Any]:
    assert worker.stdin and worker.stdout  # noqa: S101 - both are pipes, see _start
    for frame in frames:
        worker.stdin.write(len(frame).to_bytes(4, "big") + frame)
    await worker.stdin.drain()
    size = int.from_bytes(await worker.stdout.readexactly(4), "big")
    reply: dict[str, Any] = json.loads(await worker.stdout.readexactly(size))
    return reply


async def _end(worker: Process) -> None:
    with contextlib.suppress(ProcessLookupError):
        worker.kill()
    assert worker.stdin  # noqa: S101 - a pipe, see _start
    worker.stdin.close()
    await worker.wait()
