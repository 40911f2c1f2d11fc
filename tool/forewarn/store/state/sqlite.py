"""The state in SQLite: one file on one machine."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from forewarn.errors import Refused
from forewarn.store.files import only_one
from forewarn.store.own import own_place, state_folder
from forewarn.store.root import STATE_FILE, STATE_FOLDER
from forewarn.store.state.kept import KeptState
from forewarn.store.state.sqlite_file import SqliteDatabase, open_database, wal_is_safe

# What only a damaged file, or a process that delivers, needs is slow to import.
if TYPE_CHECKING:
    from forewarn.store.state.salvage import Salvaged as Salvaged

# Where processes that deliver have their names, beside the file.
HOLDERS = "delivering"


class SqliteState(KeptState):
    """An open file."""

    def __init__(self, opened: SqliteDatabase, names: Path) -> None:
        super().__init__(opened)
        self._file = opened
        self._names = names

    def described(self) -> str:
        return f"{STATE_FOLDER}/"

    def wake(self) -> None:
        """Nobody waits: on one machine, who queues also sends, or a timer does."""

    # Several machines on one file: its locks would not hold.
    is_shared = False

    def now(self) -> datetime:
        return datetime.now(UTC)

    @contextlib.contextmanager
    def exclusively(self, name: str) -> Iterator[bool]:
        folder = self._file.path.parent
        with contextlib.ExitStack() as stack:
            try:
                lock = own_place(folder.parent, folder / f"{name}.lock")
                stack.enter_context(only_one(lock, "at this"))
            except Refused:
                yield False
                return
            yield True

    def damage(self) -> str | None:
        found = str(self._file.rows("PRAGMA integrity_check(1)")[0][0])
        if found != "ok":
            return f"it is damaged: {found}"
        from forewarn.store.state import salvage

        first = next(salvage.unreadable(self._file), None)
        return first.what if first else None

    def carry_over(self, damaged: Path) -> Salvaged:
        """Take over what can be read of a damaged file, which is not changed."""
        from forewarn.store.state import salvage

        return salvage.salvage(damaged, self._file)

    @contextlib.contextmanager
    def living(self) -> Iterator[str]:
        from forewarn.store.state import holders

        with holders.living(self._names) as name:
            yield name

    def is_heard(self) -> bool:
        return True  # its name is a file that it has locked

    def is_alone(self, holder: str) -> bool:
        others = [file.name for file in self._names.iterdir() if file.name != holder]
        return not [name for name in others if self.lives(name)]

    def lives(self, holder: str) -> bool:
        from forewarn.store.state import holders

        return holders.alive(self._names, holder)


@contextlib.contextmanager
def open_root(root: Path, *, patience: float = 30) -> Iterator[SqliteState]:
    """Open the file of the knowledge base at `root`, made or migrated as needed.

    `patience` is how many seconds to wait while another process writes.

    Raises:
        DataError: it is damaged, newer than this forewarn, locked, or cannot be written.
    """
    names = state_folder(root, HOLDERS)
    with open_database(state_folder(root, STATE_FILE), patience=patience) as opened:
        yield SqliteState(opened, names)


@contextlib.contextmanager
def open_file(path: Path) -> Iterator[SqliteState]:
    """The same for a file wherever it is."""
    with open_database(path) as opened:
        yield SqliteState(opened, path.parent / HOLDERS)


def library() -> tuple[str, bool]:
    """The release of SQLite that is used here, and whether its WAL mode is."""
    return sqlite3.sqlite_version, wal_is_safe(sqlite3.sqlite_version_info)
