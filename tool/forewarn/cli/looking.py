"""Looking at the watched places: once, or again and again."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from forewarn.cli.output import emit, has_bar, mention, say
from forewarn.cli.refreshing import refresh
from forewarn.cli.service_manager import keep_alive, notify
from forewarn.cli.stopping import Stop, stopping
from forewarn.frozen import dataclass
from forewarn.words.days import moment_digits

if TYPE_CHECKING:
    from forewarn.errors import ForewarnError
    from forewarn.services.alert.delivered import DeliverReport
    from forewarn.services.watch.looking import LookDone

# Seconds between two looks of a running watch: records may change, and alerts wait to be retried.
_SHORTEST, _LONGEST = 10.0, 60.0
# The most that putting away takes (seconds): longer than a worker is waited for.
_STOPPING = 12.0
_BESIDE = "It goes on until it is stopped. `forewarn watch --once` looks beside it."


@dataclass(frozen=True, kw_only=True, slots=True)
class Looking:
    """How to look: at what is due alone or at everything, and whether alerts are then sent."""

    root: Path
    as_format: str
    send: bool
    interval: timedelta
    only_due: bool

    def once(self) -> int:
        """Look, and send; returns the exit code."""
        code, _ = self._round(silent=False)
        self._beat()
        return code

    def refuse_if_shared(self) -> None:
        """Refuse to go on and on where other machines may look at the same places.

        Raises:
            Refused: they may, as the state is in a database for many machines.
        """
        from forewarn.errors import Refused
        from forewarn.store.state.opening import address_of

        if address_of(self.root, os.environ) is not None:
            raise Refused(
                "the state is in a database that many machines share, where workers watch",
                where=str(self.root),
                help="Run `forewarn worker`, here and wherever you like; `forewarn watch --once` "
                "looks beside them.",
            )

    def again_and_again(self) -> None:
        """Look at what is due, and wait for what will be, until somebody ends it.

        Raises:
            Refused: another process does so here.
        """
        from forewarn.store.state.opening import only_one

        with only_one(self.root, "watching", help=_BESIDE), stopped_cleanly("watch"):
            notify("READY=1")
            beaten = 0.0
            while True:
                wait = self._round_or_tell()
                if wait is not None and time.monotonic() - beaten >= _LONGEST:
                    beaten = time.monotonic()
                    self._beat()
                notify("WATCHDOG=1")
                time.sleep(_LONGEST if wait is None else wait)

    def _round_or_tell(self) -> float | None:
        """A round that does not end the watch: a record may be half edited now, and whole later.

        Returns how many seconds to wait for the next one; None where this one failed.
        """
        from forewarn.errors import ForewarnError

        try:
            _, due = self._round(silent=True)
        except ForewarnError as error:
            say_failed(error)
            return None
        wait = (due - _now()).total_seconds() if due else _LONGEST
        return min(_LONGEST, max(_SHORTEST, wait))

    def _round(self, *, silent: bool) -> tuple[int, datetime | None]:
        """A look and, unless told not to, a delivery; the exit code, and when the next is due.

        A `silent` one is one of many: it says nothing where nothing was due, and all can be read.
        """
        from forewarn.services.watch.looking import look

        looked = look(
            self.root,
            now=_now,
            environ=os.environ,
            progress=partial(progress, silent=silent),
            only_due=self.only_due,
            interval=self.interval,
        )
        did = tell(looked, self.as_format, silent=silent)
        report = looked.report
        code = 3 if report.failed or report.paused or report.mute else 0
        try:
            code = max(code, _deliver(self.root) if self.send else 0)
        finally:
            # Last, so that it holds up no alert; in any case, for home is what staff look at.
            refreshed = refresh(self.root) if did else 0
        return max(code, refreshed), looked.due if silent else None

    def _beat(self) -> None:
        """Tell an outside monitor; where that fails it is said, and is no failure of the look."""
        if not self.send:
            return
        from forewarn.services.watch.heartbeat import beat

        wrong = beat(self.root, os.environ)
        if wrong:
            say(f"note: the heartbeat was not heard: {wrong}")


def tell(looked: LookDone, as_format: str, *, silent: bool) -> bool:
    """Print what a look found; whether it looked at all. A `silent` one is one of many."""
    from forewarn.cli.say.watched import report_data, report_text

    report = looked.report
    did = bool(report.polled or report.alerts) or not silent
    if did or report.failed:
        if silent:
            mention(f"looked at {moment_digits(_now())}")
        if as_format == "json":
            emit(as_format, report_data(report), "")
        else:
            emit(as_format, None, report_text(report, looked.records, looked.waiting))
    return did


def _deliver(root: Path) -> int:
    from forewarn.services.alert.deliver import deliver

    report = deliver(root, now=_now, environ=os.environ, step=keep_alive())
    tell_delivered(report)
    return 3 if report.unfinished else 0


def tell_delivered(report: DeliverReport) -> None:
    """Say what was sent and what was not."""
    from forewarn.cli.say.templates import say_templates

    if report.sent:
        mention(f"alerts sent: {report.sent}")
    say_templates(report.templates)
    if report.unfinished:
        say(f"alerts that did not go: {report.unfinished}; `forewarn deliveries` shows why")


def say_failed(error: ForewarnError) -> None:
    """Say what cannot be done now, and is tried again."""
    say(f"error: {f'{error.where}: ' if error.where else ''}{error.what}")
    if error.help:
        say(f"  next: {error.help}")


@contextlib.contextmanager
def stopped_cleanly(command: str) -> Iterator[None]:
    """Whatever asks the command to end does so without a failure."""
    # Started in the background by a script, a process ignores Ctrl-C's signal.
    try:
        with stopping(Stop(lambda: command, _STOPPING), signal.SIGINT):
            yield
    except KeyboardInterrupt:
        notify("STOPPING=1")
        say("stopped")


@contextlib.contextmanager
def progress(total: int, *, silent: bool) -> Iterator[Callable[[str], None]]:
    """A bar on a terminal; elsewhere a line for every hundred sources."""
    alive = keep_alive()
    if has_bar() and total > 1 and not silent:
        with click.progressbar(length=total, label="looking", file=sys.stderr) as bar:
            yield lambda name: bar.update(1) if name == "polled" else None
        return
    done = 0

    def step(name: str) -> None:
        nonlocal done
        alive(name)
        done += name == "polled"
        if name == "polled" and done % 100 == 0:
            mention(f"{done} of {total} sources looked at")

    yield step


def _now() -> datetime:
    return datetime.now(UTC)
