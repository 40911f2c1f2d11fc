"""The most that one request may take."""

from __future__ import annotations

from forewarn.frozen import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class Limits:
    """The most that one request may take.

    `size` is in bytes after decompression, `seconds` is for all of it, and `connect` is how many
    of them may pass until a connection stands.
    """

    size: int = 10_000_000
    seconds: float = 30.0
    connect: float = 5.0


PAGE = Limits()
DOWNLOAD = Limits(size=20_000_000_000, seconds=3600.0)
