"""A limit of time for what a library does with text from strangers."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType


class TooSlow(BaseException):
    """The block took longer than it may. No handler of `Exception` in a library keeps it."""


@contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """Raise `TooSlow` in the block once the process has worked for so long.

    What counts is processor time, so that a busy machine makes no text a slow one. Only where
    the system has an alarm clock for it (not on Windows), and only in a process's main thread;
    elsewhere the block takes as long as it takes.
    """
    alarm = getattr(signal, "SIGPROF", None)
    if alarm is None or threading.current_thread() is not threading.main_thread():
        yield
        return

    def ring(number: int, frame: FrameType | None) -> None:
        raise TooSlow

    before = signal.signal(alarm, ring)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(alarm, before)
