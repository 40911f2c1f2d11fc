"""What a sighting was made of: how its place was reached, and what came from there."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from forewarn.frozen import dataclass
from forewarn.model.secrets import CUT, names_secret, told

# Of all parts together.
MOST_BYTES = 256 * 1024


@dataclass(frozen=True, kw_only=True, slots=True)
class Exchange:
    """One answer of a server, without secrets.

    `hops` are the redirects that led there: address, status, where to. `peer` is the address (IP)
    that answered. `body` is decompressed, and no more than its beginning where it is shorter than
    `length`.
    """

    url: str
    status: int
    peer: str | None
    hops: tuple[tuple[str, int, str], ...]
    headers: tuple[tuple[str, str], ...]
    body: bytes
    length: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Proof:
    """What came when a place was read at a moment."""

    at: datetime
    parts: tuple[Exchange, ...]


def fit_headers(headers: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """Headers without those that open something."""
    return tuple(
        (name, CUT if names_secret(name) else told(value)) for name, value in headers.items()
    )


def fit_body(body: bytes, room: int) -> bytes:
    """As much of a body as there is room for, without the secrets in its addresses."""
    # Each byte is one character, so that whatever is no text stays as it is.
    return told(body[:room].decode("latin-1")).encode("latin-1", "replace")
