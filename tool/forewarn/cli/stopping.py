"""A command that is told to stop: it ends within seconds and says what holds."""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

# What is asked of a process by Ctrl-C, by `kill` or a service manager, and by a closed terminal.
_SIGNALS = [
    getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)
]
# Seconds for putting things away: ending children, rolling back, closing connections.
_PATIENCE = 8.0
_MOMENT = 0.005

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
    """Whether a signal has come, and which."""

    def __init__(self) -> None:
        self._signal: signal.Signals | None = None

    @property
    def code(self) -> int:
        """The exit code: 128 and the signal's number; that of Ctrl-C where none has come."""
        return 128 + (self._signal or signal.SIGINT)

    def said(self, command: str | None) -> str:
        """What to tell the user of the command that was stopped."""
        by = self._signal.name if self._signal else "the user"
        return f"stopped by {by}. {_HOLDS.get(command or '', _USUALLY)}"

    def hear(self, number: int, frame: FrameType | None) -> None:
        """Handle a signal: the first one stops the command, further ones change nothing."""
        if self._signal is not None:
            return
        if _is_called_back(frame):
            _come_again(number)
            return
        self._signal = signal.Signals(number)
        _hush()
        # Whatever putting things away waits for: files and state are whole at every moment.
        last = threading.Timer(_PATIENCE, os._exit, (self.code,))
        last.daemon = True
        last.start()
        raise Stopped


@contextmanager
def stopping() -> Iterator[Stop]:
    """Turn signals into `Stopped`, which unwinds the command, for as long as the block runs."""
    stop = Stop()
    if threading.current_thread() is not threading.main_thread():
        yield stop
        return
    # What is ignored stays so: whoever says nohup wants the command to outlive the terminal.
    asked = [number for number in _SIGNALS if signal.getsignal(number) is not signal.SIG_IGN]
    before = {number: signal.signal(number, stop.hear) for number in asked}
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _is_called_back(frame: FrameType | None) -> bool:
    """Whether libcurl is at work between here and our own code: it would print what is raised."""
    marked = getattr(sys.modules.get("forewarn.net.connections"), "CALLED_BACK", ())
    while frame:
        if frame.f_code in marked:
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
