"""Standard output and error: that something cannot be said keeps nothing from being done."""

from __future__ import annotations

import atexit
import errno
import io
import os
import sys
import threading
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from typing_extensions import Buffer

OUTPUT = "standard output"
# What they do goes on, though nobody can read of it: somebody waits for the alerts.
AT_WORK = frozenset(["publish", "deliver", "watch", "worker"])


class AnswerCode(int):
    """The exit code of a command that has put everything away when it has printed its answer."""


class Streams:
    """Both streams of this process. No message stops a command; a result does, by an error.

    Where the command is one that goes on all the same, `lost` is why a result could not be written.
    """

    def __init__(self) -> None:
        self.goes_on = False
        self.lost: OSError | None = None

    def guard(self) -> None:
        """Take the place of Python's own.

        A terminal that lacks a character gets its number, as stderr does, and no traceback.
        """
        if isinstance(sys.stdout, io.TextIOWrapper):
            sys.stdout = _through(sys.stdout, self._result_failed)
        if isinstance(sys.stderr, io.TextIOWrapper):
            sys.stderr = _through(sys.stderr, lambda error: None)

    def leave(self, code: AnswerCode) -> None:
        """End this process, as soon as all is said: to take down what was imported takes a while.

        It goes on where somebody else is at work or looks on. What others asked to be done at the
        end is done before.

        Raises:
            OSError: the last of the output cannot be written.
        """
        if threading.active_count() > 1 or _is_watched():
            return
        atexit._run_exitfuncs()
        for stream in filter(None, (sys.__stdout__, sys.__stderr__, sys.stderr)):
            with suppress(OSError, ValueError):  # it may be closed
                stream.flush()
        if sys.stdout and not sys.stdout.closed:
            sys.stdout.flush()
        os._exit(code)

    def _result_failed(self, error: OSError) -> None:
        error.filename = OUTPUT
        if not self.goes_on:
            raise error
        if error.errno != errno.EPIPE:  # whoever does not read on needs no word of it
            self.lost = self.lost or error


def _is_watched() -> bool:
    """Whether a debugger, a profiler or the like is at work, which has something to say itself."""
    monitoring = getattr(sys, "monitoring", None)  # since Python 3.12
    tools = map(monitoring.get_tool, range(6)) if monitoring else ()
    return bool(sys.gettrace() or sys.getprofile() or sys.flags.inspect or any(tools))


class _Raw(io.FileIO):
    """What cannot be written is dropped, unless `failed` raises: then so is all that follows."""

    def __init__(self, descriptor: int, failed: Callable[[OSError], None]) -> None:
        super().__init__(descriptor, "w", closefd=False)
        self._failed = failed
        self._has_ended = False
        self._written = b""

    def write(self, data: Buffer) -> int:
        view = memoryview(data).cast("B")
        again, self._written = self._written, b""
        if again and view[: len(again)] == again:
            return len(again)
        if not self._has_ended:
            done: list[int] = []
            try:
                # One step for a signal: it comes before it, or when it is known how much went.
                done.extend(map(super().write, (data,)))
                return done[0]
            except OSError as error:
                self._has_ended = True
                self._failed(error)
                self._has_ended = False
            except BaseException:
                # The buffer does not hear of it, and would write the same once more.
                self._written = bytes(view[: sum(done)])
                raise
        return view.nbytes


def _through(stream: io.TextIOWrapper, failed: Callable[[OSError], None]) -> io.TextIOWrapper:
    stream.reconfigure(errors="backslashreplace")
    # A console of Windows is written to in a way of its own.
    if type(getattr(stream.buffer, "raw", stream.buffer)) is not io.FileIO:
        return stream
    stream.flush()
    return io.TextIOWrapper(
        io.BufferedWriter(_Raw(stream.fileno(), failed)),
        encoding=stream.encoding,
        errors="backslashreplace",
        line_buffering=stream.line_buffering,
        write_through=stream.write_through,
    )
