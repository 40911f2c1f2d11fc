"""Taking turns at hosts: few at once, not too many a second, and nobody who wants to be left."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext
from datetime import datetime
from typing import TYPE_CHECKING

from forewarn.model.addresses import is_this_machine
from forewarn.model.watching.place import is_paused, pause_until
from forewarn.services.watch.report import Paused
from forewarn.store.state.interface import Pause

if TYPE_CHECKING:
    from aiolimiter import AsyncLimiter

    from forewarn.store.state.change import Change

# Requests to one host; this machine is nobody else's.
_AT_ONCE, _AT_ONCE_HERE = 2, 20


def at_once(host: str) -> int:
    """How many requests to a host may be under way."""
    return _AT_ONCE_HERE if is_this_machine(host) else _AT_ONCE


class Hosts:
    """The hosts of one run.

    `pauses` are those that are left alone, and `per_second` is how many requests one host gets.
    This machine is nobody else's, and is asked as fast as it answers.
    """

    def __init__(self, pauses: Mapping[str, Pause], per_second: float) -> None:
        self._pauses = dict(pauses)
        self._per_second = per_second
        self._changed: set[str] = set()
        self._turns: dict[str, asyncio.Semaphore] = {}
        self._paces: dict[str, AsyncLimiter | None] = {}
        self._left: Counter[str] = Counter()
        self._busy: set[str] = set()

    def turn(self, host: str | None) -> AbstractAsyncContextManager[object]:
        """Wait until it is one's turn to ask a host."""
        if host is None:
            return nullcontext()
        turns = self._turns.get(host)
        if turns is None:
            turns = self._turns[host] = asyncio.Semaphore(at_once(host))
            self._paces[host] = None if is_this_machine(host) else self._pace()
        pace = self._paces[host]
        return turns if pace is None else _paced(turns, pace)

    def _pace(self) -> AsyncLimiter:
        from aiolimiter import AsyncLimiter

        most, seconds = max(1.0, self._per_second), max(1.0, 1 / self._per_second)
        return AsyncLimiter(most, seconds)

    def leaves(self, host: str | None, at: datetime) -> bool:
        """Whether a host is to be left alone now; counts what was not asked for that."""
        pause = self._pauses.get(host) if host else None
        if host is None or pause is None or not is_paused(pause.until, at):
            return False
        self._left[host] += 1
        return True

    def left(self) -> list[Paused]:
        """The hosts that were left alone."""
        return [
            Paused(host=host, until=self._pauses[host].until, sources=count)
            for host, count in self._left.items()
        ]

    def wants_a_pause(self, host: str, asked: float | None, at: datetime) -> None:
        """Leave a host alone that asks for it, for so many seconds."""
        before = self._pauses.get(host)
        times = before.times + 1 if before else 1
        until = pause_until(asked, times - 1, at)
        if before and before.until > until:
            until = before.until
        self._pauses[host] = Pause(until=until, times=times)
        self._busy.add(host)
        self._changed.add(host)

    def answered(self, host: str) -> None:
        """End a host's pause, if it had one, unless it began in this run: it answers."""
        if host in self._pauses and host not in self._busy:
            del self._pauses[host]
            self._changed.add(host)

    def keep(self, change: Change) -> None:
        """Keep which hosts are to be left alone, and which are not any more."""
        for host in self._changed:
            pause = self._pauses.get(host)
            if pause:
                change.pause_host(host, pause)
            else:
                change.end_pause(host)
        self._changed.clear()


@asynccontextmanager
async def _paced(turns: asyncio.Semaphore, pace: AsyncLimiter) -> AsyncIterator[None]:
    async with turns:
        await pace.acquire()
        yield
