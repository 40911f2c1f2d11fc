"""A command that is told to stop: it ends within seconds and says what holds."""

from __future__ import annotations

import _thread
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from types import FrameType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import asyncio

# What is asked of a process by Ctrl-C, by `kill` or a service manager, and by a closed terminal.
_SIGNALS = [
    getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)
]
# Seconds for putting things away: ending children, rolling back, closing connections.
_PATIENCE = 8.0
_MOMENT = 0.005
# Seconds for what an event loop is just at.
_STEP = 1.0
# Their own steps are short, and an exception amid one leaves a lock taken, a process that nobody
# ends, a folder that nobody removes, or a task that never goes on.
_SHORT = {
    "asyncio",
    "concurrent",
    "contextlib",
    "forewarn.cli.stopping",
    "git",
    "importlib",
    "_frozen_importlib",
    "_frozen_importlib_external",
    "subprocess",
    "tempfile",
    "threading",
    "weakref",
}
# But these wait for others, and are made for it that something is raised meanwhile.
_WAITS = {
    ("subprocess", "communicate"),
    ("subprocess", "_communicate"),
    ("subprocess", "_try_wait"),
    ("threading", "wait"),
    ("threading", "join"),
    ("threading", "_wait_for_tstate_lock"),
}
# What these call belongs to the step.
_WHOLE = {
    ("subprocess", "__init__"),
    ("tempfile", "cleanup"),
    ("tempfile", "_cleanup"),
    ("threading", "__enter__"),
    ("threading", "__exit__"),
}

# What a stopped command leaves, and what the next run does.
_HOLDS = {
    "publish": "The sites in place are whole. What was queued or sent is kept; "
    "`forewarn publish` does the rest, and tells nobody twice.",
    "deliver": "What was sent is marked as sent; `forewarn deliver` sends the rest.",
    "watch": "What was stored is kept with its alerts; the next look begins where this one ended.",
    "worker": "What was stored or sent is kept; other workers, or the next, do the rest.",
    "import": "Nothing of it was recorded, or all; the same import, run again, says which.",
    "check": "Nothing was changed.",
    "doctor": "Nothing was changed.",
    "pages": "The folder is as it was before.",
    "serve": "Nothing was changed.",
}
_WROTE = "It is committed, or nothing was changed; run it again to see which."
_HOLDS |= {"init": "Nothing was made, or all.", "product": _WROTE, "release": _WROTE}
_USUALLY = "What was finished is kept; run the command again to do the rest."


class Stopped(KeyboardInterrupt):
    """A signal asked this process to end."""


class Stop:
    """Whether a signal has come, and which.

    `running` gives the command that is stopped. What has not been put away after `patience` seconds
    is left as it is.
    """

    def __init__(
        self, running: Callable[[], str | None] = lambda: None, patience: float = _PATIENCE
    ) -> None:
        self._running = running
        self._patience = patience
        self._signal: signal.Signals | None = None
        self._is_said = False
        self._is_left_to_loop = False
        # Whether the command has been told: what it raises from then on is because of that.
        self.is_raised = False
        self.is_over = False

    @property
    def is_heard(self) -> bool:
        """Whether a signal has come."""
        return self._signal is not None

    @property
    def code(self) -> int:
        """The exit code: 128 and the signal's number; that of Ctrl-C where none has come."""
        return 128 + (self._signal or signal.SIGINT)

    def said(self) -> str:
        """What to tell the user of the command that was stopped."""
        self._is_said = True
        by = self._signal.name if self._signal else "the user"
        return f"stopped by {by}. {_HOLDS.get(self._running() or '', _USUALLY)}"

    def hear(self, number: int, frame: FrameType | None) -> None:
        """Handle a signal: the first one stops the command, further ones change nothing.

        It is raised where it leaves nothing half done: here, or in a moment.
        """
        if self.is_raised or self.is_over:
            return
        if self._signal is None:
            self._signal = signal.Signals(number)
            # No `threading.Timer`: what was interrupted may hold the locks that its start takes.
            _thread.start_new_thread(self._end_in_the_end, ())
        if not self._is_left_to_loop and (loop := _running_loop()):
            # Between two steps of its tasks, so that each of them can be ended.
            self._is_left_to_loop = True
            loop.call_soon_threadsafe(self._raise)
            _come_again(number, _STEP)
        elif _is_amid_a_step(frame):
            _come_again(number, _MOMENT)
        else:
            self._raise()

    def _raise(self) -> None:
        if not self.is_raised and not self.is_over:
            self.is_raised = True
            _hush()
            raise Stopped

    def _end_in_the_end(self) -> None:
        """Whatever putting things away waits for: files and state are whole at every moment."""
        time.sleep(self._patience)
        if not self._is_said:
            with suppress(OSError):  # past Python's stream, of which somebody may hold the lock
                os.write(2, f"\n{self.said()}\n".encode())
        os._exit(self.code)


@contextmanager
def stopping(stop: Stop, *even_if_ignored: signal.Signals) -> Iterator[None]:
    """Turn signals into `Stopped`, which unwinds the command, for as long as the block runs.

    When one has come, all further ones are for `stop`, to the end of this process.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    # What is ignored stays so: whoever says nohup wants the command to outlive the terminal.
    asked = [number for number in _SIGNALS if signal.getsignal(number) is not signal.SIG_IGN]
    before = {n: signal.signal(n, stop.hear) for n in {*asked, *even_if_ignored}}
    try:
        yield
    finally:
        stop.is_over = True
        if not stop.is_heard:
            for number, handler in before.items():
                signal.signal(number, handler)


def _is_amid_a_step(frame: FrameType | None) -> bool:
    """Whether something would be left half done, or nobody would hear, if it ended here."""
    # What is raised where an object is given up, or where libcurl calls us, is printed by them.
    called_back = getattr(sys.modules.get("forewarn.net.connections"), "CALLED_BACK", ())
    has_loop = _running_loop() is not None
    innermost = True
    while frame:
        code, module = frame.f_code, str(frame.f_globals.get("__name__"))
        room, place = module.partition(".")[0], (module, code.co_name)
        if code in called_back or code.co_name == "__del__" or place in _WHOLE:
            return True
        if innermost and {module, room} & _SHORT and place not in _WAITS:
            return True
        if room == "asyncio" and not has_loop:  # one is just being made, or closed
            return True
        innermost = False
        frame = frame.f_back
    return False


def _running_loop() -> asyncio.AbstractEventLoop | None:
    """The event loop that runs in this thread."""
    # Nothing is imported in a signal's handler; the module may be just about to be.
    running = getattr(sys.modules.get("asyncio"), "_get_running_loop", None)
    return running() if running else None


def _come_again(number: int, seconds: float) -> None:
    """Send this process the signal once more, in a moment."""

    def send() -> None:
        time.sleep(seconds)
        if hasattr(signal, "pthread_kill"):
            if main := threading.main_thread().ident:
                signal.pthread_kill(main, number)
        else:
            signal.raise_signal(number)

    _thread.start_new_thread(send, ())


def _hush() -> None:
    """Let nobody be told, to the very end, what was under way and is given up now."""
    # Nothing is imported in a signal's handler; the module may be just about to be.
    if get_logger := getattr(sys.modules.get("logging"), "getLogger", None):
        get_logger("asyncio").disabled = True
    if ignore := getattr(sys.modules.get("warnings"), "simplefilter", None):
        ignore("ignore")
