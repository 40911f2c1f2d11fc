"""What is served for a look is for this machine: under its own names, and for nobody's page."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from forewarn.services.setup.serve import serve_folder
from waiting import SECONDS

pytestmark = pytest.mark.slow


@pytest.fixture
def port(tmp_path: Path) -> Iterator[int]:
    (tmp_path / "index.html").write_text("what support knows")
    server = serve_folder(tmp_path, 0)
    yield int(server.server_address[1])
    server.shutdown()
    server.server_close()


def answer(port: int, *headers: str, method: str = "GET") -> tuple[int, bytes]:
    """Status and everything that came for a request with these headers."""
    with socket.create_connection(("127.0.0.1", port), timeout=SECONDS) as connection:
        lines = (f"{method} / HTTP/1.0", *headers, "", "")
        connection.sendall("\r\n".join(lines).encode())
        came = b"".join(iter(lambda: connection.recv(65536), b""))
    return int(came.split()[1]), came


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "127.0.0.1:{port}", "localhost:{port}", "LocalHost", "[::1]:{port}"]
)
def test_it_answers_to_this_machines_names(port: int, host: str) -> None:
    status, came = answer(port, f"Host: {host.format(port=port)}")
    assert status == 200
    assert b"what support knows" in came
    assert b"Cross-Origin-Resource-Policy: same-origin" in came


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize(
    "headers",
    [
        ("Host: rebound.attacker.example",),
        ("Host: rebound.attacker.example:{port}",),
        ("Host: localhost.attacker.example",),
        ("Host: 127.0.0.1.attacker.example",),
        ("Host: 192.168.1.1",),
        ("Host: ",),
        ("Host: localhost", "Host: attacker.example"),
        (),
    ],
)
def test_it_answers_to_no_other_name(port: int, headers: tuple[str, ...], method: str) -> None:
    status, came = answer(port, *(h.format(port=port) for h in headers), method=method)
    assert status == 421
    assert b"what support knows" not in came


def test_an_address_that_leads_nowhere_is_answered_by_the_sites_own_page(
    tmp_path: Path, port: int
) -> None:
    page = '<script data-base="/support"></script><a href="/support/products/">All products</a>'
    (tmp_path / "404.html").write_text(page)
    with socket.create_connection(("127.0.0.1", port), timeout=SECONDS) as connection:
        connection.sendall(b"GET /products/nothing/ HTTP/1.0\r\nHost: localhost\r\n\r\n")
        came = b"".join(iter(lambda: connection.recv(65536), b""))
    assert came.split()[1] == b"404"
    assert b'<a href="/products/">All products</a>' in came
