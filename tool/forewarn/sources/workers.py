"""Reading what strangers wrote in child processes that may be killed; `worker` is what they run."""

from __future__ import annotations

import asyncio
import contextlib
import json
from asyncio.subprocess import DEVNULL, PIPE
from collections.abc import Sequence
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


class Workers:
    """A few child processes, started when needed, used again, and replaced where one was killed.

    Args:
        seconds: the most that one answer may take to read, by the clock.
        cpu: the same in seconds of the processor.
        workers: how many are read at once.
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
        self._turns = asyncio.Semaphore(workers)
        self._command = command or child.python(_WORKER)
        self._idle: list[_WorkerProcess] = []

    async def close(self) -> None:
        """End the processes that are left."""
        while self._idle:
            await self._idle.pop().end()

    async def read(self, do: str, body: bytes, *, called: str, **options: Any) -> Any:
        """What a function makes of `body`: `do` is `module:name`, and takes the options by name.

        `called` is what an error calls the thing. All that goes there and back must be JSON.

        Raises:
            SourceError: it takes too much time or memory, or the function refuses or fails.
        """
        request = {"do": do, "options": options, "cpu": self._cpu, "memory": MEMORY}
        async with self._turns:
            reply = await self._ask(json.dumps(request).encode(), body, called=called)
        if refused := reply.get("refused"):
            raise SourceError(refused["what"], help=refused["help"], kind=Trouble(refused["kind"]))
        return reply["found"]

    async def _ask(self, *frames: bytes, called: str) -> dict[str, Any]:
        while True:
            used = bool(self._idle)
            worker = self._idle.pop() if used else await _start(self._command, called)
            try:
                async with asyncio.timeout(self._seconds):
                    reply: dict[str, Any] = json.loads(await worker.ask(*frames))
                if not isinstance(reply, dict):
                    raise ValueError
            except BaseException as error:
                await worker.end()
                if isinstance(error, TimeoutError):
                    raise SourceError(
                        f"{called} takes more than {self._seconds:g} s to read",
                        kind=Trouble.TOO_MUCH,
                    ) from error
                if not isinstance(error, (EOFError, ValueError)):
                    raise
                if used:
                    continue  # what others left behind in the process must not harm this one
                raise SourceError(
                    f"{called} cannot be parsed: it takes too much time or memory, or holds "
                    "what the parser cannot read",
                    kind=Trouble.TOO_MUCH,
                ) from error
            self._idle.append(worker)
            return reply


async def _start(command: Sequence[str], called: str) -> _WorkerProcess:
    loop = asyncio.get_running_loop()
    try:
        transport, worker = await loop.subprocess_exec(
            _WorkerProcess,
            *command,
            stdin=PIPE,
            stdout=PIPE,
            stderr=DEVNULL,
            cwd=child.neutral_folder(),
            env=child.environment(),
        )
    except OSError as error:
        raise SourceError(
            f"no process can be started to read {called}: {error.strerror}",
            help="See whether this machine has too many processes or open files, or no memory.",
            kind=Trouble.UNREACHABLE,
        ) from error
    worker.transport = transport
    return worker


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
        pipe.write(b"".join(part for f in frames for part in (len(f).to_bytes(4, "big"), f)))
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
