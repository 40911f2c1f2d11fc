"""A state database in SQLite: one file on one machine."""

from __future__ import annotations

import contextlib
import os
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from forewarn.errors import DataError
from forewarn.store.files import WRITABLE, is_read_only, write_new
from forewarn.store.root import BESIDE
from forewarn.store.state import sought
from forewarn.store.state.database import Connection, Database, Result
from forewarn.store.state.interface import Damaged, TooNew
from forewarn.store.state.migrations import MIGRATIONS

# What SQLite raises; where the names in a file are damaged, Python cannot read those either.
BROKEN = (sqlite3.Error, UnicodeDecodeError)
_BATCH = 500
# WAL mode can corrupt a database under these releases of SQLite (its own release notes say so).
_WAL_IS_SAFE_FROM = ((3, 44, 6), (3, 50, 7), (3, 51, 3))


class SqliteConnection(sqlite3.Connection):
    """A connection to a file. One transaction at a time writes, so that each is alone."""

    path = Path()

    @contextlib.contextmanager
    def part(self) -> Iterator[None]:
        """All of the block's changes or none, inside the caller's transaction."""
        self.execute("SAVEPOINT part")
        try:
            yield
        except BaseException as error:
            # A full disk has ended the whole transaction already.
            if self.in_transaction:
                self.execute("ROLLBACK TO part")
            if isinstance(error, BROKEN):
                raise unusable(self.path, error) from error
            raise
        self.execute("RELEASE part")

    def clock(self, now: datetime) -> datetime:
        """Whoever works with a file has the clock of its machine."""
        return now

    def counted(self, table: str) -> None:
        """It does so by itself."""

    def alone(self, doing: str) -> None:
        """It is."""


class SqliteDatabase(Database):
    """An open file."""

    def __init__(self, connection: SqliteConnection) -> None:
        self._connection = connection
        self.path = connection.path

    @contextlib.contextmanager
    def transaction(self) -> Iterator[SqliteConnection]:
        """All of the block's changes, or none of them."""
        try:
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self._connection
            except BaseException:
                self._roll_back()
                raise
            self._connection.execute("COMMIT")
        except BROKEN as error:
            self._roll_back()
            raise unusable(self.path, error) from error

    def _roll_back(self) -> None:
        # SQLite has done so itself where the disk was full, and cannot where the file is broken.
        if self._connection.in_transaction:
            with contextlib.suppress(*BROKEN):
                self._connection.execute("ROLLBACK")

    def together(self, work: Callable[[Connection], Result]) -> Result:
        """What `work` comes to; one after the other."""
        with self.transaction() as connection:
            return work(connection)

    @contextlib.contextmanager
    def erasing(self) -> Iterator[SqliteConnection]:
        """A transaction after which the file is written anew, without what was deleted."""
        with self.transaction() as connection:
            connection.execute("PRAGMA secure_delete = ON")
            yield connection
        try:
            self._connection.execute("VACUUM")
            self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        except BROKEN as error:
            raise unusable(self.path, error) from error

    def rows(self, query: str, parameters: Sequence[object] = ()) -> list[sqlite3.Row]:
        """The rows of a query."""
        try:
            return self._connection.execute(query, parameters).fetchall()
        except BROKEN as error:
            raise unusable(self.path, error) from error

    def stream(self, query: str, parameters: Sequence[object] = ()) -> Iterator[Any]:
        """The same, without having all of them at once."""
        try:
            cursor = self._connection.execute(query, parameters)
            while batch := cursor.fetchmany(_BATCH):
                yield from batch
        except BROKEN as error:
            raise unusable(self.path, error) from error

    def close(self) -> None:
        """Give the file back."""
        self._connection.close()


