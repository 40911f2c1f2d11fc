"""A month of real releases, each snapshot served on this machine: what is told, and how often.

Once at places that show all there is, and once at places that show their ten newest.
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

from catalogue import _SHARED

sys.path.insert(0, str(Path(__file__).parents[1]))

from forewarn.contract.server import WebServer
from forewarn.model.events.event import EventKind
from forewarn.store.state.opening import open_state
from replay import Replay, read_changes, read_start

NAME = "replay of May 2026"


def report(only: str) -> int:
    """Replay the month and print what was told; how many promises were missed."""
    if only not in NAME:
        return 0
    folder = Path(_SHARED) / "replay"
    if not folder.is_dir():
        print(f"{NAME}: left out, the shared data are not at {_SHARED}")
        return 0
    return sum(_missed(folder, window) for window in (None, 10))


def _missed(folder: Path, window: int | None) -> bool:
    begin = time.perf_counter()
    with (
        tempfile.TemporaryDirectory() as scratch,
        open_state(Path(scratch)) as state,
        WebServer() as server,
    ):
        replay = Replay(state, read_start(folder), window, server)
        looks = read_changes(folder)
        replay.run(looks)
    truth, told = replay.truth, replay.told
    right = len(told.versions) - len(replay.false)
    recall = 1 - len(replay.missed) / len(truth.new)
    precision = right / max(len(told.versions), 1)
    asked = told.kinds[EventKind.DOWNLOAD_MISSING]
    where = f"{window} newest" if window else "all shown"
    print(
        f"{NAME}, {where}: of {len(truth.new)} new versions missed {len(replay.missed)} "
        f"(scrolled through unseen: {len(truth.unseen)}), told twice {len(replay.twice)}, "
        f"told falsely {len(replay.false)}; precision {precision:.3f}, recall {recall:.3f}; "
        f"backfills {len(told.old)} of {len(truth.old)}; asked what is missing: {asked}; "
        f"alerts {sum(told.kinds.values())}, as daily digests {len(told.days)}; "
        f"{len(looks)} looks in {time.perf_counter() - begin:.0f} s",
        flush=True,
    )
    if replay.false or replay.twice:
        return True
    if window:
        return bool(asked or not replay.missed >= truth.unseen)
    return bool(replay.missed or told.old != truth.old)


if __name__ == "__main__":
    sys.exit(report(""))
