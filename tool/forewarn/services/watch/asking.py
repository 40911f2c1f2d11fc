"""Asking one watched place, whatever it or its type of source may do."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Iterator, Mapping, Set
from contextlib import AsyncExitStack
from dataclasses import replace
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar

from forewarn import sources
from forewarn.errors import ForewarnError, PlaceError, Trouble
from forewarn.frozen import dataclass
from forewarn.model.secrets import told
from forewarn.model.watching.place import SourceState, reading_of
from forewarn.services.watch.places import WatchedRow
from forewarn.sources.interface import Answer, Request, Source
from forewarn.sources.validators import asked_by, is_over

# What a row that shows something needs is imported for the first of them.
if TYPE_CHECKING:
    from forewarn.model.catalogue import Catalogue
    from forewarn.model.product import Product, Watch
    from forewarn.net import Client
    from forewarn.responses import Response

Member = TypeVar("Member")
UNCHANGED = Answer(unchanged=True)


class MadeLate(Set[Member]):
    """A set that is made when somebody looks into it: most places have nothing new."""

    def __init__(self, make: Callable[[], frozenset[Member]]) -> None:
        self._make = make

    @cached_property
    def _members(self) -> frozenset[Member]:
        return self._make()

    def __contains__(self, member: object) -> bool:
        return member in self._members

    def __iter__(self) -> Iterator[Member]:
        return iter(self._members)

    def __len__(self) -> int:
        return len(self._members)


@dataclass(frozen=True, kw_only=True, slots=True)
class NoAnswer:
    """Why a place could not be read, and how many seconds it wants to be left alone."""

    error: str
    trouble: Trouble | None = None
    retry_after: float | None = None


class OpenSources:
    """The types of sources, each opened for its first row: most places have nothing new."""

    def __init__(self, client: Client, stack: AsyncExitStack) -> None:
        """They are closed with `stack`."""
        self.client = client
        self._stack = stack
        self._found: dict[str, Source[Any] | NoAnswer] = {}
        self._one_at_a_time = asyncio.Lock()

    async def of(self, type: str) -> Source[Any] | NoAnswer:
        """A type's source, or why it cannot be opened."""
        if type not in self._found:
            async with self._one_at_a_time:
                if type not in self._found:
                    self._found[type] = await self._open(type)
        return self._found[type]

    async def _open(self, type: str) -> Source[Any] | NoAnswer:
        try:
            source = await sources.kind_named(type)(self.client).__aenter__()
        except Exception as error:
            return no_answer(error)
        self._stack.push_async_callback(_let_go, source)
        return source


class Asking:
    """Asks rows, with all that each of them needs; the catalogue is had when one does."""

    def __init__(
        self, catalogue: Callable[[], Catalogue], environ: Mapping[str, str], opened: OpenSources
    ) -> None:
        self._catalogue = catalogue
        self._environ = environ
        self._opened = opened
        self._names = MadeLate(lambda: names_of(catalogue()))

    async def ask_place(
        self, place: WatchedRow, before: SourceState, at: datetime
    ) -> Answer | NoAnswer | None:
        """What a place shows now, or why it cannot be read; None where its row has just changed.

        Whoever has nothing new has said all that there is to say.
        """
        response = None
        if place.first:
            url, headers, allow_private, document = place.first
            etag, last_modified = _validators(place, before, at)
            try:
                response = await self._opened.client.fetch_changed(
                    url,
                    etag=etag,
                    last_modified=last_modified,
                    allow_private=allow_private,
                    headers=headers,
                )
            except Exception as error:
                return _with_document(no_answer(error), document, place.source)
            if response is None:
                return UNCHANGED
        found = place.row_in(self._catalogue())
        return await self.ask(*found, before, at, response) if found else None

    async def ask(
        self,
        product: Product,
        row: Watch,
        before: SourceState,
        at: datetime,
        answered: Response | None = None,
    ) -> Answer | NoAnswer:
        """What a row's place shows now, or why it cannot be read; it never raises.

        `answered` is what came from where its source begins, if that was asked.
        """
        from forewarn.sources.accept import accepted
        from forewarn.sources.given import given_to
        from forewarn.sources.versions.names import prefixes_of
        from forewarn.store.state.source_text import state_text

        source = await self._opened.of(row.type)
        if isinstance(source, NoAnswer):
            return source
        try:
            given = given_to(row, self._environ)
        except Exception as error:
            return no_answer(error)
        catalogue = self._catalogue()
        request = Request(
            product=product,
            options=given.options,
            scheme=catalogue.schemes[product.id],
            place=row.source,
            platform=row.platform,
            prefixes=MadeLate(lambda: prefixes_of(catalogue.versions_of(product.id))),
            others=self._names,
            # What was read in another way is read again, whatever the server says.
            state=before.state if before.reading == reading_of(product) else None,
            whole=_is_read_whole(before, at),
            answered=answered,
        )
        try:
            answer = accepted(await source.poll(request), request.scheme)
            state_text(answer.state)
        except Exception as error:
            # Whatever happens in one source, also a defect of it, the others are polled.
            failed = no_answer(error)
            failed = _with_document(failed, getattr(error, "document", None), row.source)
            return replace(failed, error=given.hidden(failed.error))
        concealed = given.concealed(answer)
        assert isinstance(concealed, Answer)  # noqa: S101 - it is one in other words
        return concealed


def names_of(catalogue: Catalogue) -> frozenset[tuple[str, ...]]:
    """What the recorded products are called, each name as its words."""
    from forewarn.sources.versions.names import words_of

    calls = (call for id in catalogue.products for call in (id, catalogue.name_of(id)))
    return frozenset(map(words_of, calls))


def _validators(
    place: WatchedRow, before: SourceState, at: datetime
) -> tuple[str | None, str | None]:
    """By what a place may be asked whether anything has changed; by nothing where all is read."""
    if before.reading != place.reading or _is_read_whole(before, at):
        return None, None
    return asked_by(before.state)


def _is_read_whole(before: SourceState, at: datetime) -> bool:
    """Whether a place is read although its server says that nothing has changed."""
    return not before.believes_unchanged(at) or is_over(before.state, at)


def _with_document(failed: NoAnswer, document: str | None, source: str) -> NoAnswer:
    """Of a place that has several documents, or stands for another, it is said which one it is."""
    if document in (None, source):
        return failed
    return replace(failed, error=f"{document}: {failed.error}")


async def _let_go(source: Source[Any]) -> None:
    # What it showed is kept by now; how it ends is no business of the others.
    with contextlib.suppress(Exception):
        await source.__aexit__(None, None, None)


def no_answer(error: Exception) -> NoAnswer:
    """What an error says, and of which kind it is."""
    if not isinstance(error, ForewarnError):
        fault = f"this type of source has a fault of its own: {type(error).__name__}: {error}"
        return NoAnswer(error=told(fault))
    said = told(f"{error.what}. {error.help}" if error.help else error.what)
    if not isinstance(error, PlaceError):
        return NoAnswer(error=said)
    return NoAnswer(error=said, trouble=error.kind, retry_after=error.retry_after)
