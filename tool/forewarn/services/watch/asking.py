"""Asking one watched place, whatever it or its type of source may do."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Mapping, Set
from contextlib import AsyncExitStack
from dataclasses import replace
from datetime import datetime
from functools import cached_property, partial
from typing import Any, TypeVar

from forewarn import sources
from forewarn.errors import ForewarnError, PlaceError, Trouble
from forewarn.frozen import dataclass
from forewarn.model.catalogue import Catalogue
from forewarn.model.product import Product, Watch
from forewarn.model.secrets import told
from forewarn.model.watching.place import SourceState
from forewarn.net import Client
from forewarn.services.watch.keep import reading_of
from forewarn.sources.accept import accepted
from forewarn.sources.given import given_to
from forewarn.sources.interface import Answer, Request, Source
from forewarn.sources.versions.names import prefixes_of, words_of
from forewarn.store.state.source_text import state_text

Member = TypeVar("Member")


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


class Asking:
    """The types of sources that are open, and all that each row is asked with."""

    def __init__(
        self,
        catalogue: Catalogue,
        environ: Mapping[str, str],
        sources: Mapping[str, Source[Any] | NoAnswer],
    ) -> None:
        self._catalogue = catalogue
        self._environ = environ
        self._sources = sources
        self._names = MadeLate(partial(names_of, catalogue))

    async def ask(
        self, product: Product, row: Watch, before: SourceState, at: datetime
    ) -> Answer | NoAnswer:
        """What a row's place shows now, or why it cannot be read; it never raises."""
        source = self._sources[row.type]
        if isinstance(source, NoAnswer):
            return source
        try:
            given = given_to(row, self._environ)
        except Exception as error:
            return no_answer(error)
        request = Request(
            product=product,
            options=given.options,
            scheme=self._catalogue.schemes[product.id],
            place=row.source,
            platform=row.platform,
            prefixes=MadeLate(lambda: prefixes_of(self._catalogue.versions_of(product.id))),
            others=self._names,
            # What was read in another way is read again, whatever the server says.
            state=before.state if before.reading == reading_of(product) else None,
            whole=not before.believes_unchanged(at),
        )
        try:
            answer = accepted(await source.poll(request), request.scheme)
            state_text(answer.state)
        except Exception as error:
            # Whatever happens in one source, also a defect of it, the others are polled.
            failed = no_answer(error)
            document = getattr(error, "document", None)
            # Of a place that has several documents it is said which one it is.
            said = f"{document}: {failed.error}" if document not in (None, row.source) else None
            return replace(failed, error=given.hidden(said or failed.error))
        concealed = given.concealed(answer)
        assert isinstance(concealed, Answer)  # noqa: S101 - it is one in other words
        return concealed


def names_of(catalogue: Catalogue) -> frozenset[tuple[str, ...]]:
    """What the recorded products are called, each name as its words."""
    calls = (call for id in catalogue.products for call in (id, catalogue.name_of(id)))
    return frozenset(map(words_of, calls))


async def opened(
    types: set[str], client: Client, stack: AsyncExitStack
) -> Mapping[str, Source[Any] | NoAnswer]:
    """Each source type opened, or why it could not be."""
    found: dict[str, Source[Any] | NoAnswer] = {}
    for name in types:
        try:
            source = await sources.kind_named(name)(client).__aenter__()
            stack.push_async_callback(_let_go, source)
            found[name] = source
        except Exception as error:
            found[name] = no_answer(error)
    return found


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
