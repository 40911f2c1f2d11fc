"""A server of many feeds on this machine, in a process of its own, for a bench.

`python feed_farm.py ENTRIES` prints its port and serves until its input ends. Every path that ends
in `.xml` is a feed of that many entries. A request with the feed's ETag is answered by 304.
"""

from __future__ import annotations

import asyncio
import sys

_HEAD = '<feed xmlns="http://www.w3.org/2005/Atom"><title>News</title><id>urn:x</id>'
_ENTRY = (
    "<entry><title>{name} {n}.0</title><id>urn:{name}:{n}</id>"
    "<updated>2026-05-04T00:00:00Z</updated>"
    '<link href="https://downloads.example.com/{name}-{n}.0.exe"/></entry>'
)


class _Farm(asyncio.Protocol):
    entries = 1

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport
        self.left = b""

    def data_received(self, data: bytes) -> None:
        *requests, self.left = (self.left + data).split(b"\r\n\r\n")
        for request in requests:
            self.transport.write(self._answer(request))  # type: ignore[attr-defined]

    def _answer(self, request: bytes) -> bytes:
        path = request.split(b" ", 2)[1].decode()
        etag = f'"{self.entries}"'
        if etag.encode() in request:
            return f"HTTP/1.1 304 Not Modified\r\nETag: {etag}\r\n\r\n".encode()
        name = path.strip("/").removesuffix(".xml")
        entries = "".join(_ENTRY.format(name=name, n=n) for n in range(self.entries, 0, -1))
        body = f"{_HEAD}<updated>2026-05-04T00:00:00Z</updated>{entries}</feed>".encode()
        head = (
            f"HTTP/1.1 200 OK\r\nContent-Type: application/atom+xml\r\nETag: {etag}\r\n"
            f"Content-Length: {len(body)}\r\n\r\n"
        )
        return head.encode() + body


async def _serve(entries: int) -> None:
    _Farm.entries = entries
    loop = asyncio.get_running_loop()
    server = await loop.create_server(_Farm, "127.0.0.1", 0, backlog=4096)
    print(server.sockets[0].getsockname()[1], flush=True)
    await loop.run_in_executor(None, sys.stdin.read)


if __name__ == "__main__":
    asyncio.run(_serve(int(sys.argv[1])))
