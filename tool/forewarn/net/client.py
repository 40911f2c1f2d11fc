"""Asking an address that somebody else wrote: by which rules, in whose turn, and by which way."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import NamedTuple, Self

from forewarn import __version__
from forewarn.encodings import Unreadable
from forewarn.errors import Trouble
from forewarn.model.addresses import address_problem
from forewarn.model.content import not_a_download
from forewarn.model.file_names import file_name
from forewarn.net.address import WebAddress
from forewarn.net.call import AnswerHead, OneCall, Sink, Take
from forewarn.net.connections import Connections
from forewarn.net.failures import NetError
from forewarn.net.limits import DOWNLOAD, PAGE, Limits
from forewarn.net.reading import BodyRead, Digest, DownloadRead
from forewarn.net.turns import Impatient, Turn
from forewarn.responses import Hop, Response, status_text

USER_AGENT = f"forewarn/{__version__}"
_REDIRECTS = 5
_REDIRECT_STATUS = frozenset([301, 302, 303, 307, 308])
_NONE: Mapping[str, str] = MappingProxyType({})
# Whoever has an answer's cookies may be taken for us.
_COOKIES = frozenset(["set-cookie", "set-cookie2"])


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
        self._impatient = Impatient(patience)
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
        body = BodyRead(self._limits.size, beginning, whole=_is_ok)
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
        read = BodyRead(self._limits.size, beginning, whole=lambda status: 200 <= status < 300)
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
        read = DownloadRead(limits.size)
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
            async with Turn(lane, self._impatient) as turn:

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
