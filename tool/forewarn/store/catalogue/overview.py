"""The hints of all shards in one, so that a question need not open hundreds of files.

They are those of the very shards that are there: each is known by its size, times and inode, and
one that was replaced since is asked itself.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

from forewarn.store.catalogue.cache import Cache, Hints
from forewarn.store.catalogue.entries import NONSENSE
from forewarn.store.catalogue.folders import Mark, settled

_SHARD = "_hints"  # a product's id never begins so
_FEW = 16  # shards that are opened sooner than all of this is written again


class Overview:
    """The hints of each product's shard, found when somebody asks."""

    def __init__(self, cache: Cache) -> None:
        self._cache = cache
        self._rows: dict[str, tuple[Mark, int, bytes]] | None = None
        self._found: dict[str, Hints | None] = {}
        self._opened: dict[str, tuple[Mark, int, bytes]] = {}

    def find(self, name: str) -> Hints | None:
        """The hints of a shard; None where there is none to believe."""
        if name not in self._found:
            self._found[name] = self._look(name)
        return self._found[name]

    def keep(self, now: Callable[[], int]) -> None:
        """Write what had to be looked up, if it is much; `now` is the file system's time."""
        if len(self._opened) <= _FEW:
            return
        moment = now()
        opened = {name: row for name, row in self._opened.items() if settled(row[0], moment)}
        if len(opened) > _FEW:
            kept = {name: row for name, row in self._all().items() if self._found.get(name, row)}
            self._cache.write(_SHARD, {"rows": {**kept, **opened}}, Hints.of(0, ()))

    def _look(self, name: str) -> Hints | None:
        mark = self._cache.mark(name)
        if mark is None:
            return None
        with suppress(*NONSENSE):
            kept, folder_time, words = self._all()[name]
            if kept == mark and isinstance(folder_time, int) and isinstance(words, bytes):
                return Hints(folder_time, words)
        found = self._cache.hints(name)
        # Of one that was replaced meanwhile, the hints would not be those of its mark.
        if found and self._cache.mark(name) == mark:
            self._opened[name] = (mark, found.folder_time, found.words)
        return found

    def _all(self) -> dict[str, tuple[Mark, int, bytes]]:
        if self._rows is None:
            shard = self._cache.read(_SHARD)
            rows = shard.payload.get("rows") if shard else None
            self._rows = rows if isinstance(rows, dict) else {}
        return self._rows
