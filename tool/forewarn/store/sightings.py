"""Sightings and the state of each source, in the state database."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from forewarn.model.event import EventKind
from forewarn.model.sighting import Sighting, SightingState, Unread, UnreadEntry
from forewarn.store.state import State, to_moment, to_text

_INSERT = """
    INSERT INTO sightings (
        id, product, version, source, url, title, state, first_seen, platform, published, reason,
        arch, channel, track, download, size, sha256, notes
    ) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
"""
_SOURCE = "SELECT * FROM sources WHERE product = ? AND source = ?"
_POLLED = """
    INSERT INTO sources
        (product, source, etag, last_modified, baseline_at, polled_at, read_at, reading)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (product, source) DO UPDATE SET
        etag = excluded.etag, last_modified = excluded.last_modified,
        baseline_at = COALESCE(baseline_at, excluded.baseline_at),
        polled_at = excluded.polled_at, read_at = excluded.read_at, reading = excluded.reading,
        error = NULL
"""
_UNCHANGED = """
    UPDATE sources SET polled_at = ?, read_at = ?, error = NULL WHERE product = ? AND source = ?
"""
_FAILED = """
    INSERT INTO sources (product, source, polled_at, error) VALUES (?, ?, ?, ?)
    ON CONFLICT (product, source) DO UPDATE SET
        polled_at = excluded.polled_at, error = excluded.error
"""


@dataclass(frozen=True, kw_only=True, slots=True)
class SourceState:
    """What is kept of one watched row.

    `baseline_at` is when it was first read with success, `read_at` when it was last. `reading`
    says how it was read then: under another scheme, the same entries may be other versions.
    """

    etag: str | None = None
    last_modified: str | None = None
    baseline_at: datetime | None = None
    polled_at: datetime | None = None
    read_at: datetime | None = None
    reading: str | None = None
    error: str | None = None


def source_state(state: State, product: str, source: str) -> SourceState:
    """The state of a watched row; an empty one where it was never polled."""
    rows = state.rows(_SOURCE, (product, source))
    return _source(rows[0]) if rows else SourceState()


def source_states(state: State) -> tuple[tuple[str, str, SourceState], ...]:
    """Every watched row that was ever polled: product, what its state is kept under, its state."""
    rows = state.rows("SELECT * FROM sources ORDER BY product, source")
    return tuple((row["product"], row["source"], _source(row)) for row in rows)


def source_now(connection: sqlite3.Connection, product: str, source: str) -> SourceState:
    """The same, as the caller's transaction sees it."""
    row = connection.execute(_SOURCE, (product, source)).fetchone()
    return _source(row) if row else SourceState()


def last_read(connection: sqlite3.Connection, product: str) -> datetime | None:
    """When any source of a product was last read, also one that is not watched any more."""
    query = "SELECT max(COALESCE(read_at, baseline_at)) AS at FROM sources WHERE product = ?"
    return _moment(connection.execute(query, (product,)).fetchone()["at"])


def of_product(connection: sqlite3.Connection, product: str) -> tuple[Sighting, ...]:
    """The sightings of a product, the newest first, as the caller's transaction sees them."""
    query = f"SELECT * FROM sightings WHERE product = ? {_ORDER}"  # noqa: S608
    return tuple(map(_sighting, connection.execute(query, (product,))))


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
        sighting.arch,
        sighting.channel,
        sighting.track,
        sighting.download,
        sighting.size,
        sighting.sha256,
        "\n".join(sighting.notes) or None,
    )
    connection.execute(_INSERT, row)


def rebuilt(connection: sqlite3.Connection, sighting: Sighting) -> None:
    """Keep where a sighting's newest build is, inside the caller's transaction."""
    connection.execute(
        "UPDATE sightings SET url = ?, title = ?, published = ?, download = ?, size = ?, "
        "sha256 = ?, notes = ? WHERE id = ?",
        (
            sighting.url,
            sighting.title,
            to_text(sighting.published) if sighting.published else None,
            sighting.download,
            sighting.size,
            sighting.sha256,
            "\n".join(sighting.notes) or None,
            sighting.id,
        ),
    )


def mark_told(connection: sqlite3.Connection, ids: Iterable[str], event: str) -> None:
    """Keep by which event people were told of these sightings."""
    connection.executemany(
        "UPDATE sightings SET told_in = ? WHERE id = ?", [(event, id) for id in ids]
    )


