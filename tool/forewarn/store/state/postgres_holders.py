"""Who works with a database from any machine: a sign of life, by the database's clock.

Whoever gives none for a while counts as gone, and others may take what it held. So whoever could
give none is told so, and asks for what it holds before it goes on.
"""

from __future__ import annotations

import contextlib
import secrets
import threading
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING

import psycopg

from forewarn.errors import DataError, Refused
from forewarn.store.state.postgres_connection import PostgresLine
from forewarn.store.state.postgres_database import PostgresDatabase, lock_of
from forewarn.store.state.postgres_errors import unusable

if TYPE_CHECKING:
    from forewarn.store.state.postgres_address import DatabaseAddress

# For how long one sign of life counts, and how often one is given.
COUNTS_FOR, EVERY = 20.0, 4.0  # seconds
_SIGN = f"""
    INSERT INTO holders VALUES ($1, clock_timestamp() + interval '{COUNTS_FOR} seconds')
    ON CONFLICT (name) DO UPDATE SET until = excluded.until
"""  # noqa: S608 - a number of our own
_TAKE = "SELECT pg_try_advisory_lock($1)"
_LET_GO = "SELECT pg_advisory_unlock($1)"
_FORGET = """
    DELETE FROM holders WHERE name = $1 OR until < clock_timestamp() - interval '1 day'
"""


class Heart:
    """Gives signs of life by a connection of its own, whatever else the process does."""

    def __init__(self, address: DatabaseAddress) -> None:
        self.name = secrets.token_hex(8)
        self.missed = False
        self._line = PostgresLine(address, doing="delivers")
        self._stop = threading.Event()
        self._last = time.monotonic()
        self._line.run(_SIGN, (self.name,))
        self._thread = threading.Thread(target=self._beat, name="signs of life", daemon=True)
        self._thread.start()

    @property
    def is_heard(self) -> bool:
        """Whether nobody can have taken this process for gone, ever since it began."""
        if time.monotonic() - self._last > COUNTS_FOR / 2:
            self.missed = True
        return not self.missed

    def end(self) -> None:
        """Stop, and be gone for everybody at once."""
        self._stop.set()
        self._thread.join(EVERY)
        with contextlib.suppress(psycopg.Error):
            self._line.run(_FORGET, (self.name,))
        self._line.close()

    def _beat(self) -> None:
        while not self._stop.wait(EVERY):
            began = time.monotonic()
            try:
                self._line.again(lambda: self._line.run(_SIGN, (self.name,)))
            except (psycopg.Error, DataError):
                continue
            if began - self._last > COUNTS_FOR / 2:
                self.missed = True
            self._last = began


def lives(database: PostgresDatabase, name: str) -> bool:
    """Whether the process of that name gave a sign of life lately."""
    rows = database.rows(
        "SELECT 1 FROM holders WHERE name = ? AND until > clock_timestamp()", (name,)
    )
    return bool(rows)


def others(database: PostgresDatabase, name: str) -> bool:
    """Whether any other does."""
    rows = database.rows(
        "SELECT 1 FROM holders WHERE name <> ? AND until > clock_timestamp() LIMIT 1", (name,)
    )
    return bool(rows)


@contextlib.contextmanager
def only_one(address: DatabaseAddress, doing: str, help: str) -> Iterator[None]:
    """Be the only one that does so on any machine; the database frees it if the process dies.

    Raises:
        Refused: another process does.
        DataError: the database cannot be used.
    """
    line = PostgresLine(address, doing=f"is {doing}")
    try:
        number = lock_of(line.schema, doing)
        try:
            (held,) = line.run(_TAKE, (number,)).fetchone() or (False,)
            who = "" if held else _who(line, number)
        except psycopg.Error as error:
            raise unusable(address, error) from None
        if not held:
            raise Refused(
                f"another process is {doing}, by the same database{who}",
                where=address.shown,
                help=help,
            )
        with _held(line, number):
            yield
    finally:
        line.close()


@contextlib.contextmanager
def _held(line: PostgresLine, number: int) -> Iterator[None]:
    """See that the lock is held again after the connection was lost, unless another has it then."""
    stop = threading.Event()

    def hold() -> None:
        while not stop.wait(EVERY):
            with contextlib.suppress(psycopg.Error, DataError):
                line.again(lambda: line.run("SELECT 1"), then=lambda: line.run(_TAKE, (number,)))

    thread = threading.Thread(target=hold, name="one of its kind", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(EVERY)
        # The server may take a moment to see that a connection has ended.
        with contextlib.suppress(psycopg.Error):
            line.run(_LET_GO, (number,))


def _who(line: PostgresLine, number: int) -> str:
    """Where that process is, as its connection says."""
    row = line.run(
        "SELECT application_name FROM pg_stat_activity WHERE pid IN (SELECT pid FROM pg_locks "
        "WHERE locktype = 'advisory' AND granted AND objsubid = 1 "
        "AND classid = (($1::bigint >> 32) & 4294967295)::oid "
        "AND objid = ($1::bigint & 4294967295)::oid) LIMIT 1",
        (number,),
    ).fetchone()
    return f": {row[0]}" if row and row[0] else ""
