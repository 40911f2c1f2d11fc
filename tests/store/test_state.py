"""The state database: whole or unchanged, and plain words when it cannot be used."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from multiprocessing import get_context
from pathlib import Path

import pytest

from events_builder import an_event, queue, settings_of
from forewarn.errors import DataError
from forewarn.model.events.event import EventKind
from forewarn.store.state import ledger
from forewarn.store.state.database import set_mark
from forewarn.store.state.sqlite_file import wal_is_safe
from state_builder import back_to_the_sightings_of_then, open_tables


def test_a_full_disk_is_named_and_loses_nothing(tmp_path: Path) -> None:
    with open_tables(tmp_path) as state:
        with state.transaction() as connection:
            set_mark(connection, "published_commit", "old")
        pages = state.rows("PRAGMA page_count")[0][0]
        state.rows(f"PRAGMA max_page_count = {pages}")
        with pytest.raises(DataError) as refused, state.transaction() as connection:
            set_mark(connection, "published_commit", "new" * 100_000)
        assert "disk is full" in refused.value.what
        assert state.mark("published_commit") == "old"


_LIMITED = """
import resource, sys
from pathlib import Path
from forewarn.store.state.database import set_mark
from state_builder import open_tables
with open_tables(Path(sys.argv[1])) as state:
    resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 17, 1 << 17))
    with state.transaction() as connection:
        set_mark(connection, "published_commit", "new" * 100_000)
"""


def test_a_limit_of_what_may_be_written_is_no_damage(tmp_path: Path) -> None:
    pytest.importorskip("resource", reason="limits of files are a thing of Unix")
    with open_tables(tmp_path) as state, state.transaction() as connection:
        set_mark(connection, "published_commit", "old")
    words = [sys.executable, "-c", _LIMITED, str(tmp_path)]
    ran = subprocess.run(words, capture_output=True, text=True, cwd=Path(__file__).parent.parent)
    assert "DataError: " in ran.stderr and "the system refuses to" in ran.stderr
    with open_tables(tmp_path) as state:
        assert state.mark("published_commit") == "old"


def test_a_damaged_database_says_what_to_do(tmp_path: Path) -> None:
    with open_tables(tmp_path) as state:
        path = state.path
    path.write_bytes(b"this is no database at all" * 100)
    with pytest.raises(DataError) as refused, open_tables(tmp_path):
        pass
    assert "put back a copy" in (refused.value.help or "")
    assert path.read_bytes().startswith(b"this is no database"), "nothing was made over it"


def test_a_database_of_a_newer_forewarn_is_left_alone(tmp_path: Path) -> None:
    with open_tables(tmp_path) as state:
        path = state.path
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA user_version = 99")
    connection.close()
    with pytest.raises(DataError, match="format 99"), open_tables(tmp_path):
        pass


def _open(root: str) -> None:
    with open_tables(Path(root)):
        pass


@pytest.mark.slow
def test_two_processes_may_make_it_at_once(tmp_path: Path) -> None:
    context = get_context("spawn")
    both = [context.Process(target=_open, args=(str(tmp_path),)) for _ in range(3)]
    for process in both:
        process.start()
    for process in both:
        process.join()
    assert [process.exitcode for process in both] == [0, 0, 0]


@pytest.mark.parametrize(
    ("version", "safe"),
    [
        ((3, 40, 1), False),
        ((3, 44, 5), False),
        ((3, 44, 6), True),
        ((3, 45, 0), False),
        ((3, 50, 6), False),
        ((3, 50, 7), True),
        ((3, 51, 2), False),
        ((3, 51, 3), True),
        ((3, 53, 0), True),
    ],
)
def test_wal_mode_is_used_only_where_it_cannot_corrupt(
    version: tuple[int, int, int], safe: bool
) -> None:
    assert wal_is_safe(version) is safe


def test_what_was_told_before_events_had_a_subject_is_taken_back_too(tmp_path: Path) -> None:
    issue = an_event(2, version=None, page="kb/no-sound/")
    queue(tmp_path, settings_of(), an_event(1), issue)
    with open_tables(tmp_path) as state, state.transaction() as connection:
        connection.execute("UPDATE deliveries SET state = 'sent'")
        connection.execute("DROP INDEX events_by_subject")
        for column in ("subject", "taken_back_by"):
            connection.execute(f"ALTER TABLE events DROP COLUMN {column}")
        back_to_the_sightings_of_then(connection)
        connection.execute("PRAGMA user_version = 1")
    both = ("recorder@2.7", "kb/no-sound/")
    queue(tmp_path, settings_of(), an_event(3, kind=EventKind.MISTAKEN, takes_back=both))
    with open_tables(tmp_path) as state:
        answers = {event.id: event.answers for event in ledger.events(state)}
    assert answers[an_event(3).id] == (an_event(1).id, issue.id)
