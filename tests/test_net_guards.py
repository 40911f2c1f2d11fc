"""What a library that speaks thirty protocols could do, and what nobody here makes it do."""

from __future__ import annotations

import asyncio
import contextlib
import ssl
import subprocess
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import pytest

from feed_server import FeedServer, Page
from forewarn.errors import Trouble
from forewarn.net import USER_AGENT, Client, Limits, NetError, PrivateAddressError
from forewarn.net.address import WebAddress
from waiting import SECONDS
from web_client import within

Behaviour = Callable[[BaseHTTPRequestHandler], None]


@pytest.fixture
def server() -> Iterator[FeedServer]:
    with FeedServer() as server:
        yield server


def failure(url: str, **options: Any) -> NetError:
    with pytest.raises(NetError) as caught:
        within(lambda client: client.fetch(url, **{"allow_private": True, **options}))
    return caught.value


def bytes_alone(sent: bytes, again: bytes = b"") -> Behaviour:
    """Writes that as its answer, then `again` as long as anybody listens."""

    def behaviour(handler: BaseHTTPRequestHandler) -> None:
        handler.close_connection = True
        handler.wfile.write(sent)
        while again:
            handler.wfile.write(again)

    return behaviour


OK = b"HTTP/1.1 200 OK\r\n"
SHORT = b"Content-Length: 2\r\n\r\nok"
NO_HTTP = "the answer is not proper HTTP"
TOO_MUCH = "the answer's headers are larger than 131,072 bytes"


