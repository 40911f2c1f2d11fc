"""libcurl in asyncio's event loop: requests run side by side and their connections are kept."""

from __future__ import annotations

import asyncio
import selectors
import socket
import sys
from collections.abc import Callable
from types import CodeType
from typing import TYPE_CHECKING, Any, TypeVar

from forewarn.net.failures import SILENCE_SECONDS

if TYPE_CHECKING:
    from pycurl import Curl

# What libcurl calls: whatever is raised there it prints, and goes on.
CALLED_BACK: set[CodeType] = set()
Called = TypeVar("Called", bound=Callable[..., Any])


def called_back(function: Called) -> Called:
    """Mark what libcurl calls: a signal is heard right behind it, and never within it."""
    CALLED_BACK.add(function.__code__)
    return function


# Where a loop cannot watch sockets, how often it is seen what has come (seconds).
_LOOK_EVERY = 0.01
_BUFFER = 64 * 1024
_MOST_SPARE = 20


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
        # By whether they trust somebody, which takes time and https alone needs.
        self._blank = {False: _blank(connect, called)}
        self._spare: dict[bool, list[Curl]] = {False: [], True: []}
        self._multi = pycurl.CurlMulti()
        # When libcurl wants to be called (by the loop's clock), and what calls it then.
        self._due: float | None = None
        self._alarm: asyncio.TimerHandle | None = None
        self._soon: asyncio.Handle | None = None
        # What it says of that, in milliseconds: nothing of ours runs while it does.
        self._said: list[int] = []
        self._sockets = selectors.DefaultSelector()
        self._watched: set[int] = set()
        # asyncio on Windows watches no sockets that are not its own.
        self._watches = hasattr(self._sockets, "fileno") and _watches_sockets(self._loop)
        if self._watches:
            self._multi.setopt(pycurl.M_SOCKETFUNCTION, self._watch)
            self._multi.setopt(pycurl.M_TIMERFUNCTION, self._said.append)
            self._loop.add_reader(self._fileno(), self._come)

    def close(self) -> None:
        """Close every connection. No request may be running."""
        for handle in (self._alarm, self._soon):
            if handle:
                handle.cancel()
        if self._watches:
            self._loop.remove_reader(self._fileno())
        self._multi.close()
        self._sockets.close()
        for curl in (*self._blank.values(), *self._spare[False], *self._spare[True]):
            curl.close()

    def request(self, *, secure: bool, refused: Callable[[str], None]) -> Curl:
        """A request that has nothing but what is forbidden to all of them.

        `refused` is told of which kind an address is that was not connected to.
        """
        spare = self._spare[secure]
        if spare:
            curl = spare.pop()
        else:
            if secure not in self._blank:
                self._blank[secure] = self._blank[False].duphandle()
                _trust(self._blank[secure])
            curl = self._blank[secure].duphandle()
        problem = self._problem
        if problem is not None:
            import pycurl

            @called_back
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

    def take_back(self, curl: Curl, *, secure: bool, is_plain: bool) -> None:
        """The end of a request that was given out as `secure` or not.

        One that `is_plain` was a GET without user name and password, to which nothing came but
        headers: with others in the place of its address, its headers and what takes the answer, it
        is as good as new.
        """
        if is_plain and len(self._spare[secure]) < _MOST_SPARE:
            self._spare[secure].append(curl)
        else:
            curl.close()

    async def perform(self, curl: Curl) -> None:
        """Make a request.

        Raises:
            pycurl.error: it failed.
        """
        future = self._running[curl] = self._loop.create_future()
        self._multi.add_handle(curl)
        try:
            self._listen()
            await future
        finally:
            del self._running[curl]
            self._remove(curl)
            self._listen()

    def _remove(self, curl: Curl) -> None:
        try:
            self._multi.remove_handle(curl)
        except SystemError as error:
            # A signal was heard while it told us which socket it leaves.
            raise error.__cause__ or error from None

    def _fileno(self) -> int:
        found: int = self._sockets.fileno()
        return found

    @called_back
    def _watch(self, what: int, fd: int, multi: object, data: object) -> None:
        """Watch a socket for what libcurl waits for there."""
        import pycurl

        if what == pycurl.POLL_REMOVE:
            if fd in self._watched:
                self._watched.discard(fd)
                self._sockets.unregister(fd)
        # The numbers are the same: 1 for reading, 2 for writing, 3 for both.
        elif fd in self._watched:
            self._sockets.modify(fd, what)
        else:
            self._sockets.register(fd, what)
            self._watched.add(fd)

    def _come(self) -> None:
        """Something has come at some of the sockets."""
        for key, events in self._sockets.select(0):
            self._act(key.fd, events)
        self._finish()

    def _listen(self) -> None:
        """Do what libcurl has said of when it wants to be called again."""
        if not self._watches:
            if self._alarm is None and self._running:
                self._alarm = self._loop.call_later(_LOOK_EVERY, self._look)
            return
        if not self._said:
            return
        wait = self._said[-1]
        self._said.clear()
        if wait == 0:
            if self._soon is None:
                self._soon = self._loop.call_soon(self._time_is_up)
            return
        self._due = self._loop.time() + wait / 1000 if wait > 0 else None
        # An alarm that rings too early is set again then: most of them never are needed.
        if self._due and (self._alarm is None or self._alarm.when() > self._due):
            self._set_alarm(self._due)

    def _set_alarm(self, at: float) -> None:
        if self._alarm:
            self._alarm.cancel()
        self._alarm = self._loop.call_at(at, self._ring)

    def _ring(self) -> None:
        self._alarm = None
        if self._due is None:
            return
        if self._loop.time() < self._due:
            self._set_alarm(self._due)
        else:
            self._time_is_up()

    def _time_is_up(self) -> None:
        import pycurl

        self._soon = self._due = None
        self._act(pycurl.SOCKET_TIMEOUT, 0)
        self._finish()

    def _look(self) -> None:
        self._alarm = None
        self._multi.perform()
        self._finish()

    def _act(self, fd: int, events: int) -> None:
        import pycurl

        try:
            self._multi.socket_action(fd, events)
        except pycurl.error as error:
            for future in self._running.values():
                self._end(future, error)

    def _finish(self) -> None:
        """Wake those whose request is done."""
        import pycurl

        left = 1
        while left:
            left, done, failed = self._multi.info_read()
            for curl in done:
                self._end(self._running[curl])
            for curl, *why in failed:
                self._end(self._running[curl], pycurl.error(*why))
        self._listen()

    @staticmethod
    def _end(future: asyncio.Future[None], error: Exception | None = None) -> None:
        if future.done():
            return  # whoever waited does not any more
        if error:
            future.set_exception(error)
        else:
            future.set_result(None)


def _watches_sockets(loop: asyncio.AbstractEventLoop) -> bool:
    return type(loop).add_reader is not asyncio.AbstractEventLoop.add_reader


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
