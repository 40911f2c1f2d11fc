"""The `redirect` source: an address that leads to the latest file, whose name has the version.

Options: `url` (required), `headers` and `allow_private` as for every address; `version`, a pattern
that finds the version in the name of the file or in an address on the way, by default what is
clearly one.
"""

from __future__ import annotations

from collections.abc import Iterator
from email.errors import HeaderParseError
from email.header import decode_header, make_header
from email.message import Message
from email.utils import collapse_rfc2231_value
from urllib.parse import unquote, urlsplit, urlunsplit

from forewarn.errors import Trouble
from forewarn.frozen import dataclass
from forewarn.model.secrets import holds_secret
from forewarn.model.sighting import Reach
from forewarn.net import Client, NetError
from forewarn.options import Options
from forewarn.patterns import first_group
from forewarn.responses import Response, status_text
from forewarn.sources.example import PageReply, SourceExample, SourceExamples
from forewarn.sources.http import Address
from forewarn.sources.interface import Answer, Kept, Request, Source, SourceError
from forewarn.sources.items import Item, Items
from forewarn.sources.versions.find import FoundVersions, as_version, find_in_link

_LONGEST_HEADER = 2000


@dataclass(frozen=True, kw_only=True, slots=True)
class WatchedRedirect:
    """The address, and the pattern that finds the version on the way from it."""

    address: Address
    version: str | None = None


class RedirectSource(Source[WatchedRedirect]):
    """An address of the "latest" kind; only headers are read, never the file."""

    def __init__(self, client: Client) -> None:
        self._client = client

    @classmethod
    def options(cls, read: Options) -> WatchedRedirect:
        return WatchedRedirect(address=Address.read(read), version=read.pattern("version"))

    @classmethod
    def examples(cls) -> SourceExamples:
        def example(name: str, replies: dict[str, PageReply], *shows: str) -> SourceExample:
            options = {"url": "{server}/latest", "allow_private": "true"}
            return SourceExample(name=name, options=options, replies=replies, shows=shows)

        def to(target: str) -> PageReply:
            return PageReply(status=302, headers={"Location": target})

        return SourceExamples(
            good=example(
                "two hops",
                {
                    "/latest": to("/files/recorder-2.7.exe"),
                    "/files/recorder-2.7.exe": to("/cdn/a1b2c3?session=4711"),
                    "/cdn/a1b2c3?session=4711": PageReply(body=b"MZ"),
                },
                "2.7",
            ),
            broken=(
                example("no version on the way", {"/latest": PageReply(body=b"MZ")}),
                example("a loop", {"/latest": to("/latest")}),
                example("the file is gone", {"/latest": to("/recorder-2.7.exe")}),
                example(
                    "to a log-in page",
                    {
                        "/latest": to("/login?next=recorder-2.7.exe"),
                        "/login?next=recorder-2.7.exe": PageReply(
                            body=b"<title>Log in</title>", headers={"Content-Type": "text/html"}
                        ),
                    },
                ),
                example("down", {"/latest": PageReply(status=503)}),
            ),
        )

    async def poll(self, request: Request[WatchedRedirect]) -> Answer:
        """Ask where the address leads now.

        Raises:
            NetError: there was no answer, or it leads where nobody may go.
            SourceError: it leads to an error or a page, or no version is on the way.
        """
        options = request.options
        response = await headers_of(self._client, options.address)
        items = Items(request, base=response.url)
        ways = ((n, _version(t, options.version, items, request)) for n, t in _places(response))
        name, found = next((way for way in ways if way[1]), ("", FoundVersions()))
        if not found:
            raise SourceError(
                f"no version is on the way to {_told(response.url)}",
                help="Give the source a `version:` pattern, or watch the page that links to it.",
            )
        state: Kept = {"version": found.versions[0], "etag": response.etag or ""}
        if request.state == state and response.etag:
            return Answer(unchanged=True)
        download = _lasting(response, found.versions[0])
        items.take(
            Item(
                key=name,
                title=name,
                found=found,
                url=download,
                page=request.place,
                size=response.headers.get("content-length", ""),
                date=response.last_modified or "",
                file=True,
                name=named_by(response),
            )
        )
        return items.answer(state=state, reach=Reach.LATEST, responses=(response,))


