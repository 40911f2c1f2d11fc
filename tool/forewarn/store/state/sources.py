"""What is kept of each watched row, and of hosts that want to be left alone."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import fields
from datetime import datetime
from functools import cache
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from forewarn.errors import Trouble
from forewarn.expressions import expression
from forewarn.model.sighting import Reach
from forewarn.model.watching.place import SourceState
from forewarn.store.state.interface import TELL_QUIETLY, DamagedRow, NothingNew, Pause
from forewarn.store.state.rows import (
    NONSENSE,
    Shape,
    damaged_row,
    moment_or_none,
    to_moment,
    to_text,
)
from forewarn.store.state.sightings import whole
from forewarn.store.state.source_text import state_text

if TYPE_CHECKING:
    from forewarn.store.state.database import Connection, Database

_SOURCE = "SELECT * FROM sources WHERE product = ? AND source = ?"
_COLUMNS = tuple(field.name for field in fields(SourceState))
_STATE = _COLUMNS.index("state")
_values_of = attrgetter(*_COLUMNS)
_KEEP = f"""
    INSERT INTO sources (product, source, {", ".join(_COLUMNS)})
    VALUES (?, ?{", ?" * len(_COLUMNS)})
    ON CONFLICT (product, source) DO UPDATE SET
        {", ".join(f"{name} = excluded.{name}" for name in _COLUMNS)}
"""  # noqa: S608 - names of our own
_SETTLE = """
    UPDATE sources SET polled_at = ?, read_at = ?, next_poll = ?,
        error = NULL, trouble = NULL, failures = 0, failing_since = NULL
    WHERE product = ? AND source = ?
"""
_PAUSE = """
    INSERT INTO hosts VALUES (?, ?, ?)
    ON CONFLICT (host) DO UPDATE SET until = excluded.until, times = excluded.times
"""


def source_state(state: Database, product: str, source: str) -> SourceState:
    """The state of a watched row; an empty one where it was never polled."""
    found = list(whole(state.sound("sources", _SOURCE, (product, source), read_source)))
    return found[0] if found else SourceState()


def source_states(state: Database) -> tuple[tuple[str, str, SourceState], ...]:
    """Every watched row that was ever polled: product, what its state is kept under, its state."""
    query = "SELECT * FROM sources ORDER BY product, source"
    read = state.sound(
        "sources", query, (), lambda row: (row["product"], row["source"], read_source(row))
    )
    return tuple(whole(read))


_TIMES = (
    *("whole_at", "polled_at", "next_poll", "failing_since"),
    *("baseline_at", "read_at", "changed_at", "told_since"),
)
_MOMENT = r"(?:\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}\+00:00)?"
_SOUND_TIMES = expression(rf"(?:{_MOMENT}\|){{{len(_TIMES)}}}(?:{'|'.join(Reach)})?")
_BEFORE_ASKING = f"""
    SELECT product, source, state, reading, failures, trouble, told,
        {" || '|' || ".join(f"COALESCE({name}, '')" for name in (*_TIMES, "reach"))} AS times
    FROM sources
