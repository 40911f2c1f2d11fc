"""The only HTTP client: which addresses may be called, size and time caps, redirects."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import field
from types import MappingProxyType
from typing import NamedTuple, Self

from forewarn import __version__
from forewarn.encodings import Unpacking, Unreadable, codings, too_large
from forewarn.errors import Trouble
from forewarn.frozen import dataclass
from forewarn.model.addresses import address_problem
from forewarn.model.content import BEGINNING, not_a_download
from forewarn.model.file_names import file_name
from forewarn.net.address import WebAddress
from forewarn.net.call import AnswerHead, OneCall, Sink, Take
from forewarn.net.connections import Connections
from forewarn.net.failures import NetError as NetError
from forewarn.net.failures import PrivateAddressError as PrivateAddressError
from forewarn.responses import Hop, Response, status_text

USER_AGENT = f"forewarn/{__version__}"
_REDIRECTS = 5
_REDIRECT_STATUS = frozenset([301, 302, 303, 307, 308])
# Requests that nobody has begun to answer yet: each takes an open file.
_MOST_BESIDE = 200
_NONE: Mapping[str, str] = MappingProxyType({})
# Whoever has an answer's cookies may be taken for us.
_COOKIES = frozenset(["set-cookie", "set-cookie2"])


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


@dataclass(frozen=True, kw_only=True, slots=True)
class Digest:
    """What a download is: its size in bytes, and its sha256 in small hexadecimal digits.

    `beginning` are its first bytes; `response` has the headers it came with, and the way to it.
    """

    size: int
    sha256: str
    beginning: bytes = field(default=b"", compare=False, repr=False)
    response: Response | None = field(default=None, compare=False, repr=False)


class _Demand(NamedTuple):
    """One request: `ours` are headers for whoever answers, `own` those for its own host alone."""

    method: str
    ours: Mapping[str, str]
    own: Mapping[str, str]
    allow_private: bool
    body: bytes | None = None


class Client:
    """An HTTP client for addresses that others wrote. Open it as a context.

    Every connection is checked at the moment it is made, so neither a redirect nor a name that
    answers differently the second time leads to an address that is not public. At most
    `concurrency` requests run at once, and as many of them to one host as `per_host` says; waiting
    for a turn does not count against the time limit. Hosts that do not answer hold up nobody else:
    those in `failing`, which did not the last time, wait in a lane of their own; whoever does not
    begin to answer within `patience` seconds gives up their place to the next and is waited for
    beside.
    Cookies, proxies and .netrc are not used. A user name and password in the address are
    sent to its own host and never follow a redirect to another.
    """

    def __init__(
        self,
        *,
        limits: Limits = PAGE,
        downloads: Limits = DOWNLOAD,
        concurrency: int = 20,
        per_host: Callable[[str], int] = lambda host: 2,
        failing: Iterable[str] = (),
        patience: float = 0.25,
        address_problem: Callable[[str], str | None] = address_problem,
    ) -> None:
        self._limits = limits
        self._downloads = downloads
        self._address_problem = address_problem
        self._lane = asyncio.Semaphore(concurrency)
        self._failing_lane = asyncio.Semaphore(concurrency)
        self._impatient = _Impatient(patience)
        self._failing = {host.casefold() for host in failing}
        self._per_host = per_host
        self._hosts: dict[str, asyncio.Semaphore] = {}
        # Those that may be to private addresses are kept apart.
        self._connections: dict[bool, Connections] = {}

    async def __aenter__(self) -> Self:
        for allow_private in (False, True):
            self._connections[allow_private] = Connections(
                problem=None if allow_private else self._address_problem,
                connect=self._limits.connect,
                called=USER_AGENT,
            )
        return self

    async def __aexit__(self, *exc: object) -> None:
        self._impatient.close()
        for connections in self._connections.values():
            connections.close()

    async def fetch(
        self,
        url: str,
        *,
        etag: str | None = None,
        last_modified: str | None = None,
        allow_private: bool = False,
        headers: Mapping[str, str] = _NONE,
        beginning: int = 0,
    ) -> Response:
        """Get `url` within the client's limits; any status is an answer (304 with validators).

        `headers` are sent to the address's own host alone, and follow no redirect to another. Of
        a body whose status is not 200 the first `beginning` bytes are read, and its end is not
        waited for.

        Raises:
            NetError: there was no complete answer, or a rule forbids it.
        """
        asked = _Demand("GET", _validators(etag, last_modified), headers, allow_private)
        return _response(*await self._get(url, asked, beginning))

    async def fetch_changed(
        self,
        url: str,
        *,
        etag: str | None = None,
        last_modified: str | None = None,
        allow_private: bool = False,
        headers: Mapping[str, str] = _NONE,
    ) -> Response | None:
        """The same; None where the server says that it is as it was by one of the validators.

        Raises:
            NetError: there was no complete answer, or a rule forbids it.
        """
        asked = _Demand("GET", _validators(etag, last_modified), headers, allow_private)
        found, body = await self._get(url, asked)
        if found.head.status == 304 and (etag or last_modified):
            return None
        return _response(found, body)

    async def _get(self, url: str, asked: _Demand, beginning: int = 0) -> tuple[_LastAnswer, bytes]:
        body = _BodyRead(self._limits.size, beginning, whole=_is_ok)
        found = await self._ask(url, asked, self._limits, body.begin)
        return found, body.finish()

    async def head(
        self,
        url: str,
        *,
        allow_private: bool = False,
        headers: Mapping[str, str] = _NONE,
        get: bool = False,
    ) -> Response:
        """Ask for the headers of `url` alone, by HEAD, or with `get` by a GET that is left there.

        `headers` are sent as by `fetch`.

        Raises:
            NetError: there was no answer, or a rule forbids it.
        """
        ours = {"Accept-Encoding": "identity"}
        asked = _Demand("GET" if get else "HEAD", ours, headers, allow_private)
        return _response(await self._ask(url, asked, self._limits, lambda head: None))

    async def post(
        self,
        url: str,
        body: bytes,
        *,
        content_type: str = "application/json",
        method: str = "POST",
        allow_private: bool = False,
        headers: Mapping[str, str] = _NONE,
        beginning: int = 0,
    ) -> Response:
        """Send `body` to `url` once, by POST or by another method that sends; any status is an
        answer.

        A redirect is an answer, too: what was sent to one place is not taken to another. It is
        the last of the answer's `hops`.

        Raises:
            NetError: there was no complete answer, or a rule forbids it.
        """
        ours = {"Accept-Encoding": "gzip", "Content-Type": content_type}
        asked = _Demand(method, ours, headers, allow_private, body)
        read = _BodyRead(self._limits.size, beginning, whole=lambda status: 200 <= status < 300)
        found = await self._ask(url, asked, self._limits, read.begin)
        return _response(found, read.finish())

    async def digest(
        self,
        url: str,
        *,
        limits: Limits | None = None,
        allow_private: bool = False,
        headers: Mapping[str, str] = _NONE,
    ) -> Digest:
        """Read a download through, as it is sent, without keeping it.

        `limits` are those of the client for downloads where they are not given.

        Raises:
            NetError: it cannot be read to its end, the status is not 200, or what came is a page
                or an error and no download.
        """
        asked = _Demand("GET", {"Accept-Encoding": "identity"}, headers, allow_private)
        limits = limits or self._downloads
        read = _DownloadRead(limits.size)
        found = await self._ask(url, asked, limits, read.begin)
        response = _response(found)
        if response.status != 200:
            raise NetError(
                f"the server answered {status_text(response.status)}",
                kind=response.trouble or Trouble.CHANGED_SHAPE,
                retry_after=response.retry_after,
            )
        instead = not_a_download(
            file_name(url) or "", found.head.first("content-type") or "", read.beginning, read.size
        )
        if instead:
            raise NetError(
                f"{instead}, from {response.url.partition('?')[0]}",
                help="Record the address of the file itself, which everybody can get "
                "without logging in.",
                kind=Trouble.CHANGED_SHAPE,
            )
        sha256 = read.sha256.hexdigest()
        return Digest(size=read.size, sha256=sha256, beginning=read.beginning, response=response)

    async def _ask(self, address: str, asked: _Demand, limits: Limits, take: Take) -> _LastAnswer:
        url = WebAddress.read(address)
        turns = self._hosts.get(url.host)
        if turns is None:
            turns = self._hosts[url.host] = asyncio.Semaphore(self._per_host(url.host))
        async with turns:
            lane = self._failing_lane if url.host in self._failing else self._lane
            async with _Turn(lane, self._impatient) as turn:

                def begun(head: AnswerHead) -> Sink | None:
                    if _leads_on(head):
                        return None
                    turn.keep()
                    return take(head)

                try:
                    return await self._follow(url, asked, limits, begun)
                except TimeoutError as error:
                    self._failing.add(url.host)
                    raise NetError(f"no complete answer within {limits.seconds:g} s") from error
                except Unreadable as error:
                    raise NetError(error.what, kind=error.kind) from error
                except NetError as error:
                    if error.kind is Trouble.UNREACHABLE:
                        self._failing.add(url.host)
                    raise

    async def _follow(
        self, url: WebAddress, asked: _Demand, limits: Limits, take: Take
    ) -> _LastAnswer:
        connections, first, own = self._connections[asked.allow_private], url, asked.own
        hops: list[Hop] = []
        until = time.monotonic() + limits.seconds
        while len(hops) <= _REDIRECTS:
            sent = {**own, **asked.ours} if own and url.origin == first.origin else asked.ours
            call = OneCall(url, asked.method, take)
            await call.run(connections, sent, asked.body, until)
            head = call.head
            location = head.first("location") if _leads_on(head) else None
            if location is None:
                return _LastAnswer(url, head, call.peer, hops)
            target = url.redirected(location)
            hops.append(Hop(url=url.plain, status=head.status, location=target.plain))
            if asked.body is not None:
                return _LastAnswer(url, head, call.peer, hops)
            url = target
            if url.origin != first.origin:
                own = {}  # nor does another host's redirect lead them back
        raise NetError(f"it redirects more than {_REDIRECTS} times", kind=Trouble.CHANGED_SHAPE)


class _LastAnswer:
    """The headers of an answer, where from, and the way there."""

    __slots__ = ("head", "hops", "peer", "url")

    def __init__(
        self, url: WebAddress, head: AnswerHead, peer: str | None, hops: list[Hop]
    ) -> None:
        self.url, self.head, self.peer, self.hops = url, head, peer, hops


def _leads_on(head: AnswerHead) -> bool:
    return head.status in _REDIRECT_STATUS and head.first("location") is not None


class _BodyRead:
    """A body of at most so many bytes once it is unpacked.

    Where the status does not make it one that is read `whole`, no more than its first `beginning`
    bytes are, as much as can be unpacked.
    """

    def __init__(self, most: int, beginning: int, whole: Callable[[int], bool]) -> None:
        self._most = most
        self._beginning = beginning
        self._is_whole = whole
        self._whole = False
        self._unpacking: Unpacking | None = None
        self._pieces: list[bytes] = []
        self._size = 0

    def begin(self, head: AnswerHead) -> Sink | None:
        """What takes the body that belongs to these headers."""
        self._whole = self._is_whole(head.status)
        if not self._whole and not self._beginning:
            return None
        try:
            self._unpacking = Unpacking(codings(head.all("content-encoding")), self._most)
        except Unreadable:
            if self._whole:
                raise
            return None
        return self._take

    def finish(self) -> bytes:
        """What was read, once all of it has come.

        Raises:
            NetError: it breaks off before its end.
        """
        if self._unpacking is None:
            return b""
        try:
            self._keep(self._unpacking.finish())
        except Unreadable as error:
            if self._whole:
                raise NetError(error.what, kind=error.kind) from error
        found = b"".join(self._pieces)
        return found if self._whole else found[: self._beginning]

    def _take(self, piece: bytes) -> bool:
        assert self._unpacking is not None  # noqa: S101 - `begin` made it
        try:
            return self._keep(self._unpacking.feed(piece))
        except Unreadable:
            if self._whole:
                raise
            return True

    def _keep(self, pieces: Iterable[bytes]) -> bool:
        for piece in pieces:
            self._pieces.append(piece)
            self._size += len(piece)
            if not self._whole and self._size >= self._beginning:
                return True
        return False


class _DownloadRead:
    """What a file is, while it goes by."""

    def __init__(self, most: int) -> None:
        import hashlib

        self._most = most
        self.size = 0
        self.sha256 = hashlib.sha256()
        self.beginning = b""

    def begin(self, head: AnswerHead) -> Sink | None:
        return self._take if head.status == 200 else None

    def _take(self, piece: bytes) -> bool:
        self.size += len(piece)
        if self.size > self._most:
            raise too_large(self._most)
        self.sha256.update(piece)
        self.beginning += piece[: max(0, BEGINNING - len(self.beginning))]
        return False


class _Impatient:
    """Has those give up their places in a lane who are not answered within so many seconds.

    It counts how many more requests may be waited for beside the lanes.
    """

    def __init__(self, patience: float) -> None:
        self.free = _MOST_BESIDE
        self._patience = patience
        # The first has waited longest: all are as patient.
        self._waiting: deque[tuple[float, _Turn]] = deque()
        self._alarm: asyncio.TimerHandle | None = None

    def wait(self, turn: _Turn) -> None:
        """Wait for the answer to one that has just got its place."""
        loop = asyncio.get_running_loop()
        until = loop.time() + self._patience
        self._waiting.append((until, turn))
        if self._alarm is None:
            self._alarm = loop.call_at(until, self._ring)

    def close(self) -> None:
        """Wait for nobody any more."""
        if self._alarm:
            self._alarm.cancel()

    def _ring(self) -> None:
        loop = asyncio.get_running_loop()
        now, self._alarm = loop.time(), None
        while self._waiting:
            until, turn = self._waiting[0]
            if turn.waits and until > now:
                self._alarm = loop.call_at(until, self._ring)
                return
            self._waiting.popleft()
            if turn.waits:
                turn.give_up()


class _Turn:
    """A place in a lane; whoever does not answer in time gives it up, and goes on beside."""

    __slots__ = ("_beside", "_has_place", "_lane", "waits")

    def __init__(self, lane: asyncio.Semaphore, beside: _Impatient) -> None:
        self._lane, self._beside = lane, beside
        self._has_place = self.waits = True

    async def __aenter__(self) -> Self:
        await self._lane.acquire()
        self._beside.wait(self)
        return self

    async def __aexit__(self, *exc: object) -> None:
        self.waits = False
        if self._has_place:
            self._lane.release()
        else:
            self._beside.free += 1

    def keep(self) -> None:
        """Keep the place until the end: there is an answer."""
        self.waits = False

    def give_up(self) -> None:
        """Leave the place to the next, where there is room beside."""
        self.waits = False
        if self._beside.free:
            self._beside.free -= 1
            self._has_place = False
            self._lane.release()


def _validators(etag: str | None, last_modified: str | None) -> dict[str, str]:
    sent = {"Accept-Encoding": "gzip"}
    if etag:
        sent["If-None-Match"] = etag
    if last_modified:
        sent["If-Modified-Since"] = last_modified
    return sent


def _is_ok(status: int) -> bool:
    return status == 200


def _response(found: _LastAnswer, body: bytes = b"") -> Response:
    headers: dict[str, str] = {}
    for name, value in found.head.headers:
        if name not in _COOKIES:
            headers[name] = f"{headers[name]}, {value}" if name in headers else value
    return Response(
        status=found.head.status,
        url=found.url.plain,
        body=body,
        headers=MappingProxyType(headers),
        hops=tuple(found.hops),
        peer=found.peer,
        received=found.head.received,
    )
