"""A connection to PostgreSQL, brought up anew where it was lost; rows as SQLite gives them."""

from __future__ import annotations

import contextlib
import functools
import os
import socket
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

import psycopg

from forewarn.errors import DataError
from forewarn.store.state.postgres_errors import cannot_connect, is_lost
from forewarn.store.state.postgres_sql import spelled, stored

if TYPE_CHECKING:
    from forewarn.store.state.postgres_address import DatabaseAddress

OLDEST = 14
# A host that is gone is known to be so after about a minute, on both sides.
_KEPT_ALIVE = {
    "keepalives_idle": 20,
    "keepalives_interval": 10,
    "keepalives_count": 3,
    "tcp_user_timeout": 60_000,
}
_TO_CONNECT = 10  # seconds
# How long a server may take to be back before a command ends.
PATIENCE = 20.0
_PAUSE = 0.2
# Where the address names none: several may be in one database, each by its own `search_path`.
SCHEMA = "forewarn"
_BATCH = 500


class PostgresRow:
    """A row that is read by the names of its columns, or by their places."""

    __slots__ = ("_places", "_values")

    def __init__(self, places: dict[str, int], values: Sequence[Any]) -> None:
        self._places = places
        self._values = values

    def __getitem__(self, key: str | int) -> Any:
        return self._values[self._places[key] if isinstance(key, str) else key]

    def __iter__(self) -> Iterator[Any]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def keys(self) -> Iterable[str]:
        """The names of the columns."""
        return self._places.keys()


def _rows(cursor: psycopg.Cursor[Any]) -> Callable[[Sequence[Any]], PostgresRow]:
    places = {column.name: place for place, column in enumerate(cursor.description or ())}
    return functools.partial(PostgresRow, places)


class PostgresLine:
    """The connection of one process, which may be lost and made again; one thread's."""

    def __init__(
        self, address: DatabaseAddress, *, doing: str = "works", patience: float = 30
    ) -> None:
        self.address = address
        self._doing = doing
        self._patience = patience
        self.schema = ""
        self._connection = self._connected(time.monotonic())

    def run(self, sql: str, parameters: Sequence[object] = ()) -> psycopg.Cursor[PostgresRow]:
        """What one statement comes to, in PostgreSQL's own words."""
        return self._connection.execute(sql, parameters or None)

    def execute(self, sql: str, parameters: Sequence[Any] = (), /) -> psycopg.Cursor[PostgresRow]:
        """Run a statement of the tables."""
        return self.run(spelled(sql), stored(parameters))

    def executemany(
        self, sql: str, parameters: Iterable[Sequence[Any]], /
    ) -> psycopg.Cursor[PostgresRow]:
        """Run a statement of the tables for each of some rows."""
        cursor = self._connection.cursor()
        rows = [stored(row) for row in parameters]
        if rows:
            cursor.executemany(spelled(sql), rows)
        return cursor

    def stream(self, sql: str, parameters: Sequence[object] = ()) -> Iterator[PostgresRow]:
        """The rows of a query, without having all of them at once."""
        with psycopg.RawServerCursor(
            self._connection, f"rows_{os.urandom(4).hex()}", row_factory=_rows, withhold=True
        ) as cursor:
            cursor.execute(spelled(sql), stored(parameters) or None)
            batch = cursor.fetchmany(_BATCH)
            yield from batch
            while len(batch) == _BATCH:
                batch = cursor.fetchmany(_BATCH)
                yield from batch

    @property
    def in_transaction(self) -> bool:
        """Whether one is under way that can still be ended."""
        status = self._connection.info.transaction_status
        return status in (
            psycopg.pq.TransactionStatus.INTRANS,
            psycopg.pq.TransactionStatus.INERROR,
        )

    def again(self, work: Callable[[], Any], *, then: Callable[[], object] = lambda: None) -> Any:
        """What `work` comes to; where the connection was lost, once more with a new one.

        It must be such that nothing happens twice. `then` is done first with a new one.

        Raises:
            DataError: the server is not back within `PATIENCE`.
        """
        try:
            return work()
        except psycopg.Error as error:
            if not is_lost(error):
                raise
            self.renew()
            then()
            return work()

    def renew(self) -> None:
        """Connect anew.

        Raises:
            DataError: the server is not back within `PATIENCE`.
        """
        self.close()
        self._connection = self._connected(time.monotonic() + PATIENCE)

    def roll_back(self) -> None:
        """End the transaction without its changes; a connection that is lost has done so."""
        with contextlib.suppress(psycopg.Error):
            if self.in_transaction:
                self.run("ROLLBACK")

    def close(self) -> None:
        """Give the connection back."""
        with contextlib.suppress(psycopg.Error):
            self._connection.close()

    def _connected(self, until: float) -> psycopg.Connection[PostgresRow]:
        while True:
            try:
                return self._set_up(self._connect())
            except psycopg.Error as error:
                if time.monotonic() >= until:
                    raise cannot_connect(self.address, error) from None
                time.sleep(_PAUSE)

    def _connect(self) -> psycopg.Connection[PostgresRow]:
        given = psycopg.conninfo.conninfo_to_dict(self.address.written)
        name = f"forewarn {self._doing} on {socket.gethostname()}, process {os.getpid()}"
        defaults = {"connect_timeout": _TO_CONNECT, "application_name": name[:63], **_KEPT_ALIVE}
        rest: dict[str, Any] = {key: value for key, value in defaults.items() if key not in given}
        return psycopg.connect(
            self.address.written,
            autocommit=True,
            row_factory=_rows,
            cursor_factory=psycopg.RawCursor,
            **rest,
        )

    def _set_up(
        self, connection: psycopg.Connection[PostgresRow]
    ) -> psycopg.Connection[PostgresRow]:
        try:
            refuse_older(connection.info.server_version, self.address)
        except DataError:
            connection.close()
            raise
        (path,) = connection.execute("SHOW search_path").fetchone() or ("",)
        first = path.split(",")[0].strip()
        self.schema = SCHEMA if first in ("", '"$user"', "public") else first.strip('"')
        milliseconds = int(self._patience * 1000)
        connection.execute(
            "SELECT set_config('search_path', quote_ident($1::text), false), "
            "set_config('lock_timeout', $2::text, false), "
            "set_config('tcp_keepalives_idle', '20', false), "
            "set_config('tcp_keepalives_interval', '10', false), "
            "set_config('tcp_keepalives_count', '3', false), "
            "set_config('TimeZone', 'UTC', false), "
            "set_config('client_min_messages', 'warning', false)",
            (self.schema, str(milliseconds)),
        )
        return connection


def refuse_older(version: int, address: DatabaseAddress) -> None:
    """Refuse a server that is too old; its version is written as by `server_version_num`.

    Raises:
        DataError: it is.
    """
    if version < OLDEST * 10_000:
        raise DataError(
            f"the server is PostgreSQL {version // 10_000}; {OLDEST} is the oldest that forewarn "
            "works with",
            where=address.shown,
            help=f"Name a database on PostgreSQL {OLDEST} or newer.",
        )
