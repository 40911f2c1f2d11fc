"""What forewarn calls on the web, what it refuses to call, and how much it takes."""

from __future__ import annotations

import asyncio
import contextlib
import gzip
import hashlib
import socket
import threading
import time
import zlib
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler
from typing import Any

import pytest

from feed_server import FeedServer, Page
from forewarn.errors import Trouble
from forewarn.model.addresses import address_problem
from forewarn.net import (
    USER_AGENT,
    Client,
    Digest,
    Limits,
    NetError,
    PrivateAddressError,
)
from forewarn.responses import Hop, Response, status_text
from waiting import SECONDS
from web_client import within


@pytest.fixture
def server() -> Iterator[FeedServer]:
    with FeedServer() as server:
        yield server


def fetch(url: str, **options: Any) -> Response:
    """Fetch from this machine, which is what every server of these tests is on."""
    found = within(lambda client: client.fetch(url, allow_private=True), **options)
    assert isinstance(found, Response)
    return found


def failure(url: str, *, allow_private: bool = True, **options: Any) -> str:
    with pytest.raises(NetError) as caught:
        within(lambda client: client.fetch(url, allow_private=allow_private), **options)
    return caught.value.what


def only_this_server(address: str) -> str | None:
    """A policy for which the test's server is as good as public."""
    return None if address == "127.0.0.1" else address_problem(address)


def then_closed(body: bytes) -> Callable[[BaseHTTPRequestHandler], None]:
    """A page after which the connection is closed."""

    def behaviour(handler: BaseHTTPRequestHandler) -> None:
        Page(body, headers={"Connection": "close"})(handler)
        handler.close_connection = True

    return behaviour


def redirect(target: str, status: int = 302) -> Page:
    return Page(status=status, headers={"Location": target})


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::ffff:127.0.0.1]", "0x7f.1"])
def test_this_machine_is_not_called_without_leave(server: FeedServer, host: str) -> None:
    url = f"http://{host}:{server.port}/feed.xml"
    assert "loopback" in failure(url, allow_private=False)
    assert server.requests == []


def test_a_redirect_to_an_address_that_is_not_public_is_not_followed(server: FeedServer) -> None:
    server.pages["/feed.xml"] = redirect("http://169.254.169.254/latest/meta-data/")
    what = failure(server.url(), allow_private=False, address_problem=only_this_server)
    assert what == "169.254.169.254 is refused: it has a link-local address"


def test_a_name_is_judged_by_the_address_that_is_called_each_time_it_is(
    server: FeedServer,
) -> None:
    """DNS rebinding: where the name leads is harmless at first, and is not any more."""
    judged: list[str] = []

    def policy(address: str) -> str | None:
        judged.append(address)
        return None if not server.requests else "private"

    server.pages["/feed.xml"] = then_closed(b"news")
    url = f"http://localhost:{server.port}/feed.xml"

    async def twice(client: Client) -> tuple[bytes, str]:
        first = await client.fetch(url)
        with pytest.raises(PrivateAddressError) as caught:
            await client.fetch(url)
        return first.body, caught.value.what

    found = within(twice, address_problem=policy)
    assert found == (b"news", "localhost is refused: it has a private address")
    assert len(server.requests) == 1
    assert len(judged) >= 2 and set(judged) <= {"127.0.0.1", "::1"}


def test_an_address_that_cannot_be_judged_is_refused(server: FeedServer) -> None:
    def broken(address: str) -> str | None:
        raise ValueError(address)

    what = failure(server.url(), allow_private=False, address_problem=broken)
    assert what == "127.0.0.1 is refused: it has a strange address"
    assert server.requests == []


