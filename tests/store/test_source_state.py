"""What a source keeps is its own: any JSON, and what was kept before sources had a state."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType

import pytest

from forewarn.errors import DataError
from forewarn.model.watching.place import SourceState
from forewarn.store.state import sources
from forewarn.store.state.opening import open_state
from forewarn.store.state.source_text import state_text
from state_builder import back_to_the_sightings_of_then, open_tables

NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)
AT_NOON = SourceState(baseline_at=NOON, polled_at=NOON, read_at=NOON, reading="1")


def keep(root: Path, state: object) -> None:
    with open_tables(root) as database, database.transaction() as connection:
        sources.keep(connection, "recorder", "shelf", replace(AT_NOON, state=state))


def kept(root: Path) -> object:
    with open_tables(root) as database:
        return sources.source_state(database, "recorder", "shelf").state


@pytest.mark.parametrize(
    "state", [None, 7, "é\N{BELL}", ["a", None], {"a": {"b": [1.5, True]}}, {}, "", 0, False]
)
def test_any_json_comes_back_as_it_was_kept(tmp_path: Path, state: object) -> None:
    keep(tmp_path, state)
    assert kept(tmp_path) == state
    assert type(kept(tmp_path)) is type(state)


def test_other_mappings_and_sequences_come_back_as_json_has_them(tmp_path: Path) -> None:
    keep(tmp_path, MappingProxyType({"seen": ("a", "b")}))
    assert kept(tmp_path) == {"seen": ["a", "b"]}


def endless() -> object:
    state: list[object] = []
    state.append(state)
    return state


@pytest.mark.parametrize(
    "state",
    [{1, 2}, b"x", object(), float("nan"), endless(), "x" * 70_000],
    ids=["a set", "bytes", "an object", "no number", "in a circle", "too long"],
)
def test_what_is_no_json_or_too_much_is_refused(state: object) -> None:
    with pytest.raises(DataError, match="its source keeps a state"):
        state_text(state)


@pytest.mark.parametrize(
    ("etag", "modified", "state"),
    [
        ('"1"', "Mon, 04 May 2026", {"etag": '"1"', "last_modified": "Mon, 04 May 2026"}),
        ('W/"\'x"', None, {"etag": 'W/"\'x"'}),
        (None, "Mon, 04 May 2026", {"last_modified": "Mon, 04 May 2026"}),
        (None, None, None),
    ],
)
def test_the_validators_of_an_older_database_become_the_state(
    tmp_path: Path, etag: str | None, modified: str | None, state: object
) -> None:
    keep(tmp_path, None)
    with open_tables(tmp_path) as database:
        path = database.path
    connection = sqlite3.connect(path)
    back_to_the_sightings_of_then(connection)
    connection.execute("UPDATE sources SET etag = ?, last_modified = ?", (etag, modified))
    connection.execute("PRAGMA user_version = 2")
    connection.commit()
    connection.close()
    assert kept(tmp_path) == state


@pytest.mark.usefixtures("each_database")
def test_what_is_asked_before_a_place_is_is_what_is_kept_of_it(tmp_path: Path) -> None:
    """Also where it has letters for which each row is asked for while all of them come."""
    at = datetime(2026, 5, 4, 2, tzinfo=UTC)
    given = {
        (f"p{number % 7}", f"feed https://größe.example/{number}"): SourceState(
            state={"etag": f'"ä{number}"'}, whole_at=at, polled_at=at, reading="4\nlooße"
        )
        for number in range(12)
    }
    with open_state(tmp_path) as state:
        with state.transaction() as change:
            for (product, key), kept in given.items():
                change.keep_source(product, key, kept)
        found = {(product, key): kept for product, key, kept in state.states_before_asking()}
    assert found == given
