"""Waiting in tests: for a condition and never for a time, however busy the machine is."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import TypeVar

T = TypeVar("T")

SECONDS = 120.0  # the most for what takes one or two on a quiet machine


def wait_for(what: Callable[[], T | None]) -> T:
    """What a question answers as soon as it is true."""
    end = time.monotonic() + SECONDS
    while time.monotonic() < end:
        if found := what():
            return found
        time.sleep(0.01)
    raise AssertionError("it did not come to pass")


def today() -> date:
    """The day on this machine, which goes on for a while: close to midnight, the next is waited for."""

    def day() -> date | None:
        now = datetime.now().astimezone()
        return now.date() if (now + timedelta(minutes=1)).date() == now.date() else None

    return wait_for(day)
