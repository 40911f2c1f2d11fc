"""What a web server answered: status, headers, the way there, and how long it wants to be left."""

from __future__ import annotations

import re
import time
from collections.abc import Mapping
from dataclasses import field
from datetime import UTC
from types import MappingProxyType

from forewarn.errors import Trouble
from forewarn.frozen import dataclass

_NUMBER = re.compile(r"[0-9]{1,12}(?:\.[0-9]*)?")
# Larger numbers are a moment (seconds since 1970), smaller ones a time from now.
_MOMENT = 1_000_000_000


@dataclass(frozen=True, kw_only=True, slots=True)
class Hop:
    """One redirect: who sent us on, with which status, and where to.

    Neither address has a user name or a password in it.
    """

    url: str
    status: int
    location: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Response:
    """An answer. `url` is where it came from in the end, without a user name or password.

    `body` is decompressed. It is that of a status 200 (for what is sent, of any 2xx); of another
    status there is its beginning, as far as it was asked for. `headers` have their names in small
    letters, and no cookies; of several with one name the values are joined by a comma. `hops` are
    the redirects that led here, `peer` is the address (IP) that answered. `received` is when the
    headers were read (seconds since 1970).
    """

    status: int
    url: str
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    hops: tuple[Hop, ...] = ()
    peer: str | None = None
    received: float = field(default=0.0, compare=False)

    @property
    def etag(self) -> str | None:
        """What the server calls this state of the thing."""
        return self.headers.get("etag")

    @property
    def last_modified(self) -> str | None:
        """When it changed last, as the server writes it."""
        return self.headers.get("last-modified")

    @property
    def content_type(self) -> str:
        """What the server says that it is."""
        return self.headers.get("content-type", "")

    @property
    def retry_after(self) -> float | None:
        """How many seconds the server asks to be left alone; None where it does not.

        It says so by Retry-After, or by a rate limit of which nothing remains.
        """
        asked = self._seconds(self.headers.get("retry-after", ""))
        if asked is not None:
            return asked
        for prefix in ("x-ratelimit-", "ratelimit-", "x-rate-limit-"):
            if self.headers.get(f"{prefix}remaining", "").strip() == "0":
                return self._seconds(self.headers.get(f"{prefix}reset", "")) or 0.0
        return None

    @property
    def trouble(self) -> Trouble | None:
        """What kind of failure a status is; None where it is none.

        A 403 is a rate limit where a time to wait comes with it.
        """
        if self.status < 400:
            return None
        waits = self.retry_after is not None
        if self.status == 429 or (self.status in (403, 503) and waits):
            return Trouble.RATE_LIMITED
        return Trouble.REFUSED if self.status < 500 else Trouble.UNREACHABLE

    def _seconds(self, text: str) -> float | None:
        """A time from now: a number of seconds, or a moment by the server's own clock."""
        text = text.strip()
        if _NUMBER.fullmatch(text):
            number = float(text)
            return max(0.0, number - self._sent()) if number >= _MOMENT else number
        moment = _moment(text)
        return None if moment is None else max(0.0, moment - self._sent())

    def _sent(self) -> float:
        """When the server sent it, by its own clock where it tells."""
        sent = _moment(self.headers.get("date", ""))
        return (self.received or time.time()) if sent is None else sent


def status_text(status: int) -> str:
    """A status as people know it: `HTTP 404 Not Found`."""
    from http import HTTPStatus

    try:
        return f"HTTP {status} {HTTPStatus(status).phrase}"
    except ValueError:
        return f"HTTP {status}"


def _moment(text: str) -> float | None:
    """A day and time as HTTP writes it, in seconds since 1970."""
    from email.utils import parsedate_to_datetime  # slow to import, and most say no time

    try:
        found = parsedate_to_datetime(text[:100])
    except (TypeError, ValueError, IndexError, OverflowError):
        return None
    try:
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).timestamp()
    except (OverflowError, OSError, ValueError):
        return None
