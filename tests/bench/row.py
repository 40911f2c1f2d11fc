"""One row of the bench: two commands, run in turn."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass

PAIRS = 21
# As it is installed: with its bytecode, which a shell may forbid to keep.
ENVIRONMENT = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}


@dataclass(frozen=True)
class Row:
    """`most` is the ratio that the project has promised not to exceed."""

    name: str
    ours: Callable[[], object]
    peer_name: str
    peer: Callable[[], object]
    most: float


def python(*words: str, given: str = "") -> Callable[[], object]:
    """A run of this interpreter as a process of its own, with this on standard input."""
    command = [sys.executable, *words]
    return lambda: subprocess.run(
        command, check=True, stdout=subprocess.DEVNULL, input=given.encode(), env=ENVIRONMENT
    )


def measure(row: Row) -> tuple[float, float, float]:
    """Median seconds of ours and of the peer, and the median ratio of the pairs."""
    row.ours()
    row.peer()  # both warm the file cache, and neither counts
    pairs = [(_seconds(row.ours), _seconds(row.peer)) for _ in range(PAIRS)]
    ours, peer = zip(*pairs, strict=True)
    ratio = statistics.median(a / b for a, b in pairs)
    return statistics.median(ours), statistics.median(peer), ratio


def _seconds(run: Callable[[], object]) -> float:
    begin = time.perf_counter()
    run()
    return time.perf_counter() - begin
