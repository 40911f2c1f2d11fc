"""By what a server is asked whether anything has changed: its ETag, and its time, as they came."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
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


def _is_usable(value: str) -> bool:
    return len(value) <= _LONGEST and value.isascii() and value.isprintable()


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and _is_usable(value) else None
