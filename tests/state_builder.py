"""The tables of a state database, and those that an older forewarn left."""

from __future__ import annotations

import os
import sqlite3
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest

from forewarn.store.root import SETTINGS_FILE, STATE_FILE, STATE_FOLDER
from forewarn.store.state.opening import address_of
from forewarn.store.state.sqlite_file import open_database
from postgres_server import OwnDatabase


def in_postgres(root: Path, database: OwnDatabase, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the knowledge base at `root` have its state in a database of PostgreSQL."""
    settings = root / SETTINGS_FILE
    text = settings.read_text() if settings.exists() else "name: Acme support\n"
    settings.write_text(f"{text}database: ${{FOREWARN_DATABASE}}\n")
    monkeypatch.setenv("FOREWARN_DATABASE", database.address)


def open_tables(root: Path) -> AbstractContextManager[Any]:
    """The tables of the knowledge base at `root`, for what no `State` tells or does.

    In PostgreSQL, too, the time is what the test says.
    """
    address = address_of(root, os.environ)
    if address is None:
        return open_database(root / STATE_FOLDER / STATE_FILE)
    from forewarn.store.state.postgres_database import open_tables as tables_in

    return tables_in(address, clock=lambda now: now)


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
    connection.execute("DROP TRIGGER sightings_gone")
    connection.execute("CREATE INDEX sightings_by_version ON sightings (product, version)")
    for index in ("sightings_standing", "sightings_told"):
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
