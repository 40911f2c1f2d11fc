"""The state database: sightings, events and deliveries. Operational state, never in Git."""

from __future__ import annotations

import contextlib
import functools
import os
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

from forewarn.errors import DataError
from forewarn.store.files import write_new
from forewarn.store.own import state_folder
from forewarn.store.root import BESIDE, STATE_FILE, STATE_FOLDER
from forewarn.store.state import sought
from forewarn.store.state.interface import Damaged, DamagedRow

Row = TypeVar("Row")

# What SQLite raises; where the names in a file are damaged, Python cannot read those either.
BROKEN = (sqlite3.Error, UnicodeDecodeError)
_BATCH = 500
TOLD_SINCE = 4  # the format that has the table `told`
STATES_SINCE = 8  # the format in which a delivery that failed is tried again
ENDPOINTS_SINCE = 10  # the format that has the table `endpoints`
COUNTS_SINCE = 13  # the format that has the table `counts`
# What reading a row can raise where its values are not those that were stored.
NONSENSE = (ValueError, TypeError, KeyError, IndexError, AttributeError, ArithmeticError)
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
    # `told` is what stays of a delivery that was kept long enough: a correction must find whoever
    # was told. Triggers see to it that `sightings` is another word whenever sightings are others.
    """
    CREATE TABLE told (
        event TEXT NOT NULL REFERENCES events (id),
        person TEXT NOT NULL,
        channel TEXT NOT NULL,
        PRIMARY KEY (event, person, channel)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX deliveries_waiting ON deliveries (attempts, next_attempt_at)
        WHERE state = 'pending' AND next_attempt_at IS NOT NULL;
    CREATE INDEX events_by_product ON events (product, kind);
    ALTER TABLE sightings ADD COLUMN last_shown TEXT;
    UPDATE sightings SET last_shown = date('now');
    CREATE INDEX sightings_by_state ON sightings (state);
    CREATE INDEX sightings_shown ON sightings (product, last_shown);
    CREATE INDEX sightings_told ON sightings (product, told_in) WHERE told_in IS NOT NULL;
    INSERT INTO meta VALUES ('sightings', hex(randomblob(8)));
    CREATE TRIGGER sightings_added AFTER INSERT ON sightings BEGIN
        UPDATE meta SET value = hex(randomblob(8)) WHERE key = 'sightings';
    END;
    CREATE TRIGGER sightings_gone AFTER DELETE ON sightings BEGIN
        UPDATE meta SET value = hex(randomblob(8)) WHERE key = 'sightings';
    END;
    CREATE TRIGGER sightings_changed AFTER UPDATE OF
        product, version, source, url, title, state, first_seen, platform, published, reason,
        arch, channel, track, download, size, sha256, notes ON sightings BEGIN
        UPDATE meta SET value = hex(randomblob(8)) WHERE key = 'sightings';
    END;
    """,
    # The state of a source is its own; what there was are those that ask whether a page changed.
    """
    ALTER TABLE sources ADD COLUMN state TEXT;
    UPDATE sources SET state = json_patch('{}', json_object(
        'etag', etag, 'last_modified', last_modified
    )) WHERE COALESCE(etag, last_modified) IS NOT NULL;
    ALTER TABLE sources DROP COLUMN etag;
    ALTER TABLE sources DROP COLUMN last_modified;
    ALTER TABLE deliveries ADD COLUMN message_id TEXT;
    ALTER TABLE deliveries ADD COLUMN thread_id TEXT;
    ALTER TABLE deliveries ADD COLUMN assurance TEXT;
    CREATE INDEX deliveries_by_channel ON deliveries (channel, state, next_attempt_at);
    """,
    # Events hold facts: whoever knows them in words alone must not take them for damaged.
    "-- nothing else changed",
    # By these a sighting is looked up among millions: see `sought.py`.
    """
    ALTER TABLE sightings ADD COLUMN numbers TEXT;
    ALTER TABLE sightings ADD COLUMN file TEXT;
    UPDATE sightings SET numbers = numbers_of(version), file = file_of(url);
    CREATE INDEX sightings_by_numbers ON sightings (product, numbers);
    CREATE INDEX sightings_by_file ON sightings (file) WHERE state <> 'known';
    """,
    # What is tried again is told apart from what was not tried yet and from what is given up.
    """
    ALTER TABLE deliveries ADD COLUMN claim TEXT;
    ALTER TABLE deliveries ADD COLUMN tried_at TEXT;
    ALTER TABLE deliveries ADD COLUMN reason TEXT;
    ALTER TABLE deliveries ADD COLUMN because TEXT;
    ALTER TABLE deliveries ADD COLUMN duplicates INTEGER NOT NULL DEFAULT 0;
    UPDATE deliveries SET state = 'suppressed', reason = 'taken back before it was sent'
        WHERE state = 'dropped';
    UPDATE deliveries SET state = 'leased' WHERE state = 'sending';
    UPDATE deliveries SET state = 'dead' WHERE state = 'failed';
    UPDATE deliveries SET state = 'failed' WHERE state = 'pending' AND attempts > 0;
    DROP INDEX deliveries_waiting;
    CREATE INDEX deliveries_tried ON deliveries (tried_at) WHERE state = 'failed';
    """,
    # What a place showed of a download beside its name, what it does not show any more, and what
    # the answer was that a sighting was made of.
    """
    ALTER TABLE sightings ADD COLUMN digests TEXT;
    ALTER TABLE sightings ADD COLUMN digests_since TEXT;
    ALTER TABLE sightings ADD COLUMN rollout INTEGER;
    ALTER TABLE sightings ADD COLUMN shown_by TEXT;
    DROP TRIGGER sightings_changed;
    CREATE TRIGGER sightings_changed AFTER UPDATE OF
        product, version, source, url, title, state, first_seen, platform, published, reason,
        arch, channel, track, download, size, sha256, notes, digests, rollout ON sightings BEGIN
        UPDATE meta SET value = hex(randomblob(8)) WHERE key = 'sightings';
    END;
    CREATE INDEX sightings_shown_by ON sightings (product, shown_by) WHERE shown_by IS NOT NULL;
    CREATE TABLE views (
        product TEXT NOT NULL,
        source TEXT NOT NULL,
        view TEXT NOT NULL,
        PRIMARY KEY (product, source)
    ) STRICT;
    CREATE TABLE gone (
        sighting TEXT PRIMARY KEY,
        product TEXT NOT NULL,
        since TEXT NOT NULL,
        read_at TEXT NOT NULL,
        polls INTEGER NOT NULL,
        told TEXT
    ) STRICT;
    CREATE INDEX gone_by_product ON gone (product);
    CREATE TABLE proofs (
        id TEXT NOT NULL,
        part INTEGER NOT NULL,
        at TEXT NOT NULL,
        url TEXT NOT NULL,
        status INTEGER NOT NULL,
        peer TEXT,
        hops TEXT NOT NULL,
        headers TEXT NOT NULL,
        body BLOB NOT NULL,
        length INTEGER NOT NULL,
        PRIMARY KEY (id, part)
    ) STRICT;
    CREATE TABLE proven (
        sighting TEXT NOT NULL,
        proof TEXT NOT NULL,
        PRIMARY KEY (sighting, proof)
    ) STRICT;
    CREATE INDEX proven_by_proof ON proven (proof);
    """,
    # Where messages do not get through, and what the operators were told of it.
    """
    CREATE TABLE endpoints (
        channel TEXT NOT NULL,
        person TEXT NOT NULL,
        failing_since TEXT NOT NULL,
        error TEXT NOT NULL,
        fault TEXT NOT NULL,
        failures TEXT NOT NULL,
        quarantined_at TEXT,
        rests_until TEXT,
        probes INTEGER NOT NULL,
        told INTEGER NOT NULL,
        works_again TEXT,
        PRIMARY KEY (channel, person)
    ) STRICT, WITHOUT ROWID;
    ALTER TABLE deliveries ADD COLUMN reported INTEGER NOT NULL DEFAULT 0;
    UPDATE deliveries SET reported = 1 WHERE state = 'dead';
    CREATE INDEX deliveries_unreported ON deliveries (channel)
        WHERE state = 'dead' AND reported = 0;
    """,
    """
    ALTER TABLE sources ADD COLUMN whole_at TEXT;
    ALTER TABLE sources ADD COLUMN content TEXT;
    ALTER TABLE sources ADD COLUMN changed_at TEXT;
    ALTER TABLE sources ADD COLUMN matched TEXT;
    ALTER TABLE sources ADD COLUMN reach TEXT;
    ALTER TABLE sources ADD COLUMN trouble TEXT;
    ALTER TABLE sources ADD COLUMN failures INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE sources ADD COLUMN failing_since TEXT;
    ALTER TABLE sources ADD COLUMN told TEXT;
    ALTER TABLE sources ADD COLUMN told_since TEXT;
    ALTER TABLE sources ADD COLUMN next_poll TEXT;
    CREATE TABLE hosts (host TEXT PRIMARY KEY, until TEXT NOT NULL, times INTEGER NOT NULL) STRICT;
    """,
    # What was held for somebody goes in one message, whenever that is tried.
    """
    ALTER TABLE deliveries ADD COLUMN batch INTEGER;
    CREATE INDEX deliveries_by_batch ON deliveries (batch) WHERE batch IS NOT NULL;
    """,
    # How many deliveries there were of which nothing else is kept.
    """
    CREATE TABLE counts (
        event TEXT NOT NULL,
        channel TEXT NOT NULL,
        state TEXT NOT NULL,
        number INTEGER NOT NULL,
        first_at TEXT,
        last_at TEXT,
        PRIMARY KEY (event, channel, state)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX deliveries_by_person ON deliveries (person);
    """,
)


