"""A way to a server that can be cut: its port is let through to the server's socket, or is not."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from waiting import SECONDS


class Wire:
    """A port on the loopback that leads to a socket of this machine, while it is whole."""

    def __init__(self, socket: Path) -> None:
        self.port = 0
        self._socket = socket
        self._through: set[asyncio.Task[None]] = set()
        self._server: asyncio.Server | None = None
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self.let_in()

    def let_in(self) -> None:
        """Take connections, at the same port as before."""
        self._do(self._listen())

    def let_nobody_in(self) -> None:
        """Refuse new connections; those that there are stay."""
        assert self._server is not None
        self._loop.call_soon_threadsafe(self._server.close)

    def cut(self) -> None:
        """Refuse new connections, and break those off that there are, without a word."""
        self.let_nobody_in()
        self._do(self._break())

    def close(self) -> None:
        self.cut()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def _do(self, work: Coroutine[Any, Any, None]) -> None:
        asyncio.run_coroutine_threadsafe(work, self._loop).result(SECONDS)

    async def _listen(self) -> None:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def _break(self) -> None:
        for task in self._through:
            task.cancel()
        await asyncio.gather(*self._through, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._through.add(task)
        task.add_done_callback(self._through.discard)
        back, forth = await asyncio.open_unix_connection(self._socket)
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(_pass_on(reader, forth))
                group.create_task(_pass_on(back, writer))
        except asyncio.CancelledError:
            pass
        finally:
            for side in (writer, forth):
                side.transport.abort()


async def _pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """All that comes, and that no more comes."""
    with contextlib.suppress(ConnectionError):
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
        writer.write_eof()


@contextmanager
def wire(socket: Path) -> Iterator[Wire]:
    """One to a socket, whole at first."""
    opened = Wire(socket)
    try:
        yield opened
    finally:
        opened.close()
