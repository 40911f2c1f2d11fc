"""Places for requests that run at once; whoever is not answered soon leaves theirs to the next."""

from __future__ import annotations

import asyncio
from collections import deque
from typing import Self

# Requests that nobody has begun to answer yet: each takes an open file.
_MOST_BESIDE = 200


class Impatient:
    """Has those give up their places in a lane who are not answered within so many seconds.

    It counts how many more requests may be waited for beside the lanes.
    """

    def __init__(self, patience: float) -> None:
        self.free = _MOST_BESIDE
        self._patience = patience
        # The first has waited longest: all are as patient.
        self._waiting: deque[tuple[float, Turn]] = deque()
        self._alarm: asyncio.TimerHandle | None = None

    def wait(self, turn: Turn) -> None:
        """Wait for the answer to one that has just got its place."""
        loop = asyncio.get_running_loop()
        until = loop.time() + self._patience
        self._waiting.append((until, turn))
        if self._alarm is None:
            self._alarm = loop.call_at(until, self._ring)

    def close(self) -> None:
        """Wait for nobody any more."""
        if self._alarm:
            self._alarm.cancel()

    def _ring(self) -> None:
        loop = asyncio.get_running_loop()
        now, self._alarm = loop.time(), None
        while self._waiting:
            until, turn = self._waiting[0]
            if turn.waits and until > now:
                self._alarm = loop.call_at(until, self._ring)
                return
            self._waiting.popleft()
            if turn.waits:
                turn.give_up()


class Turn:
    """A place in a lane; whoever does not answer in time gives it up, and goes on beside."""

    __slots__ = ("_beside", "_has_place", "_lane", "waits")

    def __init__(self, lane: asyncio.Semaphore, beside: Impatient) -> None:
        self._lane, self._beside = lane, beside
        self._has_place = self.waits = True

    async def __aenter__(self) -> Self:
        await self._lane.acquire()
        self._beside.wait(self)
        return self

    async def __aexit__(self, *exc: object) -> None:
        self.waits = False
        if self._has_place:
            self._lane.release()
        else:
            self._beside.free += 1

    def keep(self) -> None:
        """Keep the place until the end: there is an answer."""
        self.waits = False

    def give_up(self) -> None:
        """Leave the place to the next, where there is room beside."""
        self.waits = False
        if self._beside.free:
            self._beside.free -= 1
            self._has_place = False
            self._lane.release()
