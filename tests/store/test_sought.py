"""Looking sightings up among many: nothing that a question is about is left out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from forewarn.model.file_names import file_name, same_address
from forewarn.model.sighting import Sighting, SightingState
from forewarn.store.root import STATE_FILE, STATE_FOLDER
from forewarn.store.state.interface import State
from forewarn.store.state.opening import open_state
from forewarn.store.state.sqlite import open_file, open_root

URLS = (
    "https://vendor.example/recorder-2.7.exe",
    "http://VENDOR.example/Recorder%2D2.7.exe?token=1",
    "https://vendor.example/download?file=recorder-2.7.exe",
    "https://vendor.example/get/2.7",
    "https://vendor.example/get/2.7/",
    "https://vendor.example/recorder-2.7.exe/download",
    "https://vendor.example/",
    "https://[vendor.example/2.7",
)


@pytest.fixture(scope="module")
def state(tmp_path_factory: pytest.TempPathFactory) -> Iterator[State]:
    with open_state(tmp_path_factory.mktemp("kb")) as opened:
        with opened.transaction() as change:
            for number, url in enumerate(URLS):
                change.add_sighting(sighting(f"u{number}", "0.1", url))
            for version in ("2.7", "v2.07.0", "2.7-rc1", "2.8"):
                change.add_sighting(sighting(version, version, "https://vendor.example/x"))
            moved = sighting("moved", "0.1", "https://vendor.example/old.exe")
            change.add_sighting(moved)
            change.keep_newest_build(replace(moved, url="https://vendor.example/new.exe"))
            change.add_sighting(sighting("open", "0.1", "https://x.example/", SightingState.OPEN))
        yield opened


def sighting(
    id: str, version: str, url: str, state: SightingState = SightingState.BASELINE
) -> Sighting:
    return Sighting(
        id=id, product="recorder", version=version, source="s", url=url, title="", state=state,
        first_seen=datetime(2026, 5, 4, tzinfo=UTC),
    )  # fmt: skip


def ids(found: tuple[Sighting, ...]) -> set[str]:
    return {one.id for one in found}


def test_a_version_is_found_in_every_spelling_and_what_is_open_always(state: State) -> None:
    found = ids(state.standing([("recorder", "2.7")]))
    assert found >= {"2.7", "v2.07.0", "open"}
    assert not found & {"2.8", "u0"}
    assert ids(state.standing([("player", "2.7")])) == {"open"}


@pytest.mark.parametrize("asked", [*URLS, *(f"{url}?session=9" for url in URLS)])
def test_an_address_is_found_by_all_that_is_the_same_address(state: State, asked: str) -> None:
    same = {f"u{number}" for number, url in enumerate(URLS) if same_address(asked, url)}
    assert ids(state.standing(urls=[asked])) >= same


def test_a_file_is_found_by_the_name_under_which_it_is_saved(state: State) -> None:
    named = {f"u{n}" for n, url in enumerate(URLS) if file_name(url) == "recorder-2.7.exe"}
    assert len(named) == 4
    assert ids(state.standing(files=["recorder-2.7.exe"])) == {*named, "open"}


def test_what_moved_is_found_where_it_is_now(state: State) -> None:
    assert "moved" in ids(state.standing(files=["new.exe"]))
    assert "moved" not in ids(state.standing(files=["old.exe"]))


def test_an_id_is_found_by_its_beginning(state: State) -> None:
    assert ids(state.find_sightings("mov")) == {"moved"}
    assert ids(state.find_sightings("u_")) == set(), "what it begins with is no pattern"


def test_the_word_of_all_sightings_is_another_one_when_one_is_added_or_rebuilt(
    tmp_path: Path,
) -> None:
    words = []
    with open_root(tmp_path) as state, open_file(tmp_path / "new.db") as new:
        words.append(state.word_of_all())
        for version in ("2.7", "2.8"):
            with state.transaction() as change:
                change.add_sighting(sighting(version, version, "https://vendor.example/x"))
            words.append(state.word_of_all())
        new.carry_over(tmp_path / STATE_FOLDER / STATE_FILE)
        words.append(new.word_of_all())
        assert [s.id for s in new.all_sightings()] == ["2.7", "2.8"]
    assert len({*words}) == len(words)
