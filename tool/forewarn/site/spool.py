"""Pages that are to be rendered, kept in a file: the texts of a large site are hundreds of MB."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from threading import Lock
from typing import overload

from forewarn.site.record import Task


class Spool(Sequence[Task]):
    """Tasks in the order in which they were added.

    The file is there for as long as the block runs. Several threads may read.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = Lock()
        self._places: list[tuple[int, int]] = []  # where a task begins, and its bytes
        self._end = 0

    def __enter__(self) -> Spool:
        self._file = self._path.open("w+b")
        return self

    def __exit__(self, *error: object) -> None:
        self._file.close()
        self._path.unlink()

    def add(self, task: Task) -> None:
        """Keep a task.

        Raises:
            OSError: the file cannot be written.
        """
        data = json.dumps(task).encode()
        self._places.append((self._end, len(data)))
        with self._lock:
            self._file.seek(self._end)
            self._file.write(data)
        self._end += len(data)

    def __len__(self) -> int:
        return len(self._places)

    @overload
    def __getitem__(self, at: int) -> Task: ...
    @overload
    def __getitem__(self, at: slice) -> list[Task]: ...
    def __getitem__(self, at: int | slice) -> Task | list[Task]:
        if isinstance(at, slice):
            return [self._read(place) for place in range(len(self))[at]]
        return self._read(at)

    def line(self, at: int) -> bytes:
        """A task as it is kept: a list in JSON, without a line's end."""
        begin, size = self._places[at]
        with self._lock:
            self._file.seek(begin)
            return self._file.read(size)

    def _read(self, at: int) -> Task:
        return Task(*json.loads(self.line(at)))
