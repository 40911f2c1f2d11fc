"""By what a server is asked whether anything has changed: its ETag, and its time, as they came."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from forewarn.responses import Response
    from forewarn.sources.interface import Kept

_LONGEST = 500


def asked_by(state: Kept) -> tuple[str | None, str | None]:
    """What was kept to be sent, ETag and time; None for what is not there."""
    if not isinstance(state, Mapping):
        return None, None
    return _text(state.get("etag")), _text(state.get("last_modified"))


def validators_of(response: Response) -> Kept:
    """What the server gave to ask by, to be kept."""
    given = {"etag": response.etag, "last_modified": response.last_modified}
    usable = {name: value for name, value in given.items() if value and _is_usable(value)}
    return usable or None


def with_until(state: Kept, until: float | None) -> Kept:
    """What is kept to ask by, where what the place shows becomes otherwise by itself.

    `until` is when (seconds since 1970), None for never.
    """
    return {**state, "until": until} if until is not None and isinstance(state, Mapping) else state


def is_over(state: Kept, at: datetime) -> bool:
    """Whether what is there is otherwise by now, also where the server says that nothing is new."""
    until = state.get("until") if isinstance(state, Mapping) else None
    return isinstance(until, int | float) and until <= at.timestamp()


def _is_usable(value: str) -> bool:
    return len(value) <= _LONGEST and value.isascii() and value.isprintable()


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and _is_usable(value) else None
