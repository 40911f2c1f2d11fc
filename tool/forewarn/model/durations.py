"""How long something is, as people write it in a file: 90s, 15m, 6h, 2d."""

from __future__ import annotations

from datetime import timedelta

from forewarn.expressions import expression

_WRITTEN = expression(r"([0-9]{1,6}) ?(s|m|h|d)")
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
EXAMPLES = "a number with s, m, h or d, such as 15m or 6h"


def duration(text: str) -> timedelta:
    """The time that a text says.

    Raises:
        ValueError: it says none.
    """
    match = _WRITTEN.fullmatch(text.strip())
    if not match:
        raise ValueError(f"{text!a} is not {EXAMPLES}")
    return timedelta(**{_UNITS[match[2]]: int(match[1])})


def as_written(time: timedelta) -> str:
    """The same in the largest unit that leaves no rest: 15m, 6h."""
    seconds = round(time.total_seconds())
    for unit, size in (("d", 86_400), ("h", 3600), ("m", 60)):
        if seconds and seconds % size == 0:
            return f"{seconds // size}{unit}"
    return f"{seconds}s"
