"""The whole state from one database into another, row by row, so that nobody is told twice."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from forewarn.errors import Refused
from forewarn.store.state import sightings
from forewarn.store.state.interface import PUBLISHED
from forewarn.store.state.rows import Shape
from forewarn.store.state.salvage import TABLES

if TYPE_CHECKING:
    from forewarn.store.state.database import Connection, Database

# In which order rows came, where that is told from nothing else.
_CAME = {"events": "rowid", "sightings": "rowid", "unread": "rowid", "deliveries": "id"}
_BATCH = 1000


def carry(old: Database, new: Database, where: str) -> dict[str, int]:
    """Copy every row of `old` into `new`, all or none; how many of each table.

    Nobody writes to either meanwhile. `where` names the new one.

    Raises:
        Refused: something is kept in `new` already, or something is being sent by `old`.
        DataError: one of them cannot be used; then `new` is as it was.
    """
    with old.transaction() as source, new.transaction() as connection:
        for table in TABLES:
            if table != "meta" and _count(connection, table):
                raise Refused(
                    f"there is a state already: its table {table} has rows",
                    where=where,
                    help="Copy into a database without one: what two of them were told cannot be "
                    "told apart.",
                )
        published = connection.execute(
            "SELECT value FROM meta WHERE key = ?", (PUBLISHED,)
        ).fetchone()
        if published:
            raise Refused(
                f"there is a state already: {published[0][:10]} was published with it",
                where=where,
                help="Copy into a database without one, such as a schema of its own: "
                "`…?options=-csearch_path%3DNAME` at the end of the address.",
            )
        sending = _count(source, "deliveries", "WHERE state = 'leased'")
        if sending:
            raise Refused(
                f"{sending} deliveries are being sent, or were when their process ended",
                help="Stop whatever watches and delivers, run `forewarn deliver` once, then copy.",
            )
        connection.execute("DELETE FROM meta WHERE key <> 'sightings'")
        done = {table: _carried(old, connection, table) for table in TABLES}
        sightings.differ(connection)
        return done


def _count(connection: Connection, table: str, which: str = "") -> int:
    return int(connection.execute(f"SELECT count(*) FROM {table} {which}").fetchone()[0])  # noqa: S608


def _carried(old: Database, connection: Connection, table: str) -> int:
    columns = Shape.of(table).columns
    names, marks = ", ".join(columns), ", ".join("?" * len(columns))
    order = f" ORDER BY {_CAME[table]}" if table in _CAME else ""
    rows = iter(old.stream(f"SELECT {names} FROM {table}{order}"))  # noqa: S608 - our own names
    again = " ON CONFLICT (key) DO UPDATE SET value = excluded.value" if table == "meta" else ""
    insert = f"INSERT INTO {table} ({names}) VALUES ({marks}){again}"  # noqa: S608
    done = 0
    while batch := [tuple(row) for row in islice(rows, _BATCH)]:
        connection.executemany(insert, batch)
        done += len(batch)
    connection.counted(table)
    return done
