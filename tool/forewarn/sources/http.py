"""What sources share that read an address: its options, and asking only for what has changed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import field, replace
from functools import partial
from typing import Any
from urllib.parse import quote, urlsplit

from forewarn.errors import PlaceError
from forewarn.expressions import expression
from forewarn.frozen import dataclass
from forewarn.model.addresses import check_url
from forewarn.model.secrets import names_secret, without_secrets
from forewarn.model.variables import names_in
from forewarn.net import Client
from forewarn.options import Options
from forewarn.responses import Response, status_text
from forewarn.sources.interface import FirstAddress, Kept, Request, SourceError
from forewarn.sources.validators import asked_by, validators_of

_HEADER = expression(r"[A-Za-z0-9-]{1,100}")
_OWN_HEADERS = frozenset(
    (
        *("host", "connection", "content-length", "transfer-encoding", "te", "upgrade", "range"),
        *("accept-encoding", "if-none-match", "if-modified-since", "expect"),
    )
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Address:
    """Where to ask, and how: the options `url`, `headers` and `allow_private`.

    Variables are in their places, so nobody keeps or shows this.
    """

    url: str = field(repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    allow_private: bool = False
    written: str = ""

    @classmethod
    def read(cls, options: Options) -> Address:
        """Read the three options; what is wrong with them is noted there."""
        return cls(
            url=_filled(options),
            headers=_headers(options),
            allow_private=options.flag("allow_private"),
            written=_written(options),
        )

    def beside(self, options: Options) -> Address:
        """Another document of the same row, by its option `url`; headers stay with their host."""
        url = _filled(options)
        same = _origin(url) == _origin(self.url)
        headers = self.headers if same else {}
        return replace(self, url=url, headers=headers, written=_written(options))

    def following(self, url: str) -> Address:
        """Another page of the same document."""
        return replace(self, url=url, written="")

    @property
    def first(self) -> FirstAddress:
        """What a source that begins here says of it."""
        return FirstAddress(self.url, dict(self.headers), self.allow_private, self.document)

    @property
    def document(self) -> str:
        """What people are told of it: the address as it is written, without secrets."""
        return without_secrets(self.written or self.url)

    @contextmanager
    def named(self) -> Iterator[None]:
        """Let an error say which document could not be read."""
        try:
            yield
        except PlaceError as error:
            error.document = error.document or self.document
            raise


@dataclass(frozen=True, kw_only=True, slots=True)
class ChangedPage:
    """An answer that is to be read, with a body, and the state to keep once it was."""

    response: Response
    state: Kept


async def ask(
    client: Client, address: Address, state: Kept = None, *, whole: bool = False
) -> ChangedPage | None:
    """Get what is there unless it is as it was when `state` was kept; None where it is.

    With `whole` it is not asked whether anything has changed.

    Raises:
        NetError: there was no complete answer.
        SourceError: the answer is an error, or empty.
    """
    with address.named():
        return await _ask(client, address, state, whole)


async def ask_first(client: Client, address: Address, request: Request[Any]) -> ChangedPage | None:
    """The same for where a source begins (see `Source.first`); it may have been asked already.

    Raises:
        NetError: there was no complete answer.
        SourceError: the answer is an error, or empty.
    """
    with address.named():
        if request.answered is not None:
            return _changed(request.answered)
        return await _ask(client, address, request.state, request.whole)


async def _ask(client: Client, address: Address, state: Kept, whole: bool) -> ChangedPage | None:
    etag, last_modified = (None, None) if whole else asked_by(state)
    response = await client.fetch_changed(
        address.url,
        etag=etag,
        last_modified=last_modified,
        allow_private=address.allow_private,
        headers=address.headers,
    )
    return None if response is None else _changed(response)


def _changed(response: Response) -> ChangedPage:
    refuse_unless_whole(response)
    return ChangedPage(response=response, state=validators_of(response))


def refuse_unless_whole(response: Response) -> None:
    """Refuse an answer that has nothing to read.

    Raises:
        SourceError: it is an error, or empty.
    """
    if response.status != 200:
        raise SourceError(
            f"the server answered {status_text(response.status)}",
            kind=response.trouble,
            retry_after=response.retry_after,
        )
    if not response.body.strip():
        raise SourceError("the answer is empty")


def _filled(options: Options) -> str:
    # In an address a value stands for itself, whatever characters it has.
    return options.filled("url", partial(quote, safe="%"), check_url)


def _written(options: Options) -> str:
    written = options.written("url")
    return written if isinstance(written, str) else ""


def _origin(url: str) -> tuple[str, str]:
    try:
        parts = urlsplit(url)
    except ValueError:
        return "", url
    return parts.scheme, parts.netloc.rpartition("@")[2].casefold()


def _headers(options: Options) -> dict[str, str]:
    """What is sent with each request to the row's own host."""
    below = options.below("headers")
    found = {}
    for name in below.names() if below else ():
        assert below is not None  # noqa: S101 - there are no names without it
        value = below.filled(name, str, partial(_check_sent, name))
        if value:
            found[name] = value
    return found


def _check_sent(name: str, value: str) -> str | None:
    """What keeps a header of a watched row from being sent, or None."""
    if not _HEADER.fullmatch(name):
        return "that is no name of a header; use letters, digits and '-'"
    if name.casefold() in _OWN_HEADERS:
        return "forewarn sets that header itself"
    if len(value) > 2000 or not value.isascii() or not value.isprintable():
        return "a header has up to 2000 ASCII characters, and no line end"
    if names_secret(name) and not names_in(value):
        return "a secret must not stand in the file; write ${NAME}, and set that variable"
    return None