class Database:
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
        except BROKEN as error:
            self._roll_back()
            raise unusable(self.path, error) from error

    def _roll_back(self) -> None:
        # SQLite has done so itself where the disk was full, and cannot where the file is broken.
        if self._connection.in_transaction:
            with contextlib.suppress(*BROKEN):
                self._connection.execute("ROLLBACK")

    def distinct(self, table: str, column: str) -> tuple[str, ...]:
        """The different texts of a column that has an index, without a look at each row.

        Raises:
            DataError: the database cannot be read.
        """
        # SQLite's DISTINCT goes through the whole index; this leaps from one text to the next.
        query = f"""
            WITH RECURSIVE next (word) AS (
                SELECT min({column}) FROM {table}
                UNION ALL
                SELECT (SELECT min({column}) FROM {table} WHERE {column} > next.word)
                FROM next WHERE next.word IS NOT NULL
            )
            SELECT word FROM next WHERE word IS NOT NULL
        """  # noqa: S608 - names of our own
        return tuple(str(row["word"]) for row in self.rows(query))

    def rows(self, query: str, parameters: tuple[object, ...] = ()) -> list[sqlite3.Row]:
        """The rows of a query.

        Raises:
            DataError: the database cannot be read.
        """
        try:
            return self._connection.execute(query, parameters).fetchall()
        except BROKEN as error:
            raise unusable(self.path, error) from error

    def sound(
        self, table: str, query: str, parameters: tuple[object, ...], read: Callable[[Any], Row]
    ) -> Iterator[Row | DamagedRow]:
        """What `read` makes of each row of a query on `table`, or what is wrong with the row.

        Raises:
            DataError: the database cannot be read.
        """
        try:
            cursor = self._connection.execute(query, parameters)
            shape = Shape.of(table)
            while batch := cursor.fetchmany(_BATCH):
                for row in batch:
                    try:
                        yield shape.read(row, read)
                    except DamagedRow as damage:
                        yield damage
        except BROKEN as error:
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

    def vacuum(self) -> None:
        """Write the file anew, without what was deleted.

        Raises:
            DataError: it cannot be written.
        """
        try:
            self._connection.execute("VACUUM")
            self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        except BROKEN as error:
            raise unusable(self.path, error) from error

    def close(self) -> None:
        """Give the file back."""
        self._connection.close()


