"""A thread for one channel, with an event loop of its own: what blocks it holds up nothing else."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections import deque
from collections.abc import Callable, Coroutine, Sequence
from typing import Any, TypeVar

Result = TypeVar("Result")
# As many are settled together, if they end within so many seconds: a disk takes its time for each.
_TOGETHER, _GATHERED_FOR = 32, 0.02
# What a channel gets, after its time, to come to an end by itself; a thread that blocks does not.
_GRACE_SECONDS = 2.0


class Stuck(TimeoutError):
    """Work did not even end when it was told to."""


class ChannelThread:
    """A thread with an event loop of its own, begun when it is first needed."""

    def __init__(self, name: str) -> None:
        self._name = f"channel {name}"
        self._thread: threading.Thread | None = None
        self._stuck = False
        # What has ended, put there by the thread and taken by whoever waits for it.
        self._ended: deque[tuple[Any, Any]] = deque()
        self._some = asyncio.Event()
        # The thread's own: what is to be begun yet, how much has not ended, how many tasks do it.
        self._waiting: deque[Any] = deque()
        self._under_way = self._at_work = 0
        self._tasks: set[asyncio.Task[None]] = set()
        self._telling: asyncio.TimerHandle | None = None

    async def run(self, work: Coroutine[Any, Any, Result], seconds: float) -> Result:
        """What the work comes to.

        Raises:
            TimeoutError: it took longer, and was ended.
            Stuck: it could not be ended.
        """
        if self._thread is None:
            self._waiter = asyncio.get_running_loop()
            begun = threading.Event()
            # A daemon: what blocks for ever must not keep the process from its end.
            self._thread = threading.Thread(
                target=lambda: asyncio.run(self._serve(begun)), name=self._name, daemon=True
            )
            self._thread.start()
            begun.wait()
        future = asyncio.run_coroutine_threadsafe(_bounded(work, seconds), self._loop)
        waited = asyncio.wrap_future(future)
        try:
            await asyncio.wait((waited,), timeout=seconds + _GRACE_SECONDS)
            if not waited.done():
                self._stuck = True
                raise Stuck
            return waited.result()
        finally:
            waited.cancel()

    def begin(
        self,
        jobs: Sequence[object],
        do: Callable[[Any], Coroutine[Any, Any, object]],
        at_once: int,
    ) -> None:
        """Do so many jobs side by side, in a thread that runs; `ended` gives each."""
        self._loop.call_soon_threadsafe(self._begin, jobs, do, at_once)

    async def ended(self, seconds: float) -> list[tuple[Any, Any]]:
        """The jobs that have ended since it was last asked for, and how: some.

        Raises:
            Stuck: nothing did, in all that time.
        """
        try:
            async with asyncio.timeout(seconds + _GRACE_SECONDS):
                await self._some.wait()
        except TimeoutError as error:
            self._stuck = True
            raise Stuck from error
        return self._taken()

    def _taken(self) -> list[tuple[Any, Any]]:
        self._some.clear()
        return [self._ended.popleft() for _ in range(len(self._ended))]

    def end(self) -> None:
        """Let the thread go. One that blocks ends with the process."""
        if self._thread is not None:
            self._loop.call_soon_threadsafe(self._stop.set)
            if not self._stuck:
                self._thread.join(_GRACE_SECONDS)

    async def _serve(self, begun: threading.Event) -> None:
        self._loop, self._stop = asyncio.get_running_loop(), asyncio.Event()
        begun.set()
        await self._stop.wait()

    def _begin(
        self,
        jobs: Sequence[object],
        do: Callable[[Any], Coroutine[Any, Any, object]],
        at_once: int,
    ) -> None:
        self._waiting.extend(jobs)
        self._under_way += len(jobs)
        for _ in range(min(at_once - self._at_work, len(jobs))):
            # One task does many jobs: made anew for each, they would cost as much as the jobs.
            self._at_work += 1
            task = self._loop.create_task(self._work(do, _TOGETHER if at_once > 1 else 1))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _work(self, do: Callable[[Any], Coroutine[Any, Any, object]], together: int) -> None:
        try:
            while self._waiting:
                job = self._waiting.popleft()
                how = await do(job)
                self._under_way -= 1
                self._ended.append((job, how))
                if len(self._ended) >= together or not self._under_way:
                    self._tell()
                elif self._telling is None:
                    self._telling = self._loop.call_later(_GATHERED_FOR, self._tell)
        finally:
            self._at_work -= 1

    def _tell(self) -> None:
        if self._telling is not None:
            self._telling.cancel()
            self._telling = None
        # Whoever waits may have gone, after the thread was taken for stuck.
        with contextlib.suppress(RuntimeError):
            self._waiter.call_soon_threadsafe(self._some.set)


async def _bounded(work: Coroutine[Any, Any, Result], seconds: float) -> Result:
    async with asyncio.timeout(seconds):
        return await work