def test_the_answer_is_what_the_last_redirect_led_to(server: FeedServer) -> None:
    server.pages["/feed.xml"] = redirect("moved/", 301)
    server.pages["/moved/"] = redirect("/new.xml#top", 308)
    server.pages["/new.xml"] = Page(
        b"news", headers={"ETag": '"1"', "Last-Modified": "Mon", "Content-Type": "text/xml"}
    )
    found = fetch(server.url())
    assert (found.status, found.url, found.body) == (200, server.url("/new.xml"), b"news")
    assert (found.etag, found.last_modified, found.content_type) == ('"1"', "Mon", "text/xml")
    assert found.hops == (
        Hop(url=server.url(), status=301, location=server.url("/moved/")),
        Hop(url=server.url("/moved/"), status=308, location=server.url("/new.xml")),
    )
    assert found.peer == "127.0.0.1"


@pytest.mark.parametrize(
    ("target", "problem"),
    [
        ("/feed.xml", "redirects more than 5 times"),
        ("file:///etc/passwd", "not an http or https address"),
        ("http://[bad", "which is no address"),
        ("https://", "not an http or https address"),
    ],
)
def test_a_redirect_without_end_or_to_no_web_address_is_an_error(
    server: FeedServer, target: str, problem: str
) -> None:
    server.pages["/feed.xml"] = redirect(target)
    assert problem in failure(server.url())
    assert len(server.requests) <= 6


def test_a_password_stays_with_the_host_that_it_was_given_for(server: FeedServer) -> None:
    with FeedServer() as other:
        server.pages["/feed.xml"] = redirect("/again.xml")
        server.pages["/again.xml"] = redirect(f"http://x:y@127.0.0.1:{other.port}/feed.xml")
        other.pages["/feed.xml"] = Page(b"news")
        url = f"http://maria:secret@127.0.0.1:{server.port}/feed.xml"
        found = fetch(url)
    assert ["Authorization" in headers for _, headers in server.requests] == [True, True]
    assert ["Authorization" in headers for _, headers in other.requests] == [False]
    assert found.url == other.url()


def test_validators_are_sent_and_nothing_new_is_an_answer(server: FeedServer) -> None:
    server.pages["/feed.xml"] = Page(b"news", headers={"ETag": '"1"'})
    found = within(
        lambda client: client.fetch(
            server.url(), etag='"1"', last_modified="Mon, 04 May 2026", allow_private=True
        )
    )
    assert (found.status, found.body) == (304, b"")
    assert server.requests[0][1]["If-Modified-Since"] == "Mon, 04 May 2026"
    assert server.requests[0][1]["User-Agent"] == USER_AGENT


def endless(handler: BaseHTTPRequestHandler) -> None:
    handler.send_response(200)
    handler.end_headers()
    while True:
        handler.wfile.write(b"<item/>" * 1000)


def dripping(handler: BaseHTTPRequestHandler) -> None:
    handler.send_response(200)
    handler.end_headers()
    while True:
        handler.wfile.write(b" ")
        time.sleep(0.02)


def silent(handler: BaseHTTPRequestHandler) -> None:
    time.sleep(1)  # longer than anybody waits here


def broken_off(handler: BaseHTTPRequestHandler) -> None:
    handler.send_response(200)
    handler.send_header("Content-Length", "1000")
    handler.end_headers()
    handler.wfile.write(b"<rss>")
    handler.close_connection = True


def gibberish(handler: BaseHTTPRequestHandler) -> None:
    handler.wfile.write(b"220 mail.example ESMTP\r\n\r\n")
    handler.close_connection = True


def spoilt(data: bytes) -> bytes:
    """The same with one bit of its check sum turned."""
    return data[:-8] + bytes([data[-8] ^ 1]) + data[-7:]


def zipped(data: bytes, encoding: str = "gzip") -> Page:
    return Page(data, headers={"Content-Encoding": encoding})


