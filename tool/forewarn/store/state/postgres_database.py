"""The tables in PostgreSQL, for many processes on many machines.

A `transaction` is alone, as in SQLite: it has the state's lock. Those that run `together` share
that lock, so that leasing and settling go on side by side, and none runs beside a publish.
"""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import psycopg

from forewarn.store.state import postgres_schema
from forewarn.store.state.database import Connection, Cursor, Database, Result
from forewarn.store.state.interface import DamagedRow, TooNew
from forewarn.store.state.migrations import MIGRATIONS
from forewarn.store.state.postgres_connection import PostgresLine
from forewarn.store.state.postgres_errors import is_in_the_way, is_lost, unusable

if TYPE_CHECKING:
    from forewarn.store.state.postgres_address import DatabaseAddress

# How often what was in another's way is begun anew.
_TRIES = 6
_ERASED = ("deliveries", "told", "endpoints", "events", "counts")
Clock = Callable[[datetime], datetime]


class PostgresDatabase(Database):
    """An open database. It is the connection of its transaction, too.

    `clock` makes of what a process takes for now the moment that counts; by default it is the
    database's own, whatever the clocks of the machines say.
    """

    def __init__(self, line: PostgresLine, clock: Clock | None = None) -> None:
        self.line = line
        self._clock = clock
        self._began = datetime.min.replace(tzinfo=UTC)

    def execute(self, sql: str, parameters: Sequence[Any] = (), /) -> Cursor:
        """Run a statement of the transaction."""
        return self.line.execute(sql, parameters)

    def executemany(self, sql: str, parameters: Iterable[Sequence[Any]], /) -> Cursor:
        """Run a statement of the transaction for each of some rows."""
        return self.line.executemany(sql, parameters)

    @contextlib.contextmanager
    def part(self) -> Iterator[None]:
        """All of the block's changes or none, inside the caller's transaction."""
        self.line.run("SAVEPOINT part")
        try:
            yield
        except BaseException as error:
            if self.line.in_transaction:
                self.line.run("ROLLBACK TO part")
            if isinstance(error, psycopg.Error):
                raise unusable(self.line.address, error) from None
            raise
        self.line.run("RELEASE part")

    def clock(self, now: datetime) -> datetime:
        """When the transaction began, by the database's clock."""
        return self._clock(now) if self._clock else self._began

    def counted(self, table: str) -> None:
        """Count on from the largest number that rows of a table were given from elsewhere."""
        if table == "deliveries":
            self.line.run(
                "SELECT setval(pg_get_serial_sequence('deliveries', 'id'), "
                "greatest((SELECT max(id) FROM deliveries), 1))"
            )

    def alone(self, doing: str) -> None:
        """Wait until nobody else does so in a transaction; until this one ends nobody else may."""
        self.line.run("SELECT pg_advisory_xact_lock($1)", (lock_of(self.line.schema, doing),))

    @contextlib.contextmanager
    def transaction(self) -> Iterator[Connection]:
        """All of the block's changes, or none of them."""
        with self._transaction("pg_advisory_xact_lock") as connection:
            yield connection

    @contextlib.contextmanager
    def _transaction(self, lock: str) -> Iterator[Connection]:
        try:
            with self._raw(lock) as connection:
                yield connection
        except psycopg.Error as error:
            raise unusable(self.line.address, error) from None

    @contextlib.contextmanager
    def _raw(self, lock: str) -> Iterator[Connection]:
        self.line.again(lambda: self._begin(lock))
        try:
            yield self
            self.line.run("COMMIT")
        except BaseException as error:
            self.line.roll_back()
            if isinstance(error, DamagedRow):
                raise _damaged(self.line.address, error) from error
            raise

    def _begin(self, lock: str) -> None:
        try:
            self.line.run("BEGIN")
            (_, self._began) = self.line.run(
                f"SELECT {lock}($1), clock_timestamp()",
                (lock_of(self.line.schema, "state"),),
            ).fetchone() or (None, self._began)
        except BaseException:
            self.line.roll_back()
            raise

    def together(self, work: Callable[[Connection], Result]) -> Result:
        """What `work` comes to beside others; begun anew where they were in its way."""
        left = _TRIES
        while True:
            left -= 1
            try:
                with self._raw("pg_advisory_xact_lock_shared") as connection:
                    return work(connection)
            except psycopg.Error as error:
                if not left or not (is_lost(error) or is_in_the_way(error)):
                    raise unusable(self.line.address, error) from None

    @contextlib.contextmanager
    def erasing(self) -> Iterator[Connection]:
        """A transaction after which the tables are written anew, without what was deleted."""
        with self.transaction() as connection:
            yield connection
        try:
            for table in _ERASED:
                self.line.run(f"VACUUM FULL {table}")
        except psycopg.Error as error:
            raise unusable(self.line.address, error) from None

    def rows(self, query: str, parameters: Sequence[object] = ()) -> list[Any]:
        """The rows of a query."""
        try:
            if self.line.in_transaction:
                return self.line.execute(query, parameters).fetchall()
            found: list[Any] = self.line.again(
                lambda: self.line.execute(query, parameters).fetchall()
            )
        except psycopg.Error as error:
            raise unusable(self.line.address, error) from None
        return found

    def stream(self, query: str, parameters: Sequence[object] = ()) -> Iterator[Any]:
        """The same, without having all of them at once."""
        try:
            if not self.line.in_transaction:
                self.line.again(lambda: self.line.run("SELECT 1"))
            yield from self.line.stream(query, parameters)
        except psycopg.Error as error:
            raise unusable(self.line.address, error) from None

    def sound(
        self, table: str, query: str, parameters: Sequence[object], read: Callable[[Any], Any]
    ) -> Iterator[Any]:
        for row in super().sound(table, query, parameters, read):
            yield _damaged(self.line.address, row) if isinstance(row, DamagedRow) else row

    def close(self) -> None:
        """Give the connection back."""
        self.line.close()


