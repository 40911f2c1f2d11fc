"""The only HTTP client: which addresses may be called, size and time caps, redirects."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import os
import socket
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Self

from forewarn import __version__
from forewarn.encodings import Unreadable, capped, codings, unpacked
from forewarn.errors import ForewarnError
from forewarn.model.addresses import address_problem
from forewarn.model.content import BEGINNING, not_a_download
from forewarn.model.file_names import file_name
from forewarn.model.secrets import told, without_secrets

# aiohttp takes a quarter of a second to import, so only a client that is opened imports it.
if TYPE_CHECKING:
    from aiohttp import ClientResponse, ClientSession
    from yarl import URL

USER_AGENT = f"forewarn/{__version__}"
_REDIRECTS = 5
_REDIRECT_STATUS = frozenset([301, 302, 303, 307, 308])
_CHUNK = 64 * 1024
_SILENCE_SECONDS = 60.0
# The error number of a connection that the address policy forbids; no system has it.
_REFUSED = -1


class NetError(ForewarnError):
    """An address could not be read; `what` says why in one sentence."""


class PrivateAddressError(NetError):
    """It is an address that nobody outside may make us call, and nobody here has allowed it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Limits:
    """The most that one request may take: bytes after decompression, and seconds in all."""

    size: int = 10_000_000
    seconds: float = 30.0


PAGE = Limits()
DOWNLOAD = Limits(size=20_000_000_000, seconds=3600.0)


@dataclass(frozen=True, kw_only=True, slots=True)
class Response:
    """An answer. `url` is where it came from in the end, without a user name or password.

    `body` is decompressed, and empty unless `status` is 200.
    """

    status: int
    url: str
    body: bytes
    etag: str | None = None
    last_modified: str | None = None
    content_type: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Digest:
    """What a download is: its size in bytes, and its sha256 in small hexadecimal digits."""

    size: int
    sha256: str


class Client:
    """An HTTP client for addresses that others wrote. Open it as a context.

    Every connection is checked at the moment it is made, so neither a redirect nor a name that
    answers differently the second time leads to an address that is not public. At most
    `concurrency` requests run at once, `per_host` of them to one host; waiting for a turn does
    not count against the time limit. Cookies, proxies and .netrc are not used. A user name and
    password in the address are sent to its own host and never follow a redirect to another.
    """

    def __init__(
        self,
        *,
        limits: Limits = PAGE,
        concurrency: int = 20,
        per_host: int = 2,
        address_problem: Callable[[str], str | None] = address_problem,
    ) -> None:
        self._limits = limits
        self._address_problem = address_problem
        self._all = asyncio.Semaphore(concurrency)
        self._hosts: defaultdict[str, asyncio.Semaphore] = defaultdict(
            lambda: asyncio.Semaphore(per_host)
        )
        self._sessions: dict[bool, ClientSession] = {}

    async def __aenter__(self) -> Self:
        import aiohttp

        for allow_private in (False, True):
            self._sessions[allow_private] = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(
                    limit=0, socket_factory=None if allow_private else self._socket
                ),
                cookie_jar=aiohttp.DummyCookieJar(),
                headers={"User-Agent": USER_AGENT},
                timeout=aiohttp.ClientTimeout(total=None, sock_read=_SILENCE_SECONDS),
                auto_decompress=False,
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
        headers: Mapping[str, str] | None = None,
    ) -> Response:
        """Get `url` within the client's limits; any status is an answer (304 with validators).

        `headers` are sent to the address's own host alone, and follow no redirect to another.

        Raises:
            NetError: there was no complete answer, or a rule forbids it.
        """
        validators = {"If-None-Match": etag, "If-Modified-Since": last_modified}
        ours = {name: value for name, value in validators.items() if value}
        ours["Accept-Encoding"] = "gzip"
        async with self._answer(url, ours, self._limits, allow_private, headers or {}) as answer:
            return Response(
                status=answer.status,
                url=str(answer.url.with_user(None).with_fragment(None)),
                body=await _body(answer, self._limits.size) if answer.status == 200 else b"",
                etag=answer.headers.get("ETag"),
                last_modified=answer.headers.get("Last-Modified"),
                content_type=answer.headers.get("Content-Type", ""),
            )

    async def digest(
        self, url: str, *, limits: Limits = DOWNLOAD, allow_private: bool = False
    ) -> Digest:
        """Read a download through, as it is sent, without keeping it.

        Raises:
            NetError: it cannot be read to its end, the status is not 200, or what came is a page
                or an error and no download.
        """
        headers = {"Accept-Encoding": "identity"}
        async with self._answer(url, headers, limits, allow_private) as answer:
            if answer.status != 200:
                raise NetError(f"the server answered {status_text(answer.status)}")
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
                )
            return Digest(size=size, sha256=sha256.hexdigest())

    @contextlib.asynccontextmanager
    async def _answer(
        self,
        address: str,
        headers: Mapping[str, str],
        limits: Limits,
        allow_private: bool,
        own: Mapping[str, str] = MappingProxyType({}),
    ) -> AsyncIterator[ClientResponse]:
        url = _url(address)
        async with self._hosts[url.host or ""], self._all:
            with _told(limits.seconds):
                async with asyncio.timeout(limits.seconds):
                    async with await self._follow(url, headers, allow_private, own) as answer:
                        yield answer

    async def _follow(
        self,
        url: URL,
        headers: Mapping[str, str],
        allow_private: bool,
        own: Mapping[str, str],
    ) -> ClientResponse:
        session, origin = self._sessions[allow_private], url.origin()
        for _ in range(_REDIRECTS + 1):
            sent = {**own, **headers} if url.origin() == origin else headers
            answer = await session.get(url, headers=sent, allow_redirects=False)
            target = answer.headers.get("Location")
            if answer.status not in _REDIRECT_STATUS or target is None:
                return answer
            answer.close()
            url = _redirected(url, target)
            if url.origin() != origin:
                own = {}  # nor does another host's redirect lead them back
        raise NetError(f"it redirects more than {_REDIRECTS} times")

    def _socket(self, info: tuple[Any, ...]) -> socket.socket:
        family, kind, protocol, _, address = info
        problem = self._address_problem(address[0])
        if problem:
            raise OSError(_REFUSED, problem)
        return socket.socket(family=family, type=kind, proto=protocol)


