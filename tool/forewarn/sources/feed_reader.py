"""Parsing feeds in child processes that may be killed; see `feed_worker` for what they do."""

from __future__ import annotations

import asyncio
import contextlib
import json
from asyncio.subprocess import DEVNULL, PIPE
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from forewarn import child
from forewarn.responses import Response
from forewarn.sources.interface import SourceError

_WORKER = "forewarn.sources.feed_worker"
# Ten times what the longest list of versions that we know takes on a busy machine.
PARSE_SECONDS = 30.0
_MOST_RECEIVED = 128 * 1024**2  # bytes
# A killed process is gone at once; one that the system cannot end is left to it.
_END_SECONDS = 5.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Enclosure:
    """A file that an entry comes with; what the feed does not say of it is empty."""

    url: str
    length: str
    type: str
    platform: str
    sha256: str


@dataclass(frozen=True, kw_only=True, slots=True)
class FeedEntry:
    """One entry as the feed has it, cut to size but not cleaned.

    `version` is what the pattern found. `published` is ISO 8601 in UTC; `published_on` and
    `updated_on` are the days as they are written there, and `dated` is the text in which one of
    them should be. From `short_version` on, it is what an appcast declares (Sparkle's elements or
    attributes), empty where it does not; `declares` is all that has no place of its own.
    """

    id: str
    title: str
    link: str
    published: str | None
    published_on: str | None
    updated_on: str | None
    dated: str
    version: str | None
    enclosures: tuple[Enclosure, ...]
    short_version: str
    build: str
    channel: str
    hardware: str
    declares: Mapping[str, str]


@dataclass(frozen=True, kw_only=True, slots=True)
class Parsed:
    """A document as the parser saw it: `kind` is empty where it is no feed at all."""

    kind: str
    problem: str | None
    entries: tuple[FeedEntry, ...]


class FeedReader:
    """A few child processes, started when needed and again after one had to be killed.

    Args:
        seconds: the most that one feed may take to parse.
        workers: how many are parsed at once.
        command: how a process is started that speaks as `feed_worker` does; our own by default.
    """

    def __init__(
        self,
        *,
        seconds: float = PARSE_SECONDS,
        workers: int = 2,
        command: Sequence[str] | None = None,
    ) -> None:
        self._seconds = seconds
        self._turns = asyncio.Semaphore(workers)
        self._command = command or child.python(_WORKER)
        self._idle: list[_FeedProcess] = []

    async def close(self) -> None:
        """End the processes that are left."""
        while self._idle:
            await self._idle.pop().end()

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
            reply = await self._ask(json.dumps(request).encode(), response.body)
        entries = tuple(_entry(row) for row in reply["entries"])
        return Parsed(kind=reply["kind"], problem=reply["problem"], entries=entries)

    async def _ask(self, *frames: bytes) -> dict[str, Any]:
        worker = self._idle.pop() if self._idle else await _start(self._command)
        try:
            async with asyncio.timeout(self._seconds):
                reply: dict[str, Any] = json.loads(await worker.ask(*frames))
        except BaseException as error:
            await worker.end()
            if isinstance(error, TimeoutError):
                raise SourceError(
                    f"the feed takes more than {self._seconds:g} s to read"
                ) from error
            if isinstance(error, (EOFError, ValueError)):
                raise SourceError(
                    "the feed cannot be parsed: it takes too much time or memory, or holds "
                    "what the parser cannot read"
                ) from error
            raise
        self._idle.append(worker)
        return reply


def _entry(row: dict[str, Any]) -> FeedEntry:
    enclosures = tuple(Enclosure(**enclosure) for enclosure in row["enclosures"])
    return FeedEntry(**{**row, "enclosures": enclosures})


async def _start(command: Sequence[str]) -> _FeedProcess:
    loop = asyncio.get_running_loop()
    try:
        transport, worker = await loop.subprocess_exec(
            _FeedProcess,
            *command,
            stdin=PIPE,
            stdout=PIPE,
            stderr=DEVNULL,
            cwd=child.neutral_folder(),
            env=child.environment(),
        )
    except OSError as error:
        raise SourceError(
            f"no process can be started to read the feed: {error.strerror}",
            help="See whether this machine has too many processes or open files, or no memory.",
        ) from error
    worker.transport = transport
    return worker


class _FeedProcess(asyncio.SubprocessProtocol):
    """A child process and what it has sent.

    It takes what comes as it comes: a pipe that is paused while nobody reads keeps the process
    from being waited for.
    """

    transport: asyncio.SubprocessTransport

    def __init__(self) -> None:
        self._received = bytearray()
        self._arrived = asyncio.Event()
        self._closed = False
        self._exited = asyncio.Event()

    def pipe_data_received(self, fd: int, data: bytes) -> None:
        self._received += data
        self._arrived.set()
        if len(self._received) > _MOST_RECEIVED:
            self.transport.close()

    def pipe_connection_lost(self, fd: int, exc: Exception | None) -> None:
        self._closed = self._closed or fd == 1
        self._arrived.set()

    def process_exited(self) -> None:
        self._exited.set()

    async def ask(self, *frames: bytes) -> bytes:
        """Send frames and wait for the one that comes back.

        Raises:
            EOFError: the process ended, or sends more than a reply may be.
        """
        pipe = self.transport.get_pipe_transport(0)
        assert isinstance(pipe, asyncio.WriteTransport)  # noqa: S101 - a pipe, see _start
        for frame in frames:
            pipe.write(len(frame).to_bytes(4, "big") + frame)
        size = int.from_bytes(await self._take(4), "big")
        if size > _MOST_RECEIVED:
            raise EOFError
        return await self._take(size)

    async def _take(self, size: int) -> bytes:
        while len(self._received) < size:
            if self._closed:
                raise EOFError
            self._arrived.clear()
            await self._arrived.wait()
        taken = bytes(self._received[:size])
        del self._received[:size]
        return taken

    async def end(self) -> None:
        """Kill the process. Its pipes are closed first, so that nothing is waited for in vain."""
        self.transport.close()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_END_SECONDS):
                await self._exited.wait()