@pytest.mark.parametrize(
    ("behaviour", "problem"),
    [
        (endless, "the answer is larger than 1,000,000 bytes; the rest was not read"),
        (zipped(gzip.compress(bytes(20_000_000), 1)), "larger than 1,000,000 bytes"),
        (zipped(gzip.compress(b"news" * 1000)[:-20]), "breaks off before its end"),
        (zipped(gzip.compress(b"news") + gzip.compress(b"news" * 1000)[:-20]), "breaks off"),
        (zipped(gzip.compress(b"news") + b"\x1f"), "breaks off before its end"),
        (zipped(gzip.compress(b"news")[:5]), "breaks off before its end"),
        (zipped(gzip.compress(b"news") + b"more"), "compression is damaged"),
        (zipped(spoilt(gzip.compress(b"news" * 100))), "compression is damaged"),
        (zipped(gzip.compress(b"") * 100_000), "larger than 1,000,000 bytes"),
        (zipped(gzip.compress(gzip.compress(bytes(20_000_000), 1)), "gzip, gzip"), "larger than"),
        (zipped(zlib.compress(b"news" * 1000)[:-20], "deflate"), "breaks off before its end"),
        (zipped(b"\x78\x9c" + b"news" * 9, "deflate"), "compression is damaged"),
        (zipped(gzip.compress(b"news")[:-6], "identity"), "breaks off before its end"),
        (zipped(b"news", "br"), "compressed by 'br', which was not asked for"),
        (zipped(b"news", "gzip, zstd"), "compressed by 'zstd', which was not asked for"),
        (zipped(b"news", "compress"), "compressed by 'compress', which was not asked for"),
        (zipped(b"news", ", ".join(["gzip"] * 5)), "compressed 5 times over; 4 is the most"),
        (broken_off, "the connection broke off before the answer was complete"),
        (gibberish, "the answer is not proper HTTP"),
        (dripping, "no complete answer within 0.3 s"),
        (silent, "no complete answer within 0.3 s"),
    ],
)
def test_a_server_that_misbehaves_is_given_up_with_one_sentence(
    server: FeedServer, behaviour: Callable[[BaseHTTPRequestHandler], None], problem: str
) -> None:
    server.pages["/feed.xml"] = behaviour
    slow = behaviour in (dripping, silent)
    limits = Limits(size=1_000_000, seconds=0.3 if slow else 10)
    started = time.monotonic()
    assert problem in failure(server.url(), limits=limits)
    assert time.monotonic() - started < SECONDS


def test_what_was_compressed_arrives_as_it_was(server: FeedServer) -> None:
    body = b"".join(b"%d " % n for n in range(100_000))
    server.pages["/feed.xml"] = zipped(gzip.compress(body))
    assert fetch(server.url()).body == body


BARE = zlib.compressobj(wbits=-15)
PAGES = b"".join(b"%d " % n for n in range(30_000))


@pytest.mark.parametrize(
    ("sent", "encoding"),
    [
        (gzip.compress(PAGES[:70_000]) + gzip.compress(PAGES[70_000:]), "gzip"),
        (b"".join(gzip.compress(PAGES[n : n + 997]) for n in range(0, len(PAGES), 997)), "gzip"),
        (gzip.compress(PAGES) + gzip.compress(b""), "gzip"),
        (gzip.compress(PAGES) + bytes(512), "gzip"),
        (gzip.compress(PAGES) + b"\r\n", "gzip"),
        (gzip.compress(PAGES), "x-gzip"),
        (gzip.compress(PAGES), "GZip"),
        (gzip.compress(PAGES), "gzip, identity"),
        (gzip.compress(PAGES), "aws-chunked,gzip"),
        (gzip.compress(gzip.compress(PAGES)), "gzip, gzip"),
        # Two headers where one was meant, and one where there should be two.
        (gzip.compress(PAGES), "gzip, gzip"),
        (gzip.compress(gzip.compress(PAGES)), "gzip"),
        (zlib.compress(PAGES), "deflate"),
        (BARE.compress(PAGES) + BARE.flush(), "deflate"),
        (gzip.compress(zlib.compress(PAGES)), "deflate, gzip"),
        # A file feed.xml.gz, and plain text under a header that was left on.
        (gzip.compress(PAGES), "identity"),
        (PAGES, "gzip"),
        (PAGES, "UTF-8"),
        (PAGES, "none"),
        (PAGES, ""),
    ],
)
def test_a_body_is_read_whole_however_the_server_says_that_it_is_compressed(
    server: FeedServer, sent: bytes, encoding: str
) -> None:
    server.pages["/feed.xml"] = zipped(sent, encoding)
    assert fetch(server.url()).body == PAGES


