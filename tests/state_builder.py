"""The tables of a state database, and those that an older forewarn left."""

from __future__ import annotations

import sqlite3
from contextlib import AbstractContextManager
from pathlib import Path

from forewarn.store.root import STATE_FILE, STATE_FOLDER
from forewarn.store.state.sqlite_file import SqliteDatabase, open_database


def open_tables(root: Path) -> AbstractContextManager[SqliteDatabase]:
    """Those of the knowledge base at `root`, in SQLite, for what no `State` tells or does."""
    return open_database(root / STATE_FOLDER / STATE_FILE)


def back_to_the_sightings_of_then(connection: sqlite3.Connection) -> None:
    """Take away what sightings, sources and deliveries did not have in the first format."""
    connection.execute("DROP TRIGGER sightings_changed")
    connection.execute("DROP TABLE gone")
    connection.execute("DROP TABLE proofs")
    connection.execute("DROP TABLE proven")
    connection.execute("DROP TABLE views")
    connection.execute("DROP INDEX sightings_shown_by")
    for column in ("digests", "digests_since", "rollout", "shown_by"):
        connection.execute(f"ALTER TABLE sightings DROP COLUMN {column}")
    for index in ("sightings_by_numbers", "sightings_by_file"):
        connection.execute(f"DROP INDEX {index}")
    for column in ("numbers", "file"):
        connection.execute(f"ALTER TABLE sightings DROP COLUMN {column}")
    connection.execute("DROP INDEX deliveries_by_channel")
    connection.execute("DROP TABLE endpoints")
    connection.execute("DROP TABLE counts")
    for index in ("tried", "unreported", "by_person", "by_batch"):
        connection.execute(f"DROP INDEX deliveries_{index}")
    newer = ("claim", "tried_at", "reason", "because", "duplicates", "reported", "batch")
    for column in ("message_id", "thread_id", "assurance", *newer):
        connection.execute(f"ALTER TABLE deliveries DROP COLUMN {column}")
    for column in ("etag", "last_modified"):
        connection.execute(f"ALTER TABLE sources ADD COLUMN {column} TEXT")
    connection.execute(
        "UPDATE sources SET etag = json_extract(state, '$.etag'), "
        "last_modified = json_extract(state, '$.last_modified')"
    )
    connection.execute("ALTER TABLE sources DROP COLUMN state")
    for trigger in ("added", "gone"):
        connection.execute(f"DROP TRIGGER sightings_{trigger}")
    for index in ("sightings_by_state", "sightings_shown", "sightings_told"):
        connection.execute(f"DROP INDEX {index}")
    connection.execute("DROP INDEX events_by_product")
    connection.execute("DROP TABLE told")
    connection.execute("DELETE FROM meta WHERE key = 'sightings'")
    for table, columns in {
        "sightings": "arch channel track download size sha256 notes told_in last_shown",
        "sources": "read_at reading whole_at content changed_at matched reach trouble failures "
        "failing_since told told_since next_poll",
    }.items():
        for column in columns.split():
            connection.execute(f"ALTER TABLE {table} DROP COLUMN {column}")
    connection.execute("DROP TABLE hosts")
    connection.execute("DROP TABLE unread")
