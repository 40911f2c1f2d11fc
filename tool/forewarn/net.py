"""The only HTTP client: which addresses may be called, size and time caps, redirects."""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import hashlib
import os
import socket
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Mapping
from dataclasses import field
from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Self

from forewarn import __version__
from forewarn.encodings import Unreadable, capped, codings, unpacked
from forewarn.errors import PlaceError, Trouble
from forewarn.frozen import dataclass
from forewarn.model.addresses import address_problem
from forewarn.model.content import BEGINNING, not_a_download
from forewarn.model.file_names import file_name
from forewarn.model.secrets import told, without_secrets
from forewarn.responses import Hop, Response, status_text

# aiohttp takes a quarter of a second to import, so only a client that is opened imports it.
if TYPE_CHECKING:
    from aiohttp import ClientResponse, ClientSession
    from aiohttp.connector import Connection
    from yarl import URL

USER_AGENT = f"forewarn/{__version__}"
_REDIRECTS = 5
_REDIRECT_STATUS = frozenset([301, 302, 303, 307, 308])
_CHUNK = 64 * 1024
_SILENCE_SECONDS = 60.0
# Requests that nobody has begun to answer yet: each takes an open file.
_MOST_BESIDE = 200
_NONE: Mapping[str, str] = MappingProxyType({})
# Whoever has an answer's cookies may be taken for us.
_COOKIES = frozenset(["set-cookie", "set-cookie2"])
# The error number of a connection that the address policy forbids; no system has it.
_REFUSED = -1


class NetError(PlaceError):
    """An address could not be read; `what` says why in one sentence."""


class PrivateAddressError(NetError):
    """It is an address that nobody outside may make us call, and nobody here has allowed it."""

    kind = Trouble.REFUSED


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