@pytest.mark.parametrize(
    ("answer", "problem"),
    [
        (bytes_alone(OK + b"X-A: a\0b\r\n" + SHORT), NO_HTTP),
        (bytes_alone(OK + b"X-A: \x1b[31mred\r\n" + SHORT), NO_HTTP),
        (bytes_alone(OK + b"X-A: a\rX-B: b\r\n" + SHORT), NO_HTTP),
        (bytes_alone(OK + b"no header\r\n" + SHORT), NO_HTTP),
        (bytes_alone(OK + b" folded first\r\n" + SHORT), NO_HTTP),
        (bytes_alone(OK + b"Content-Length: 1\r\n" + SHORT), NO_HTTP),
        (bytes_alone(OK + b"Content-Length: -1\r\n\r\n"), NO_HTTP),
        (bytes_alone(OK + b"Transfer-Encoding: chunked\r\n\r\nzz\r\nok"), NO_HTTP),
        (bytes_alone(b"news, as HTTP/0.9 sends it\n"), NO_HTTP),
        (bytes_alone(b"HTTP/2 200\r\n" + SHORT), NO_HTTP),
        (bytes_alone(b"HTTP/1.1 20 OK\r\n" + SHORT), NO_HTTP),
        (bytes_alone(b"ICY 200 OK\r\n" + SHORT), NO_HTTP),
        (bytes_alone(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\n\r\n"), NO_HTTP),
        (bytes_alone(OK + b"X-A: a\r\n", b"X-B: " + b"b" * 5000 + b"\r\n"), TOO_MUCH),
        (bytes_alone(OK + b"X-A: ", b"a" * 5000), "the answer"),
        (bytes_alone(b"", b"HTTP/1.1 100 Continue\r\nX: " + b"a" * 900 + b"\r\n\r\n"), TOO_MUCH),
        (bytes_alone(OK), "the connection broke off before the answer was complete"),
        (bytes_alone(b""), "the connection broke off before the answer was complete"),
    ],
)
def test_an_answer_that_bends_the_rules_of_http_is_refused(
    server: FeedServer, answer: Behaviour, problem: str, capfd: pytest.CaptureFixture[str]
) -> None:
    server.pages["/feed.xml"] = answer
    assert problem in failure(server.url()).what
    assert capfd.readouterr().err == ""


def test_what_is_around_the_answer_is_not_part_of_it(server: FeedServer) -> None:
    """Interim answers, folded lines, names that are none, and headers after the body."""
    server.pages["/feed.xml"] = bytes_alone(
        b"HTTP/1.1 103 Early Hints\r\nETag: early\r\n\r\n"
        + OK
        + b"Transfer-Encoding: chunked\r\nX-Long: a\r\n  b\r\nbad name: x\r\nVary: a\r\nVary: b\r\n"
        + b"Trailer: ETag\r\n\r\n4\r\nnews\r\n0\r\nETag: late\r\n\r\n"
    )
    found = within(lambda client: client.fetch(server.url(), allow_private=True))
    assert found.body == b"news"
    assert (found.etag, found.headers["x-long"], found.headers["vary"]) == (None, "a b", "a, b")
    assert "bad name" not in found.headers


@pytest.mark.parametrize(
    "sent",
    [
        {"headers": {"X-A": "a\r\nX-B: b"}},
        {"headers": {"X-A": "a\nX-B: b"}},
        {"headers": {"X-A": "a\0b"}},
        {"headers": {"X-A: a\r\nX-B": "b"}},
        {"headers": {"": "b"}},
        {"etag": '"1"\r\nX-B: b'},
    ],
)
def test_no_value_becomes_a_header_of_its_own(server: FeedServer, sent: dict[str, Any]) -> None:
    assert "cannot be sent" in failure(server.url(), **sent).what
    assert server.requests == []


def test_a_request_has_the_headers_that_it_was_given_and_no_others(server: FeedServer) -> None:
    server.pages["/feed.xml"] = Page(b"news")
    own = {"X-Empty": "", "X-Name": "Jörg"}
    within(lambda c: c.fetch(server.url(), allow_private=True, headers=own))
    within(lambda c: c.post(server.url(), b"x" * 2_000_000, allow_private=True))
    (_, got), (_, posted) = server.requests
    host = f"127.0.0.1:{server.port}"
    agent = {"Host": host, "User-Agent": USER_AGENT, "Accept": "*/*", "Accept-Encoding": "gzip"}
    assert {name: got[name] for name in got if name != "X-Name"} == {**agent, "X-Empty": ""}
    assert str(got["X-Name"]).encode("latin-1").decode() == "Jörg"
    assert dict(posted) == {
        **agent,
        "Content-Type": "application/json",
        "Content-Length": "2000000",
    }


@pytest.mark.parametrize(
    "scheme",
    ["file", "gopher", "dict", "scp", "sftp", "ws", "ftp", "smb", "ldap", "imap", "http+x"],
)
def test_no_other_protocol_is_spoken_not_even_after_a_redirect(
    server: FeedServer, scheme: str
) -> None:
    place = f"{scheme}://127.0.0.1:{server.port}/etc/passwd"
    server.pages["/feed.xml"] = Page(status=302, headers={"Location": place})
    for url in (place, server.url()):
        assert "is not an http or https address" in failure(url).what
    assert [path for path, _ in server.requests] == ["/feed.xml"]


def test_what_the_environment_says_of_proxies_is_not_asked(
    server: FeedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.pages["/feed.xml"] = Page(b"news")
    with FeedServer() as proxy:
        for name in ("http_proxy", "HTTP_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"):
            monkeypatch.setenv(name, proxy.url(""))
        monkeypatch.delenv("no_proxy", raising=False)
        monkeypatch.delenv("NO_PROXY", raising=False)
        found = within(lambda c: c.fetch(server.url(), allow_private=True))
    assert (found.body, proxy.requests) == (b"news", [])


def test_no_netrc_is_read(
    server: FeedServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / ".netrc").write_text("machine 127.0.0.1 login maria password secret\n")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("NETRC", str(tmp_path / ".netrc"))
    server.pages["/feed.xml"] = Page(b"news")
    within(lambda c: c.fetch(server.url(), allow_private=True))
    assert "Authorization" not in server.requests[0][1]


def test_nothing_that_a_server_wants_remembered_is(server: FeedServer) -> None:
    """Cookies, another place for the same thing, https from now on, another protocol."""
    with FeedServer() as other:
        server.pages["/feed.xml"] = Page(
            b"news",
            headers={
                "Set-Cookie": "a=b",
                "Alt-Svc": f'http/1.1="127.0.0.1:{other.port}"; ma=9, h3=":{other.port}"',
                "Strict-Transport-Security": "max-age=1000",
                "Upgrade": "h2c",
            },
        )

        async def thrice(client: Client) -> list[bytes]:
            asked = [await client.fetch(server.url(), allow_private=True) for _ in range(3)]
            return [found.body for found in asked]

        assert within(thrice) == [b"news"] * 3
        assert other.requests == []
    for _, headers in server.requests:
        assert not {"cookie", "upgrade", "http2-settings"} & {name.lower() for name in headers}


def test_a_connection_made_with_leave_serves_nobody_without(server: FeedServer) -> None:
    server.pages["/feed.xml"] = Page(b"news")

    async def both(client: Client) -> None:
        await client.fetch(server.url(), allow_private=True)
        with pytest.raises(PrivateAddressError):
            await client.fetch(server.url())

    within(both)
    assert len(server.requests) == 1


def test_nothing_of_one_request_is_in_the_next(server: FeedServer) -> None:
    """Those to which only headers came are used again, with others in their place."""
    server.pages["/"] = Page(b"all of it", headers={"ETag": '"1"'})
    place = server.url("/")

    async def ask(client: Client) -> list[Any]:
        secret = {"Authorization": "Bearer hunter2", "X-Mine": "1"}
        allowed = {"allow_private": True}
        return [
            await client.fetch_changed(place, etag='"1"', headers=secret, **allowed),
            (await client.fetch(place, **allowed)).body,
            await client.fetch_changed(place.replace("//", "//me:hunter2@"), etag='"1"', **allowed),
            await client.fetch_changed(place, last_modified="none", etag='"1"', **allowed),
            (await client.head(place, **allowed)).body,
            (await client.fetch(place, **allowed)).body,
        ]

    whole = b"all of it"
    assert within(ask) == [None, whole, None, None, b"", whole]
    usual = {"Host", "User-Agent", "Accept", "Accept-Encoding"}
    sent = [
        (method, {*asked.keys()} - usual)
        for method, (_, asked) in zip(server.methods, server.requests, strict=True)
    ]
    assert sent == [
        ("GET", {"Authorization", "X-Mine", "If-None-Match"}),
        ("GET", set()),
        ("GET", {"Authorization", "If-None-Match"}),
        ("GET", {"If-None-Match", "If-Modified-Since"}),
        ("HEAD", set()),
        ("GET", set()),
    ]


def test_what_is_sent_is_not_sent_again_when_a_kept_connection_breaks(server: FeedServer) -> None:
    def breaks(handler: BaseHTTPRequestHandler) -> None:
        if len(server.bodies) == 1:
            Page(b"ok")(handler)
        handler.close_connection = len(server.bodies) > 1

    server.pages["/hook"] = breaks

    async def twice(client: Client) -> str:
        await client.post(server.url("/hook"), b"1", allow_private=True)
        with pytest.raises(NetError) as caught:
            await client.post(server.url("/hook"), b"2", allow_private=True)
        return caught.value.what

    assert within(twice) == "the connection broke off before the answer was complete"
    assert server.bodies == [b"1", b"2"]


def test_who_stops_waiting_leaves_the_others_and_the_client_as_they_are(
    server: FeedServer,
) -> None:
    begun, let_go = threading.Event(), threading.Event()

    def slow(handler: BaseHTTPRequestHandler) -> None:
        begun.set()
        let_go.wait(SECONDS)
        Page(b"late")(handler)

    server.pages["/slow"] = slow
    server.pages["/feed.xml"] = Page(b"news")

    async def work(client: Client) -> bytes:
        waiting = asyncio.create_task(client.fetch(server.url("/slow"), allow_private=True))
        await asyncio.to_thread(begun.wait)
        waiting.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await waiting
        found = await client.fetch(server.url(), allow_private=True)
        let_go.set()
        return bytes(found.body)

    assert within(work, per_host=lambda host: 1) == b"news"


class LoopWithoutSockets(asyncio.SelectorEventLoop):
    """A loop that watches no sockets that are not its own, as on Windows."""

    add_reader = asyncio.AbstractEventLoop.add_reader
    add_writer = asyncio.AbstractEventLoop.add_writer


def test_a_loop_that_watches_no_sockets_will_do(server: FeedServer) -> None:
    server.pages["/feed.xml"] = Page(b"news")

    async def run() -> list[bytes]:
        async with Client() as client:
            asked = (client.fetch(server.url(), allow_private=True) for _ in range(3))
            return [found.body for found in await asyncio.gather(*asked)]

    with asyncio.Runner(loop_factory=LoopWithoutSockets) as runner:
        assert runner.run(run()) == [b"news"] * 3


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("HTTP://Vendor.Example:80/a/../b?q=ä y#top", "http://vendor.example/b?q=%C3%A4+y"),
        ("http://BÜCHER.example/ä b", "http://xn--bcher-kva.example/%C3%A4%20b"),
        ("http://maria:secret@vendor.example", "http://vendor.example/"),
        ("http://good.example@10.0.0.1/", "http://10.0.0.1/"),
        ("http://0x7f.1:8080/", "http://127.0.0.1:8080/"),
        ("http://①②⑦.0.0.1/", "http://127.0.0.1/"),
        ("http://a%2eexample/", "http://a.example/"),
        ("https://vendor.example:443/x", "https://vendor.example/x"),
        ("http://vendor.example/a\r\nX-B: b", "http://vendor.example/a%0D%0AX-B:%20b"),
    ],
)
def test_an_address_is_compared_and_shown_as_it_will_be_called(text: str, plain: str) -> None:
    assert WebAddress.read(text).plain == plain


@pytest.mark.parametrize(
    "text",
    [
        "http://a b/",
        "http://a%00b/",
        "http://a\r\nb/",
        "http://xn--\u202e.example/",
        "http://[::1/",
        "http://ab\0c/",
        "http://\ud800/",
        "http://-ä-.example/",
    ],
)
def test_what_is_no_host_is_no_address(text: str) -> None:
    with pytest.raises(NetError):
        WebAddress.read(text)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A certificate for localhost, and its key."""
    folder = tmp_path_factory.mktemp("tls")
    key, found = folder / "key.pem", folder / "ca.pem"
    command = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2"
    more = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"]
    subprocess.run(
        [*command.split(), *more, "-keyout", str(key), "-out", str(found)],
        check=True,
        capture_output=True,
    )
    return found, key


@pytest.mark.parametrize(
    ("variable", "host", "problem"),
    [
        ("SSL_CERT_FILE", "localhost", None),
        ("SSL_CERT_FILE", "127.0.0.1", "no secure connection to 127.0.0.1: "),
        # The tool curl reads this one; who set it for that did not mean us.
        ("CURL_CA_BUNDLE", "localhost", "no secure connection to localhost: "),
        ("REQUESTS_CA_BUNDLE", "localhost", "no secure connection to localhost: "),
    ],
)
def test_a_server_is_who_a_trusted_authority_says(
    certificate: tuple[Path, Path],
    monkeypatch: pytest.MonkeyPatch,
    variable: str,
    host: str,
    problem: str | None,
) -> None:
    monkeypatch.setenv(variable, str(certificate[0]))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*certificate)
    with FeedServer(tls=context) as server:
        server.pages["/feed.xml"] = Page(b"news")
        url = f"https://{host}:{server.port}/feed.xml"
        if problem is None:
            found = within(lambda c: c.fetch(url, allow_private=True))
            assert found.body == b"news"
        else:
            error = failure(url)
            assert (problem in error.what, error.kind) == (True, Trouble.UNREACHABLE)
            assert server.requests == []


def test_whom_to_trust_is_known_though_a_request_without_encryption_ended_meanwhile(
    server: FeedServer, certificate: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What asked by http before the first https, and ended after it, is used again."""
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate[0]))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*certificate)
    asked, go_on = threading.Event(), threading.Event()

    def slow(handler: BaseHTTPRequestHandler) -> None:
        asked.set()
        go_on.wait(SECONDS)
        Page(status=204)(handler)

    server.pages["/feed.xml"] = slow

    async def work(client: Client) -> list[bytes]:
        url = f"https://localhost:{secure.port}/feed.xml"
        without = asyncio.create_task(client.fetch(server.url(), allow_private=True))
        await asyncio.to_thread(asked.wait, SECONDS)
        found = [await client.fetch(url, allow_private=True)]
        go_on.set()
        await without
        found.append(await client.fetch(url, allow_private=True))
        return [each.body for each in found]

    with FeedServer(tls=context) as secure:
        secure.pages["/feed.xml"] = Page(b"news")
        assert within(work) == [b"news", b"news"]


def test_a_redirect_keeps_to_its_time_though_every_step_is_quick(server: FeedServer) -> None:
    def slow(handler: BaseHTTPRequestHandler) -> None:
        threading.Event().wait(0.15)
        Page(status=302, headers={"Location": "/feed.xml"})(handler)

    server.pages["/feed.xml"] = slow
    with pytest.raises(NetError) as caught:
        limits = Limits(seconds=0.4)
        within(lambda c: c.fetch(server.url(), allow_private=True), limits=limits)
    assert caught.value.what == "no complete answer within 0.4 s"