"""  # noqa: S608 - names of our own


def states_before_asking(state: Database) -> Iterator[tuple[str, str, SourceState]]:
    """Of every watched row that was ever polled what is asked before its place is, and no more."""
    decode = json.JSONDecoder().decode
    for row in state.stream(_BEFORE_ASKING):
        product, source, kept, reading, failures, trouble, told, times = row
        texts = f"{product}{source}{kept or ''}{reading or ''}{trouble or ''}{told or ''}"
        if not (type(failures) is int and texts.isascii() and _SOUND_TIMES.fullmatch(times)):
            # What looks strange is looked at as a whole: it may be damaged.
            yield product, source, source_state(state, product, source)
            continue
        try:
            whole_at, polled_at, next_poll, failing_since, _ = times.split("|", 4)
            found = SourceState(
                state=decode(kept) if kept else None,
                reading=reading,
                whole_at=datetime.fromisoformat(whole_at) if whole_at else None,
                polled_at=datetime.fromisoformat(polled_at) if polled_at else None,
                next_poll=datetime.fromisoformat(next_poll) if next_poll else None,
                failures=failures,
                trouble=Trouble(trouble) if trouble else None,
                failing_since=datetime.fromisoformat(failing_since) if failing_since else None,
                told=told,
            )
        except NONSENSE as error:
            raise damaged_row("sources", row, error) from error
        yield product, source, found


def source_troubles(state: Database) -> tuple[tuple[object, ...], ...]:
    """Of every watched row whether it was read, whether it could be, and how it fails."""
    query = (
        "SELECT product, source, baseline_at IS NULL, error IS NULL, "
        "CASE WHEN failures > 1 THEN trouble END FROM sources ORDER BY product, source"
    )
    return tuple(map(tuple, state.rows(query)))


def source_now(
    connection: Connection, product: str, source: str, rows: Sequence[Any] | None = None
) -> SourceState:
    """The same, as the caller's transaction sees it; `rows` are the product's, if they are here."""
    if rows is None:
        rows = connection.execute(_SOURCE, (product, source)).fetchall()
    found = next((row for row in rows if row["source"] == source), None)
    return Shape.of("sources").read(found, read_source) if found else SourceState()


def last_read(
    connection: Connection, product: str, rows: Sequence[Any] | None = None
) -> datetime | None:
    """When any source of a product was last read, also one that is not watched any more.

    `rows` are the product's, if they are here.
    """
    with contextlib.suppress(DamagedRow):  # what is damaged there may be of no concern here
        if rows is not None:
            return _last_read(rows)
    query = "SELECT product, read_at, baseline_at FROM sources WHERE product = ?"
    return _last_read(connection.execute(query, (product,)))


def _last_read(rows: Iterable[Any]) -> datetime | None:
    read = (Shape.of("sources").read(row, _read_at) for row in rows)
    return max(filter(None, read), default=None)


def _read_at(row: Any) -> datetime | None:
    at = row["read_at"] or row["baseline_at"]
    return moment_or_none(at)


def keep(connection: Connection, product: str, source: str, kept: SourceState) -> None:
    """Keep what is to be known of a watched row, inside the caller's transaction."""
    values = [to_text(v) if isinstance(v, datetime) else v for v in _values_of(kept)]
    values[_STATE] = state_text(kept.state)
    connection.execute(_KEEP, (product, source, *values))


def settle(connection: Connection, rows: Iterable[NothingNew]) -> None:
    """Keep of places that are well that they have nothing new, inside the caller's transaction."""
    connection.executemany(
        _SETTLE,
        [
            (at := to_text(each.at), at, to_text(each.next_poll), each.product, each.source)
            for each in rows
        ],
    )


def is_told_quietly(connection: Connection, product: str, source: str) -> bool:
    """Whether a repair lost what was told of a watched row; True once."""
    key = f"{TELL_QUIETLY}{product} {source}"
    return bool(connection.execute("DELETE FROM meta WHERE key = ?", (key,)).rowcount)


def pauses(state: Database) -> dict[str, Pause]:
    """The hosts that asked to be left alone, and have not answered since."""
    rows = state.sound("hosts", "SELECT * FROM hosts", (), read_pause)
    return dict(whole(rows))


def pause(connection: Connection, host: str, wanted: Pause) -> None:
    """Keep that a host is to be left alone, inside the caller's transaction."""
    connection.execute(_PAUSE, (host, to_text(wanted.until), wanted.times))


def end_pause(connection: Connection, host: str) -> None:
    """Keep that a host answers again, inside the caller's transaction."""
    connection.execute("DELETE FROM hosts WHERE host = ?", (host,))


def read_pause(row: Any) -> tuple[str, Pause]:
    """A stored host that is left alone."""
    return row["host"], Pause(until=to_moment(row["until"]), times=row["times"])


def read_source(row: Any) -> SourceState:
    """The stored state of a watched row."""
    given = {}
    for place, name, make in _read_by(tuple(row.keys())):
        value = row[place]
        # Most are empty, and there are many rows.
        if value is not None and value != "":
            given[name] = make(value) if make else value
    return SourceState(**given)


@cache
def _read_by(columns: tuple[str, ...]) -> tuple[tuple[int, str, Callable[[Any], Any] | None], ...]:
    """Where what is read stands, and what it is made by; an earlier file has fewer columns."""
    return tuple((place, name, _READ[name]) for place, name in enumerate(columns) if name in _READ)


_MOMENTS = frozenset(
    (
        *("baseline_at", "polled_at", "read_at", "whole_at", "changed_at"),
        *("failing_since", "told_since", "next_poll"),
    )
)
_READ: dict[str, Callable[[Any], Any] | None] = {
    **dict.fromkeys(_COLUMNS),
    **dict.fromkeys(_MOMENTS, to_moment),
    "state": json.loads,
    "reach": {each.value: each for each in Reach}.__getitem__,
    "trouble": {each.value: each for each in Trouble}.__getitem__,
}