def status_text(status: int) -> str:
    """A status as people know it: `HTTP 404 Not Found`."""
    try:
        return f"HTTP {status} {HTTPStatus(status).phrase}"
    except ValueError:
        return f"HTTP {status}"


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


def _redirected(url: URL, location: str) -> URL:
    from yarl import URL

    try:
        target = _url(str(url.join(URL(location))))
    except ValueError as error:
        raise NetError(f"it redirects to {_shown(location)}, which is no address") from error
    return target if target.origin() == url.origin() else target.with_user(None)


async def _body(answer: ClientResponse, most: int) -> bytes:
    named = codings(answer.headers.getall("Content-Encoding", ()))
    pieces = unpacked(answer.content.iter_chunked(_CHUNK), named, most)
    return b"".join([piece async for piece in pieces])


@contextlib.contextmanager
def _told(seconds: float) -> Iterator[None]:
    """Every way in which a request fails, as one sentence each."""
    import aiohttp

    try:
        yield
    except aiohttp.ServerTimeoutError as error:
        raise NetError(f"the server sent nothing for {_SILENCE_SECONDS:g} s") from error
    except TimeoutError as error:
        raise NetError(f"no complete answer within {seconds:g} s") from error
    except aiohttp.ClientConnectorDNSError as error:
        raise NetError(f"the name {error.host} cannot be resolved") from error
    except (aiohttp.ClientConnectorCertificateError, aiohttp.ClientConnectorSSLError) as error:
        raise NetError(f"no secure connection to {error.host}: {_reason(error)}") from error
    except aiohttp.ClientConnectorError as error:
        raise _unconnected(error.host, error.os_error) from error
    except (aiohttp.ClientPayloadError, aiohttp.ServerDisconnectedError, OSError) as error:
        raise NetError("the connection broke off before the answer was complete") from error
    except Unreadable as error:
        raise NetError(error.what) from error
    except aiohttp.InvalidURL as error:
        raise NetError(f"the address cannot be called: {_reason(error)}") from error
    except (aiohttp.ClientError, ValueError) as error:
        raise NetError(f"the answer is not proper HTTP: {_reason(error)}") from error


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
