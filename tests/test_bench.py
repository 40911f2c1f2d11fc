"""`make bench` is run rarely; that it can be is seen each time."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest


@pytest.mark.slow
def test_the_bench_begins_and_measures_nothing_that_was_not_asked_for() -> None:
    command = [sys.executable, str(Path(__file__).parent / "bench/run.py"), "no row has this name"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, len(done.stdout.splitlines())) == (0, 1), done.stderr
