"""A web server on this machine that serves feeds and misbehaves as told, and builders of feeds."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self
from xml.sax.saxutils import escape

Behaviour = Callable[[BaseHTTPRequestHandler], None]


@dataclass
class Page:
    """What a path answers; with an ETag among its headers it also answers 304."""

    body: bytes = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)

    def __call__(self, handler: BaseHTTPRequestHandler) -> None:
        etag = self.headers.get("ETag")
        unchanged = etag is not None and handler.headers.get("If-None-Match") == etag
        body = b"" if unchanged else self.body
        handler.send_response(304 if unchanged else self.status)
        for name, value in {"Content-Length": str(len(body)), **self.headers}.items():
            handler.send_header(name, value)
        handler.end_headers()
        handler.wfile.write(body)


class FeedServer:
    """Serves `pages` (path → what it answers) and remembers who asked for what, and how."""

    def __init__(self) -> None:
        self.pages: dict[str, Behaviour] = {}
        self.requests: list[tuple[str, Message]] = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True

            def do_GET(self) -> None:
                outer.requests.append((self.path, self.headers))
                try:
                    outer.pages.get(self.path, Page(status=404))(self)
                except OSError:
                    self.close_connection = True

            def log_message(self, *args: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.port = int(self._server.server_address[1])

    def url(self, path: str = "/feed.xml") -> str:
        return f"http://127.0.0.1:{self.port}{path}"

    def show(self, *titles: str, path: str = "/feed.xml", **headers: str) -> None:
        """Show a feed with an entry for each title; keywords are headers."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self.pages[path] = Page(rss(*titles), headers=named)

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()
        return self

    def __exit__(self, *exc: object) -> None:
        self._server.shutdown()
        self._server.server_close()


def rss(*titles: str, more: str = "") -> bytes:
    """A feed with an entry for each title, and `more` within the channel."""
    items = "".join(
        f"<item><title>{escape(title)}</title><link>https://vendor.example/{n}</link></item>"
        for n, title in enumerate(titles)
    )
    return f'<rss version="2.0"><channel><title>News</title>{items}{more}</channel></rss>'.encode()