async def headers_of(client: Client, address: Address) -> Response:
    """The headers of a file; by GET where the server does not answer to HEAD.

    Raises:
        NetError: there was no answer.
        SourceError: the answer is an error, or a web page.
    """
    with address.named():
        return await _headers_of(client, address)


async def _headers_of(client: Client, address: Address) -> Response:
    how = {"allow_private": address.allow_private, "headers": address.headers}
    try:
        response: Response | None = await client.head(address.url, **how)  # type: ignore[arg-type]
    except NetError as error:
        if error.kind not in (Trouble.CHANGED_SHAPE, Trouble.UNREACHABLE):
            raise
        response = None  # some break the connection off, or answer with a body
    if response is None or response.status >= 400:
        response = await client.head(address.url, get=True, **how)  # type: ignore[arg-type]
    if response.status != 200:
        raise SourceError(
            f"the server answered {status_text(response.status)}",
            kind=response.trouble,
            retry_after=response.retry_after,
        )
    attached = "attachment" in response.headers.get("content-disposition", "").lower()
    if response.content_type.lower().startswith("text/html") and not attached:
        raise SourceError(
            f"it leads to a web page and no file: {_told(response.url)}",
            help="Open the address: it may ask for a log-in now. Pages are read by type `page`.",
        )
    return response


def named_by(response: Response) -> str:
    """The name that the server gives the file; empty where it gives none."""
    return next(iter(_names(response)), "")


def _names(response: Response) -> tuple[str, ...]:
    """The names that the server gives the file, the one for programs of today first.

    `filename*` has a charset and may come in parts; what stands beside it is for older ones.
    """
    header = response.headers.get("content-disposition", "")[:_LONGEST_HEADER]
    message = Message()
    message["content-disposition"] = " ".join(header.split())
    given = message.get_params(failobj=[], header="content-disposition")
    names = [value for name, value in given or () if name.lower() == "filename"]
    found = (_spelled(value) for value in sorted(names, key=lambda each: isinstance(each, str)))
    return tuple(dict.fromkeys(filter(None, found)))


def _spelled(value: str | tuple[str | None, str | None, str]) -> str:
    try:
        text = collapse_rfc2231_value(value)
        if "=?" in text:  # a word encoded as in mails, which some servers send
            text = str(make_header(decode_header(text)))
    except (HeaderParseError, LookupError, ValueError):
        text = value if isinstance(value, str) else value[2]
    return unquote(text).strip().replace("\\", "/").rpartition("/")[2]


def _places(response: Response) -> Iterator[tuple[str, str]]:
    """Where a version may stand, the most telling first: the file's own name, then each hop."""
    for name in _names(response):
        yield name, name
    for url in (response.url, *(hop.location for hop in reversed(response.hops))):
        path = unquote(urlsplit(url).path)
        yield path.rpartition("/")[2] or path, url


def _version(
    text: str, pattern: str | None, items: Items, request: Request[WatchedRedirect]
) -> FoundVersions:
    if pattern is None:
        return find_in_link(text, items.names, request.scheme)
    version = as_version(first_group(pattern, unquote(text)) or "", request.scheme)
    return FoundVersions((version,) if version else ())


def _lasting(response: Response, version: str) -> str:
    """The address of the file that others may use tomorrow: without a session or a signature."""
    urls = (response.url, *(hop.location for hop in reversed(response.hops)))
    named = [url for url in urls if version in unquote(url)]
    for url in (*named, *urls):
        parts = urlsplit(url)
        path = parts.path.partition(";")[0]
        bare = urlunsplit((parts.scheme, parts.netloc, path, "", ""))
        if version in unquote(path):
            return bare
        if not holds_secret(url):
            return url
    return ""


def _told(url: str) -> str:
    parts = urlsplit(url)
    return urlunsplit((parts.scheme, parts.netloc, parts.path, "", ""))[:200]
