"""One request, and its answer as it comes in: headers of a sane size, and what takes the body."""

from __future__ import annotations

import io
import os
import re
import time
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, TypeAlias

from forewarn.errors import Trouble
from forewarn.net.address import WebAddress
from forewarn.net.connections import Connections, called_back
from forewarn.net.failures import BROKE_OFF, NetError, failed, improper, refused

if TYPE_CHECKING:
    import pycurl

# All header lines of one answer together, those before and after it among them (bytes).
_MOST_HEADERS = 128 * 1024
_STATUS = re.compile(rb"HTTP/1\.[01] ([1-9][0-9]{2})(?: .*)?")
_NAME = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")
_CONTROL = re.compile(rb"[\x00-\x08\x0a-\x1f\x7f]")
_WITHOUT_BODY = frozenset([204, 304])
# libcurl and we do not look at the same clock (seconds).
_ABOUT = 0.01

# Takes a piece of the body; true where that was enough.
Sink: TypeAlias = Callable[[bytes], bool]


class AnswerHead:
    """The status of an answer, its headers in their order, names in small letters, and when it
    had come (seconds since 1970)."""

    __slots__ = ("headers", "received", "status")

    def __init__(self, status: int, headers: list[tuple[str, str]]) -> None:
        self.status = status
        self.headers = headers
        self.received = time.time()

    def all(self, name: str) -> Iterator[str]:
        """The values of every header of that name."""
        return (value for each, value in self.headers if each == name)

    def first(self, name: str) -> str | None:
        """The value of the first header of that name."""
        return next(self.all(name), None)


# Given the headers, what takes the body, or None where nobody wants it.
Take: TypeAlias = Callable[[AnswerHead], Sink | None]