_KINDS: dict[str, type] = {"INTEGER": int, "TEXT": str, "BLOB": bytes}


class Shape:
    """Which columns a table has, and what may be in them: a damaged file holds other things."""

    def __init__(self, table: str, columns: dict[str, tuple[type, bool]]) -> None:
        self._table = table
        self._columns = columns

    @classmethod
    @functools.cache
    def of(cls, table: str) -> Shape:
        """The shape that a table has in a database that is whole."""
        connection = sqlite3.connect(":memory:")
        sought.teach(connection)
        for script in _MIGRATIONS:
            connection.executescript(script)
        rows = connection.execute("SELECT * FROM pragma_table_info(?)", (table,)).fetchall()
        connection.close()
        return cls(
            table,
            {name: (_KINDS[kind], not (needed or key)) for _, name, kind, needed, _, key in rows},
        )

    @property
    def columns(self) -> tuple[str, ...]:
        """Their names."""
        return tuple(self._columns)

    def read(self, row: Any, read: Callable[[Any], Row]) -> Row:
        """What `read` makes of a row.

        Raises:
            DamagedRow: a value is none that can have been stored, or `read` cannot read it.
        """
        try:
            for name in row.keys():  # noqa: SIM118 - a row is not a mapping
                if name in self._columns:
                    self._check(name, row[name])
            return read(row)
        except NONSENSE as error:
            raise damaged_row(self._table, row, error) from error

    def _check(self, name: str, value: object) -> None:
        kind, may_be_empty = self._columns[name]
        if value is None and may_be_empty:
            return
        if type(value) is not kind:
            raise ValueError(f"{name} is none")
        if isinstance(value, str) and not value.isascii():
            value.encode()  # what is no UTF-8 was read as half characters


