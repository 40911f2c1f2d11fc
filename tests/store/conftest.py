"""Tests that hold for every database run over each."""

from __future__ import annotations

from pathlib import Path

import pytest

from postgres_server import OwnDatabase
from state_builder import in_postgres


@pytest.fixture(params=["sqlite", "postgres"])
def each_database(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> str:
    """The knowledge base at `tmp_path` has its state in SQLite, then in PostgreSQL."""
    if request.param == "postgres":
        database: OwnDatabase = request.getfixturevalue("postgres")
        in_postgres(tmp_path, database, monkeypatch)
    return str(request.param)
