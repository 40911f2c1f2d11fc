"""How fast a service takes what is posted to one of its rooms."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable


class Pace:
    """So many posts at once to a room, and then one in every `seconds`."""

    def __init__(
        self,
        burst: int,
        seconds: float,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
    ) -> None:
        self._ahead = (burst - 1) * seconds
        self._seconds = seconds
        self._clock, self._sleep = clock, sleep
        self._next: dict[str, float] = {}

    async def turn(self, room: str) -> None:
        """Wait until the room takes another post."""
        now = self._clock()
        due = max(self._next.get(room, 0.0), now - self._ahead)
        self._next[room] = due + self._seconds
        if due > now:
            await self._sleep(due - now)
