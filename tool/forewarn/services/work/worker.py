"""A worker: one of as many as wanted, on as many machines, that watch and deliver together.

What is to be sent is claimed row by row. What is to be done once, a look, the notices to the
operators, the retention and the heartbeat, is done by whoever holds the lock of it in the state's
database, and is due by that database's clock.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from forewarn import __version__
from forewarn.errors import ForewarnError, Refused
from forewarn.services.alert.clone import lacks
from forewarn.services.alert.deliver import deliver
from forewarn.services.alert.workers import (
    WorkerSeen,
    forget_lost,
    keep_seen,
    say_goodbye,
    workers,
)
from forewarn.services.publish.refresh import refresh_staff_sites
from forewarn.services.watch.heartbeat import beat_when_done
from forewarn.services.watch.looking import Progress, look
from forewarn.services.work.follow import follow
from forewarn.services.work.listener import WorkerListener
from forewarn.store.defects import keep_defect
from forewarn.store.files import only_one
from forewarn.store.git.repository import Repository
from forewarn.store.own import own_place, state_folder
from forewarn.store.settings import load_settings
from forewarn.store.state.interface import State, TooNew, Unreachable
from forewarn.store.state.jobs import DELIVER, Jobs
from forewarn.store.state.opening import open_state

# The other kind of work besides DELIVER.
LOOK = "look"
# Under this key stands when the next look is due, over all machines.
_NEXT_LOOK = "next look"
# Between two looks: records may change, and alerts wait to be tried again.
SHORTEST, LONGEST = timedelta(seconds=10), timedelta(seconds=60)
# A channel that another machine is at is tried again after so many seconds.
_BUSY_FOR = 2.0
# And so is, by whoever is awake then, what this worker may not send.
_BEHIND_FOR = 5.0
# Between two attempts to reach a database that is gone (seconds).
_FIRST_PAUSE, _LONGEST_PAUSE = 1.0, 30.0
# Work without a step for so long is stuck; a site may take minutes to build, a message two.
_STUCK_AFTER = 900.0


@dataclass
class Worker:
    """Works for the knowledge base at `root` until it is stopped.

    Args:
        now: the clock, in UTC.
        environ: where variables and secrets are looked up.
        interval: how often a place is looked at whose row does not say so.
        pull: whether to follow the branch of the remote.
        progress: told each step of a look.
    """

    root: Path
    jobs: Jobs
    listener: WorkerListener
    now: Callable[[], datetime]
    environ: Mapping[str, str]
    interval: timedelta
    pull: bool
    progress: Progress
    _stopping: threading.Event = field(default_factory=threading.Event)
    _troubles: dict[str, ForewarnError] = field(default_factory=dict)
    _steps: dict[str, float] = field(default_factory=dict)
    _fatal: ForewarnError | None = None
    _end: Callable[[], object] = lambda: None
    _name: str = ""
    _was_ready: bool = False

    def run(self) -> None:
        """Work until `stop`.

        Raises:
            TooNew: a newer forewarn has changed the database; this one must not go on.
            DataError: the database cannot be used, right at the start.
        """
        pause = _FIRST_PAUSE
        with self._named() as self._name:
            with open_state(self.root) as state:
                began = state.now()
            while not self._stopping.is_set():
                started = time.monotonic()
                try:
                    # The only loop in which psycopg works on every system.
                    with asyncio.Runner(loop_factory=asyncio.SelectorEventLoop) as runner:
                        runner.run(self._serve(began))
                except ForewarnError as error:
                    if not self._was_ready:
                        raise
                    self._failed("connection", error)
                if time.monotonic() - started > _LONGEST_PAUSE:
                    pause = _FIRST_PAUSE
                self._stopping.wait(pause)
                pause = min(2 * pause, _LONGEST_PAUSE)
            with (
                contextlib.suppress(ForewarnError),
                open_state(self.root) as state,
                state.transaction() as change,
            ):
                say_goodbye(change, self._name)
        if self._fatal:
            raise self._fatal

    def stop(self) -> None:
        """Come to an end soon: what is under way is finished, what is not is given back."""
        self._stopping.set()
        self._end()

    @property
    def is_well(self) -> bool:
        """Whether nothing that was begun has been stuck for long."""
        return all(time.monotonic() - at < _STUCK_AFTER for at in [*self._steps.values()])

    @contextlib.contextmanager
    def _named(self) -> Iterator[str]:
        """A name that says which machine and clone this is, and which of several processes."""
        here = f"{socket.gethostname()}:{self.root}"
        folder = state_folder(self.root)
        with contextlib.ExitStack() as stack:
            number = 1
            while True:
                lock = folder / f"worker-{number}.lock"
                try:
                    stack.enter_context(only_one(own_place(self.root, lock), "working"))
                    break
                except Refused:
                    number += 1
            yield here if number == 1 else f"{here}#{number}"

    async def _serve(self, began: datetime) -> None:
        loop, task = asyncio.get_running_loop(), asyncio.current_task()
        assert task is not None  # noqa: S101 - asyncio.run makes one
        self._end = lambda: loop.call_soon_threadsafe(task.cancel)
        if self._stopping.is_set():
            return
        ticking: asyncio.Task[None] | None = None

        def ready() -> None:
            nonlocal ticking
            self._was_ready = True
            self._mended("connection")
            self.listener.began(self._name)
            ticking = loop.create_task(self._tick_on(began))

        try:
            await self.jobs.serve({LOOK: self._round, DELIVER: self._deliver}, ready)
        except asyncio.CancelledError:
            if not self._stopping.is_set():
                raise
        except TooNew as error:
            self._give_up(error)
        finally:
            self._end = lambda: None
            if ticking is not None:
                ticking.cancel()

    async def _tick_on(self, began: datetime) -> None:
        while True:
            wait = await asyncio.to_thread(self._tick, began)
            self.jobs.wake(LOOK)
            await asyncio.sleep(wait)

    def _tick(self, began: datetime) -> float:
        """Say that this worker lives, see to its clone; in how many seconds to look again."""
        wait = LONGEST
        if self.pull:
            with self._minding("pull"):
                self._follow()
        with self._minding("state"), open_state(self.root) as state:
            self._say_hello(state, began)
            until = _moment(state.mark(_NEXT_LOOK))
            if until:
                wait = min(LONGEST, max(SHORTEST, until - state.now()))
        if "state" not in self._troubles:
            with self._minding("site"):
                self._refresh()
        # A database that was restarted is back in seconds, and what it kept from going may go then.
        if self._troubles.keys() & {"state", LOOK, DELIVER}:
            wait = SHORTEST
        return wait.total_seconds()

    def _refresh(self) -> None:
        done = refresh_staff_sites(self.root)
        self.listener.refreshed(done.places)
        if done.unreachable:
            # The sites follow by themselves when it is back.
            self._failed("state", done.unreachable)
        elif done.failures:
            raise ForewarnError(
                f"the staff site is not up to date: {'; '.join(done.failures)}",
                help="Run `forewarn publish` there, once that is mended.",
            )

    def _say_hello(self, state: State, began: datetime) -> None:
        with Repository(self.root) as repository:
            commit = repository.head()
        trouble = next(iter([*self._troubles.values()]), None)
        me = WorkerSeen(
            name=self._name,
            version=__version__,
            commit=commit,
            began=began,
            seen=state.now(),
            trouble=trouble.what if trouble else None,
        )
        with state.transaction() as change:
            keep_seen(change, me)

    def _round(self) -> None:
        """Look, unless another worker does or it is too early; then let what waits be sent."""
        try:
            with (
                self._minding(LOOK),
                open_state(self.root) as state,
                state.exclusively(LOOK) as alone,
            ):
                if alone and self._is_time(state):
                    self._look(state)
        finally:
            self.jobs.wake(DELIVER)

    def _is_time(self, state: State) -> bool:
        now, until = state.now(), _moment(state.mark(_NEXT_LOOK))
        # What is put off for longer than it ever is, a clock that was set back since has put off.
        return until is None or not now < until <= now + LONGEST

    def _look(self, state: State) -> None:
        self._catch_up()
        looked = look(
            self.root,
            now=self.now,
            environ=self.environ,
            progress=self.progress,
            only_due=True,
            interval=self.interval,
        )
        now = state.now()
        wait = LONGEST if looked.due is None else min(LONGEST, max(SHORTEST, looked.due - now))
        with state.transaction() as change:
            change.set_mark(_NEXT_LOOK, (now + wait).isoformat())
            forget_lost(change, workers(state), now)
        self.listener.looked(looked)

    def _catch_up(self) -> None:
        """Pull at once where what is published has not come yet."""
        if not self.pull:
            return
        with open_state(self.root) as state:
            late = lacks(self.root, state) is not None
        if late:
            self._follow()

    def _follow(self) -> None:
        commit = follow(self.root)
        if commit:
            self.listener.followed(commit)

    def _deliver(self) -> None:
        with self._minding(DELIVER):
            self._catch_up()
            settings = load_settings(self.root)
            try:
                report = deliver(
                    self.root,
                    settings,
                    now=self.now,
                    environ=self.environ,
                    step=self._delivering,
                    stop=self._stopping.is_set,
                )
            except Refused:
                # The clone of another worker may have what this one lacks.
                self.jobs.wake(DELIVER, after=_BEHIND_FOR)
                raise
            self.listener.delivered(report)
            if report.busy:
                self.jobs.wake(DELIVER, after=_BUSY_FOR)
            why = beat_when_done(self.root, settings, self.environ)
            if why:
                self.listener.unheard(why)

    def _delivering(self, step: str) -> None:
        self._steps[DELIVER] = time.monotonic()
        if step == "claimed":
            # There was something, so there may be more: a worker that has nothing to do helps.
            self.jobs.wake(DELIVER)

    @contextlib.contextmanager
    def _minding(self, work: str) -> Iterator[None]:
        """Whatever goes wrong with a kind of work is told, and ends no worker but one too old."""
        self._steps[work] = time.monotonic()
        try:
            yield
        except TooNew as error:
            self._give_up(error)
        except ForewarnError as error:
            self._failed(work, error)
        except Exception as error:  # a defect of ours, or of what somebody installed
            what = f"{work}: {type(error).__name__}: {error}"
            mend = f"{keep_defect(self.root, work, error)} The rest goes on."
            self._failed(work, ForewarnError(what, help=mend))
        else:
            self._mended(work)
        finally:
            self._steps.pop(work, None)

    def _failed(self, work: str, error: ForewarnError) -> None:
        told = any(_is_same(error, trouble) for trouble in [*self._troubles.values()])
        if not told and not self._stopping.is_set():
            self.listener.failed(error)
        self._troubles[work] = error

    def _mended(self, work: str) -> None:
        if self._troubles.pop(work, None) is not None and not self._troubles:
            self.listener.works_again()

    def _give_up(self, error: TooNew) -> None:
        self._fatal = error
        self.stop()


def _is_same(one: ForewarnError, other: ForewarnError) -> bool:
    """Whether they say the same: that the database is gone shows in many ways."""
    gone = isinstance(one, Unreachable) and isinstance(other, Unreachable)
    return gone or one.what == other.what


def _moment(text: str | None) -> datetime | None:
    try:
        return datetime.fromisoformat(text) if text else None
    except ValueError:
        return None
