"""A state database as an older forewarn left it."""

from __future__ import annotations

import sqlite3


def back_to_the_sightings_of_then(connection: sqlite3.Connection) -> None:
    """Take away what sightings and sources did not have in the first format."""
    for table, columns in {
        "sightings": "arch channel track download size sha256 notes told_in",
        "sources": "read_at reading",
    }.items():
        for column in columns.split():
            connection.execute(f"ALTER TABLE {table} DROP COLUMN {column}")
    connection.execute("DROP TABLE unread")