def test_a_file_that_is_compressed_is_read_though_no_header_says_so(server: FeedServer) -> None:
    server.pages["/feed.xml"] = Page(gzip.compress(PAGES))
    assert fetch(server.url()).body == PAGES


def in_single_bytes(data: bytes) -> Callable[[BaseHTTPRequestHandler], None]:
    def behaviour(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Encoding", "gzip")
        handler.send_header("Content-Length", str(len(data)))
        handler.end_headers()
        for byte in data:
            handler.wfile.write(bytes([byte]))
            handler.wfile.flush()

    return behaviour


def test_where_the_pieces_of_a_compressed_body_begin_does_not_matter(server: FeedServer) -> None:
    server.pages["/feed.xml"] = in_single_bytes(gzip.compress(b"old ") + gzip.compress(b"news"))
    assert fetch(server.url()).body == b"old news"


def test_nobody_listening_no_name_and_no_address_are_told_apart() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
        assert failure(f"http://127.0.0.1:{port}/") == "127.0.0.1 refused the connection"
    # A server of names that answers nothing is asked again after five seconds.
    patient = Limits(seconds=SECONDS, connect=SECONDS)
    told = failure("http://vendor.invalid/", limits=patient)
    assert told == "the name vendor.invalid cannot be resolved"
    assert "not an http or https address" in failure("ftp://vendor.example/feed.xml")
    assert "is not a web address" in failure("http://vendor.example:99999/")


def test_a_server_without_encryption_is_not_trusted_as_https(server: FeedServer) -> None:
    assert "no secure connection to 127.0.0.1" in failure(f"https://127.0.0.1:{server.port}/")


def test_a_download_is_measured_as_it_is_sent(server: FeedServer) -> None:
    data = bytes(range(256)) * 10_000
    server.pages["/app.tar.gz"] = zipped(data)
    found = within(lambda client: client.digest(server.url("/app.tar.gz"), allow_private=True))
    assert found == Digest(size=len(data), sha256=hashlib.sha256(data).hexdigest())


@pytest.mark.parametrize(
    ("behaviour", "problem"),
    [(Page(b"gone", 404), "HTTP 404 Not Found"), (endless, "larger than 1,000,000 bytes")],
)
def test_a_download_that_is_not_there_or_has_no_end_is_an_error(
    server: FeedServer, behaviour: Callable[[BaseHTTPRequestHandler], None], problem: str
) -> None:
    server.pages["/app.exe"] = behaviour
    limits = Limits(size=1_000_000, seconds=10)
    with pytest.raises(NetError, match=problem):
        within(lambda c: c.digest(server.url("/app.exe"), limits=limits, allow_private=True))


@pytest.mark.slow
def test_no_host_is_asked_for_more_than_two_things_at_once(server: FeedServer) -> None:
    now, most, lock = 0, 0, threading.Lock()

    def counting(handler: BaseHTTPRequestHandler) -> None:
        nonlocal now, most
        with lock:
            now += 1
            most = max(most, now)
        time.sleep(0.3)
        with lock:
            now -= 1
        Page(b"news")(handler)

    server.pages["/feed.xml"] = counting

    async def many(client: Client) -> None:
        url = server.url()
        await asyncio.gather(*(client.fetch(url, allow_private=True) for _ in range(14)))

    # All take longer than one may; waiting for a turn is not the server's fault.
    within(many, limits=Limits(seconds=2.0))
    assert most == 2


def test_a_status_is_told_as_people_know_it() -> None:
    assert [status_text(404), status_text(599)] == ["HTTP 404 Not Found", "HTTP 599"]


def test_the_headers_alone_are_asked_for_and_every_redirect_is_told(server: FeedServer) -> None:
    server.pages["/latest"] = redirect("/app-2.7.exe")
    server.pages["/app-2.7.exe"] = Page(b"MZ" * 9, headers={"X-Many": "1", "Set-Cookie": "a=b"})
    found = within(lambda client: client.head(server.url("/latest"), allow_private=True))
    assert server.methods == ["HEAD", "HEAD"]
    assert (found.status, found.body, found.headers["content-length"]) == (200, b"", "18")
    assert found.headers["x-many"] == "1"
    assert "set-cookie" not in found.headers
    assert [hop.location for hop in found.hops] == [server.url("/app-2.7.exe")]
    assert found.peer == "127.0.0.1"


def test_a_get_for_the_headers_does_not_read_the_body(server: FeedServer) -> None:
    server.pages["/feed.xml"] = endless
    found = within(lambda c: c.head(server.url(), allow_private=True, get=True))
    assert (found.status, found.body, server.methods) == (200, b"", ["GET"])


def test_what_is_sent_goes_to_one_place_once(server: FeedServer) -> None:
    server.pages["/hook"] = Page(b"ok", 201)
    server.pages["/moved"] = redirect("/hook", 307)

    async def both(client: Client) -> list[Response]:
        own = {"X-Own": "1"}
        sent = [
            await client.post(server.url(path), b'{"a": 1}', headers=own, allow_private=True)
            for path in ("/hook", "/moved")
        ]
        put = await client.post(
            server.url("/hook"), b"a", method="PUT", content_type="text/plain", allow_private=True
        )
        return [*sent, put]

    taken, moved, put = within(both)
    assert (taken.status, taken.body, put.status) == (201, b"ok", 201)
    assert (moved.status, moved.hops[-1].location) == (307, server.url("/hook"))
    assert server.methods == ["POST", "POST", "PUT"]
    assert server.bodies == [b'{"a": 1}', b'{"a": 1}', b"a"]
    headers = [request[1] for request in server.requests]
    assert [h["Content-Type"] for h in headers] == ["application/json"] * 2 + ["text/plain"]
    assert [h["X-Own"] for h in headers] == ["1", "1", None]


@pytest.mark.parametrize("sent", [Page(b"no such thing", 404), zipped(b"no such thing")])
def test_of_an_error_the_beginning_is_read_where_somebody_asks(
    server: FeedServer, sent: Page
) -> None:
    server.pages["/feed.xml"] = Page(sent.body, 404, sent.headers)

    async def two(client: Client) -> tuple[bytes, bytes]:
        url = server.url()
        asked = await client.fetch(url, allow_private=True, beginning=7)
        return asked.body, (await client.fetch(url, allow_private=True)).body

    assert within(two) == (b"no such", b"")


@pytest.mark.parametrize(
    ("status", "headers", "seconds", "trouble"),
    [
        (200, {}, None, None),
        (404, {}, None, Trouble.REFUSED),
        (403, {}, None, Trouble.REFUSED),
        (500, {}, None, Trouble.UNREACHABLE),
        (429, {}, None, Trouble.RATE_LIMITED),
        (429, {"retry-after": "soon"}, None, Trouble.RATE_LIMITED),
        (429, {"retry-after": "9" * 5000}, None, Trouble.RATE_LIMITED),
        (503, {"retry-after": "120"}, 120.0, Trouble.RATE_LIMITED),
        (403, {"x-ratelimit-remaining": "7", "x-ratelimit-reset": "60"}, None, Trouble.REFUSED),
        (403, {"x-ratelimit-remaining": "0"}, 0.0, Trouble.RATE_LIMITED),
        (403, {"ratelimit-remaining": "0", "ratelimit-reset": "60"}, 60.0, Trouble.RATE_LIMITED),
        (
            403,
            {
                "date": "Mon, 04 May 2026 10:00:00 GMT",
                "x-ratelimit-remaining": "0",
                "x-ratelimit-reset": str(1777888800 + 90),
            },
            90.0,
            Trouble.RATE_LIMITED,
        ),
        (
            503,
            {
                "date": "Mon, 04 May 2026 10:00:00 GMT",
                "retry-after": "Mon, 04 May 2026 10:02:00 GMT",
            },
            120.0,
            Trouble.RATE_LIMITED,
        ),
        (
            429,
            {
                "date": "Mon, 04 May 2026 10:00:00 GMT",
                "retry-after": "Mon, 04 May 2026 09:00:00 GMT",
            },
            0.0,
            Trouble.RATE_LIMITED,
        ),
    ],
)
def test_a_server_that_wants_to_be_left_alone_is_told_from_one_that_refuses(
    status: int, headers: dict[str, str], seconds: float | None, trouble: Trouble | None
) -> None:
    found = Response(status=status, url="https://vendor.example/", headers=headers)
    assert (found.retry_after, found.trouble) == (seconds, trouble)


def deaf() -> tuple[list[socket.socket], int]:
    """A port on which connections are neither taken nor refused."""
    listening = socket.socket()
    listening.bind(("", 0))  # at whatever address of this machine
    listening.listen(0)
    port = listening.getsockname()[1]
    waiting = [socket.socket() for _ in range(4)]
    for each in waiting:
        each.setblocking(False)
        each.connect_ex(("127.0.0.1", port))
    return [listening, *waiting], port


@pytest.mark.slow
def test_hosts_that_do_not_answer_hold_up_nobody_else(server: FeedServer) -> None:
    server.pages["/feed.xml"] = Page(b"news")
    sockets, port = deaf()
    done: list[str] = []

    async def mixed(client: Client) -> None:
        async def one(name: str, url: str) -> None:
            with contextlib.suppress(NetError):
                await client.fetch(url, allow_private=True)
            done.append(name)

        dead = f"http://localhost:{port}/"
        await asyncio.gather(*(one("dead", dead) for _ in range(3)), one("live", server.url()))

    try:
        limits = Limits(connect=0.3)
        within(mixed, limits=limits, concurrency=1, failing=["LOCALHOST"])
        assert failure(f"http://127.0.0.1:{port}/", limits=limits) == "no connection within 0.3 s"
    finally:
        for each in sockets:
            each.close()
    assert done == ["live", "dead", "dead", "dead"]


@pytest.mark.slow
def test_nor_does_one_that_answered_the_last_time_and_does_not_now(server: FeedServer) -> None:
    server.pages["/feed.xml"] = Page(b"news")
    sockets, port = deaf()
    done: list[str] = []

    async def mixed(client: Client) -> None:
        async def one(name: str, url: str) -> None:
            with contextlib.suppress(NetError):
                await client.fetch(url, allow_private=True)
            done.append(name)

        hosts = (f"http://127.0.0.{n}:{port}/" for n in range(2, 5))
        await asyncio.gather(*(one("dead", url) for url in hosts), one("live", server.url()))

    try:
        within(mixed, limits=Limits(connect=1), concurrency=1, patience=0.01)
    finally:
        for each in sockets:
            each.close()
    assert done == ["live", "dead", "dead", "dead"]


def test_why_an_address_could_not_be_read_has_a_kind(server: FeedServer) -> None:
    server.pages["/big"] = endless
    server.pages["/loop"] = redirect("/loop")
    server.pages["/noise"] = gibberish

    def kind(url: str, **options: Any) -> Trouble:
        with pytest.raises(NetError) as caught:
            within(lambda c: c.fetch(url, **{"allow_private": True, **options}))
        return caught.value.kind

    assert kind("http://vendor.invalid/") is Trouble.UNREACHABLE
    assert kind(server.url(), allow_private=False) is Trouble.REFUSED
    assert kind(server.url("/big")) is Trouble.TOO_MUCH
    assert kind(server.url("/loop")) is Trouble.CHANGED_SHAPE
    assert kind(server.url("/noise")) is Trouble.CHANGED_SHAPE
