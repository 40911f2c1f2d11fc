"""What time it is where several machines work on one state: their clocks differ."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from forewarn.store.state.interface import State


def clock_of(state: State, now: Callable[[], datetime]) -> Callable[[], datetime]:
    """The clock to go by: this machine's, or that of the state which others share."""
    if not state.is_shared:
        return now
    ahead = state.now() - now()
    return lambda: now() + ahead
