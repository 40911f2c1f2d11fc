"""Reading what strangers wrote in child processes that may be killed; `worker` is what they run."""

from __future__ import annotations

import asyncio
import contextlib
import json
from asyncio.subprocess import DEVNULL, PIPE
from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from forewarn import child
from forewarn.errors import Trouble
from forewarn.sources.interface import SourceError

_WORKER = "forewarn.sources.worker"
# What a child may use of the processor for one answer, and of memory at all.
CPU_SECONDS = 5
MEMORY = 512 * 1024**2  # bytes
# A machine that is busy with other things takes longer for the same.
WALL_SECONDS = 30.0
_MOST_RECEIVED = 128 * 1024**2  # bytes
# A killed process is gone at once; one that the system cannot end is left to it.
_END_SECONDS = 5.0
_AGAIN_SECONDS = 0.5
# What is sent to a child together: what is small is read quickly, and all of it in that time.
_MOST_TOGETHER = 16
_MOST_BYTES_TOGETHER = 64 * 1024
_TOGETHER_SECONDS = 3.0
# Where something has waited for so many looks at it, one child more is started. They are so many
# seconds apart; while this process does something else, nobody looks.
_PATIENCE, _LOOK_EVERY = 25, 0.01


class Workers:
    """A few child processes, started when needed, used again, and replaced where one was killed.

    What waits is sent to one together. Where that goes wrong, nobody can tell by which of them it
    did: each that has no answer is read again, alone.

    Args:
        seconds: the most that one answer may take to read, by the clock.
        cpu: the same in seconds of the processor.
        workers: how many children there are at most.
        command: how a process is started that speaks as `worker` does; our own by default.
    """

    def __init__(
        self,
        *,
        seconds: float = WALL_SECONDS,
        cpu: float = CPU_SECONDS,
        workers: int = 2,
        command: Sequence[str] | None = None,
    ) -> None:
        self._seconds = seconds
        self._cpu = cpu
        self._most = workers
        self._command = command or child.python(_WORKER)
        self._waiting: deque[_Document] = deque()
        self._idle: list[_WorkerProcess] = []
        self._busy: dict[asyncio.Task[None], Sequence[_Document]] = {}
        self._looks = 0
        self._next: asyncio.Handle | None = None

    async def close(self) -> None:
        """End the processes that are left."""
        if self._next:
            self._next.cancel()
        await _cancel(self._busy)
        while self._idle:
            await self._idle.pop().end()

    async def read(self, do: str, body: bytes, *, called: str, **options: Any) -> Any:
        """What a function makes of `body`: `do` is `module:name`, and takes the options by name.

        `called` is what an error calls the thing. All that goes there and back must be JSON.

        Raises:
            SourceError: it takes too much time or memory, or the function refuses or fails.
        """
        request = {"do": do, "options": options, "cpu": self._cpu, "memory": MEMORY}
        document = _Document(request, body, called, self._looks)
        self._waiting.append(document)
        if self._next is None:
            self._begin_soon()
        try:
            return await document.found
        except asyncio.CancelledError:
            await self._give_up(document)
            raise

    async def _give_up(self, document: _Document) -> None:
        """Read what nobody waits for no further, unless others are read with it."""
        if document in self._waiting:
            self._waiting.remove(document)
        groups = [task for task, group in self._busy.items() if document in group]
        await _cancel(task for task in groups if all(e.found.done() for e in self._busy[task]))

    def _begin_soon(self) -> None:
        """Begin once all is here that comes at the same moment: it is sent together."""
        if self._next:
            self._next.cancel()
        self._next = asyncio.get_running_loop().call_soon(self._begin)

    def _look(self) -> None:
        self._looks += 1
        self._begin()

    def _begin(self) -> None:
        """Have what waits read, by one child more only where it has waited for long."""
        if self._next:
            self._next.cancel()
            self._next = None
        while self._waiting and len(self._busy) < self._most:
            if self._busy and self._looks < self._waiting[0].since + _PATIENCE:
                self._next = asyncio.get_running_loop().call_later(_LOOK_EVERY, self._look)
                return
            group = self._next_group()
            task = asyncio.create_task(self._read_group(group))
            self._busy[task] = group
            task.add_done_callback(self._end)

    def _next_group(self) -> list[_Document]:
        """What is read together next, in the order in which it came."""
        group = [self._waiting.popleft()]
        size = len(group[0].body)
        while self._waiting and len(group) < _MOST_TOGETHER and not group[0].is_alone:
            size += len(self._waiting[0].body)
            if size > _MOST_BYTES_TOGETHER or self._waiting[0].is_alone:
                break
            group.append(self._waiting.popleft())
        return group

    def _end(self, task: asyncio.Task[None]) -> None:
        """Whoever still waits for one of the group is told why there is nothing."""
        group = self._busy.pop(task)
        error = asyncio.CancelledError() if task.cancelled() else task.exception()
        for document in group:
            if error is not None:
                document.refuse(error)
        if self._waiting:
            self._begin_soon()

    async def _read_group(self, group: Sequence[_Document]) -> None:
        """Have a child read some documents; what went wrong with one of several is left open."""
        used, alone, called = bool(self._idle), len(group) == 1, group[0].called
        seconds = self._seconds if alone else min(self._seconds, _TOGETHER_SECONDS)
        try:
            worker = self._idle.pop() if used else await _start(self._command)
        except OSError as error:
            for document in group:
                document.refuse(_no_process(document.called, error))
            return
        try:
            async with asyncio.timeout(seconds):
                worker.send(group)
                for document in group:
                    document.take(await worker.reply())
        except BaseException as error:
            await worker.end()
            if isinstance(error, TimeoutError) and alone:
                what = f"{called} takes more than {seconds:g} s to read"
                raise SourceError(what, kind=Trouble.TOO_MUCH) from error
            if not isinstance(error, (EOFError, ValueError, TimeoutError)):
                raise
            if used or not alone:
                self._read_alone(group)
                return
            raise SourceError(
                f"{called} cannot be parsed: it takes too much time or memory, or holds "
                "what the parser cannot read",
                kind=Trouble.TOO_MUCH,
            ) from error
        self._idle.append(worker)

    def _read_alone(self, group: Iterable[_Document]) -> None:
        """Read each that has no answer by itself: what others did in a process must not harm it."""
        for document in [each for each in group if not each.found.done()][::-1]:
            document.is_alone = True
            self._waiting.appendleft(document)


