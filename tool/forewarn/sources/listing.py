"""The `listing` source: the index of a folder on a web server, or of a bucket of the S3 kind.

Options: `url` (required), `headers` and `allow_private` as for every address; `version`, a pattern
that finds the version in the name of a file or a folder, by default what is clearly one; `pages`,
how many pages of a bucket's index are read, at most 100 and by default 20.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qsl, unquote, urlencode, urljoin, urlsplit, urlunsplit

from forewarn.errors import Trouble
from forewarn.frozen import dataclass
from forewarn.model.sighting import Reach
from forewarn.options import Options
from forewarn.patterns import first_group
from forewarn.responses import Response
from forewarn.sources.clean import clean
from forewarn.sources.example import SourceExamples
from forewarn.sources.feed_files import why_no_download
from forewarn.sources.http import Address, ask, ask_first
from forewarn.sources.interface import Answer, FirstAddress, Kept, Request, SourceError
from forewarn.sources.items import MOST_ITEMS, Item, Items, may_be_a_release
from forewarn.sources.page import refuse_too_large
from forewarn.sources.parsed import ParsedSource
from forewarn.sources.versions.find import UNMATCHED, FoundVersions, as_version, find_in_link

_PAGES = 20


@dataclass(frozen=True, kw_only=True, slots=True)
class WatchedListing:
    """Where the index is, and what finds the version in a name."""

    address: Address
    version: str | None = None
    pages: int = _PAGES


class ListingSource(ParsedSource[WatchedListing]):
    """An index of files; what is not in it is not there."""

    @classmethod
    def options(cls, read: Options) -> WatchedListing:
        return WatchedListing(
            address=Address.read(read),
            version=read.pattern("version"),
            pages=read.number("pages", _PAGES, 1, 100),
        )

    @classmethod
    def first(cls, options: WatchedListing) -> FirstAddress:
        return options.address.first

    @classmethod
    def examples(cls) -> SourceExamples:
        from forewarn.sources.listing_examples import EXAMPLES

        return EXAMPLES

    async def poll(self, request: Request[WatchedListing]) -> Answer:
        """Read the index once, page after page.

        Raises:
            NetError: there was no complete answer.
            SourceError: an answer is an error or no index, or it goes on without end.
        """
        options = request.options
        changed = await ask_first(self._client, options.address, request)
        if changed is None:
            return Answer(unchanged=True)
        page = await self._read(changed.response)
        responses, rows = [changed.response], list(page["rows"])
        state: Kept = changed.state
        while page["next"]:
            # What is new may stand on any page, and the first be as it was.
            state = None
            if len(responses) == options.pages or len(rows) > MOST_ITEMS:
                raise SourceError(
                    f"the index goes on after {len(responses)} pages and {len(rows)} names",
                    help="Watch a folder of it, by a `prefix` in the address, or set `pages`.",
                    kind=Trouble.TOO_MUCH,
                )
            address = _next_page(options.address, page["next"])
            following = await ask(self._client, address)
            assert following is not None  # noqa: S101 - nothing was kept to ask by
            page = await self._read(following.response)
            responses.append(following.response)
            rows += page["rows"]
        return self._answer(request, rows, state, tuple(responses))

    async def _read(self, response: Response) -> dict[str, Any]:
        refuse_too_large(response)
        found: dict[str, Any] = await self._workers.read(
            "forewarn.sources.listing_worker:parse",
            response.body,
            called="the index",
            base=response.url,
        )
        return found

    def _answer(
        self,
        request: Request[WatchedListing],
        rows: list[dict[str, str]],
        state: Kept,
        responses: tuple[Response, ...],
    ) -> Answer:
        items = Items(request, base=responses[0].url)
        for row in rows:
            _take(items, row, request)
        answer = items.answer(state=state, reach=Reach.ALL, responses=responses)
        if not answer.shown and not answer.elsewhere:
            names = ", ".join(clean(row["name"], 40) for row in rows[:3])
            raise SourceError(
                f"none of the {len(rows)} names in the index has a version, such as {names}"
                if rows
                else "the index is empty",
                help="Give the source a `version:` pattern, or see what is at the address now.",
            )
        return answer


def _take(items: Items, row: Mapping[str, str], request: Request[WatchedListing]) -> None:
    name, pattern = row["name"], request.options.version
    folder = name.endswith("/")
    item = Item(
        key=row["link"],
        title=name.rstrip("/"),
        url="" if folder else row["link"],
        page=row["link"] if folder else "",
        size=row["size"],
        date=row["date"],
        digests={"md5": row["md5"]} if row["md5"] else {},
        file=not folder,
    )
    clear = find_in_link(urljoin("http://x.invalid/", name), items.names, request.scheme)
    if why := why_no_download(name):
        items.leave_out(item, why)
    elif pattern is None:
        if clear or may_be_a_release(name, items.names):
            items.take(replace(item, found=clear))
        else:
            items.leave_out(item, clear.why)
    elif text := first_group(pattern, unquote(name).rstrip("/")):
        version = as_version(text, request.scheme)
        strange = f"{clean(text, 60)!a} is no version under the scheme {request.scheme.name}"
        items.take(replace(item, found=FoundVersions((version,) if version else (), strange)))
    elif clear and not folder:
        items.take_unmatched(item, clear)
    elif may_be_a_release(name, items.names):
        items.take(replace(item, found=FoundVersions(why=UNMATCHED)))
    else:
        items.leave_out(item, UNMATCHED)


def _next_page(address: Address, more: Mapping[str, str]) -> Address:
    """The same address, from where the page before ended."""
    parts = urlsplit(address.url)
    query = {**dict(parse_qsl(parts.query, keep_blank_values=True)), **more}
    return address.following(urlunsplit(parts._replace(query=urlencode(query))))