def damaged_row(table: str, row: Any, error: Exception) -> DamagedRow:
    """The error for a row that cannot be read."""
    first = next(iter(row.keys()), "")
    return DamagedRow(
        f"a row of its table {table} is damaged ({first} {row[first]!a}: "
        f"{str(error) or type(error).__name__})"[:200],
        where=f"{STATE_FOLDER}/{STATE_FILE}",
        help="`forewarn doctor --repair` builds the database anew of all rows that can be read.",
    )


@contextlib.contextmanager
def part(connection: sqlite3.Connection) -> Iterator[None]:
    """All of the block's changes or none, inside the caller's transaction."""
    connection.execute("SAVEPOINT part")
    try:
        yield
    except BaseException as error:
        # A full disk has ended the whole transaction already.
        if connection.in_transaction:
            connection.execute("ROLLBACK TO part")
        if isinstance(error, BROKEN):
            path = Path(connection.execute("PRAGMA database_list").fetchone()[2])
            raise unusable(path, error) from error
        raise
    connection.execute("RELEASE part")


def set_mark(connection: sqlite3.Connection, key: str, value: str) -> None:
    """Keep `value` under `key`, inside the caller's transaction."""
    connection.execute(
        "INSERT INTO meta VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
        (key, value),
    )


@contextlib.contextmanager
def open_state(root: Path, *, patience: float = 30) -> Iterator[Database]:
    """Open the state database of the knowledge base at `root`, made or migrated as needed.

    `patience` is how many seconds to wait while another process writes.

    Raises:
        DataError: it is damaged, newer than this forewarn, locked, or cannot be written.
    """
    with open_file(state_folder(root, STATE_FILE), patience=patience) as state:
        yield state


@contextlib.contextmanager
def open_file(path: Path, *, patience: float = 30) -> Iterator[Database]:
    """The same for a database file wherever it is."""
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
        connection = sqlite3.connect(path, timeout=patience, isolation_level=None)
    except (OSError, *BROKEN) as error:
        raise unusable(path, error) from error
    try:
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
        yield Database(connection, path)
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
    for script in _MIGRATIONS[since:]:
        for statement in _statements(script):
            connection.execute(statement)
    connection.execute(f"PRAGMA user_version = {len(_MIGRATIONS)}")


def _statements(script: str) -> Iterator[str]:
    statement = ""
    for part in script.split(";"):
        statement += f"{part};"
        if sqlite3.complete_statement(statement):  # the end of a trigger, not of a line in it
            yield statement
            statement = ""


def _format(connection: sqlite3.Connection) -> int:
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def unusable(path: Path, error: Exception) -> DataError:
    """The error for a state database that cannot be used."""
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
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
        return DataError(
            "the state database cannot be written: this user may not",
            where=str(path),
            help="Run the command as the user that owns it, or mend the permissions of the file "
            "and of its folder; nothing was changed.",
        )
    if code == sqlite3.SQLITE_CANTOPEN and _is_forbidden(path):
        return DataError(
            "the state database cannot be opened: this user may not",
            where=str(path),
            help="Run the command as the user that owns it, or mend the permissions of the file "
            "and of its folder; nothing was changed.",
        )
    return Damaged(
        f"the state database cannot be used: {error}",
        where=str(path),
        help="If the file is damaged, put back a copy; without one, `forewarn doctor --repair` "
        "sets it aside and builds it anew of what can be read, and tells nobody twice.",
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


def to_text(moment: datetime) -> str:
    """A moment as it is stored: UTC, to the microsecond."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


def to_moment(text: str) -> datetime:
    """A stored moment.

    Raises:
        ValueError: it is none that `to_text` wrote.
    """
    moment = datetime.fromisoformat(text)
    if moment.utcoffset() is None:
        raise ValueError(f"{text!a} has no time zone")
    return moment
