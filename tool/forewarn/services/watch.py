"""Polling every product's sources; what is new becomes sightings, and alerts where needed."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import datetime

from forewarn import plugins
from forewarn.errors import DataError, ForewarnError
from forewarn.model.catalogue import Catalogue
from forewarn.model.event import Event
from forewarn.model.live import has_shipped
from forewarn.model.product import Product, Watch
from forewarn.model.settings import Settings
from forewarn.model.sighting import Shown, Sighting, SightingState, sighting_id
from forewarn.model.version import InvalidVersion, Scheme
from forewarn.net import PAGE, Client, Limits
from forewarn.services.unannounced import alert
from forewarn.sources.clean import without_password
from forewarn.sources.interface import Answer, Request, Source, Validators
from forewarn.store import outbox, sightings
from forewarn.store.state import State

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

    `sightings` are the new ones, `alerts` the events that they led to, and `mute` the sources
    that have entries of which none names a version: (product, source, entries).
    """

    polled: int = 0
    unchanged: int = 0
    failed: tuple[Failure, ...] = ()
    sightings: tuple[Sighting, ...] = ()
    alerts: tuple[Event, ...] = ()
    mute: tuple[tuple[str, str, int], ...] = ()


def watch(
    state: State,
    catalogue: Catalogue,
    settings: Settings,
    *,
    now: Callable[[], datetime],
    unreadable: frozenset[str] = frozenset(),
    step: Step = lambda name: None,
    limits: Limits = PAGE,
) -> WatchReport:
    """Poll every source of every product once.

    A source that fails is reported and changes nothing else. What a source shows is kept in one
    transaction with the alerts that follow from it and with the validators for the next poll:
    a process that dies at any point loses no release.

    Args:
        now: the clock, in UTC.
        unreadable: paths of records that are not in the catalogue because they cannot be read.
        step: called with `fetched`, `storing` (inside the transaction) and `stored` for each
            source that had something, and with `polled` after each, whatever came of it.
        limits: bytes and seconds for each source.

    Raises:
        DataError: the state database cannot be used.
    """
    run = _Run(state, catalogue, settings, now, unreadable, step)
    asyncio.run(run.poll_all(limits))
    return run.report()