@dataclass(frozen=True, slots=True)
class _Demand:
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
    `concurrency` requests run at once, `per_host` of them to one host; waiting for a turn does
    not count against the time limit. Hosts that do not answer hold up nobody else: those in
    `failing`, which did not the last time, wait in a lane of their own; whoever does not begin to
    answer within `patience` seconds gives up their place to the next and is waited for beside.
    Cookies, proxies and .netrc are not used. A user name and password in the address are
    sent to its own host and never follow a redirect to another.
    """

    def __init__(
        self,
        *,
        limits: Limits = PAGE,
        downloads: Limits = DOWNLOAD,
        concurrency: int = 20,
        per_host: int = 2,
        failing: Iterable[str] = (),
        patience: float = 0.25,
        address_problem: Callable[[str], str | None] = address_problem,
    ) -> None:
        self._limits = limits
        self._downloads = downloads
        self._address_problem = address_problem
        self._lane = asyncio.Semaphore(concurrency)
        self._failing_lane = asyncio.Semaphore(concurrency)
        self._beside = _Beside()
        self._patience = patience
        self._failing = {host.casefold() for host in failing}
        self._hosts: defaultdict[str, asyncio.Semaphore] = defaultdict(
            lambda: asyncio.Semaphore(per_host)
        )
        self._sessions: dict[bool, ClientSession] = {}

    async def __aenter__(self) -> Self:
        import aiohttp

        timeout = aiohttp.ClientTimeout(
            total=None, connect=self._limits.connect, sock_read=_SILENCE_SECONDS
        )
        for allow_private in (False, True):
            self._sessions[allow_private] = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(
                    limit=0, socket_factory=None if allow_private else self._socket
                ),
                cookie_jar=aiohttp.DummyCookieJar(),
                headers={"User-Agent": USER_AGENT},
                timeout=timeout,
                auto_decompress=False,
                response_class=_answer_with_peer(),
            )
        return self

    async def __aexit__(self, *exc: object) -> None:
        for session in self._sessions.values():
            await session.close()

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
        validators = {"If-None-Match": etag, "If-Modified-Since": last_modified}
        ours = {name: value for name, value in validators.items() if value}
        asked = _Demand("GET", {**ours, "Accept-Encoding": "gzip"}, headers, allow_private)
        async with self._answer(url, asked, self._limits) as (answer, hops):
            body = await _body(answer, self._limits.size, beginning, whole=answer.status == 200)
            return _response(answer, hops, body)

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
        async with self._answer(url, asked, self._limits) as (answer, hops):
            return _response(answer, hops, b"")

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
        async with self._answer(url, asked, self._limits) as (answer, hops):
            whole = 200 <= answer.status < 300
            read = await _body(answer, self._limits.size, beginning, whole=whole)
            return _response(answer, hops, read)

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
        async with self._answer(url, asked, limits) as (answer, hops):
            response = _response(answer, hops, b"")
            if answer.status != 200:
                raise NetError(
                    f"the server answered {status_text(answer.status)}",
                    kind=response.trouble or Trouble.CHANGED_SHAPE,
                    retry_after=response.retry_after,
                )
            size, sha256, beginning = 0, hashlib.sha256(), b""
            async for chunk in capped(answer.content.iter_chunked(_CHUNK), limits.size):
                size += len(chunk)
                sha256.update(chunk)
                beginning += chunk[: max(0, BEGINNING - len(beginning))]
            kind = answer.headers.get("Content-Type", "")
            instead = not_a_download(file_name(url) or "", kind, beginning, size)
            if instead:
                raise NetError(
                    f"{instead}, from {answer.url.with_user(None).with_query(None)}",
                    help="Record the address of the file itself, which everybody can get "
                    "without logging in.",
                    kind=Trouble.CHANGED_SHAPE,
                )
            return Digest(
                size=size, sha256=sha256.hexdigest(), beginning=beginning, response=response
            )

    @contextlib.asynccontextmanager
    async def _answer(
        self, address: str, asked: _Demand, limits: Limits
    ) -> AsyncIterator[tuple[ClientResponse, list[Hop]]]:
        url, hops = _url(address), list[Hop]()
        host = (url.host or "").casefold()
        async with self._hosts[url.host or ""]:
            lane = self._failing_lane if host in self._failing else self._lane
            async with _Turn(lane, self._beside, self._patience) as turn:
                try:
                    with _told(limits):
                        async with asyncio.timeout(limits.seconds):
                            async with await self._follow(url, asked, hops) as answer:
                                turn.keep()
                                yield answer, hops
                except NetError as error:
                    if error.kind is Trouble.UNREACHABLE:
                        self._failing.add(host)
                    raise

    async def _follow(self, url: URL, asked: _Demand, hops: list[Hop]) -> ClientResponse:
        session, first, own = self._sessions[asked.allow_private], url, asked.own
        while len(hops) <= _REDIRECTS:
            sent = {**own, **asked.ours} if own and _is_of(url, first) else asked.ours
            answer = await session.request(
                asked.method, url, headers=sent, data=asked.body, allow_redirects=False
            )
            location = answer.headers.get("Location")
            if answer.status not in _REDIRECT_STATUS or location is None:
                return answer
            try:
                target = _redirected(url, location)
            except NetError:
                answer.close()
                raise
            hops.append(Hop(url=_plain(url), status=answer.status, location=_plain(target)))
            if asked.body is not None:
                return answer
            answer.close()
            url = target
            if not _is_of(url, first):
                own = {}  # nor does another host's redirect lead them back
        raise NetError(f"it redirects more than {_REDIRECTS} times", kind=Trouble.CHANGED_SHAPE)

    def _socket(self, info: tuple[Any, ...]) -> socket.socket:
        family, kind, protocol, _, address = info
        problem = self._address_problem(address[0])
        if problem:
            raise OSError(_REFUSED, problem)
        return socket.socket(family=family, type=kind, proto=protocol)


@dataclasses.dataclass
class _Beside:
    """How many more requests may be waited for beside the lanes."""

    free: int = _MOST_BESIDE


class _Turn:
    """A place in a lane; whoever does not answer in time gives it up, and goes on beside."""

    def __init__(self, lane: asyncio.Semaphore, beside: _Beside, patience: float) -> None:
        self._lane, self._beside, self._patience = lane, beside, patience
        self._has_place = True

    async def __aenter__(self) -> Self:
        await self._lane.acquire()
        self._timer = asyncio.get_running_loop().call_later(self._patience, self._give_up)
        return self

    async def __aexit__(self, *exc: object) -> None:
        self._timer.cancel()
        if self._has_place:
            self._lane.release()
        else:
            self._beside.free += 1

    def keep(self) -> None:
        """Keep the place until the end: there is an answer."""
        self._timer.cancel()

    def _give_up(self) -> None:
        if self._beside.free:
            self._beside.free -= 1
            self._has_place = False
            self._lane.release()


def _url(text: str) -> URL:
    from yarl import URL

    try:
        url = URL(text)
    except ValueError as error:
        raise NetError(f"{_shown(text)} is not a web address: {_reason(error)}") from error
    if url.scheme not in ("http", "https") or not url.host:
        raise NetError(f"{_shown(text)} is not an http or https address")
    return url


def _shown(address: str) -> str:
    return ascii(without_secrets(address)[:200])


def _is_of(url: URL, other: URL) -> bool:
    return url is other or url.origin() == other.origin()


def _redirected(url: URL, location: str) -> URL:
    from yarl import URL

    try:
        target = _url(str(url.join(URL(location))))
    except ValueError as error:
        raise NetError(f"it redirects to {_shown(location)}, which is no address") from error
    return target if target.origin() == url.origin() else target.with_user(None)


async def _body(answer: ClientResponse, most: int, beginning: int, *, whole: bool) -> bytes:
    """The body, or no more than its first `beginning` bytes, as much as can be unpacked."""
    if not whole and not beginning:
        return b""
    read: list[bytes] = []
    try:
        named = codings(answer.headers.getall("Content-Encoding", ()))
        async with contextlib.aclosing(
            unpacked(answer.content.iter_chunked(_CHUNK), named, most)
        ) as pieces:
            async for piece in pieces:
                read.append(piece)
                if not whole and sum(map(len, read)) >= beginning:
                    break
    except Unreadable:
        if whole:
            raise
    found = b"".join(read)
    return found if whole else found[:beginning]


def _response(answer: ClientResponse, hops: list[Hop], body: bytes) -> Response:
    headers: dict[str, str] = {}
    for name, value in answer.headers.items():
        name = name.lower()
        if name not in _COOKIES:
            headers[name] = f"{headers[name]}, {value}" if name in headers else value
    return Response(
        status=answer.status,
        url=_plain(answer.url),
        body=body,
        headers=MappingProxyType(headers),
        hops=tuple(hops),
        peer=getattr(answer, "peer", None),
        received=time.time(),
    )


def _plain(url: URL) -> str:
    if url.raw_user is None and url.raw_password is None and not url.raw_fragment:
        return str(url)
    return str(url.with_user(None).with_fragment(None))


@cache
def _answer_with_peer() -> type[ClientResponse]:
    """aiohttp's answer, and the address that it came from: known only while it is connected."""
    import aiohttp

    class AnswerWithPeer(aiohttp.ClientResponse):
        peer: str | None = None

        async def start(self, connection: Connection) -> aiohttp.ClientResponse:
            peer = connection.transport and connection.transport.get_extra_info("peername")
            self.peer = str(peer[0]) if peer else None
            return await super().start(connection)

    return AnswerWithPeer


