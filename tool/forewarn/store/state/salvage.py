"""What can still be read of a damaged state database, row by row, carried over into a new one."""

from __future__ import annotations

import contextlib
import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from forewarn.model.delivery import DeliveryState
from forewarn.model.events.event import EventKind
from forewarn.model.events.severity import Severity
from forewarn.store.state import sightings, sought
from forewarn.store.state.database import Connection, Database, set_mark
from forewarn.store.state.endpoints import read_endpoint
from forewarn.store.state.event_json import event_from_json
from forewarn.store.state.interface import DamagedRow
from forewarn.store.state.ledger import read_delivery
from forewarn.store.state.migrations import (
    COUNTS_SINCE,
    ENDPOINTS_SINCE,
    STATES_SINCE,
    TOLD_SINCE,
)
from forewarn.store.state.proofs import read_part
from forewarn.store.state.rows import Shape, damaged_row, to_moment
from forewarn.store.state.sightings import read_sighting, read_unread
from forewarn.store.state.sources import read_pause, read_source
from forewarn.store.state.sqlite_file import BROKEN, SqliteDatabase, as_text
from forewarn.store.state.watching import read_away, read_view

# The formats that are the first with a table, where it is none of the first.
_SINCE = {"told": TOLD_SINCE, "endpoints": ENDPOINTS_SINCE, "counts": COUNTS_SINCE}
# What states were called before `STATES_SINCE`, as far as a word means nothing else today.
_STATES_NOW = {"sending": "leased", "dropped": "suppressed"}
# How often to look for readable rows behind unreadable ones, in each table.
_PROBES = 500


@dataclass
class Salvaged:
    """How many rows of each table were carried over, and in which tables some were lost."""

    kept: dict[str, int] = field(default_factory=dict)
    lost: set[str] = field(default_factory=set)


def salvage(old: Path, new: SqliteDatabase) -> Salvaged:
    """Carry over what can be read of the file `old`, which is not changed.

    Raises:
        DataError: the new database cannot be written.
    """
    done = Salvaged()
    with tempfile.TemporaryDirectory(prefix=".repair-", dir=new.path.parent) as scratch:
        # SQLite brings a file up to its journal when it opens it: that is done to a copy.
        copy = Path(scratch) / old.name
        with contextlib.suppress(OSError):
            for ending in ("", "-wal", "-journal"):
                there = old.with_name(old.name + ending)
                if there.is_file():
                    shutil.copyfile(there, copy.with_name(copy.name + ending))
        damaged = sqlite3.connect(copy, isolation_level=None)
        try:
            damaged.row_factory = sqlite3.Row
            damaged.text_factory = as_text
            format = _format(damaged)
            for table, read in _READ.items():
                if 0 < format < _SINCE.get(table, 0):
                    continue
                with new.transaction() as connection:
                    _carry_over(damaged, connection, table, read, done)
                    if table == "deliveries" and 0 < format < STATES_SINCE:
                        connection.execute(
                            "UPDATE deliveries SET state = CASE WHEN state = 'failed' THEN 'dead' "
                            "WHEN attempts > 0 THEN 'failed' ELSE state END "
                            "WHERE state IN ('failed', 'pending')"
                        )
        finally:
            damaged.close()
    return done


def _format(damaged: sqlite3.Connection) -> int:
    """Its format; 0: nobody knows."""
    with contextlib.suppress(*BROKEN):
        return int(damaged.execute("PRAGMA user_version").fetchone()[0])
    return 0


def _carry_over(
    damaged: sqlite3.Connection,
    connection: Connection,
    table: str,
    read: Callable[[Any], object],
    done: Salvaged,
) -> None:
    shape = Shape.of(table)
    done.kept[table] = 0
    for found in _rows(damaged, table, lambda: done.lost.add(table)):
        row = _of_today(found) if table == "deliveries" else found
        columns = [name for name in shape.columns if name in row.keys()]  # noqa: SIM118
        try:
            shape.read(row, read)
            if table == "meta":
                set_mark(connection, row["key"], row["value"])
            else:
                names, marks = ", ".join(columns), ", ".join("?" * len(columns))
                connection.execute(
                    f"INSERT INTO {table} ({names}) VALUES ({marks})",  # noqa: S608 - our own names
                    [row[name] for name in columns],
                )
        except (DamagedRow, sqlite3.IntegrityError, sqlite3.DataError):
            done.lost.add(table)
            continue
        done.kept[table] += 1
    if table == "sightings":
        connection.execute(sought.UPDATE)
        sightings.differ(connection)


