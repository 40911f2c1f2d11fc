"""What the tables need of a database, whichever it is: their SQL is written once.

It is the SQL that SQLite and PostgreSQL share. Where they part, it is SQLite's, and
`postgres_sql.py` says how PostgreSQL spells that.
"""

from __future__ import annotations

import abc
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Any, Protocol, TypeVar

from forewarn.store.state.interface import DamagedRow
from forewarn.store.state.rows import Row, Shape

Result = TypeVar("Result")


class Cursor(Protocol):
    """What a statement came to. A row is read by the names of its columns, or by their places."""

    @property
    def rowcount(self) -> int:
        """How many rows it changed."""
        ...

    def fetchone(self) -> Any:
        """The next row; None: there is none."""
        ...

    def fetchall(self) -> list[Any]:
        """All the others."""
        ...

    def __iter__(self) -> Iterator[Any]: ...


class Connection(Protocol):
    """A transaction that is under way."""

    def execute(self, sql: str, parameters: Sequence[Any] = ..., /) -> Cursor:
        """Run a statement."""
        ...

    def executemany(self, sql: str, parameters: Iterable[Sequence[Any]], /) -> Cursor:
        """Run a statement for each of some rows."""
        ...

    def part(self) -> AbstractContextManager[None]:
        """What the block changes or none of it, whatever else the transaction does."""
        ...

    def clock(self, now: datetime) -> datetime:
        """What time it is: for one machine its own `now`, for many the database's."""
        ...

    def counted(self, table: str) -> None:
        """Count on from the largest number that rows of a table were given from elsewhere."""
        ...

    def alone(self, doing: str) -> None:
        """Wait until nobody else does so in a transaction; until this one ends nobody else may."""
        ...


class Database(abc.ABC):
    """An open state database. Times are stored as UTC, ISO 8601, so that text order is time order.

    Reads outside `transaction` see committed rows. Use it from one thread.
    """

    @abc.abstractmethod
    def transaction(self) -> AbstractContextManager[Connection]:
        """All of the block's changes, or none of them. Nobody else writes meanwhile.

        Raises:
            DataError: the database cannot be written (locked for long, damaged, disk full).
        """

    @abc.abstractmethod
    def together(self, work: Callable[[Connection], Result]) -> Result:
        """What `work` comes to in a transaction beside others that are run so, if it can be.

        Nobody writes in a `transaction` meanwhile. The work must stand being begun anew.

        Raises:
            DataError: the database cannot be written.
        """

    @abc.abstractmethod
    def erasing(self) -> AbstractContextManager[Connection]:
        """A transaction after which nothing is left of what it deletes.

        Raises:
            DataError: the database cannot be written.
        """

    @abc.abstractmethod
    def rows(self, query: str, parameters: Sequence[object] = ()) -> list[Any]:
        """The rows of a query.

        Raises:
            DataError: the database cannot be read.
        """

    @abc.abstractmethod
    def stream(self, query: str, parameters: Sequence[object] = ()) -> Iterator[Any]:
        """The same, without having all of them at once.

        Raises:
            DataError: the database cannot be read.
        """

    def sound(
        self, table: str, query: str, parameters: Sequence[object], read: Callable[[Any], Row]
    ) -> Iterator[Row | DamagedRow]:
        """What `read` makes of each row of a query on `table`, or what is wrong with the row.

        Raises:
            DataError: the database cannot be read.
        """
        for row in self.stream(query, parameters):
            try:
                yield Shape.of(table).read(row, read)
            except DamagedRow as damage:
                yield damage

    def distinct(self, table: str, column: str) -> tuple[str, ...]:
        """The different texts of a column that has an index, without a look at each row.

        Raises:
            DataError: the database cannot be read.
        """
        # DISTINCT goes through the whole index; this leaps from one text to the next.
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

    def mark(self, key: str) -> str | None:
        """The value kept under `key`, such as the last published commit."""
        rows = self.rows("SELECT value FROM meta WHERE key = ?", (key,))
        return str(rows[0]["value"]) if rows else None

    def marks(self, prefix: str) -> dict[str, str]:
        """The values kept under keys that begin with `prefix`, by the rest of the key."""
        query = "SELECT key, value FROM meta WHERE substr(key, 1, ?) = ? ORDER BY key"
        rows = self.rows(query, (len(prefix), prefix))
        return {str(row["key"])[len(prefix) :]: str(row["value"]) for row in rows}


def set_mark(connection: Connection, key: str, value: str) -> None:
    """Keep `value` under `key`, inside the caller's transaction."""
    connection.execute(
        "INSERT INTO meta VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
        (key, value),
    )


def listed(values: Iterable[object]) -> str:
    """Values as one parameter, for `IN (SELECT value FROM json_each(?))`."""
    return json.dumps([*values])