class _Document:
    """Something to read, and what is found there once it was read."""

    __slots__ = ("body", "called", "found", "is_alone", "request", "since")

    def __init__(self, request: Mapping[str, Any], body: bytes, called: str, since: int) -> None:
        self.request, self.body, self.called, self.since = request, body, called, since
        self.found: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self.is_alone = False

    def take(self, reply: Mapping[str, Any]) -> None:
        """Take what a child replied.

        Raises:
            ValueError: it is no reply.
        """
        match reply:
            case {"refused": {"what": str(what), "help": help, "kind": str(kind)}}:
                self.refuse(SourceError(what, help=help, kind=Trouble(kind)))
            case {"found": found}:
                if not self.found.done():
                    self.found.set_result(found)
            case _:
                raise ValueError(reply)

    def refuse(self, error: BaseException) -> None:
        """Let whoever waits have an error; perhaps nobody does any more."""
        if self.found.done():
            return
        if isinstance(error, asyncio.CancelledError):
            self.found.cancel()
        else:
            self.found.set_exception(error)


async def _cancel(tasks: Iterable[asyncio.Task[None]]) -> None:
    """End tasks. One that is just starting a process waits for its end, for ever, until told again.

    asyncio waits for pipes that it no longer connects.
    """
    pending = {*tasks}
    while pending:
        for task in pending:
            task.cancel()
        _, pending = await asyncio.wait(pending, timeout=_AGAIN_SECONDS)


async def _start(command: Sequence[str]) -> _WorkerProcess:
    loop = asyncio.get_running_loop()
    transport, worker = await loop.subprocess_exec(
        _WorkerProcess,
        *command,
        stdin=PIPE,
        stdout=PIPE,
        stderr=DEVNULL,
        cwd=child.neutral_folder(),
        env=child.environment(),
    )
    worker.transport = transport
    return worker


def _no_process(called: str, error: OSError) -> SourceError:
    return SourceError(
        f"no process can be started to read {called}: {error.strerror}",
        help="See whether this machine has too many processes or open files, or no memory.",
        kind=Trouble.UNREACHABLE,
    )


class _WorkerProcess(asyncio.SubprocessProtocol):
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
        self._sent = self._replied = 0

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

    def send(self, group: Sequence[_Document]) -> None:
        """Send documents together."""
        pipe = self.transport.get_pipe_transport(0)
        assert isinstance(pipe, asyncio.WriteTransport)  # noqa: S101 - a pipe, see _start
        frames = bytearray()
        for each in group:
            head = {"number": self._sent, "more": each is not group[-1], **each.request}
            for part in (json.dumps(head).encode(), each.body):
                frames += len(part).to_bytes(4, "big") + part
            self._sent += 1
        pipe.write(frames)

    async def reply(self) -> Mapping[str, Any]:
        """Wait for the reply to the next of what was sent.

        Raises:
            EOFError: the process ended, or sends more than a reply may be.
            ValueError: what came is none, or the one to something else.
        """
        size = int.from_bytes(await self._take(4), "big")
        if size > _MOST_RECEIVED:
            raise EOFError
        reply = json.loads(await self._take(size))
        if not isinstance(reply, dict) or reply.get("number") != self._replied:
            raise ValueError(self._replied)
        self._replied += 1
        return reply

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
        if self._closed:
            # It is ending by itself: whoever looks now takes its end from who waits for it.
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(1):
                    await self._exited.wait()
        self.transport.close()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_END_SECONDS):
                await self._exited.wait()