@dataclass
class _Run:
    state: State
    catalogue: Catalogue
    settings: Settings
    now: Callable[[], datetime]
    unreadable: frozenset[str]
    step: Step
    polled: int = 0
    unchanged: int = 0
    failed: list[Failure] = field(default_factory=list)
    found: list[Sighting] = field(default_factory=list)
    alerts: list[Event] = field(default_factory=list)
    mute: list[tuple[str, str, int]] = field(default_factory=list)

    def report(self) -> WatchReport:
        return WatchReport(
            polled=self.polled,
            unchanged=self.unchanged,
            failed=tuple(sorted(self.failed, key=lambda f: (f.product, f.source))),
            sightings=tuple(sorted(self.found, key=lambda s: (s.product, s.version, s.id))),
            alerts=tuple(sorted(self.alerts, key=lambda e: (e.product, e.version or ""))),
            mute=tuple(sorted(self.mute)),
        )

    async def poll_all(self, limits: Limits) -> None:
        for path in sorted(self.unreadable):
            if path.endswith("/product.yml"):
                why = "this cannot be read, so the product is not watched. See `forewarn check`."
                self.failed.append(Failure(product=path.split("/")[1], source=path, error=why))
        rows = [(p, row) for p in self.catalogue.products.values() for row in p.watch]
        if not rows:
            return
        async with AsyncExitStack() as stack:
            client = await stack.enter_async_context(Client(limits=limits))
            sources = await _open({row.type for _, row in rows}, client, stack)
            try:
                async with asyncio.TaskGroup() as group:
                    for product, row in rows:
                        group.create_task(self.poll(product, row, sources[row.type]))
            except ExceptionGroup as error:
                # Only a database that cannot be written ends a run; one message is enough.
                raise error.exceptions[0] from error

    async def poll(self, product: Product, row: Watch, source: Source | str) -> None:
        """Poll one source; whatever goes wrong with it stays its own.

        Raises:
            DataError: the state database cannot be used.
        """
        try:
            await self._poll(product, row, source)
        except DataError:
            raise
        except Exception as error:
            self.failed.append(Failure(product=product.id, source=row.url, error=_why(error)))

    async def _poll(self, product: Product, row: Watch, source: Source | str) -> None:
        scheme, key = self.catalogue.schemes[product.id], _key(row)
        before = sightings.source_state(self.state, product.id, key)
        request = Request(
            product=product,
            watch=row,
            scheme=scheme,
            validators=Validators(etag=before.etag, last_modified=before.last_modified),
        )
        answer: Answer | str = source if isinstance(source, str) else await _ask(source, request)
        moment = self.now()
        self.polled += 1
        if isinstance(answer, str):
            with self.state.transaction() as connection:
                sightings.mark_failed(connection, product.id, key, moment, answer)
            self.failed.append(Failure(product=product.id, source=_place(row), error=answer))
        elif answer.unchanged:
            with self.state.transaction() as connection:
                sightings.mark_unchanged(connection, product.id, key, moment)
            self.unchanged += 1
        else:
            self.keep(product, row, answer, moment)
        self.step("polled")

    def keep(self, product: Product, row: Watch, answer: Answer, moment: datetime) -> None:
        """Keep an answer: its sightings, their alerts and its validators, or none of them."""
        self.step("fetched")
        with self.state.transaction() as connection:
            first = not sightings.has_baseline(connection, product.id, _key(row))
            scheme = self.catalogue.schemes[product.id]
            told = {_rank(scheme, v) for v in sightings.alerted_versions(connection, product.id)}
            new: list[Sighting] = []
            events: list[Event] = []
            for item in answer.shown:
                id = sighting_id(product.id, item.version, _place(row), item.platform)
                if sightings.is_kept(connection, id):
                    continue
                state = SightingState.BASELINE if first else self.state_of(product, item)
                new.append(_sighting(id, product, row, item, state, moment))
                sightings.add(connection, new[-1])
                rank = _rank(scheme, item.version)
                if state is SightingState.OPEN and rank not in told:
                    told.add(rank)
                    events.append(alert(self.catalogue, new[-1], self.unreadable))
            queued = outbox.put(connection, events, self.settings)
            given = answer.validators
            sightings.mark_polled(
                connection, product.id, _key(row), moment, given.etag, given.last_modified
            )
            self.step("storing")
        self.step("stored")
        self.found += new
        self.alerts += queued.events
        if answer.entries and not answer.shown:
            self.mute.append((product.id, _place(row), answer.entries))

    def state_of(self, product: Product, item: Shown) -> SightingState:
        known = has_shipped(self.catalogue, product.id, item.version)
        return SightingState.KNOWN if known else SightingState.OPEN


def _sighting(
    id: str, product: Product, row: Watch, item: Shown, state: SightingState, moment: datetime
) -> Sighting:
    return Sighting(
        id=id,
        product=product.id,
        version=item.version,
        source=_place(row),
        url=item.url,
        title=item.title,
        state=state,
        first_seen=moment,
        platform=item.platform,
        published=item.published,
    )


async def _open(
    types: set[str], client: Client, stack: AsyncExitStack
) -> Mapping[str, Source | str]:
    """Each source type opened, or why it could not be."""
    opened: dict[str, Source | str] = {}
    for name in types:
        try:
            opened[name] = await stack.enter_async_context(plugins.load("sources", name)(client))
        except Exception as error:
            opened[name] = _why(error)
    return opened


async def _ask(source: Source, request: Request) -> Answer | str:
    try:
        return await source.poll(request)
    except Exception as error:
        # Whatever happens in one source, also a defect of it, the others are polled.
        return _why(error)


def _why(error: Exception) -> str:
    if isinstance(error, ForewarnError):
        return f"{error.what}. {error.help}" if error.help else error.what
    return f"this type of source has a fault of its own: {type(error).__name__}: {error}"


def _place(row: Watch) -> str:
    return without_password(row.url)


def _key(row: Watch) -> str:
    """What a row's state is kept under: with another pattern it is read anew."""
    return " ".join(filter(None, (row.type, _place(row), row.platform, row.version)))


def _rank(scheme: Scheme, version: str) -> object:
    """Equal for equal versions; a version from before a change of scheme is only itself."""
    try:
        return scheme.key(version)
    except InvalidVersion:
        return version
