"""Sightings and the state of each source, in the state database."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from datetime import datetime

from forewarn.model.event import EventKind
from forewarn.model.sighting import Sighting, SightingState
from forewarn.store.state import State, to_moment, to_text

_INSERT = """
    INSERT INTO sightings (
        id, product, version, source, url, title, state, first_seen, platform, published, reason
    ) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
"""
_POLLED = """
    INSERT INTO sources (product, source, etag, last_modified, baseline_at, polled_at)
    VALUES (?, ?, ?, ?, ?, ?)
    ON CONFLICT (product, source) DO UPDATE SET
        etag = excluded.etag, last_modified = excluded.last_modified,
        baseline_at = COALESCE(baseline_at, excluded.baseline_at),
        polled_at = excluded.polled_at, error = NULL
"""
_UNCHANGED = """
    UPDATE sources SET polled_at = ?, error = NULL WHERE product = ? AND source = ?
"""
_FAILED = """
    INSERT INTO sources (product, source, polled_at, error) VALUES (?, ?, ?, ?)
    ON CONFLICT (product, source) DO UPDATE SET
        polled_at = excluded.polled_at, error = excluded.error
"""


@dataclass(frozen=True, kw_only=True, slots=True)
class SourceState:
    """What is kept of one watched row: `baseline_at` is when it was first read with success."""

    etag: str | None = None
    last_modified: str | None = None
    baseline_at: datetime | None = None
    polled_at: datetime | None = None
    error: str | None = None


def source_state(state: State, product: str, source: str) -> SourceState:
    """The state of a watched row; an empty one where it was never polled."""
    rows = state.rows("SELECT * FROM sources WHERE product = ? AND source = ?", (product, source))
    return _source_state(rows[0]) if rows else SourceState()


def _source_state(row: sqlite3.Row) -> SourceState:
    return SourceState(
        etag=row["etag"],
        last_modified=row["last_modified"],
        baseline_at=_moment(row["baseline_at"]),
        polled_at=_moment(row["polled_at"]),
        error=row["error"],
    )


def source_states(state: State) -> tuple[tuple[str, str, SourceState], ...]:
    """Every watched row that was ever polled: product, what its state is kept under, its state."""
    rows = state.rows("SELECT * FROM sources ORDER BY product, source")
    return tuple((row["product"], row["source"], _source_state(row)) for row in rows)


def is_kept(connection: sqlite3.Connection, id: str) -> bool:
    """Whether there is a sighting with this id, as the caller's transaction sees it."""
    return connection.execute("SELECT 1 FROM sightings WHERE id = ?", (id,)).fetchone() is not None


def add(connection: sqlite3.Connection, sighting: Sighting) -> None:
    """Keep a new sighting, inside the caller's transaction."""
    row = (
        sighting.id,
        sighting.product,
        sighting.version,
        sighting.source,
        sighting.url,
        sighting.title,
        sighting.state,
        to_text(sighting.first_seen),
        sighting.platform,
        to_text(sighting.published) if sighting.published else None,
        sighting.reason,
    )
    connection.execute(_INSERT, row)


def mark_polled(
    connection: sqlite3.Connection,
    product: str,
    source: str,
    at: datetime,
    etag: str | None,
    last_modified: str | None,
) -> None:
    """Keep the validators of an answer, in the transaction that keeps what it showed."""
    moment = to_text(at)
    connection.execute(_POLLED, (product, source, etag, last_modified, moment, moment))


def mark_unchanged(connection: sqlite3.Connection, product: str, source: str, at: datetime) -> None:
    """Keep that the source had nothing new."""
    connection.execute(_UNCHANGED, (to_text(at), product, source))


def mark_failed(
    connection: sqlite3.Connection, product: str, source: str, at: datetime, error: str
) -> None:
    """Keep that the source could not be read, and nothing else: it is not its baseline."""
    connection.execute(_FAILED, (product, source, to_text(at), error))


def has_baseline(connection: sqlite3.Connection, product: str, source: str) -> bool:
    """Whether the source was ever read with success, as the caller's transaction sees it."""
    query = "SELECT baseline_at FROM sources WHERE product = ? AND source = ?"
    row = connection.execute(query, (product, source)).fetchone()
    return row is not None and row["baseline_at"] is not None


def alerted_versions(connection: sqlite3.Connection, product: str) -> tuple[str, ...]:
    """The versions whose unannounced download people were already told of."""
    rows = connection.execute(
        "SELECT version FROM events WHERE kind = ? AND product = ?",
        (EventKind.UNANNOUNCED_DOWNLOAD, product),
    )
    return tuple(row["version"] for row in rows)


def all_sightings(state: State) -> tuple[Sighting, ...]:
    """Every sighting, the newest first."""
    return tuple(map(_sighting, state.rows(f"SELECT * FROM sightings {_ORDER}")))  # noqa: S608


def find(state: State, prefix: str) -> tuple[Sighting, ...]:
    """The sightings whose id begins with `prefix`."""
    query = f"SELECT * FROM sightings WHERE substr(id, 1, ?) = ? {_ORDER}"  # noqa: S608
    return tuple(map(_sighting, state.rows(query, (len(prefix), prefix))))


def decide(
    connection: sqlite3.Connection,
    sighting: Sighting,
    decision: SightingState,
    reason: str | None = None,
) -> bool:
    """Keep a person's decision; False where the sighting's state is no longer the given one."""
    cursor = connection.execute(
        "UPDATE sightings SET state = ?, reason = ? WHERE id = ? AND state = ?",
        (decision, reason, sighting.id, sighting.state),
    )
    return cursor.rowcount == 1


_ORDER = "ORDER BY first_seen DESC, product, version, id"


def _sighting(row: sqlite3.Row) -> Sighting:
    return Sighting(
        id=row["id"],
        product=row["product"],
        version=row["version"],
        source=row["source"],
        url=row["url"],
        title=row["title"],
        state=SightingState(row["state"]),
        first_seen=to_moment(row["first_seen"]),
        platform=row["platform"],
        published=_moment(row["published"]),
        reason=row["reason"],
    )


def _moment(text: str | None) -> datetime | None:
    return to_moment(text) if text else None
