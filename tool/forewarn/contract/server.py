"""A web server on this machine that answers as it is told."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self

Behaviour = Callable[[BaseHTTPRequestHandler], None]


@dataclass
class Served:
    """What a path answers; with an ETag among its headers it also answers 304."""

    body: bytes = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)

    def __call__(self, handler: BaseHTTPRequestHandler) -> None:
        etag = self.headers.get("ETag")
        unchanged = etag is not None and handler.headers.get("If-None-Match") == etag
        body = b"" if unchanged else self.body
        handler.send_response(304 if unchanged else self.status)
        for name, value in {"Content-Length": str(len(body)), **self.headers}.items():
            handler.send_header(name, value)
        handler.end_headers()
        if handler.command != "HEAD":
            handler.wfile.write(body)


class _Listening(ThreadingHTTPServer):
    """Says nothing of those who hang up."""

    def handle_error(self, request: Any, client_address: Any) -> None:
        if not isinstance(sys.exception(), OSError):
            super().handle_error(request, client_address)


class WebServer:
    """Serves `pages` (path → what it answers) and remembers who asked for what, and how.

    `bodies` are what was posted, in order, and `methods` how each request was made.
    """

    def __init__(self) -> None:
        self.pages: dict[str, Behaviour] = {}
        self.requests: list[tuple[str, Message]] = []
        self.bodies: list[bytes] = []
        self.methods: list[str] = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True

            def do_GET(self) -> None:
                outer.methods.append(self.command)
                outer.requests.append((self.path, self.headers))
                try:
                    outer.pages.get(self.path, Served(status=404))(self)
                except OSError:
                    self.close_connection = True

            do_HEAD = do_GET

            def do_POST(self) -> None:
                outer.bodies.append(self.rfile.read(int(self.headers.get("Content-Length", 0))))
                self.do_GET()

            do_PUT = do_POST

            def log_message(self, *args: Any) -> None:
                pass

        self._server = _Listening(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.port = int(self._server.server_address[1])

    def url(self, path: str = "") -> str:
        """The address of a path."""
        return f"http://127.0.0.1:{self.port}{path}"

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()
        return self

    def __exit__(self, *exc: object) -> None:
        self._server.shutdown()
        self._server.server_close()
