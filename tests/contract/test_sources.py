"""What every registered source promises, the built-in ones and those of others."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler

import pytest

from feed_server import FeedServer, Page, rss
from forewarn import plugins, schemes
from forewarn.errors import ForewarnError
from forewarn.model.product import Watch
from forewarn.model.record import Place
from forewarn.net import Client, Limits, NetError
from forewarn.sources.interface import Answer, Request, SourceError, Validators
from model_builder import product
from waiting import SECONDS

SOURCES = plugins.names("sources")


def working(kind: str, *versions: str) -> bytes:
    """What such a source reads, with these versions; a new type needs a line."""
    return {"feed": rss(*(f"recorder {version}" for version in versions))}[kind]


@pytest.fixture
def server() -> Iterator[FeedServer]:
    with FeedServer() as server:
        yield server


def poll(
    kind: str,
    url: str,
    *,
    allow_private: bool = True,
    platform: str | None = None,
    validators: Validators = Validators(),  # noqa: B008 - frozen
) -> Answer:
    watch = Watch(
        type=kind,
        url=url,
        platform=platform,
        allow_private=allow_private,
        place=Place(file="releases/recorder/product.yml"),
    )
    request = Request(
        product=product("recorder", watch=(watch,)),
        watch=watch,
        scheme=schemes.get("loose"),
        validators=validators,
    )

    async def run() -> Answer:
        async with (
            Client(limits=Limits(size=1_000_000, seconds=2)) as client,
            plugins.load("sources", kind)(client) as source,
        ):
            answer = await source.poll(request)
            assert isinstance(answer, Answer)
            return answer

    return asyncio.run(run())


def test_the_built_in_sources_are_registered_like_any_other() -> None:
    assert {"feed"} <= set(SOURCES)


@pytest.mark.parametrize("kind", SOURCES)
def test_it_returns_what_the_place_shows(kind: str, server: FeedServer) -> None:
    server.pages["/x"] = Page(working(kind, "2.7", "2.6"))
    answer = poll(kind, server.url("/x"), platform="windows")
    assert {(shown.version, shown.platform) for shown in answer.shown} == {
        ("2.7", "windows"),
        ("2.6", "windows"),
    }
    assert answer.entries == 2
    assert not answer.unchanged


@pytest.mark.parametrize("kind", SOURCES)
def test_it_asks_whether_anything_changed(kind: str, server: FeedServer) -> None:
    server.pages["/x"] = Page(working(kind, "2.7"), headers={"ETag": '"1"'})
    first = poll(kind, server.url("/x"))
    assert poll(kind, server.url("/x"), validators=first.validators) == Answer(unchanged=True)


@pytest.mark.parametrize("kind", SOURCES)
def test_it_does_not_call_a_private_address_without_leave(kind: str, server: FeedServer) -> None:
    server.pages["/x"] = Page(working(kind, "2.7"))
    with pytest.raises(NetError, match="loopback"):
        poll(kind, server.url("/x"), allow_private=False)
    assert server.requests == []


def endless(handler: BaseHTTPRequestHandler) -> None:
    handler.send_response(200)
    handler.end_headers()
    while True:
        handler.wfile.write(b" " * 10_000)


@pytest.mark.parametrize("kind", SOURCES)
@pytest.mark.parametrize(
    "behaviour",
    [
        Page(b""),
        Page(b"\x00\xff" * 100),
        Page(b"/etc/passwd"),
        Page(b"<!doctype html><title>Log in</title>"),
        Page(b"down for maintenance", status=503),
        Page(status=404),
        endless,
    ],
    ids=["empty", "noise", "path", "log-in page", "503", "404", "endless"],
)
def test_what_it_cannot_read_is_one_sentence_and_never_an_empty_answer(
    kind: str, behaviour: Page, server: FeedServer
) -> None:
    server.pages["/x"] = behaviour
    started = time.monotonic()
    with pytest.raises((NetError, SourceError)) as caught:
        poll(kind, server.url("/x"))
    assert time.monotonic() - started < SECONDS
    assert isinstance(caught.value, ForewarnError)
    assert "\n" not in caught.value.what
