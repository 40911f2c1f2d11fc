"""Rows as they are stored: what may be in them, and how a moment is written."""

from __future__ import annotations

import functools
import sqlite3
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, TypeVar

from forewarn.store.root import STATE_FILE, STATE_FOLDER
from forewarn.store.state import sought
from forewarn.store.state.interface import DamagedRow
from forewarn.store.state.migrations import MIGRATIONS

Row = TypeVar("Row")

# What reading a row can raise where its values are not those that were stored.
NONSENSE = (ValueError, TypeError, KeyError, IndexError, AttributeError, ArithmeticError)
_KINDS: dict[str, type] = {"INTEGER": int, "TEXT": str, "BLOB": bytes}


class Shape:
    """Which columns a table has, and what may be in them: a damaged file holds other things."""

    def __init__(self, table: str, columns: dict[str, tuple[type, bool]]) -> None:
        self._table = table
        self._columns = columns
        # The columns of rows that are sound, and of which type each value was.
        self._sound: set[tuple[tuple[str, ...], tuple[type, ...]]] = set()

    @classmethod
    @functools.cache
    def of(cls, table: str) -> Shape:
        """The shape that a table has in a database that is whole."""
        return cls(table, _tables()[table])

    @property
    def columns(self) -> tuple[str, ...]:
        """Their names."""
        return tuple(self._columns)

    @property
    def typed(self) -> dict[str, tuple[type, bool]]:
        """Of each its type, and whether it may be empty."""
        return dict(self._columns)

    def read(self, row: Any, read: Callable[[Any], Row]) -> Row:
        """What `read` makes of a row.

        Raises:
            DamagedRow: a value is none that can have been stored, or `read` cannot read it.
        """
        try:
            values = tuple(row)
            kind = (tuple(row.keys()), tuple(map(type, values)))
            if kind not in self._sound:
                for name in row.keys():  # noqa: SIM118 - a row is not a mapping
                    if name in self._columns:
                        self._check(name, row[name])
                self._sound.add(kind)
            for value in values:
                if type(value) is str and not value.isascii():
                    value.encode()  # what is no UTF-8 was read as half characters
            return read(row)
        except NONSENSE as error:
            raise damaged_row(self._table, row, error) from error

    def _check(self, name: str, value: object) -> None:
        kind, may_be_empty = self._columns[name]
        if value is None and may_be_empty:
            return
        if type(value) is not kind:
            raise ValueError(f"{name} is none")


@functools.cache
def _tables() -> dict[str, dict[str, tuple[type, bool]]]:
    """The columns of every table of a database that is whole."""
    connection = sqlite3.connect(":memory:")
    sought.teach(connection)
    for script in MIGRATIONS:
        connection.executescript(script)
    found: dict[str, dict[str, tuple[type, bool]]] = {}
    rows = connection.execute(
        'SELECT t.name, c.name, c.type, c."notnull", c.pk FROM sqlite_master AS t '
        "JOIN pragma_table_info(t.name) AS c WHERE t.type IN ('table', 'view')"
    )
    for table, name, kind, needed, key in rows:
        if kind in _KINDS:
            found.setdefault(table, {})[name] = (_KINDS[kind], not (needed or key))
    connection.close()
    return found


def damaged_row(table: str, row: Any, error: Exception) -> DamagedRow:
    """The error for a row that cannot be read."""
    first = next(iter(row.keys()), "")
    return DamagedRow(
        f"a row of its table {table} is damaged ({first} {row[first]!a}: "
        f"{str(error) or type(error).__name__})"[:200],
        where=f"{STATE_FOLDER}/{STATE_FILE}",
        help="`forewarn doctor --repair` builds the database anew of all rows that can be read.",
    )


def to_text(moment: datetime) -> str:
    """A moment as it is stored: UTC, to the microsecond, so that text order is time order."""
    return _in_utc(moment if moment.tzinfo is UTC else moment.astimezone(UTC))


@functools.lru_cache(maxsize=64)  # a look keeps much at one moment
def _in_utc(moment: datetime) -> str:
    return moment.isoformat(timespec="microseconds")


def to_moment(text: str) -> datetime:
    """A stored moment.

    Raises:
        ValueError: it is none that `to_text` wrote.
    """
    moment = datetime.fromisoformat(text)
    if moment.utcoffset() is None:
        raise ValueError(f"{text!a} has no time zone")
    return moment


def moment_or_none(text: str | None) -> datetime | None:
    """The moment of a column that may have none."""
    return to_moment(text) if text else None
