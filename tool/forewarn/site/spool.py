"""Pages that are to be rendered, kept in a file: the texts of a large site are hundreds of MB."""

from __future__ import annotations

import marshal
from collections.abc import Iterable, Sequence
from pathlib import Path
from threading import Lock
from typing import BinaryIO, overload

from forewarn.site.record import Task

# Where a task begins in the file, and its bytes.
Place = tuple[int, int]


class Spool(Sequence[Task]):
    """Tasks in the order in which they were added.

    The file `path` is there for as long as the block runs. Several threads may read.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = Lock()
        self._places: list[Place] = []
        self._end = 0

    def __enter__(self) -> Spool:
        self._file = self.path.open("w+b")
        return self

    def __exit__(self, *error: object) -> None:
        self._file.close()
        self.path.unlink()

    def add(self, task: Task) -> None:
        """Keep a task.

        Raises:
            OSError: the file cannot be written.
        """
        data = marshal.dumps((*map(str, task),))  # exactly text, whatever kind of it
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

    def places(self, tasks: Iterable[int]) -> list[Place]:
        """Where tasks stand in the file, for another process that reads them there."""
        with self._lock:
            self._file.flush()
        return [self._places[at] for at in tasks]

    def _read(self, at: int) -> Task:
        with self._lock:
            return read_task(self._file, self._places[at])


def read_task(file: BinaryIO, place: Place) -> Task:
    """The task at a place of a spool's file."""
    begin, size = place
    file.seek(begin)
    return Task(*marshal.loads(file.read(size)))  # noqa: S302 - a file of this build's own
