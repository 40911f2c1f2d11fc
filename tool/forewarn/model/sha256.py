"""The digest that a record keeps of a download."""

from __future__ import annotations

from forewarn.expressions import expression

_SHA256 = expression("[0-9a-f]{64}")


def check_sha256(text: str) -> str | None:
    """What keeps `text` from being a sha256, or None."""
    return None if _SHA256.fullmatch(text) else "it is not 64 small hexadecimal digits"
