"""The `file` source: one download, whose bytes should stay as they are.

Options: `url` (required), `headers` and `allow_private` as for every address; `release`, the
version that the file is; without it, that which the file's name has. Its headers are asked for
each time. The whole file is read where they say that it is another, and once a week in any case.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping

from forewarn.frozen import dataclass
from forewarn.model.content import unlike_its_name
from forewarn.model.file_names import file_name
from forewarn.model.sighting import Reach
from forewarn.net import Client, Digest
from forewarn.options import Options
from forewarn.responses import Response
from forewarn.sources.example import PageReply, SourceExample, SourceExamples
from forewarn.sources.http import Address
from forewarn.sources.interface import Answer, Kept, Request, Source, SourceError
from forewarn.sources.items import Item, Items
from forewarn.sources.redirect import headers_of, named_by
from forewarn.sources.versions.find import FoundVersions, as_version, find_in_link

_WEEK = 7 * 24 * 3600.0
_MARKS = ("etag", "last-modified", "content-length")


@dataclass(frozen=True, kw_only=True, slots=True)
class WatchedFile:
    """Where the file is, and which version it is."""

    address: Address
    release: str | None = None


class FileSource(Source[WatchedFile]):
    """One download. What it shows is unchanged as long as its sha256 is.

    Args:
        client: makes the requests.
        now: the clock, in seconds since 1970.
    """

    def __init__(self, client: Client, *, now: Callable[[], float] = time.time) -> None:
        self._client = client
        self._now = now

    @classmethod
    def options(cls, read: Options) -> WatchedFile:
        return WatchedFile(address=Address.read(read), release=read.text("release"))

    @classmethod
    def examples(cls) -> SourceExamples:
        def example(name: str, reply: PageReply | None, *shows: str) -> SourceExample:
            path = "/recorder-setup.exe"
            return SourceExample(
                name=name,
                options={"url": f"{{server}}{path}", "allow_private": "true", "release": "2.7"},
                replies={path: reply} if reply else {},
                shows=shows,
            )

        page = {"Content-Type": "text/html"}
        return SourceExamples(
            good=example("a file", PageReply(body=b"MZ" * 100, headers={"ETag": '"1"'}), "2.7"),
            broken=(
                example("gone", None),
                example("nothing comes", PageReply()),
                example("a log-in page", PageReply(body=b"<!doctype html>Log in", headers=page)),
                example("a page that says it is a file", PageReply(body=b"<!doctype html>Log in")),
                example("down", PageReply(body=b"MZ", status=503)),
            ),
        )

    async def poll(self, request: Request[WatchedFile]) -> Answer:
        """See whether the file is as it was; read it through where it may not be.

        Raises:
            NetError: there was no complete answer, or what came is no download.
            SourceError: the answer is an error, or a web page.
        """
        address = request.options.address
        kept = request.state if isinstance(request.state, Mapping) else {}
        response = await headers_of(self._client, address)
        hashed_at, now = kept.get("hashed_at"), self._now()
        fresh = isinstance(hashed_at, (int, float)) and 0 <= now - hashed_at < _WEEK
        marks = _marks(response)
        if fresh and any(marks.values()) and kept.get("marks") == marks:
            return Answer(unchanged=True)
        digest = await self._client.digest(
            address.url, allow_private=address.allow_private, headers=address.headers
        )
        came = digest.response or response
        if other := unlike_its_name(named_by(came) or file_name(came.url) or "", digest.beginning):
            raise SourceError(other, help="Open the address: another thing may be there now.")
        # What came with the bytes is what they are known by: another copy may have answered first.
        state: Kept = {"marks": _marks(came), "hashed_at": now}
        return self._shown(request, came, digest, state)

    def _shown(
        self, request: Request[WatchedFile], response: Response, digest: Digest, state: Kept
    ) -> Answer:
        items = Items(request, base=response.url)
        name = named_by(response) or response.url
        release = request.options.release
        if release is None:
            found = find_in_link(name, items.names, request.scheme)
            if not found:
                found = find_in_link(response.url, items.names, request.scheme)
        else:
            version = as_version(release, request.scheme)
            why = f"{release!a:.60} is no version under the scheme {request.scheme.name}"
            found = FoundVersions((version,)) if version else FoundVersions(why=why)
        items.take(
            Item(
                # Where nothing says which version it is, other bytes are another entry.
                key=f"{name} {digest.sha256}",
                title=name.rpartition("/")[2],
                found=found,
                url=request.place,
                size=str(digest.size),
                digests={"sha256": digest.sha256},
                date=response.last_modified or "",
                file=True,
                name=named_by(response),
            )
        )
        return items.answer(state=state, reach=Reach.LATEST, responses=(response,), mute=True)


def _marks(response: Response) -> dict[str, str]:
    return {name: response.headers.get(name, "")[:300] for name in _MARKS}
