"""The `page` source: a web page, where each release is an element of it.

Options: `url` (required), `headers` and `allow_private` as for every address; `select`, a CSS
selector for the elements that each stand for a release, by default every link; `attribute`, which
attribute of such an element is read, by default its text, and of a link its address; `version`, a
pattern that finds the version in what was read, needed without `select`.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from urllib.parse import unquote, urljoin

from forewarn.errors import Trouble
from forewarn.frozen import dataclass
from forewarn.model.sighting import Reach
from forewarn.options import Options
from forewarn.patterns import first_group
from forewarn.responses import Response
from forewarn.sources.example import SourceExamples
from forewarn.sources.feed_files import is_program, why_no_download
from forewarn.sources.http import Address, ask_first
from forewarn.sources.interface import Answer, FirstAddress, Request, SourceError
from forewarn.sources.items import Item, Items, may_be_a_release
from forewarn.sources.parsed import ParsedSource
from forewarn.sources.versions.find import UNMATCHED, FoundVersions, find_in_link

MOST_BYTES = 5 * 1024**2
_EVERY_LINK = "a[href]"
_LONGEST_SELECTOR = 500


@dataclass(frozen=True, kw_only=True, slots=True)
class WatchedPage:
    """Where the page is, and which of its elements are releases."""

    address: Address
    select: str | None = None
    attribute: str | None = None
    version: str | None = None


class PageSource(ParsedSource[WatchedPage]):
    """A web page; one that is another than it was is an error, never an empty answer."""

    @classmethod
    def options(cls, read: Options) -> WatchedPage:
        select = read.text("select", None, _check_selector)
        version = read.pattern("version")
        if not (read.has("select") or read.has("version")):
            read.refuse(
                "option 'version' or 'select' is missing",
                None,
                "Say which links are meant: `version: recorder-([0-9.]+)\\.exe`.",
            )
        return WatchedPage(
            address=Address.read(read),
            select=select,
            attribute=read.text("attribute", None if select else "href"),
            version=version,
        )

    @classmethod
    def first(cls, options: WatchedPage) -> FirstAddress:
        return options.address.first

    @classmethod
    def examples(cls) -> SourceExamples:
        from forewarn.sources.page_examples import EXAMPLES

        return EXAMPLES

    async def poll(self, request: Request[WatchedPage]) -> Answer:
        """Read the page once.

        Raises:
            NetError: there was no complete answer.
            SourceError: the answer is an error, is too large, or nothing in it fits.
        """
        options = request.options
        changed = await ask_first(self._client, options.address, request)
        if changed is None:
            return Answer(unchanged=True)
        response = changed.response
        refuse_too_large(response)
        found = await self._workers.read(
            "forewarn.sources.page_worker:parse",
            response.body,
            called="the page",
            select=options.select or _EVERY_LINK,
            attribute=options.attribute,
        )
        if found["sure"]:
            raise _another(found["instead"])
        base = urljoin(response.url, found["base"])
        items = Items(request, base=base, pattern=options.version)
        for row in found["items"]:
            _take(items, row, options, request)
        answer = items.answer(state=changed.state, reach=Reach.WINDOW, responses=(response,))
        if not answer.shown and answer.elsewhere == 0:
            raise _nothing(found, options)
        return answer


def refuse_too_large(response: Response) -> None:
    """Refuse a page that is larger than any that people read.

    Raises:
        SourceError: it is.
    """
    if len(response.body) > MOST_BYTES:
        raise SourceError(
            f"the page has {len(response.body):,} bytes; {MOST_BYTES:,} is the most",
            kind=Trouble.TOO_MUCH,
        )


def _take(
    items: Items, row: dict[str, str], options: WatchedPage, request: Request[WatchedPage]
) -> None:
    text = unquote(row["text"]) if options.attribute else row["text"]
    item = Item(
        key=row["text"],
        title=row["words"],
        version=text,
        url=row["link"] if is_program(row["link"]) else "",
        page="" if is_program(row["link"]) else row["link"],
        file=True,
    )
    if why := why_no_download(row["link"]):
        items.leave_out(item, why)
        return
    if options.version and options.select is None and not first_group(options.version, text):
        # Of all links of a page, those are told that look like another version of a file.
        named = find_in_link(items.address(row["link"]) or "", items.names, request.scheme)
        if named and is_program(row["link"]):
            items.take_unmatched(item, named)
        elif may_be_a_release(row["link"], items.names):
            items.take(replace(item, found=FoundVersions(why=UNMATCHED)))
        else:
            items.leave_out(item, UNMATCHED)
        return
    items.take(item)


def _nothing(found: dict[str, Any], options: WatchedPage) -> SourceError:
    if found["instead"]:
        return _another(found["instead"])
    asked = options.select or "a link"
    count = len(found["items"])
    what = f"nothing in the page fits {asked!a}" if options.select else "the page has no link"
    if count:
        what = f"none of the {count} elements of the page that fit {asked!a} names a version"
    return SourceError(
        f"{what}; its title is {found['title']!a:.80}",
        help="Open the page: it may look otherwise now. `forewarn watch test` shows what is found.",
    )


def _another(instead: str) -> SourceError:
    return SourceError(
        f"what came is {instead}",
        help="Open the address where forewarn runs; look for a feed or an interface for programs.",
    )


def _check_selector(text: str) -> str | None:
    from selectolax.lexbor import LexborHTMLParser, SelectolaxError

    if len(text) > _LONGEST_SELECTOR:
        return f"it has {len(text)} characters; {_LONGEST_SELECTOR} is the most"
    try:
        LexborHTMLParser("<p></p>").css(text)
    except (SelectolaxError, ValueError):
        return f"{text!a} is no CSS selector that is known here"
    return None