def lock_of(schema: str, doing: str) -> int:
    """The number of the lock of those who do so in a schema."""
    digest = hashlib.sha256(f"forewarn {schema} {doing}".encode()).digest()
    return int.from_bytes(digest[:8], "big", signed=True)


@contextlib.contextmanager
def open_tables(
    address: DatabaseAddress, *, patience: float = 30, clock: Clock | None = None
) -> Iterator[PostgresDatabase]:
    """Open a database, its tables made or migrated as needed.

    `patience` is how many seconds to wait while another process writes.

    Raises:
        DataError: it cannot be reached or used, or is newer than this forewarn.
    """
    line = PostgresLine(address, patience=patience)
    try:
        database = PostgresDatabase(line, clock)
        try:
            _migrate(line)
        except psycopg.Error as error:
            raise unusable(address, error) from None
        yield database
    finally:
        line.close()


def _migrate(line: PostgresLine) -> None:
    current = len(MIGRATIONS)
    if _format(line) == current:
        return
    line.run("BEGIN")
    try:
        # The format is read again under the lock: another process may have been quicker.
        line.run("SELECT pg_advisory_xact_lock($1)", (lock_of(line.schema, "tables"),))
        found = _format(line)
        if found > current:
            raise TooNew(
                f"the state database is of format {found}; this forewarn knows up to {current}",
                where=line.address.shown,
                help="Install the newer forewarn that wrote it.",
            )
        if found < current:
            # Who may not make one may still have been given one.
            if not _is_there(line, "SELECT 1 FROM pg_namespace WHERE nspname = $1"):
                line.run(f'CREATE SCHEMA "{line.schema}"')
            for script in postgres_schema.scripts(found):
                line.run(script)
            line.run("DROP TABLE IF EXISTS format")
            line.run(f"CREATE TABLE format AS SELECT {current} AS format")
        line.run("COMMIT")
    except BaseException:
        line.roll_back()
        raise


def _format(line: PostgresLine) -> int:
    """The format of the tables; 0: there are none."""
    # With its schema, so that who may not look into that is told so, and not that none is there.
    # Of a table's name a session may remember that there was none; of rows it does not.
    if not _is_there(
        line, "SELECT 1 FROM pg_tables WHERE schemaname = $1 AND tablename = 'format'"
    ):
        return 0
    found = line.run(f'SELECT format FROM "{line.schema}".format').fetchone()  # noqa: S608 - ours
    return int(found[0]) if found else 0


def _is_there(line: PostgresLine, question: str) -> bool:
    """Whether a question about the schema finds something."""
    return line.run(question, (line.schema,)).fetchone() is not None


def _damaged(address: DatabaseAddress, row: DamagedRow) -> DamagedRow:
    return DamagedRow(
        row.what,
        where=address.shown,
        help="Somebody changed it by hand: put back a copy, `pg_restore` of a `pg_dump`.",
    )
