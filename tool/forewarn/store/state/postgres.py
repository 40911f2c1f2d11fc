"""The state in PostgreSQL: one database for many machines."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import psycopg

from forewarn.store.state import jobs, postgres_holders, salvage
from forewarn.store.state.kept import KeptState
from forewarn.store.state.postgres_database import (
    Clock,
    PostgresDatabase,
    lock_of,
    open_tables,
)
from forewarn.store.state.postgres_errors import unusable

if TYPE_CHECKING:
    from forewarn.store.state.postgres_address import DatabaseAddress

only_one = postgres_holders.only_one


class PostgresState(KeptState):
    """An open database."""

    def __init__(self, opened: PostgresDatabase) -> None:
        super().__init__(opened)
        self._database = opened
        self._heart: postgres_holders.Heart | None = None

    is_shared = True

    @property
    def schema(self) -> str:
        """The schema that has the tables."""
        return self._database.line.schema

    def now(self) -> datetime:
        (now,) = self._database.rows("SELECT clock_timestamp()")[0]
        return datetime.fromisoformat(str(now)).astimezone(UTC)

    @contextlib.contextmanager
    def exclusively(self, name: str) -> Iterator[bool]:
        line = self._database.line
        number = lock_of(self.schema, f"exclusively {name}")
        (alone,) = self._database.rows("SELECT pg_try_advisory_lock(?)", (number,))[0]
        try:
            yield bool(alone)
        finally:
            # A connection that was lost meanwhile has let it go by itself.
            with contextlib.suppress(psycopg.Error):
                if alone:
                    line.run("SELECT pg_advisory_unlock($1)", (number,))

    def wake(self) -> None:
        jobs.wake(self._database.line.address, self.schema)

    def damage(self) -> str | None:
        first = next(salvage.unreadable(self._database), None)
        return first.what if first else None

    def described(self) -> str:
        """Which database this is, its release and its size."""
        line = self._database.line
        (version,) = self._database.rows("SHOW server_version")[0]
        (size,) = self._database.rows(
            "SELECT coalesce(sum(pg_total_relation_size(oid)), 0)::bigint FROM pg_class "
            "WHERE relkind = 'r' AND relnamespace = to_regnamespace(quote_ident(?::text))",
            (line.schema,),
        )[0]
        return (
            f"{line.address.shown}, schema {line.schema}: PostgreSQL {version.split()[0]}, "
            f"{size / 1e6:.1f} MB"
        )

    @contextlib.contextmanager
    def living(self) -> Iterator[str]:
        before = self._heart
        try:
            self._heart = heart = postgres_holders.Heart(self._database.line.address)
        except psycopg.Error as error:
            raise unusable(self._database.line.address, error) from None
        try:
            yield heart.name
        finally:
            heart.end()
            self._heart = before

    def is_heard(self) -> bool:
        return self._heart is None or self._heart.is_heard

    def is_alone(self, holder: str) -> bool:
        return not postgres_holders.others(self._database, holder)

    def lives(self, holder: str) -> bool:
        return postgres_holders.lives(self._database, holder)


@contextlib.contextmanager
def open_address(
    address: DatabaseAddress, *, patience: float = 30, clock: Clock | None = None
) -> Iterator[PostgresState]:
    """Open the state in a database, its tables made or migrated as needed.

    `patience` is how many seconds to wait while another process writes. `clock` is by default the
    database's own.

    Raises:
        DataError: it cannot be reached or used, or is newer than this forewarn.
    """
    with open_tables(address, patience=patience, clock=clock) as opened:
        yield PostgresState(opened)