class OneCall:
    """A request to one address, no redirect followed. `peer` is the address (IP) that answered."""

    head: AnswerHead

    peer: str | None = None
    _sink: Sink | None = None
    _status = 0
    _size = 0
    _complete = False
    _enough = False
    _refused: str | None = None
    _failure: Exception | None = None

    def __init__(self, url: WebAddress, method: str, take: Take) -> None:
        self._url = url
        self._method = method
        self._take = take
        self._headers: list[tuple[str, str]] = []

    async def run(
        self, over: Connections, sent: Mapping[str, str], body: bytes | None, until: float
    ) -> None:
        """Make the request; `until` is when it must be over, by `time.monotonic`.

        Raises:
            NetError: there was no complete answer.
            Unreadable: whoever takes the body cannot read it.
            TimeoutError: it is not over in time.
        """
        import pycurl

        left = until - time.monotonic()
        if left <= 0:
            raise TimeoutError
        curl = over.request(secure=self._url.is_secure, refused=self._refuse)
        is_plain = False
        try:
            self._set(curl, sent, body)
            curl.setopt(pycurl.TIMEOUT_MS, max(1, int(left * 1000)))
            try:
                await over.perform(curl)
            finally:
                self.peer = curl.getinfo(pycurl.PRIMARY_IP) or None
            is_plain = self._method == "GET" and body is None and self._sink is None
            is_plain = is_plain and not self._url.names_user
        except pycurl.error as error:
            if self._enough:
                return
            code, said = error.args
            if self._failure:
                raise self._failure from None
            if code == pycurl.E_OPERATION_TIMEDOUT and time.monotonic() >= until - _ABOUT:
                raise TimeoutError from error
            if self._refused and code == pycurl.E_COULDNT_CONNECT:
                raise refused(self._url.host, self._refused) from error
            number = curl.getinfo(pycurl.OS_ERRNO)
            cause = OSError(number, os.strerror(number)) if number else error
            raise failed(code, said, self._url.host, number, over.connect) from cause
        finally:
            over.take_back(curl, secure=self._url.is_secure, is_plain=is_plain)
        if not self._complete:
            raise NetError(BROKE_OFF)

    def _set(self, curl: pycurl.Curl, sent: Mapping[str, str], body: bytes | None) -> None:
        import pycurl

        curl.setopt(pycurl.CURLU, self._url.parts)
        curl.setopt(pycurl.HEADERFUNCTION, self._header)
        curl.setopt(pycurl.WRITEFUNCTION, self._body)
        lines = [_line(name, value) for name, value in sent.items()]
        if self._method == "HEAD":
            curl.setopt(pycurl.NOBODY, 1)
        elif body is not None:
            # What reads from here cannot begin again, so nothing is ever sent twice.
            curl.setopt(pycurl.POST, 1)
            curl.setopt(pycurl.READFUNCTION, io.BytesIO(body).read)
            curl.setopt(pycurl.POSTFIELDSIZE_LARGE, len(body))
            curl.setopt(pycurl.CUSTOMREQUEST, self._method)
            lines.append(b"Expect:")
        curl.setopt(pycurl.HTTPHEADER, lines)

    def _refuse(self, problem: str) -> None:
        self._refused = problem

    @called_back
    def _header(self, line: bytes) -> int | None:
        """Take a header line. What is returned is for libcurl: None goes on, 0 ends it."""
        try:
            self._read_header(line)
        except Exception as error:
            self._failure = error
            return 0
        return 0 if self._enough else None

    def _read_header(self, line: bytes) -> None:
        self._size += len(line)
        if self._size > _MOST_HEADERS:
            raise NetError(
                f"the answer's headers are larger than {_MOST_HEADERS:,} bytes",
                kind=Trouble.TOO_MUCH,
            )
        if self._complete:
            return  # what comes after the body is nobody's
        line = line.removesuffix(b"\n").removesuffix(b"\r")
        if _CONTROL.search(line):
            raise improper("a header has control characters")
        if not self._status:
            found = _STATUS.fullmatch(line)
            if found is None:
                raise improper("it does not begin with a status")
            self._status = int(found[1])
        elif line[:1] in (b" ", b"\t"):
            self._continue(line)
        elif line:
            name, colon, value = line.decode("utf-8", "surrogateescape").partition(":")
            if not colon:
                raise improper("a header has no name")
            if _NAME.fullmatch(name):
                self._headers.append((name.lower(), value.strip(" \t")))
        else:
            self._end_headers()

    def _continue(self, line: bytes) -> None:
        if not self._headers:
            raise improper("a header has no name")
        name, value = self._headers[-1]
        more = line.decode("utf-8", "surrogateescape").strip(" \t")
        self._headers[-1] = (name, f"{value} {more}")

    def _end_headers(self) -> None:
        if self._status == 101:
            raise improper("it speaks another protocol from here on")
        if self._status < 200:  # an answer before the answer
            self._status, self._headers = 0, []
            return
        self._complete = True
        self.head = head = AnswerHead(self._status, self._headers)
        self._sink = self._take(head)
        none_comes = (
            self._method == "HEAD"
            or head.status in _WITHOUT_BODY
            or head.first("content-length") == "0"
        )
        # What nobody wants is not waited for.
        self._enough = self._sink is None and not none_comes

    @called_back
    def _body(self, piece: bytes) -> int | None:
        """Take a piece of the body; as `_header`."""
        if self._sink is None:
            return 0
        try:
            self._enough = self._sink(piece)
        except Exception as error:
            self._failure = error
            return 0
        return 0 if self._enough else None


def _line(name: str, value: str) -> bytes:
    """A header as it is sent.

    Raises:
        NetError: it would be two, or none.
    """
    sent = value.strip(" \t").encode("utf-8", "surrogateescape")
    if not _NAME.fullmatch(name) or _CONTROL.search(sent):
        raise NetError(
            f"the header {name[:100]!a} cannot be sent: it has characters that no header has",
            kind=Trouble.REFUSED,
        )
    # Nothing after the colon would take a header away.
    return name.encode() + (b": " + sent if sent else b";")
