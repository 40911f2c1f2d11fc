"""What was made of all records at once, in one file of the cache.

A question that nearly always has the same answer need not open the folder of each product. What
was made is believed as long as every folder and file that it was made of is as it was, by size,
times and inode; a folder's times say that nothing in it came, went or has another name.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from time import monotonic_ns
from typing import Any

from forewarn.store.catalogue.cache import Cache, Hints
from forewarn.store.catalogue.code import stamps
from forewarn.store.catalogue.folders import Worktree, settled, unpacked
from forewarn.store.catalogue.listing import mark_of, packed
from forewarn.store.layout import RELEASES, is_record
from forewarn.store.root import SETTINGS_FILE, SUBSCRIPTIONS

_SHARD = "_gist"
_SEPARATOR = "\0"
# Where a link leads counts, not the link; what is not there may be there the next time.
_TOPS = (SETTINGS_FILE, RELEASES, SUBSCRIPTIONS)


class Gist:
    """What was made of the releases and the settings at `root`, as plain values.

    Made before anything is loaded: what changes from then on is seen. `code` are the folders of
    the package, beside those that read records, of which it depends what is made.
    """

    def __init__(self, root: Path, code: Iterable[str]) -> None:
        """Begin to look.

        Raises:
            DataError: some files are not checked out.
        """
        Worktree(root)
        self._root = root
        self._cache = Cache(root)
        self._code = "\n".join(stamps(code))
        self._began = monotonic_ns()
        self._seen: tuple[list[str], bytes] | None = None

    def read(self) -> Any | None:
        """What was made of the files as they are; None where there is nothing to believe."""
        found = self._cache.read(_SHARD)
        if found is None:
            return None
        with suppress(OSError, ValueError, TypeError, LookupError, AttributeError):
            paths, numbers = found.payload["paths"], found.payload["marks"]
            if (
                found.payload["code"] == self._code
                and packed([*_numbers(self._root, paths.split(_SEPARATOR))]) == numbers
            ):
                return found.payload["made"]
        return None

    def begin(self) -> None:
        """See how all files are; to be called before they are read."""
        self._began = monotonic_ns()
        with suppress(OSError):
            paths = [*_found(self._root)]
            self._seen = paths, packed([*_numbers(self._root, paths)])

    def keep(self, made: Any) -> None:
        """Keep what was made of the files as they were seen, if a change of them would show."""
        now = self._cache.now() - (monotonic_ns() - self._began)
        if self._seen is None:
            return
        paths, numbers = self._seen
        if all(settled(mark, now) for mark in unpacked(numbers)):
            payload = {
                "code": self._code,
                "paths": _SEPARATOR.join(paths),
                "marks": numbers,
                "made": made,
            }
            self._cache.write(_SHARD, payload, Hints.of(0, ()))


def _found(root: Path) -> Iterator[str]:
    """Every folder and file of records and of settings, each folder before what is in it."""
    waiting = [path for path in (RELEASES, SUBSCRIPTIONS) if (root / path).is_dir()]
    while waiting:
        here = waiting.pop()
        yield here
        with os.scandir(root / here) as entries:
            for entry in entries:
                path = f"{here}/{entry.name}"
                if entry.is_dir(follow_symlinks=False):
                    waiting.append(path)
                elif is_record(path) or here == SUBSCRIPTIONS:
                    yield path


def _numbers(root: Path, paths: Sequence[str]) -> Iterator[int]:
    """By what all of it is known.

    Raises:
        OSError: something is not there.
    """
    for top in _TOPS:
        try:
            yield from mark_of((root / top).stat())
        except FileNotFoundError:
            yield from (0, 0, 0, 0)
    with _looking(root) as look:
        for path in paths:
            status = look(path)
            yield status.st_mtime_ns
            yield status.st_ctime_ns
            yield status.st_size
            yield status.st_ino


@contextmanager
def _looking(root: Path) -> Iterator[Callable[[str], os.stat_result]]:
    """What tells the status of a file by its path; quicker from a folder that is open."""
    if os.stat not in os.supports_dir_fd:
        yield lambda path: os.lstat(f"{root}/{path}")
        return
    opened = os.open(root, os.O_RDONLY | os.O_DIRECTORY)
    try:
        yield partial(os.stat, dir_fd=opened, follow_symlinks=False)
    finally:
        os.close(opened)
