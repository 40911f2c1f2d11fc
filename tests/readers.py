"""Reading a place on a server of the test with the source that its row names."""

from __future__ import annotations

import asyncio
from typing import Any

from feed_server import FeedServer, Page
from forewarn import schemes, sources
from forewarn.errors import PlaceError
from forewarn.model.sighting import Shown
from forewarn.net import Client, Limits
from forewarn.sources.accept import accepted
from forewarn.sources.given import given_to
from forewarn.sources.interface import Answer, Kept, Request
from model_builder import product
from watch_builder import row

LIMITS = Limits(size=10_000_000, seconds=20)


def read(
    server: FeedServer,
    type: str,
    path: str,
    *,
    platform: str | None = None,
    scheme: str = "loose",
    state: Kept = None,
    environ: dict[str, str] | None = None,
    downloads: Limits = LIMITS,
    client: dict[str, Any] | None = None,
    **options: Any,
) -> Answer:
    """One answer as `watch` gets it; failures are raised."""
    watched = row(server.url(path), type=type, platform=platform, **options)
    given = given_to(watched, environ or {})
    request = Request(
        product=product("recorder", name="Recorder"),
        options=given.options,
        scheme=schemes.get(scheme),
        place=watched.source,
        platform=platform,
        state=state,
    )

    async def run() -> Answer:
        async with (
            Client(limits=LIMITS, downloads=downloads, **(client or {})) as opened,
            sources.kind_of(watched)(opened) as source,
        ):
            return await source.poll(request)

    answer = given.concealed(accepted(asyncio.run(run()), request.scheme))
    assert isinstance(answer, Answer)
    return answer


def failure(server: FeedServer, type: str, path: str, **options: Any) -> PlaceError:
    """Why a place cannot be read."""
    try:
        answer = read(server, type, path, **options)
    except PlaceError as error:
        return error
    raise AssertionError(f"it was read: {answer}")


def versions(answer: Answer) -> list[str]:
    return [shown.version for shown in answer.shown]


def one(answer: Answer) -> Shown:
    (shown,) = answer.shown
    return shown


def serve(server: FeedServer, path: str, body: bytes | str, **more: Any) -> None:
    """Give `body` out at `path`; `{server}` in it stands for the server's address."""
    data = body.encode() if isinstance(body, str) else body
    server.pages[path] = Page(data.replace(b"{server}", server.url("").encode()), **more)