def keep_unread(
    connection: sqlite3.Connection,
    product: str,
    source: str,
    place: str,
    entries: Iterable[Unread],
    at: datetime,
) -> tuple[UnreadEntry, ...]:
    """Keep what cannot be read in a source now, and forget what could not before; the new ones."""
    there = {
        row["entry"]: row["first_seen"]
        for row in connection.execute(
            "SELECT entry, first_seen FROM unread WHERE product = ? AND source = ?",
            (product, source),
        )
    }
    connection.execute("DELETE FROM unread WHERE product = ? AND source = ?", (product, source))
    new = []
    for one in {entry.key: entry for entry in entries}.values():
        since = there.get(one.key) or to_text(at)
        connection.execute(
            "INSERT INTO unread VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (product, source, one.key, place, one.title, one.url, one.why, since),
        )
        if one.key not in there:
            new.append(_unread(product, place, one, since))
    return tuple(new)


def forget_unread(connection: sqlite3.Connection, watched: Collection[tuple[str, str]]) -> None:
    """Forget what could not be read in sources that are not watched any more."""
    for row in connection.execute("SELECT DISTINCT product, source FROM unread").fetchall():
        if (row["product"], row["source"]) not in watched:
            connection.execute("DELETE FROM unread WHERE product = ? AND source = ?", tuple(row))


def all_unread(state: State) -> tuple[UnreadEntry, ...]:
    """The entries that are in a source now and cannot be read, the newest first."""
    rows = state.rows("SELECT * FROM unread ORDER BY first_seen DESC, product, source, rowid")
    return tuple(map(_unread_row, rows))


def unread_of(connection: sqlite3.Connection, product: str) -> tuple[UnreadEntry, ...]:
    """Those of a product, as the caller's transaction sees them."""
    rows = connection.execute("SELECT * FROM unread WHERE product = ?", (product,))
    return tuple(map(_unread_row, rows))


def mark_polled(
    connection: sqlite3.Connection,
    product: str,
    source: str,
    at: datetime,
    etag: str | None,
    last_modified: str | None,
    reading: str,
) -> None:
    """Keep the validators of an answer, in the transaction that keeps what it showed."""
    moment = to_text(at)
    connection.execute(
        _POLLED, (product, source, etag, last_modified, moment, moment, moment, reading)
    )


def mark_unchanged(connection: sqlite3.Connection, product: str, source: str, at: datetime) -> None:
    """Keep that the source had nothing new."""
    connection.execute(_UNCHANGED, (to_text(at), to_text(at), product, source))


def mark_failed(
    connection: sqlite3.Connection, product: str, source: str, at: datetime, error: str
) -> None:
    """Keep that the source could not be read, and nothing else: it is not its baseline."""
    connection.execute(_FAILED, (product, source, to_text(at), error))


def told(connection: sqlite3.Connection, product: str) -> set[tuple[str, str | None]]:
    """The versions, each with its channel, whose download people were already told of."""
    sighted = connection.execute(
        "SELECT version, channel FROM sightings WHERE product = ? AND told_in IS NOT NULL",
        (product,),
    )
    # Before sightings knew by which event they were told, there was one event for each version.
    others = connection.execute(
        "SELECT version, NULL FROM events WHERE kind = ? AND product = ? "
        "AND id NOT IN (SELECT told_in FROM sightings WHERE told_in IS NOT NULL)",
        (EventKind.UNANNOUNCED_DOWNLOAD, product),
    )
    return {(row[0], row[1]) for row in (*sighted, *others)}


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
        arch=row["arch"],
        channel=row["channel"],
        track=row["track"],
        download=row["download"],
        size=row["size"],
        sha256=row["sha256"],
        notes=tuple((row["notes"] or "").splitlines()),
    )


def _unread_row(row: sqlite3.Row) -> UnreadEntry:
    return UnreadEntry(
        product=row["product"],
        source=row["place"],
        title=row["title"],
        url=row["url"],
        why=row["why"],
        first_seen=to_moment(row["first_seen"]),
    )


def _unread(product: str, place: str, one: Unread, since: str) -> UnreadEntry:
    return UnreadEntry(
        product=product,
        source=place,
        title=one.title,
        url=one.url,
        why=one.why,
        first_seen=to_moment(since),
    )


def _source(row: sqlite3.Row) -> SourceState:
    return SourceState(
        etag=row["etag"],
        last_modified=row["last_modified"],
        baseline_at=_moment(row["baseline_at"]),
        polled_at=_moment(row["polled_at"]),
        read_at=_moment(row["read_at"]),
        reading=row["reading"],
        error=row["error"],
    )


def _moment(text: str | None) -> datetime | None:
    return to_moment(text) if text else None
