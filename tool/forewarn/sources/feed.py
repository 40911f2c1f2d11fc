"""The `feed` source: RSS, Atom, JSON Feed and Sparkle's appcasts, an entry for each release.

Options: `url` (required), where the feed is; `headers`, sent with each request to its host, and
`allow_private: true` for an address on this machine or network; `version`, a regular expression
with one pair of parentheses that finds the version in a title or a link.
"""

from __future__ import annotations

from forewarn.frozen import dataclass
from forewarn.net import Client
from forewarn.options import Options
from forewarn.sources.example import SourceExamples
from forewarn.sources.feed_reader import FeedReader
from forewarn.sources.http import Address, ask_first
from forewarn.sources.interface import Answer, FirstAddress, Request, Source
from forewarn.sources.workers import WALL_SECONDS


@dataclass(frozen=True, kw_only=True, slots=True)
class WatchedFeed:
    """Where the feed is, and the pattern that finds the version in a title or a link."""

    address: Address
    version: str | None = None


class FeedSource(Source[WatchedFeed]):
    """An RSS, Atom or JSON feed, or an appcast; `versions_of` says where the version is looked for.

    Args:
        client: makes the requests.
        parse_seconds: the most that one feed may take to parse.
    """

    def __init__(self, client: Client, *, parse_seconds: float = WALL_SECONDS) -> None:
        self._client = client
        self._reader = FeedReader(seconds=parse_seconds)

    @classmethod
    def options(cls, read: Options) -> WatchedFeed:
        return WatchedFeed(address=Address.read(read), version=read.pattern("version"))

    @classmethod
    def first(cls, options: WatchedFeed) -> FirstAddress:
        return options.address.first

    @classmethod
    def examples(cls) -> SourceExamples:
        from forewarn.sources.feed_examples import EXAMPLES

        return EXAMPLES

    async def __aexit__(self, *exc: object) -> None:
        await self._reader.close()

    async def poll(self, request: Request[WatchedFeed]) -> Answer:
        """Read the feed once; what it shows is in its own order.

        Raises:
            NetError: there was no complete answer.
            SourceError: the answer is an error, a web page, empty, malformed or too much.
        """
        changed = await ask_first(self._client, request.options.address, request)
        if changed is None:
            return Answer(unchanged=True)
        # Most have not changed, and what reads the words of people takes a while to import.
        from forewarn.sources.feed_reading import answer_of

        return await answer_of(self._reader, request, changed)
