"""A process that lists folders of records while this one does, where there are many files.

To look at each of a hundred thousand files is a third of what a command does that finds them all
in the cache.
"""

from __future__ import annotations

import marshal
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from forewarn import child
from forewarn.store.catalogue import listing
from forewarn.store.catalogue.listing import LENGTH, Listing

_PIECE = 1_000_000  # bytes; a pipe mostly holds fewer


class Listings:
    """The listings that another process has come to, of which the last folder is the first."""

    def __init__(self, process: subprocess.Popen[bytes] | None) -> None:
        self._told = process.stdout if process else None
        self._left = b""
        self._found: dict[str, Listing] = {}

    def take(self, name: str) -> Listing | None:
        """That of a folder, if it has come by now."""
        with suppress(BlockingIOError, ValueError, EOFError, TypeError):
            while self._told and (piece := os.read(self._told.fileno(), _PIECE)):
                self._left += piece
                self._read()
        return self._found.pop(name, None)

    def _read(self) -> None:
        data, at = self._left, 0
        while (end := at + LENGTH + int.from_bytes(data[at : at + LENGTH], "big")) <= len(data):
            name, found = marshal.loads(data[at + LENGTH : end])  # noqa: S302 - of our own process
            self._found[name] = found
            at = end
        self._left = data[at:]


@contextmanager
def listed_beside(top: str) -> Iterator[Listings]:
    """Let a process list the folders in `top` while the block runs, if there is a processor."""
    process = _begin(top) if _can_help() else None
    if process is None:
        yield Listings(None)
        return
    with process:  # which closes its pipe and waits for it
        try:
            yield Listings(process)
        finally:
            process.kill()


def _can_help() -> bool:
    # It reads names as UTF-8, and what it tells is asked for without waiting.
    same_names = sys.getfilesystemencoding() == "utf-8"
    return same_names and os.name == "posix" and (os.cpu_count() or 1) > 1


def _begin(top: str) -> subprocess.Popen[bytes] | None:
    try:
        process = subprocess.Popen(
            [*child.python_file(Path(listing.__file__)), top],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=child.neutral_folder(),
            env=child.environment(),
        )
    except OSError:
        return None
    assert process.stdout  # noqa: S101 - a pipe, see above
    os.set_blocking(process.stdout.fileno(), False)
    return process