@contextlib.contextmanager
def _told(limits: Limits) -> Iterator[None]:
    """Every way in which a request fails, as one sentence each."""
    import aiohttp

    shape = Trouble.CHANGED_SHAPE
    try:
        yield
    except aiohttp.ConnectionTimeoutError as error:
        raise NetError(f"no connection within {limits.connect:g} s") from error
    except aiohttp.ServerTimeoutError as error:
        raise NetError(f"the server sent nothing for {_SILENCE_SECONDS:g} s") from error
    except TimeoutError as error:
        raise NetError(f"no complete answer within {limits.seconds:g} s") from error
    except aiohttp.ClientConnectorDNSError as error:
        raise NetError(f"the name {error.host} cannot be resolved") from error
    except (aiohttp.ClientConnectorCertificateError, aiohttp.ClientConnectorSSLError) as error:
        raise NetError(f"no secure connection to {error.host}: {_reason(error)}") from error
    except aiohttp.ClientConnectorError as error:
        raise _unconnected(error.host, error.os_error) from error
    except (aiohttp.ClientPayloadError, aiohttp.ServerDisconnectedError, OSError) as error:
        raise NetError("the connection broke off before the answer was complete") from error
    except Unreadable as error:
        raise NetError(error.what, kind=error.kind) from error
    except aiohttp.InvalidURL as error:
        raise NetError(f"the address cannot be called: {_reason(error)}", kind=shape) from error
    except (aiohttp.ClientError, ValueError) as error:
        said = f"the answer is not proper HTTP: {_reason(error)}"
        raise NetError(said, kind=shape) from error


def _unconnected(host: str, error: OSError) -> NetError:
    if error.errno == _REFUSED:
        return PrivateAddressError(
            f"{host} is refused: it has a {error.strerror} address",
            help="If a source is meant to be there, set `allow_private: true` on it.",
        )
    if isinstance(error, ConnectionRefusedError):
        return NetError(f"{host} refused the connection")
    return NetError(f"no connection to {host}: {os.strerror(error.errno or 0)}")


def _reason(error: Exception) -> str:
    """What an exception says, on one line and not too long; a hostile server may have worded it."""
    said = getattr(error, "message", "") or str(error)
    said = " ".join(told(said).encode("ascii", "replace").decode().split())
    return said[:200] or type(error).__name__
