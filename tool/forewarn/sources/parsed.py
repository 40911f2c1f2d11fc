"""What the sources have in common whose answers are read in child processes."""

from __future__ import annotations

from forewarn.net import Client
from forewarn.sources.interface import Own, Source
from forewarn.sources.workers import Workers


class ParsedSource(Source[Own]):
    """A source that asks `_client`, and has `_workers` read what strangers wrote."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._workers = Workers()

    async def __aexit__(self, *exc: object) -> None:
        await self._workers.close()
