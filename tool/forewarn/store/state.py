"""The state database: sightings, events and deliveries. Operational state, never in Git."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from forewarn.errors import DataError
from forewarn.store.own import state_folder
from forewarn.store.root import STATE_FOLDER

_FILE = "state.db"
# WAL mode can corrupt a database under these releases of SQLite (its own release notes say so).
_WAL_IS_SAFE_FROM = ((3, 44, 6), (3, 50, 7), (3, 51, 3))
_MIGRATIONS = (
    """
    CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
    CREATE TABLE sources (
        product TEXT NOT NULL,
        source TEXT NOT NULL,
        etag TEXT,
        last_modified TEXT,
        baseline_at TEXT,
        polled_at TEXT,
        error TEXT,
        PRIMARY KEY (product, source)
    ) STRICT;
    CREATE TABLE sightings (
        id TEXT PRIMARY KEY,
        product TEXT NOT NULL,
        version TEXT NOT NULL,
        source TEXT NOT NULL,
        url TEXT NOT NULL,
        title TEXT NOT NULL,
        state TEXT NOT NULL,
        first_seen TEXT NOT NULL,
        platform TEXT,
        published TEXT,
        reason TEXT
    ) STRICT;
    CREATE INDEX sightings_by_version ON sightings (product, version);
    CREATE TABLE events (
        id TEXT PRIMARY KEY,
        kind TEXT NOT NULL,
        product TEXT NOT NULL,
        version TEXT,
        severity TEXT NOT NULL,
        at TEXT NOT NULL,
        content TEXT NOT NULL
    ) STRICT;
    CREATE TABLE deliveries (
        id INTEGER PRIMARY KEY,
        event TEXT NOT NULL REFERENCES events (id),
        person TEXT NOT NULL,
        channel TEXT NOT NULL,
        state TEXT NOT NULL,
        attempts INTEGER NOT NULL DEFAULT 0,
        next_attempt_at TEXT,
        lease_until TEXT,
        lease_by TEXT,
        sent_at TEXT,
        error TEXT,
        UNIQUE (event, person, channel)
    ) STRICT;
    CREATE INDEX deliveries_due ON deliveries (state, next_attempt_at);
    """,
    """
    ALTER TABLE events ADD COLUMN subject TEXT;
    ALTER TABLE events ADD COLUMN taken_back_by TEXT;
    UPDATE events SET subject = product || '@' || version WHERE version IS NOT NULL;
    UPDATE events SET subject = json_extract(content, '$.page') WHERE version IS NULL;
    CREATE INDEX events_by_subject ON events (subject);
    """,
    """
    ALTER TABLE sightings ADD COLUMN arch TEXT;
    ALTER TABLE sightings ADD COLUMN channel TEXT;
    ALTER TABLE sightings ADD COLUMN track TEXT;
    ALTER TABLE sightings ADD COLUMN download TEXT;
    ALTER TABLE sightings ADD COLUMN size INTEGER;
    ALTER TABLE sightings ADD COLUMN sha256 TEXT;
    ALTER TABLE sightings ADD COLUMN notes TEXT;
    ALTER TABLE sightings ADD COLUMN told_in TEXT;
    ALTER TABLE sources ADD COLUMN read_at TEXT;
    ALTER TABLE sources ADD COLUMN reading TEXT;
    CREATE TABLE unread (
        product TEXT NOT NULL,
        source TEXT NOT NULL,
        entry TEXT NOT NULL,
        place TEXT NOT NULL,
        title TEXT NOT NULL,
        url TEXT NOT NULL,
        why TEXT NOT NULL,
        first_seen TEXT NOT NULL,
        PRIMARY KEY (product, source, entry)
    ) STRICT;
    """,
)


class State:
    """An open state database. Times are stored as UTC, ISO 8601, so that text order is time order.

    Reads outside `transaction` see committed rows. Use it from one thread.
    """

    def __init__(self, connection: sqlite3.Connection, path: Path) -> None:
        self._connection = connection
        self.path = path

    @contextlib.contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """All of the block's changes, or none of them.

        Raises:
            DataError: the database cannot be written (locked for long, damaged, disk full).
        """
        try:
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self._connection
            except BaseException:
                self._roll_back()
                raise
            self._connection.execute("COMMIT")
        except sqlite3.Error as error:
            self._roll_back()
            raise unusable(self.path, error) from error

    def _roll_back(self) -> None:
        # SQLite has done so itself where the disk was full.
        if self._connection.in_transaction:
            self._connection.execute("ROLLBACK")

    def rows(self, query: str, parameters: tuple[object, ...] = ()) -> list[sqlite3.Row]:
        """The rows of a query.

        Raises:
            DataError: the database cannot be read.
        """
        try:
            return self._connection.execute(query, parameters).fetchall()
        except sqlite3.Error as error:
            raise unusable(self.path, error) from error

    def mark(self, key: str) -> str | None:
        """The value kept under `key`, such as the last published commit."""
        rows = self.rows("SELECT value FROM meta WHERE key = ?", (key,))
        return str(rows[0]["value"]) if rows else None

    def marks(self, prefix: str) -> dict[str, str]:
        """The values kept under keys that begin with `prefix`, by the rest of the key."""
        query = "SELECT key, value FROM meta WHERE substr(key, 1, ?) = ? ORDER BY key"
        rows = self.rows(query, (len(prefix), prefix))
        return {str(row["key"])[len(prefix) :]: str(row["value"]) for row in rows}

    def close(self) -> None:
        """Give the file back."""
        self._connection.close()


def set_mark(connection: sqlite3.Connection, key: str, value: str) -> None:
    """Keep `value` under `key`, inside the caller's transaction."""
    connection.execute(
        "INSERT INTO meta VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
        (key, value),
    )


