"""Trying a watched row: what it would show now, entry by entry; nothing is kept or told."""

from __future__ import annotations

import asyncio
import email.parser
from collections.abc import Mapping
from contextlib import AsyncExitStack
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from types import MappingProxyType
from typing import Any, Self
from urllib.parse import urljoin

from forewarn.errors import DataError, Trouble, UsageError
from forewarn.frozen import dataclass
from forewarn.model.catalogue import Catalogue
from forewarn.model.product import Product, Watch
from forewarn.model.watching.place import SourceState, matches_nothing, said_of_nothing
from forewarn.net import Client, NetError
from forewarn.responses import Hop, Response
from forewarn.services.ask.lookup import the_product
from forewarn.services.watch.asking import Asking, NoAnswer, OpenSources
from forewarn.sources.interface import Answer
from forewarn.store.catalogue.whole import load_worktree

_MOST_BYTES = 10_000_000
_REDIRECTS = (301, 302, 303, 307, 308)


@dataclass(frozen=True, kw_only=True, slots=True)
class Tried:
    """A row of a product's `watch:`, the how manieth it is, and what came of it."""

    product: str
    number: int
    row: Watch
    answer: Answer | NoAnswer

    @property
    def failed(self) -> NoAnswer | None:
        """Why it is no good; an answer of which no entry names a version is none, as in `watch`."""
        answer, never = self.answer, SourceState()
        if isinstance(answer, NoAnswer):
            return answer
        if not matches_nothing(answer.entries, answer.elsewhere, len(answer.shown), never):
            return None
        said = said_of_nothing(answer.entries, never)
        return NoAnswer(error=said, trouble=Trouble.CHANGED_SHAPE)


def try_sources(
    root: Path,
    product: str,
    *,
    number: int | None,
    file: Path | None,
    at: datetime,
    environ: Mapping[str, str],
) -> tuple[Tried, ...]:
    """Read a product's sources, or the one of that number, as if for the first time.

    With `file` nothing is asked: what is in it is taken for the answer. It is a body, or what
    `curl -i` prints, with each redirect where it follows them (`-L`).

    Raises:
        UsageError: there is no such product, or it has no such source.
        DataError: the file cannot be read.
    """
    loaded = load_worktree(root)
    catalogue, watched = loaded.catalogue, the_product(loaded, product)
    rows = list(enumerate(watched.watch, 1))
    if not rows:
        raise UsageError(
            f"{watched.id} has no source",
            help=f"`forewarn watch add {watched.id} URL` proposes one.",
        )
    chosen = [row for row in rows if number in (None, row[0])]
    if not chosen:
        raise UsageError(
            f"{watched.id} has no source {number}", help=f"It has those from 1 to {len(rows)}."
        )
    client = Client() if file is None else Replayed(_recorded(file))
    answers = asyncio.run(
        try_rows(catalogue, watched, [row for _, row in chosen], client, at, environ)
    )
    return tuple(
        Tried(product=watched.id, number=place, row=row, answer=answer)
        for (place, row), answer in zip(chosen, answers, strict=True)
    )


async def try_rows(
    catalogue: Catalogue,
    product: Product,
    rows: list[Watch],
    client: Client,
    at: datetime,
    environ: Mapping[str, str],
) -> list[Answer | NoAnswer]:
    """What each row shows now."""
    async with AsyncExitStack() as stack:
        entered = await stack.enter_async_context(client)
        asking = Asking(lambda: catalogue, environ, OpenSources(entered, stack))
        return [await asking.ask(product, row, SourceState(), at) for row in rows]


class Replayed(Client):
    """Gives one recorded answer to whatever is asked, and asks nobody."""

    def __init__(self, response: Response) -> None:
        super().__init__()
        self._recorded = response

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *exc: object) -> None:
        return None

    async def fetch(self, url: str, **how: Any) -> Response:
        """The recorded answer, as if it came from there."""
        return self._from(url, self._recorded.body)

    async def fetch_changed(self, url: str, **how: Any) -> Response:
        """The same: nothing is known of it by which it could be unchanged."""
        return await self.fetch(url)

    async def head(self, url: str, **how: Any) -> Response:
        """The same without its body."""
        return self._from(url, b"")

    async def digest(self, url: str, **how: Any) -> Any:
        """No recorded answer is a download.

        Raises:
            NetError: always.
        """
        raise NetError("a recorded answer cannot stand for a download")

    def _from(self, url: str, body: bytes) -> Response:
        hops: list[Hop] = []
        for hop in self._recorded.hops:
            hops.append(replace(hop, url=url, location=urljoin(url, hop.location)))
            url = hops[-1].location
        return replace(self._recorded, url=url, body=body, hops=tuple(hops))


def _recorded(file: Path) -> Response:
    """An answer that was kept in a file: its body, or its status line, headers and body."""
    try:
        with file.open("rb") as opened_file:
            data = opened_file.read(_MOST_BYTES + 1)
    except OSError as error:
        raise DataError(
            f"cannot be read: {error.strerror}", where=str(file), help="Name a file."
        ) from error
    if len(data) > _MOST_BYTES:
        raise DataError(
            f"it is larger than {_MOST_BYTES:,} bytes", where=str(file), help="Keep less of it."
        )
    status, headers, hops = 200, dict[str, str](), list[Hop]()
    while data.startswith(b"HTTP/"):
        head, _, data = data.replace(b"\r\n\r\n", b"\n\n", 1).partition(b"\n\n")
        first, _, lines = head.decode("latin-1").partition("\n")
        words = first.split()
        status = int(words[1]) if len(words) > 1 and words[1].isdigit() else 200
        parsed = email.parser.HeaderParser().parsestr(lines.replace("\r", ""))
        headers = {name.lower(): str(value) for name, value in parsed.items()}
        if status in _REDIRECTS and "location" in headers:
            hops.append(Hop(url="", status=status, location=headers["location"]))
            # Where it leads, nobody looked, if nothing follows.
            status, headers = 200, {}
    return Response(
        status=status, url="", body=data, headers=MappingProxyType(headers), hops=tuple(hops)
    )
