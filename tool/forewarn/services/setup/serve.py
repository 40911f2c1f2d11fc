"""Serving built sites on this machine, for a look; a web server does it in earnest."""

from __future__ import annotations

import functools
import http.server
import io
import re
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http import HTTPStatus
from pathlib import Path
from typing import Any, BinaryIO

from forewarn.errors import UsageError
from forewarn.model.addresses import host_problem
from forewarn.model.record import Audience

HOST = "127.0.0.1"


class _Quiet(http.server.SimpleHTTPRequestHandler):
    # A feed is text to a browser, and a feed reader wants its own type.
    extensions_map = {  # noqa: RUF012 - the base class's own attribute
        **http.server.SimpleHTTPRequestHandler.extensions_map,
        ".xml": "application/xml; charset=utf-8",
    }

    def send_head(self) -> io.BytesIO | BinaryIO | None:
        """The file that is asked for; nothing for whoever asks under another name.

        A page from outside can give its own name this machine's address and read what is
        served here. The browser then says that name.
        """
        asked = self.headers.get_all("Host", [])
        if len(asked) != 1 or not _is_local(asked[0]):
            self.send_error(
                HTTPStatus.MISDIRECTED_REQUEST,
                "Only for this machine",
                f"Ask for {HOST} or localhost, with the same port.",
            )
            return None
        return super().send_head()

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """What is not there is answered by the site's own page, as a web server would."""
        page = self._not_found() if code == HTTPStatus.NOT_FOUND else None
        if page is None:
            super().send_error(code, message, explain)
            return
        self.send_response(code)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(page)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(page)

    def _not_found(self) -> bytes | None:
        """The site's page for it, its addresses leading to where the site is served now."""
        try:
            page = Path(self.directory, "404.html").read_bytes()
        except OSError:
            return None
        base = re.search(rb'data-base="(/[^"]*[^"/])/?"', page)
        return page.replace(b'="' + base[1] + b"/", b'="/') if base else page

    def end_headers(self) -> None:
        # No page from elsewhere may take these in as its own scripts or pictures.
        self.send_header("Cross-Origin-Resource-Policy", "same-origin")
        super().end_headers()

    def log_message(self, format: str, *args: Any) -> None:
        """A line a request would bury what the terminal is there to show."""


def _is_local(asked: str) -> bool:
    host = re.fullmatch(r"(.+?)(?::[0-9]*)?", asked.strip())
    return host is not None and host_problem(host[1]) == "loopback"


@contextmanager
def serving(sites: Path, port: int) -> Iterator[Mapping[str, str]]:
    """Serve `sites`/staff on `port` and `sites`/public on the next, on loopback only.

    Yields audience → address. With port 0 the system chooses both.

    Raises:
        UsageError: a site was not built yet, or a port is taken.
    """
    servers = {}
    try:
        for number, audience in enumerate((Audience.STAFF, Audience.PUBLIC)):
            folder = sites / audience
            if not (folder / "index.html").is_file():
                raise UsageError(
                    f"there is no {audience} site yet", where=str(folder), help="`forewarn publish`"
                )
            servers[audience.value] = serve_folder(folder, port + number if port else 0)
        yield {
            audience: f"http://{HOST}:{server.server_address[1]}/"
            for audience, server in servers.items()
        }
    finally:
        for server in servers.values():
            server.shutdown()
            server.server_close()


def serve_folder(folder: Path, port: int) -> http.server.ThreadingHTTPServer:
    """Serve one folder on loopback from a thread; shut the server down when done.

    Raises:
        UsageError: the port is taken or not allowed.
    """
    handler = functools.partial(_Quiet, directory=str(folder))
    try:
        server = http.server.ThreadingHTTPServer((HOST, port), handler)
    except OSError as error:
        raise UsageError(
            f"port {port} cannot be used: {error.strerror}", help="Choose another: --port 8100."
        ) from error
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server
