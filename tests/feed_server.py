"""A web server on this machine that serves feeds and misbehaves as told, and builders of feeds."""

from __future__ import annotations

import ssl
from xml.sax.saxutils import escape

from forewarn.contract.server import Served as Page
from forewarn.contract.server import WebServer

__all__ = ["FeedServer", "Page", "rss"]


class FeedServer(WebServer):
    """Serves `pages` (path → what it answers) and remembers who asked for what, and how."""

    def __init__(self, *, tls: ssl.SSLContext | None = None) -> None:
        super().__init__()
        if tls:
            self._server.socket = tls.wrap_socket(self._server.socket, server_side=True)

    def url(self, path: str = "/feed.xml") -> str:
        return super().url(path)

    def show(self, *titles: str, path: str = "/feed.xml", **headers: str) -> None:
        """Show a feed with an entry for each title; keywords are headers."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self.pages[path] = Page(rss(*titles), headers=named)


def rss(*titles: str, more: str = "") -> bytes:
    """A feed with an entry for each title, and `more` within the channel."""
    items = "".join(
        f"<item><title>{escape(title)}</title><link>https://vendor.example/{n}</link></item>"
        for n, title in enumerate(titles)
    )
    return f'<rss version="2.0"><channel><title>News</title>{items}{more}</channel></rss>'.encode()
