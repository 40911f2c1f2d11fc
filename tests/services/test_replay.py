"""A month of real releases, looked at again and again: each new version is told exactly once."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from forewarn.contract.server import WebServer
from forewarn.model.events.event import EventKind
from forewarn.store.state.opening import open_state
from replay import Change, Replay, Versions, read_changes, read_start

SHARED = Path(
    os.environ.get("FOREWARN_SHARED_DATA") or Path(__file__).parents[2].parent / "shared" / "data"
)
MAY = datetime(2026, 5, 1, tzinfo=UTC)


def days(**versions: int) -> Versions:
    """Versions, each so many days after the first look: `v2_7` is 2.7."""
    return {
        name[1:].replace("_", "."): MAY.date() + timedelta(days=day)
        for name, day in versions.items()
    }


def change(hours: int, added: Versions, *removed: str) -> list[Change]:
    at = MAY + timedelta(hours=hours)
    return [Change(at=at, product="recorder", added=added, removed=removed, dated={})]


LOOKS = [
    change(24, days(v2_7=1)),
    change(30, {}, "2.7"),
    change(31, days(v2_7=1)),
    change(40, days(v2_5_1=1, v1_0=-400)),
    change(41, {}, "2.6"),
    change(42, {}),
    change(43, {}),
    change(50, days(v2_6=-9)),
]
START = {"recorder": days(v2_5=-60, v2_6=-9)}


@pytest.mark.parametrize("served", [False, pytest.param(True, marks=pytest.mark.slow)])
def test_what_is_new_is_told_once_what_comes_back_is_not_and_what_is_gone_is_asked(
    tmp_path: Path, served: bool
) -> None:
    with open_state(tmp_path) as state, WebServer() as server:
        replay = Replay(state, START, server=server if served else None)
        replay.run(LOOKS)
    new = {("recorder", version) for version in ("2.7", "2.5.1", "1.0")}
    assert (replay.truth.new, set(replay.told.versions)) == (new, new)
    assert (replay.missed, replay.false, replay.twice) == (set(), set(), set())
    assert replay.told.old == replay.truth.old == {("recorder", "1.0")}
    assert replay.told.kinds == {
        EventKind.UNANNOUNCED_DOWNLOAD: 2,
        EventKind.BACKFILL: 1,
        EventKind.DOWNLOAD_MISSING: 1,
    }


def test_through_a_window_nothing_is_missing_and_what_scrolled_through_is_counted(
    tmp_path: Path,
) -> None:
    with open_state(tmp_path) as state:
        replay = Replay(state, START, window=2)
        replay.run([*LOOKS, change(60, days(v2_8=2, v2_9=2, v2_10=2))])
    assert EventKind.DOWNLOAD_MISSING not in replay.told.kinds
    assert replay.missed == replay.truth.unseen == {("recorder", "1.0"), ("recorder", "2.10")}
    assert (replay.false, replay.twice) == (set(), set())


@pytest.mark.slow
def test_of_real_products_each_new_version_is_told_exactly_once(tmp_path: Path) -> None:
    folder = SHARED / "replay"
    if not folder.is_dir():
        pytest.skip(f"the shared data are not at {SHARED}")
    start, looks = read_start(folder), read_changes(folder)
    few = sorted(start, key=lambda id: (len(start[id]), id))[:40]
    chosen = [[one for one in changes if one.product in few] for changes in looks]
    with open_state(tmp_path) as state:
        replay = Replay(state, {id: start[id] for id in few})
        replay.run([changes for changes in chosen if changes])
    assert len(replay.truth.new) > 40
    assert (replay.missed, replay.false, replay.twice) == (set(), set(), set())
    assert replay.told.old == replay.truth.old
