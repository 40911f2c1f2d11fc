"""A row of `watch:` for a source on this machine."""

from __future__ import annotations

from typing import Any

from forewarn.model.product import Watch
from forewarn.model.record import Place


def row(url: str, **changes: Any) -> Watch:
    """A feed that may be on this machine, unless told otherwise."""
    values = {
        "type": "feed",
        "url": url,
        "allow_private": True,
        "place": Place(file="releases/recorder/product.yml"),
    }
    return Watch(**{**values, **changes})
