"""Polling every product's sources; what is new becomes sightings, and alerts where needed."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Any

from forewarn import plugins
from forewarn.errors import DataError, ForewarnError
from forewarn.model.catalogue import Catalogue
from forewarn.model.events.event import Event
from forewarn.model.product import Product, Watch
from forewarn.model.secrets import told
from forewarn.model.settings import Settings
from forewarn.model.sighting import Sighting, UnreadEntry
from forewarn.net import PAGE, Client, Limits
from forewarn.services.watch.due import tell_due
from forewarn.services.watch.keep import keep, reading_of
from forewarn.sources.accept import accepted
from forewarn.sources.given import given_to
from forewarn.sources.interface import Answer, Request, Source
from forewarn.sources.versions.names import prefixes_of, words_of
from forewarn.store.state.interface import DamagedRow, State
from forewarn.store.state.source_text import state_text

Step = Callable[[str], None]


@dataclass(frozen=True, kw_only=True, slots=True)
class Failure:
    """A source that could not be read, and why, in a sentence or two."""

    product: str
    source: str
    error: str


@dataclass(frozen=True, kw_only=True, slots=True)
class WatchReport:
    """What one run did.

    `sightings` are the new ones, `alerts` the events that they led to. `unread` are the entries
    that appeared and name no version that can be used, one by one, and `mute` the sources that
    have entries of which none names one: (product, source, entries). `uncompared` are products of
    which no release is recorded as shipped, so that a first look has nothing to compare with.
    """

    polled: int = 0
    unchanged: int = 0
    failed: tuple[Failure, ...] = ()
    sightings: tuple[Sighting, ...] = ()
    alerts: tuple[Event, ...] = ()
    unread: tuple[UnreadEntry, ...] = ()
    mute: tuple[tuple[str, str, int], ...] = ()
    uncompared: tuple[str, ...] = ()


def watch(
    state: State,
    catalogue: Catalogue,
    settings: Settings,
    *,
    now: Callable[[], datetime],
    environ: Mapping[str, str] = MappingProxyType({}),
    unreadable: frozenset[str] = frozenset(),
    step: Step = lambda name: None,
    limits: Limits = PAGE,
) -> WatchReport:
    """Poll every source of every product once.

    A source that fails is reported and changes nothing else. What a source shows is kept in one
    transaction with the alerts that follow from it and with the state for the next poll: a
    process that dies at any point loses no release.

    Args:
        now: the clock, in UTC.
        environ: where the variables are that a row names as `${NAME}`.
        unreadable: paths of records that are not in the catalogue because they cannot be read.
        step: called with `fetched`, `storing` (inside the transaction) and `stored` for each
            product whose sources had something, and with `polled` for each of its sources after
            it, whatever came of it.
        limits: bytes and seconds for each source.

    Raises:
        DataError: the state database cannot be used.
    """
    run = _PollingRun(state, catalogue, settings, now, environ, unreadable, step)
    asyncio.run(run.poll_all(limits))
    return run.report()


@dataclass
class _PollingRun:
    state: State
    catalogue: Catalogue
    settings: Settings
    now: Callable[[], datetime]
    environ: Mapping[str, str]
    unreadable: frozenset[str]
    step: Step
    polled: int = 0
    unchanged: int = 0
    failed: list[Failure] = field(default_factory=list)
    found: list[Sighting] = field(default_factory=list)
    alerts: list[Event] = field(default_factory=list)
    unread: list[UnreadEntry] = field(default_factory=list)
    mute: list[tuple[str, str, int]] = field(default_factory=list)
    uncompared: list[str] = field(default_factory=list)
    names: frozenset[tuple[str, ...]] = field(init=False)

    def __post_init__(self) -> None:
        products = self.catalogue.products.values()
        self.names = frozenset(words_of(call) for p in products for call in (p.id, p.name))

    def report(self) -> WatchReport:
        return WatchReport(
            polled=self.polled,
            unchanged=self.unchanged,
            failed=tuple(sorted(self.failed, key=lambda f: (f.product, f.source))),
            sightings=tuple(sorted(self.found, key=lambda s: (s.product, s.version, s.id))),
            alerts=tuple(sorted(self.alerts, key=lambda e: (e.product, e.version or ""))),
            unread=tuple(sorted(self.unread, key=lambda u: (u.product, u.source))),
            mute=tuple(sorted(self.mute)),
            uncompared=tuple(sorted(self.uncompared)),
        )

    async def poll_all(self, limits: Limits) -> None:
        for path in sorted(self.unreadable):
            if path.endswith("/product.yml"):
                why = "this cannot be read, so the product is not watched. See `forewarn check`."
                self.failed.append(Failure(product=path.split("/")[1], source=path, error=why))
        watched = [p for p in self.catalogue.products.values() if p.watch]
        if not watched:
            return
        async with AsyncExitStack() as stack:
            client = await stack.enter_async_context(Client(limits=limits))
            sources = await _open({row.type for p in watched for row in p.watch}, client, stack)
            try:
                async with asyncio.TaskGroup() as group:
                    for product in watched:
                        group.create_task(self.poll(product, sources))
            except ExceptionGroup as error:
                # Only a database that cannot be written ends a run; one message is enough.
                raise error.exceptions[0] from error
        with self.state.transaction() as change:
            keys = {(p.id, row.kept_under) for p in watched for row in p.watch}
            change.forget_unread(keys)
            self.alerts += tell_due(
                change, self.catalogue, self.settings, self.now(), self.unreadable
            )

    async def poll(self, product: Product, sources: Mapping[str, Source[Any] | str]) -> None:
        """Poll a product's sources; whatever goes wrong with one stays its own.

        Raises:
            DataError: the state database cannot be used.
        """
        try:
            await self._poll(product, sources)
        except Exception as error:
            # One row that is damaged is this product's; a database that is, is everybody's.
            if isinstance(error, DataError) and not isinstance(error, DamagedRow):
                raise
            for row in product.watch:
                failure = Failure(product=product.id, source=row.source, error=_why(error))
                self.failed.append(failure)

    async def _poll(self, product: Product, sources: Mapping[str, Source[Any] | str]) -> None:
        """Poll a product's sources, and keep together what they show."""
        asked = [self.ask(product, row, sources[row.type]) for row in product.watch]
        answers = await asyncio.gather(*asked)
        moment = self.now()
        read: list[tuple[Watch, Answer]] = []
        with self.state.transaction() as change:
            for row, answer in zip(product.watch, answers, strict=True):
                if isinstance(answer, str):
                    change.mark_failed(product.id, row.kept_under, moment, answer)
                    failure = Failure(product=product.id, source=row.source, error=answer)
                    self.failed.append(failure)
                elif answer.unchanged:
                    change.mark_unchanged(product.id, row.kept_under, moment)
                    self.unchanged += 1
                else:
                    read.append((row, answer))
        if read:
            self.keep(product, read, moment)
        for _ in answers:
            self.polled += 1
            self.step("polled")

    async def ask(self, product: Product, row: Watch, source: Source[Any] | str) -> Answer | str:
        before = self.state.source_state(product.id, row.kept_under)
        if isinstance(source, str):
            return source
        try:
            given = given_to(row, self.environ)
        except Exception as error:
            return _why(error)
        request = Request(
            product=product,
            options=given.options,
            scheme=self.catalogue.schemes[product.id],
            place=row.source,
            platform=row.platform,
            prefixes=prefixes_of(self.catalogue.versions_of(product.id)),
            others=self.names,
            # What was read in another way is read again, whatever the server says.
            state=before.state if before.reading == reading_of(product) else None,
        )
        return given.concealed(await _ask(source, request))

    def keep(self, product: Product, read: list[tuple[Watch, Answer]], moment: datetime) -> None:
        """Keep answers: their sightings, the alerts and their states, or none of them."""
        self.step("fetched")
        with self.state.transaction() as change:
            kept = keep(
                change, self.catalogue, self.settings, product, read, moment, self.unreadable
            )
            self.step("storing")
        self.step("stored")
        self.found += kept.sightings
        self.alerts += kept.alerts
        self.unread += kept.unread
        self.mute += [(product.id, source, entries) for source, entries in kept.mute]
        if kept.uncompared:
            self.uncompared.append(product.id)


async def _open(
    types: set[str], client: Client, stack: AsyncExitStack
) -> Mapping[str, Source[Any] | str]:
    """Each source type opened, or why it could not be."""
    opened: dict[str, Source[Any] | str] = {}
    for name in types:
        try:
            source = await plugins.load("sources", name)(client).__aenter__()
            stack.push_async_callback(_let_go, source)
            opened[name] = source
        except Exception as error:
            opened[name] = _why(error)
    return opened


async def _let_go(source: Source[Any]) -> None:
    # What it showed is kept by now; how it ends is no business of the others.
    with contextlib.suppress(Exception):
        await source.__aexit__(None, None, None)


async def _ask(source: Source[Any], request: Request[Any]) -> Answer | str:
    try:
        answer = accepted(await source.poll(request), request.scheme)
        state_text(answer.state)
    except Exception as error:
        # Whatever happens in one source, also a defect of it, the others are polled.
        return _why(error)
    return answer


def _why(error: Exception) -> str:
    if isinstance(error, ForewarnError):
        return told(f"{error.what}. {error.help}" if error.help else error.what)
    return told(f"this type of source has a fault of its own: {type(error).__name__}: {error}")
