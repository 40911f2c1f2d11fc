"""Feeds: RSS, Atom and Sparkle's appcasts, with one entry for each release."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Self

from forewarn.model.product import Product
from forewarn.model.sighting import Shown
from forewarn.model.version import Scheme
from forewarn.net import Client, Response, status_text
from forewarn.sources.clean import clean, clean_url
from forewarn.sources.feed_reader import Entry, FeedReader, Parsed
from forewarn.sources.interface import Answer, Request, SourceError, Validators
from forewarn.sources.versions import as_version, find_versions

_MOST_ENTRIES = 5000
_LONGEST_TITLE = 300
_LONGEST_VALIDATOR = 500
_WEB_PAGE = re.compile(rb"\s*(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html)\b", re.I | re.S)


class FeedSource:
    """An RSS or Atom feed, or an appcast; `versions_of` says where the version is looked for.

    Args:
        client: makes the requests.
        parse_seconds: the most that one feed may take to parse.
    """

    def __init__(self, client: Client, *, parse_seconds: float = 10.0) -> None:
        self._client = client
        self._reader = FeedReader(seconds=parse_seconds)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *exc: object) -> None:
        await self._reader.close()

    async def poll(self, request: Request) -> Answer:
        """Read the feed once; what it shows is in its own order.

        Raises:
            NetError: there was no complete answer.
            SourceError: the answer is an error, a web page, empty, malformed or too much.
        """
        validators = request.validators
        response = await self._client.fetch(
            request.watch.url,
            etag=validators.etag,
            last_modified=validators.last_modified,
            allow_private=request.watch.allow_private,
        )
        if response.status == 304 and (validators.etag or validators.last_modified):
            return Answer(unchanged=True)
        parsed = await read_feed(self._reader, response, request.watch.version)
        return Answer(
            shown=tuple(s for entry in parsed.entries for s in _shown(entry, request, response)),
            entries=len(parsed.entries),
            # What breaks off half-way is read again next time, whatever the server says then.
            validators=Validators() if parsed.problem else _validators(response),
        )


async def read_feed(reader: FeedReader, response: Response, pattern: str | None) -> Parsed:
    """The feed that an answer holds; `pattern` finds the version in a title or a link.

    Raises:
        SourceError: the answer is an error, a web page, empty, malformed or too much.
    """
    if response.status != 200:
        raise SourceError(f"the server answered {status_text(response.status)}")
    if not response.body.strip():
        raise SourceError("the answer is empty")
    parsed = await reader.read(response, pattern)
    _refuse_unless_a_feed(parsed, response)
    return parsed


def versions_of(
    entry: Entry, pattern: str | None, product: Product, scheme: Scheme
) -> tuple[str, ...]:
    """The versions that an entry is about.

    With a pattern it is what that found. Without one it is looked for in the title, in what an
    appcast declares, and in the link, in that order. Sparkle's build number comes last: it is
    the version only where there is no other.
    """
    if pattern:
        return _declared(entry.version or "", scheme)
    title, link = clean(entry.title, _LONGEST_TITLE), clean_url(entry.link) or ""
    return (
        find_versions(title, "", product, scheme)
        or _declared(entry.short_version, scheme)
        or find_versions("", link, product, scheme)
        or _declared(entry.build, scheme)
    )


def _declared(text: str, scheme: Scheme) -> tuple[str, ...]:
    version = as_version(text, scheme)
    return (version,) if version else ()


def _refuse_unless_a_feed(parsed: Parsed, response: Response) -> None:
    if not parsed.kind:
        if _WEB_PAGE.match(response.body[:4000]):
            raise SourceError(
                "a web page came where a feed was expected",
                help="Look for the feed's own address; a log-in page may have come instead.",
            )
        raise SourceError(
            "what came is neither an RSS nor an Atom feed",
            help="Look for the feed's own address, often linked on the page of the downloads.",
        )
    if parsed.problem and not parsed.entries:
        raise SourceError(
            f"the feed is malformed and has no entries: {clean(parsed.problem, 200)}",
            help="Try again later; if it stays so, tell whoever publishes the feed.",
        )
    if len(parsed.entries) > _MOST_ENTRIES:
        raise SourceError(
            f"the feed has {len(parsed.entries)} entries; {_MOST_ENTRIES} is the most",
            help="Watch a shorter feed of the same vendor.",
        )


def _shown(entry: Entry, request: Request, response: Response) -> Iterator[Shown]:
    title, link = clean(entry.title, _LONGEST_TITLE), clean_url(entry.link)
    enclosure = next((clean_url(row.url) for row in entry.enclosures), None)
    for version in versions_of(entry, request.watch.version, request.product, request.scheme):
        yield Shown(
            version=version,
            url=link or enclosure or clean_url(response.url) or request.watch.url,
            title=title,
            platform=request.watch.platform,
            published=datetime.fromisoformat(entry.published) if entry.published else None,
        )


def _validators(response: Response) -> Validators:
    def fit(value: str | None) -> str | None:
        return value if value and len(value) <= _LONGEST_VALIDATOR and value.isascii() else None

    return Validators(etag=fit(response.etag), last_modified=fit(response.last_modified))