@contextlib.contextmanager
def open_database(path: Path, *, patience: float = 30) -> Iterator[SqliteDatabase]:
    """Open a file, made or migrated as needed.

    `patience` is how many seconds to wait while another process writes.

    Raises:
        DataError: it is damaged, newer than this forewarn, locked, or cannot be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        for there in (path, *_companions(path)):
            # SQLite would wait for whoever writes into a pipe.
            if there.exists() and not there.is_file():
                raise NotADirectoryError(f"{there.name} is no file")
        # First, as another process may be making it and begin to work with it.
        orphans = [name for name in _companions(path) if name.exists()]
        if not path.exists():
            _refuse_orphans(path, orphans)
            _make(path)
        connection = sqlite3.connect(
            path, timeout=patience, isolation_level=None, factory=SqliteConnection
        )
    except (OSError, *BROKEN) as error:
        raise unusable(path, error) from error
    try:
        connection.path = path
        connection.row_factory = sqlite3.Row
        connection.text_factory = as_text
        sought.teach(connection)
        try:
            connection.execute("PRAGMA foreign_keys = ON")
            connection.execute("PRAGMA synchronous = FULL")
            _migrate(connection, path)
            if wal_is_safe(sqlite3.sqlite_version_info):
                connection.execute("PRAGMA journal_mode = WAL")
        except BROKEN as error:
            raise unusable(path, error) from error
        yield SqliteDatabase(connection)
    finally:
        connection.close()


def wal_is_safe(version: tuple[int, ...]) -> bool:
    """Whether this SQLite is one whose WAL mode cannot corrupt a database."""
    return version >= max(_WAL_IS_SAFE_FROM) or any(
        version[:2] == fixed[:2] and version >= fixed for fixed in _WAL_IS_SAFE_FROM
    )


def _companions(path: Path) -> Iterator[Path]:
    for ending in BESIDE:
        yield path.with_name(path.name + ending)


def _refuse_orphans(path: Path, orphans: Sequence[Path]) -> None:
    """SQLite would play the journal of one database into another that has its name.

    Raises:
        DataError: there is one.
    """
    if orphans:
        raise DataError(
            f"the state database is gone, and its {orphans[0].name} is still here",
            where=str(path),
            help=f"Put {path.name} back; to begin anew, remove {orphans[0].name}, too.",
        )


def _make(path: Path) -> None:
    """Put a whole database there at once: one that is empty was cut, and is never begun anew.

    Raises:
        DataError: it cannot be written.
    """
    with contextlib.closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
        sought.teach(connection)
        _run(connection, 0)
        whole = connection.serialize()
    try:
        write_new(Path(os.path.realpath(path)), whole)
    except DataError:
        if not path.exists():  # nor has another process made it meanwhile
            raise


def _migrate(connection: sqlite3.Connection, path: Path) -> None:
    current = len(MIGRATIONS)
    if _format(connection) == current:
        return
    # The format is read again inside the transaction: another process may have been quicker.
    connection.execute("BEGIN IMMEDIATE")
    try:
        found = _format(connection)
        if found > current:
            raise TooNew(
                f"the state database is of format {found}; this forewarn knows up to {current}",
                where=str(path),
                help="Install the newer forewarn that wrote it.",
            )
        if found < 0:
            raise sqlite3.DatabaseError(f"its format is {found}")
        if found == 0:
            # We make none like that. To begin anew in it would be to have told nobody of anything.
            raise sqlite3.DatabaseError("it holds nothing, it was cut or emptied")
        _run(connection, found)
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")


def _run(connection: sqlite3.Connection, since: int) -> None:
    """Bring a database of the format `since` to that of today."""
    for script in MIGRATIONS[since:]:
        for statement in _statements(script):
            connection.execute(statement)
    connection.execute(f"PRAGMA user_version = {len(MIGRATIONS)}")


def _statements(script: str) -> Iterator[str]:
    statement = ""
    for part in script.split(";"):
        statement += f"{part};"
        if sqlite3.complete_statement(statement):  # the end of a trigger, not of a line in it
            yield statement
            statement = ""


def _format(connection: sqlite3.Connection) -> int:
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


# Of what a disk answers: the file could not be read, or holds what nobody wrote.
_UNREAD = frozenset(
    [
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_IOERR_READ,
        sqlite3.SQLITE_IOERR_SHORT_READ,
        sqlite3.SQLITE_IOERR_CORRUPTFS,
    ]
)


def unusable(path: Path, error: Exception) -> DataError:
    """The error for a state database that cannot be used."""
    how = getattr(error, "sqlite_errorcode", 0)
    code = how & 0xFF
    if code == sqlite3.SQLITE_FULL:
        return DataError(
            "the disk is full, so nothing could be kept",
            where=str(path),
            help="Free some space, then run the command again; what it did not keep, it does then.",
        )
    if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return DataError(
            f"the state database is in use by {_who_holds(path)}, and was not free in time",
            where=str(path),
            help="Nothing is damaged and nothing was changed: wait until that process is done, "
            "then run the command again. Do not move the file away.",
        )
    if code in (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM) or isinstance(error, PermissionError):
        return _forbidden(path, "written")
    if code == sqlite3.SQLITE_CANTOPEN and _is_forbidden(path):
        return _forbidden(path, "opened")
    if code == sqlite3.SQLITE_IOERR and how not in _UNREAD:
        return DataError(
            "the state database cannot be written: the system refuses to, and does not say why",
            where=str(path),
            help="Nothing is damaged and nothing was changed. See whether a quota or the most that "
            "a file may have (`ulimit -f`) is reached, or whether the disk fails, then run the "
            "command again.",
        )
    return Damaged(
        f"the state database cannot be used: {error}",
        where=str(path),
        help="If the file is damaged, put back a copy; without one, `forewarn doctor --repair` "
        "sets it aside and builds it anew of what can be read, and tells nobody twice.",
    )


def _forbidden(path: Path, what: str) -> DataError:
    if is_read_only(path):
        return DataError(
            f"the state database cannot be {what}: its disk is mounted for reading only",
            where=str(path),
            help=f"{WRITABLE}, then run the command again; nothing was changed.",
        )
    return DataError(
        f"the state database cannot be {what}: this user may not",
        where=str(path),
        help="Run the command as the user that owns it, or mend the permissions of the file "
        "and of its folder; nothing was changed.",
    )


def _is_forbidden(path: Path) -> bool:
    there = path if path.exists() else path.parent
    return not os.access(there, os.R_OK | os.W_OK)


def _who_holds(path: Path) -> str:
    from forewarn.store.state.holders import lock_holders

    return " and ".join(lock_holders(path)) or "another process"


def as_text(data: bytes) -> str:
    """Stored text; what is no UTF-8 in a damaged file is read as half characters."""
    return data.decode("utf-8", "surrogateescape")
