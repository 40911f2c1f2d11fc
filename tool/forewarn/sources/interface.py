"""What a source is: it reads one watched place, once, or says why it could not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import TracebackType
from typing import Protocol, Self

from forewarn.errors import ForewarnError
from forewarn.model.product import Product, Watch
from forewarn.model.sighting import Shown, Unread
from forewarn.model.versions.version import Scheme
from forewarn.net import Client


class SourceError(ForewarnError):
    """The place could not be read, or what came is not what the source reads."""

    exit_code = 3


@dataclass(frozen=True, kw_only=True, slots=True)
class Validators:
    """What the server gave to ask whether anything has changed; kept as it came."""

    etag: str | None = None
    last_modified: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Request:
    """One row of a product's `watch:`, whose versions are read under `scheme`.

    `prefixes` are the letters that its versions begin with as they are recorded, such as `cos-`;
    `others` are the names of the other products, each as its words.
    `url` and `headers` are the row's with the values of the variables that it names, and no
    source keeps or shows them; without a `url` it is the row's own.
    """

    product: Product
    watch: Watch
    scheme: Scheme
    prefixes: frozenset[str] = frozenset()
    others: frozenset[tuple[str, ...]] = frozenset()
    validators: Validators = field(default_factory=Validators)
    url: str | None = field(default=None, repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """What a place shows now, or that it is `unchanged` since the validators were given.

    `entries` counts everything that was there. What names no version that can be used is in
    `unread`, entry by entry; `elsewhere` counts what is for another system than the row's.
    """

    unchanged: bool = False
    shown: tuple[Shown, ...] = ()
    unread: tuple[Unread, ...] = ()
    elsewhere: int = 0
    entries: int = 0
    validators: Validators = field(default_factory=Validators)


class Source(Protocol):
    """One type of watched place. Open it as a context; it then serves a whole run.

    What it returns is clean: versions that are versions under the scheme, http or https
    addresses, and text without control characters. It decides nothing and keeps nothing.
    """

    def __init__(self, client: Client) -> None: ...

    async def __aenter__(self) -> Self: ...

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None: ...

    async def poll(self, request: Request) -> Answer:
        """Read the place once.

        Raises:
            NetError: there was no complete answer.
            SourceError: there was one, and it cannot be used.
        """
        ...