def _of_today(row: sqlite3.Row) -> dict[str, Any]:
    """A delivery of any format, with all that one has today."""
    today = {
        **dict.fromkeys(Shape.of("deliveries").columns),
        "duplicates": 0,
        "reported": 0,
        **dict(row),
    }
    return {**today, "state": _STATES_NOW.get(str(row["state"]), row["state"])}


def _rows(
    damaged: sqlite3.Connection, table: str, lost: Callable[[], None]
) -> Iterator[sqlite3.Row]:
    """The rows of a table that can be read: from its beginning, its end, and between."""
    key = {"told": "event", "counts": "event", "endpoints": "channel"}.get(table, "rowid")
    place: dict[str, Any] = {"last": None}

    def part(condition: str, order: str, *values: object) -> Iterator[sqlite3.Row]:
        """Rows in order, up to the first that cannot be read; `whole` says whether there is one."""
        place["whole"] = False
        try:
            query = (
                f"SELECT {key} AS place_, * FROM {table} NOT INDEXED "  # noqa: S608
                f"{condition} ORDER BY {key} {order}"
            )
            for row in damaged.execute(query, values):
                place["last"] = row["place_"]
                yield row
        except (*BROKEN, MemoryError, OverflowError):
            return
        place["whole"] = True

    yield from part("", "ASC")
    if place["whole"]:
        return
    lost()
    low, place["last"] = place["last"], None
    yield from part(f"WHERE {key} > ?" if low is not None else "WHERE ? IS NULL", "DESC", low)
    high = place["last"]
    if key != "rowid" or high is None:
        return
    gaps = [(low if low is not None else 0, high)]
    for _ in range(_PROBES):
        if not gaps:
            return
        low, high = gaps.pop()
        middle = (low + high) // 2
        if high - low < 2 or middle in (low, high):
            continue
        place["last"] = None
        yield from part(f"WHERE {key} >= ? AND {key} < ?", "ASC", middle, high)
        reached = middle if place["last"] is None else place["last"]
        gaps.append((low, middle))
        if not place["whole"] and reached < high - 1:
            gaps.append((reached, high))


def _read_event(row: Any) -> None:
    EventKind(row["kind"])
    Severity(row["severity"])
    to_moment(row["at"])
    if row["content"] and event_from_json(row["content"]).id != row["id"]:
        raise ValueError("it is another event's")


# In this order: a delivery needs its event.
_READ: dict[str, Callable[[Any], object]] = {
    "meta": lambda row: row["key"],
    "sources": read_source,
    "hosts": read_pause,
    "sightings": read_sighting,
    "unread": read_unread,
    "views": read_view,
    "gone": read_away,
    "proofs": read_part,
    "proven": lambda row: row["proof"],
    "events": _read_event,
    "told": lambda row: row["event"],
    "deliveries": lambda row: read_delivery(row, None),
    "endpoints": read_endpoint,
    "counts": lambda row: DeliveryState(row["state"]),
}


TABLES = tuple(_READ)


def unreadable(state: Database) -> Iterator[DamagedRow]:
    """What is wrong with rows of a database that can be opened."""
    for table, read in _READ.items():
        for row in state.sound(table, f"SELECT * FROM {table}", (), read):  # noqa: S608
            if isinstance(row, DamagedRow):
                yield row
    lost = state.rows(
        "SELECT id FROM deliveries WHERE event NOT IN (SELECT id FROM events) LIMIT 1"
    )
    for row in lost:
        yield damaged_row("deliveries", row, ValueError("its event is gone"))
