"""What a source is: it reads one watched place, once, or says why it could not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import field
from datetime import datetime
from typing import TYPE_CHECKING, Generic, NamedTuple, Protocol, Self, TypeAlias, TypeVar

from forewarn.errors import SourceError as SourceError
from forewarn.frozen import dataclass
from forewarn.model.sighting import Reach

if TYPE_CHECKING:
    from types import TracebackType

    from forewarn.model.product import Product
    from forewarn.model.sighting import Shown, Unread
    from forewarn.model.versions.version import Scheme
    from forewarn.net import Client
    from forewarn.options import Options
    from forewarn.responses import Response
    from forewarn.sources.example import SourceExamples

Own = TypeVar("Own")
# Whatever can be written as JSON. A source that needs nothing keeps None.
Kept: TypeAlias = "bool | int | float | str | Sequence[Kept] | Mapping[str, Kept] | None"


class FirstAddress(NamedTuple):
    """An address, what is sent to its host, and whether it may be on this machine or network.

    `document` is what people are told of it.
    """

    url: str
    headers: Mapping[str, str]
    allow_private: bool
    document: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Request(Generic[Own]):
    """One row of a product's `watch:`, whose versions are read under `scheme`.

    `options` are what the source made of the row's, with the values of variables in them, which
    it keeps and shows nowhere. `place` is what stands for the row's place instead: its address
    without secrets, or what it has in its stead. `platform` is that of the row, if it has one:
    what is for another is not the row's.

    `prefixes` are the letters that the product's versions begin with as they are recorded, such
    as `cos-`; `others` are the names of the other products, each as its words.

    `state` is what the last answer that was read gave, or None: then everything is read. With
    `whole`, as happens once a day, the server is not to be believed that nothing has changed.
    `answered` is what came from where the source begins (see `Source.first`), if that was asked.
    """

    product: Product
    options: Own = field(repr=False)
    scheme: Scheme
    place: str
    platform: str | None = None
    prefixes: Set[str] = frozenset()
    others: Set[tuple[str, ...]] = frozenset()
    state: Kept = None
    whole: bool = False
    answered: Response | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """What a place shows now, or that it is `unchanged` since the state was given.

    `entries` counts everything that was there. What names no version that can be used is in
    `unread`, entry by entry; `elsewhere` counts what is for another system than the row's.
    `left_out` says, entry by entry, what is rightly not shown and why, to those who try a source.

    `state` comes back with the next request. It is kept in the same transaction as what was
    shown, so that neither is there without the other; with `unchanged`, the state before stays.
    Sometimes it does not come back: where the row or the product was changed, for example.

    `reach` says what absence proves: nothing, unless it is `all`. A `witness` is a third party, or
    a place that has tags and no downloads: by itself it never proves that a download is there.
    `dated` is when the place says that it was made, and `valid_until` until when that holds.
    `responses` are what the answer was read from, where that came from the web.
    """

    unchanged: bool = False
    shown: tuple[Shown, ...] = ()
    unread: tuple[Unread, ...] = ()
    left_out: tuple[Unread, ...] = field(default=(), compare=False, repr=False)
    elsewhere: int = 0
    entries: int = 0
    state: Kept = None
    reach: Reach = Reach.WINDOW
    witness: bool = False
    dated: datetime | None = None
    valid_until: datetime | None = None
    responses: tuple[Response, ...] = field(default=(), compare=False, repr=False)


class Source(Protocol[Own]):
    """One type of watched place. Opened as a context, it serves all rows of its type in a run.

    What it returns is clean: versions that are versions under the scheme, http or https
    addresses, and text without control characters. It decides nothing and keeps nothing.
    """

    def __init__(self, client: Client) -> None:
        """`client` is the only way to the network; a source that needs none leaves it alone."""

    @classmethod
    def options(cls, read: Options) -> Own:
        """The options of a row; touches neither disk nor network.

        Whatever is not asked for is refused afterwards, so `read.finish` is not called here.
        """
        ...

    @classmethod
    def first(cls, options: Own) -> FirstAddress | None:
        """The address that `poll` begins with, where it asks there whether anything has changed
        and does no more when nothing has; then it is not called for that. Forewarn's own types
        are asked for it."""
        return None

    @classmethod
    def examples(cls) -> SourceExamples:
        """What the contract test tries it with."""
        ...

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        return None

    async def poll(self, request: Request[Own]) -> Answer:
        """Read the place once.

        Raises:
            NetError: there was no complete answer.
            SourceError: there was one, and it cannot be used. An answer that shows nothing says
                that nothing is there; where nothing could be read, this is raised.
        """
        ...