def state_is_there(root: Path) -> bool:
    """Whether the knowledge base at `root` has a state database yet, be it one that is unusable."""
    try:
        (root / STATE_FOLDER / _FILE).lstat()
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError:
        pass  # whoever opens it is told why
    return True


@contextlib.contextmanager
def open_state(root: Path) -> Iterator[State]:
    """Open the state database of the knowledge base at `root`, made or migrated as needed.

    Raises:
        DataError: it is damaged, newer than this forewarn, or cannot be written.
    """
    path = state_folder(root, _FILE)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        connection = sqlite3.connect(path, timeout=30, isolation_level=None)
    except (OSError, sqlite3.Error) as error:
        raise unusable(path, error) from error
    try:
        connection.row_factory = sqlite3.Row
        try:
            connection.execute("PRAGMA foreign_keys = ON")
            connection.execute("PRAGMA synchronous = FULL")
            _migrate(connection, path)
            if wal_is_safe(sqlite3.sqlite_version_info):
                connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.Error as error:
            raise unusable(path, error) from error
        yield State(connection, path)
    finally:
        connection.close()


def wal_is_safe(version: tuple[int, ...]) -> bool:
    """Whether this SQLite is one whose WAL mode cannot corrupt a database."""
    return version >= max(_WAL_IS_SAFE_FROM) or any(
        version[:2] == fixed[:2] and version >= fixed for fixed in _WAL_IS_SAFE_FROM
    )


def _migrate(connection: sqlite3.Connection, path: Path) -> None:
    current = len(_MIGRATIONS)
    if _format(connection) == current:
        return
    # The format is read again inside the transaction: another process may have been quicker.
    connection.execute("BEGIN IMMEDIATE")
    try:
        found = _format(connection)
        if found > current:
            raise DataError(
                f"the state database is of format {found}; this forewarn knows up to {current}",
                where=str(path),
                help="Install the newer forewarn that wrote it.",
            )
        for script in _MIGRATIONS[found:]:
            for statement in script.split(";"):
                connection.execute(statement)
        connection.execute(f"PRAGMA user_version = {current}")
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")


def _format(connection: sqlite3.Connection) -> int:
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def unusable(path: Path, error: Exception) -> DataError:
    """The error for a state database that cannot be used."""
    if getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_FULL:
        return DataError(
            "the disk is full, so nothing could be kept",
            where=str(path),
            help="Free some space, then run the command again; what it did not keep, it does then.",
        )
    return DataError(
        f"the state database cannot be used: {error}",
        where=str(path),
        help="If the file is damaged, put back a copy; without one, move it away: sightings and "
        "deliveries start anew, records and sites lose nothing.",
    )


def to_text(moment: datetime) -> str:
    """A moment as it is stored: UTC, to the microsecond."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


def to_moment(text: str) -> datetime:
    """A stored moment."""
    return datetime.fromisoformat(text)
