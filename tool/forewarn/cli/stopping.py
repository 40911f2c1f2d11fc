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

# What is asked of a process by Ctrl-C, by `kill` or a service manager, and by a closed terminal.
_SIGNALS = [
    getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)
]
# Seconds for putting things away: ending children, rolling back, closing connections.
_PATIENCE = 8.0
_MOMENT = 0.005
# What is raised in these leaves a lock taken for ever, and we may wait for a thread that wants it.
_TAKING_A_LOCK = {threading.Condition.__enter__.__code__, threading.Condition.__exit__.__code__}

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
        """Handle a signal: the first one stops the command, further ones change nothing."""
        if self._signal is not None:
            return
        if _must_not_end(frame):
            _come_again(number)
            return
        self._signal = signal.Signals(number)
        _hush()
        # No `threading.Timer`: what was interrupted may hold the locks that its start takes.
        _thread.start_new_thread(self._end_in_the_end, ())
        raise Stopped

    def _end_in_the_end(self) -> None:
        """Whatever putting things away waits for: files and state are whole at every moment."""
        time.sleep(self._patience)
        if not self._is_said:
            with suppress(OSError):  # past Python's stream, of which somebody may hold the lock
                os.write(2, f"\n{self.said()}\n".encode())
        os._exit(self.code)


@contextmanager
def stopping(stop: Stop) -> Iterator[None]:
    """Turn signals into `Stopped`, which unwinds the command, for as long as the block runs."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    # What is ignored stays so: whoever says nohup wants the command to outlive the terminal.
    asked = [number for number in _SIGNALS if signal.getsignal(number) is not signal.SIG_IGN]
    before = {number: signal.signal(number, stop.hear) for number in asked}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _must_not_end(frame: FrameType | None) -> bool:
    """Whether nothing may be raised just now.

    A lock is being taken, or libcurl is at work between here and our own code: it would print it.
    """
    called_back = getattr(sys.modules.get("forewarn.net.connections"), "CALLED_BACK", ())
    while frame:
        if frame.f_code in _TAKING_A_LOCK or frame.f_code in called_back:
            return True
        frame = frame.f_back
    return False


def _come_again(number: int) -> None:
    """Send this process the signal once more, in a moment."""
    if hasattr(signal, "pthread_kill"):
        main = threading.main_thread().ident
        again = threading.Timer(_MOMENT, signal.pthread_kill, (main, number))
    else:
        again = threading.Timer(_MOMENT, signal.raise_signal, (number,))
    again.daemon = True
    again.start()


def _hush() -> None:
    """Let asyncio tell nobody, to the very end, what its tasks were at when they were stopped."""
    # Nothing is imported in a signal's handler; the module may be just about to be.
    if get_logger := getattr(sys.modules.get("logging"), "getLogger", None):
        get_logger("asyncio").disabled = True
