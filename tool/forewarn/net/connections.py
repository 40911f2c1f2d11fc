"""libcurl in asyncio's event loop: requests run side by side and their connections are kept."""

from __future__ import annotations

import asyncio
import socket
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from forewarn.net.failures import SILENCE_SECONDS

if TYPE_CHECKING:
    from pycurl import Curl

# Where a loop cannot watch sockets, how often it is seen what has come (seconds).
_LOOK_EVERY = 0.01
_BUFFER = 128 * 1024


class Connections:
    """The requests and the open connections of one client.

    The address of each connection is judged by `problem` at the moment it is made, so neither a
    redirect nor a name that is looked up differently the second time leads elsewhere; None takes
    every address. `connect` is how many seconds a connection may take to stand.
    """

    def __init__(
        self, *, problem: Callable[[str], str | None] | None, connect: float, called: str
    ) -> None:
        import pycurl

        self.connect = connect
        self._problem = problem
        self._loop = asyncio.get_running_loop()
        self._running: dict[Curl, asyncio.Future[None]] = {}
        self._watched: dict[int, int] = {}
        self._timer: asyncio.Handle | None = None
        self._blank = _blank(connect, called)
        self._trusts_nobody_yet = True
        self._multi = pycurl.CurlMulti()
        # asyncio on Windows watches no sockets that are not its own.
        self._watches = type(self._loop).add_reader is not asyncio.AbstractEventLoop.add_reader
        if self._watches:
            self._multi.setopt(pycurl.M_SOCKETFUNCTION, self._watch)
            self._multi.setopt(pycurl.M_TIMERFUNCTION, self._wake_in)

    def close(self) -> None:
        """Close every connection. No request may be running."""
        if self._timer:
            self._timer.cancel()
        self._multi.close()
        self._blank.close()

    def request(self, *, secure: bool, refused: Callable[[str], None]) -> Curl:
        """A request that has nothing but what is forbidden to all of them.

        `refused` is told of which kind an address is that was not connected to.
        """
        import pycurl

        if secure and self._trusts_nobody_yet:
            _trust(self._blank)
            self._trusts_nobody_yet = False
        curl = self._blank.duphandle()
        problem = self._problem
        if problem is not None:

            def open_socket(purpose: int, to: Any) -> socket.socket | int:
                try:
                    found = problem(to.addr[0])
                    if found is None:
                        return socket.socket(to.family, to.socktype, to.protocol)
                except Exception:
                    found = "strange"
                refused(found)
                bad: int = pycurl.SOCKET_BAD
                return bad

            curl.setopt(pycurl.OPENSOCKETFUNCTION, open_socket)
        return curl

    async def perform(self, curl: Curl) -> None:
        """Make a request.

        Raises:
            pycurl.error: it failed.
        """
        future = self._running[curl] = self._loop.create_future()
        self._multi.add_handle(curl)
        try:
            if not self._watches:
                self._look_again()
            await future
        finally:
            del self._running[curl]
            self._multi.remove_handle(curl)

    def _watch(self, what: int, fd: int, multi: object, data: object) -> None:
        import pycurl

        before = self._watched.get(fd, 0)
        now = 0 if what == pycurl.POLL_REMOVE else what
        for flag, add, remove, event in (
            (pycurl.POLL_IN, self._loop.add_reader, self._loop.remove_reader, pycurl.CSELECT_IN),
            (pycurl.POLL_OUT, self._loop.add_writer, self._loop.remove_writer, pycurl.CSELECT_OUT),
        ):
            if now & flag and not before & flag:
                add(fd, self._act, fd, event)
            elif before & flag and not now & flag:
                remove(fd)
        if now:
            self._watched[fd] = now
        else:
            self._watched.pop(fd, None)

    def _wake_in(self, milliseconds: int) -> None:
        if self._timer:
            self._timer.cancel()
            self._timer = None
        if milliseconds == 0:
            self._timer = self._loop.call_soon(self._time_is_up)
        elif milliseconds > 0:
            self._timer = self._loop.call_later(milliseconds / 1000, self._time_is_up)

    def _time_is_up(self) -> None:
        import pycurl

        self._timer = None
        self._act(pycurl.SOCKET_TIMEOUT, 0)

    def _act(self, fd: int, event: int) -> None:
        import pycurl

        try:
            self._multi.socket_action(fd, event)
        except pycurl.error as error:
            for future in self._running.values():
                if not future.done():
                    future.set_exception(error)
        else:
            self._finish()

    def _look_again(self) -> None:
        if self._timer:
            self._timer.cancel()
        self._timer = None
        self._multi.perform()
        self._finish()
        if self._running:
            self._timer = self._loop.call_later(_LOOK_EVERY, self._look_again)

    def _finish(self) -> None:
        import pycurl

        left = 1
        while left:
            left, done, failed = self._multi.info_read()
            for curl in done:
                future = self._running[curl]
                if not future.done():
                    future.set_result(None)
            for curl, code, said in failed:
                future = self._running[curl]
                if not future.done():
                    future.set_exception(pycurl.error(code, said))


def _blank(connect: float, called: str) -> Curl:
    """What holds for every request: no proxy, no cookies, no .netrc, no other protocol."""
    import pycurl

    curl = pycurl.Curl()
    for option, value in (
        (pycurl.PROTOCOLS, pycurl.PROTO_HTTP | pycurl.PROTO_HTTPS),
        (pycurl.HTTP_VERSION, pycurl.CURL_HTTP_VERSION_1_1),
        (pycurl.HTTP09_ALLOWED, 0),
        (pycurl.FOLLOWLOCATION, 0),
        (pycurl.PROXY, ""),
        (pycurl.NOPROXY, "*"),
        (pycurl.NETRC, pycurl.NETRC_IGNORED),
        (pycurl.HTTPAUTH, pycurl.HTTPAUTH_BASIC),
        (pycurl.HTTP_CONTENT_DECODING, 0),
        (pycurl.SSLVERSION, pycurl.SSLVERSION_TLSv1_2),
        (pycurl.SSL_VERIFYPEER, 1),
        (pycurl.SSL_VERIFYHOST, 2),
        (pycurl.USERAGENT, called),
        (pycurl.NOSIGNAL, 1),
        (pycurl.BUFFERSIZE, _BUFFER),
        (pycurl.CONNECTTIMEOUT_MS, max(1, int(connect * 1000))),
        (pycurl.LOW_SPEED_LIMIT, 1),
        (pycurl.LOW_SPEED_TIME, SILENCE_SECONDS),
    ):
        curl.setopt(option, value)
    return curl


def _trust(curl: Curl) -> None:
    """Trust whom Python's own connections trust: the system's authorities, or SSL_CERT_FILE."""
    import ssl

    import pycurl

    found = ssl.get_default_verify_paths()
    if found.cafile:
        curl.setopt(pycurl.CAINFO, found.cafile)
    if found.capath:
        curl.setopt(pycurl.CAPATH, found.capath)
    if sys.platform in ("win32", "darwin"):
        curl.setopt(pycurl.SSL_OPTIONS, pycurl.SSLOPT_NATIVE_CA)
