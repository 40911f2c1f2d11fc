"""The entries of a feed, as a worker parsed them; see `feed_worker` for what that does."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple
from urllib.parse import urljoin

from forewarn.frozen import dataclass
from forewarn.responses import Response
from forewarn.sources.workers import CPU_SECONDS, WALL_SECONDS, Workers


class Enclosure(NamedTuple):
    """A file that an entry comes with; what the feed does not say of it is empty."""

    url: str
    length: str
    type: str
    platform: str
    sha256: str


class FeedEntry(NamedTuple):
    """One entry as the feed has it, cut to size but not cleaned.

    `version` is what the pattern found. `published` is ISO 8601 in UTC; `published_on` and
    `updated_on` are the days as they are written there, and `dated` is the text in which one of
    them should be. From `short_version` on, it is what an appcast declares (Sparkle's elements or
    attributes), empty where it does not; `declares` is all that has no place of its own.
    """

    id: str
    title: str
    link: str
    published: str | None
    published_on: str | None
    updated_on: str | None
    dated: str
    version: str | None
    enclosures: tuple[Enclosure, ...]
    short_version: str
    build: str
    channel: str
    hardware: str
    declares: Mapping[str, str]


@dataclass(frozen=True, kw_only=True, slots=True)
class Parsed:
    """A document as the parser saw it: `kind` is empty where it is no feed at all."""

    kind: str
    problem: str | None
    entries: tuple[FeedEntry, ...]


class FeedReader:
    """Reads feeds in workers; the arguments are those of `Workers`."""

    def __init__(
        self, *, seconds: float = WALL_SECONDS, command: Sequence[str] | None = None
    ) -> None:
        cpu = min(seconds, CPU_SECONDS)
        self._workers = Workers(seconds=seconds, cpu=cpu, command=command)

    async def close(self) -> None:
        """End the processes that are left."""
        await self._workers.close()

    async def read(self, response: Response, pattern: str | None) -> Parsed:
        """Parse an answer's body; `pattern` is searched in each title, then in its link.

        Raises:
            SourceError: it takes too much time or memory, or the parser fails.
        """
        found = await self._workers.read(
            "forewarn.sources.feed_worker:parse",
            response.body,
            called="the feed",
            base=response.url,
            content_type=response.content_type,
            pattern=pattern,
        )
        entries = tuple(_entry(row, response.url) for row in found["entries"])
        return Parsed(kind=found["kind"], problem=found["problem"], entries=entries)


def _entry(row: list[Any], base: str) -> FeedEntry:
    if row[8]:
        row[8] = [Enclosure(_whole(url, base), *more) for url, *more in row[8]]
    row[8] = tuple(row[8])
    return FeedEntry(*row)


def _whole(address: str, base: str) -> str:
    """An address as it is meant: one beside the feed may lack what both begin with."""
    if ":" in address.partition("/")[0]:
        return address
    try:
        return urljoin(base, address.strip())
    except ValueError:
        return address
