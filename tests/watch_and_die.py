"""A process that watches and is killed at a step; run by a test.

Arguments: the knowledge base's folder, the address of the feed, the step.
"""

from __future__ import annotations

import os
import signal
from datetime import UTC, datetime
from pathlib import Path

from events_builder import settings_of
from forewarn.services.watch.run import watch
from forewarn.store.state.opening import open_state
from model_builder import catalogue, product
from watch_builder import row


def main(root: str, url: str, fatal: str) -> None:
    def step(name: str) -> None:
        if name == fatal:
            os.kill(os.getpid(), signal.SIGKILL)

    known = catalogue(product("recorder", watch=(row(url),)))
    with open_state(Path(root)) as state:
        watch(state, known, settings_of(), now=lambda: datetime.now(UTC), step=step)
