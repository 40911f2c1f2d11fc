"""What a source keeps between two looks, as text: any database can hold that."""

from __future__ import annotations

import json
from collections.abc import Mapping

from forewarn.errors import DataError

_LARGEST_STATE = 64 * 1024


def state_text(state: object) -> str | None:
    """The state of a source as it is stored.

    Raises:
        DataError: it cannot be written as JSON, or is too much.
    """
    if state is None:
        return None
    try:
        text = _encode(state)
    except (TypeError, ValueError, RecursionError) as error:
        raise DataError(f"its source keeps a state that is no JSON: {error}") from error
    if len(text) > _LARGEST_STATE:
        raise DataError(
            f"its source keeps a state of {len(text)} bytes; {_LARGEST_STATE} is the most"
        )
    return text


def _plain(value: object) -> object:
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(f"a {type(value).__name__} is none")


_encode = json.JSONEncoder(allow_nan=False, default=_plain).encode
