"""Polling every product's sources; what is new becomes sightings, and alerts where needed."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any

from forewarn import plugins
from forewarn.errors import DataError, ForewarnError
from forewarn.model.catalogue import Catalogue
from forewarn.model.events.event import Event
from forewarn.model.events.severity import Severity
from forewarn.model.product import Product, Watch
from forewarn.model.secrets import told
from forewarn.model.settings import Settings
from forewarn.model.sighting import Shown, Sighting, SightingState, UnreadEntry, sighting_id
from forewarn.model.versions.same import identity
from forewarn.model.versions.version import Scheme
from forewarn.net import PAGE, Client, Limits
from forewarn.services.alert.retention import prune_sightings
from forewarn.services.alert.unannounced import alert, alert_of_many
from forewarn.services.watch.news import (
    KnownVersions,
    Listing,
    Looked,
    before_the_first_look,
    decide,
)
from forewarn.sources.accept import accepted
from forewarn.sources.given import given_to
from forewarn.sources.interface import Answer, Request, Source
from forewarn.sources.versions.names import prefixes_of, words_of
from forewarn.store.state.interface import Change, DamagedRow, State
from forewarn.store.state.source_text import state_text

Step = Callable[[str], None]
# More new versions of a product than this, in one look, are one alert.
_BURST = 5
# Raised when entries are read in another way than before.
_READER = "3"


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
            state=before.state if before.reading == _reading(product) else None,
        )
        return given.concealed(await _ask(source, request))

    def keep(self, product: Product, read: list[tuple[Watch, Answer]], moment: datetime) -> None:
        """Keep answers: their sightings, the alerts and their states, or none of them."""
        self.step("fetched")
        with self.state.transaction() as change:
            kept = change.sightings_of(product.id)
            unread_before = change.unread_of(product.id)
            known = KnownVersions(self.catalogue, product.id, kept, unread_before)
            last = change.last_read(product.id)
            news = _News(product, known, {s.id: s for s in kept}, moment)
            unread: list[UnreadEntry] = []
            quiet: set[str] = set()
            for row, answer in read:
                before = change.source_now(product.id, row.kept_under)
                looked = Looked(
                    anew=before.baseline_at is None or before.reading != _reading(product),
                    baseline_at=before.baseline_at,
                    read_at=before.read_at or before.baseline_at,
                    product_read_at=last,
                )
                news.look(row, answer, looked)
                if change.is_told_quietly(product.id, row.kept_under):
                    quiet.add(row.source)
                unread += self.keep_answer(change, product, row, answer, moment)
            for sighting in news.new:
                change.add_sighting(sighting)
            for sighting in news.rebuilt:
                change.keep_newest_build(sighting)
            change.keep_shown(news.shown, moment.date())
            read_now = {row.source for row, _ in read}
            prune_sightings(change, product, kept, self.settings, known.shipped, read_now, moment)
            queued = self.tell(change, product, news, quiet)
            self.step("storing")
        self.step("stored")
        self.found += news.new
        self.alerts += queued
        self.unread += unread
        if news.uncompared:
            self.uncompared.append(product.id)

    def keep_answer(
        self,
        change: Change,
        product: Product,
        row: Watch,
        answer: Answer,
        moment: datetime,
    ) -> tuple[UnreadEntry, ...]:
        """Keep how a source was read; the entries that are newly there and cannot be read."""
        key, reading = row.kept_under, _reading(product)
        mute = answer.entries > answer.elsewhere and not answer.shown
        # Asked only for what changed, a mute source would be told once and then never again.
        state = None if mute else answer.state
        change.mark_polled(product.id, key, moment, state, reading)
        if mute:
            self.mute.append((product.id, row.source, answer.entries))
        return change.keep_unread(product.id, key, row.source, answer.unread, moment)

    def tell(
        self, change: Change, product: Product, news: _News, quiet: set[str]
    ) -> tuple[Event, ...]:
        """Queue the alerts for what is open and was not told: one each, or one for many.

        What a place in `quiet` shows is taken as told.
        """
        scheme = self.catalogue.schemes[product.id]
        told = {(identity(scheme, v), c) for v, c in change.told_versions(product.id)}
        untold: dict[tuple[Any, str | None], Sighting] = {}
        for sighting in news.opened:
            key = identity(scheme, sighting.version)
            if not {(key, None), (key, sighting.channel)} & told:
                untold.setdefault((key, sighting.channel), sighting)
        groups = news.groups(list(untold.values()), scheme)
        events = [self.event(group, news) for group in groups]
        new: list[Event] = []
        for event, group in zip(events, groups, strict=True):
            known = all(sighting.source in quiet for sighting in group)
            new += change.put([event], self.settings, told=known).events
            change.mark_told([s.id for s in group], event.id)
        return tuple(new)

    def event(self, group: list[Sighting], news: _News) -> Event:
        old = all(s.id in news.dated_before for s in group)
        severity = Severity.HIGH if old else Severity.CRITICAL
        if len(group) == 1:
            return alert(self.catalogue, group[0], self.unreadable, severity=severity)
        return alert_of_many(self.catalogue, group, self.unreadable, severity=severity)


class _News:
    """What the sources of one product show that no sighting has yet."""

    def __init__(
        self, product: Product, known: KnownVersions, kept: dict[str, Sighting], moment: datetime
    ) -> None:
        self._product = product
        self._known = known
        self._kept = kept
        self._moment = moment
        self._anew = False
        self._ids: set[str] = set()
        self.new: list[Sighting] = []
        self.opened: list[Sighting] = []
        self.rebuilt: list[Sighting] = []
        self.dated_before: set[str] = set()
        self.uncompared = False

    def look(self, row: Watch, answer: Answer, looked: Looked) -> None:
        """Take what one source shows."""
        shown = [self._as_it_may_be(item) for item in answer.shown]
        self.uncompared |= looked.anew and bool(shown) and self._known.knows_nothing
        listing = Listing(shown, self._known)
        for place, item in enumerate(shown):
            id = sighting_id(
                self._product.id, item.version, row.source, item.platform, item.arch, item.channel
            )
            if id in self._ids:
                continue
            self._ids.add(id)
            if there := self._kept.get(id):
                self._build_anew(there, item)
                continue
            track = self._track(item)
            state = decide(listing, place, track, self._known, looked)
            sighting = _sighting(id, self._product, row, item, track, state, self._moment)
            if state is SightingState.DISMISSED and (same := self._known.same(item)):
                sighting = replace(sighting, reason=same.reason)
            self.new.append(sighting)
            if state is SightingState.OPEN:
                self._anew |= looked.anew
                self.opened.append(sighting)
                if before_the_first_look(item, looked):
                    self.dated_before.add(id)

    @property
    def shown(self) -> frozenset[str]:
        """The ids of the sightings that are shown now."""
        return frozenset(self._ids)

    def groups(self, untold: list[Sighting], scheme: Scheme) -> list[list[Sighting]]:
        """The sightings that one event each tells: a burst, or a first look's, are one event."""
        if len(untold) > (1 if self._anew else _BURST):
            untold.sort(key=lambda s: s.id)
            return [sorted(untold, key=lambda s: scheme.key(s.version), reverse=True)]
        return [[sighting] for sighting in untold]

    def _as_it_may_be(self, item: Shown) -> Shown:
        """The item without a day that has not come."""
        late = item.published and item.published > self._moment + timedelta(days=1)
        return replace(item, published=None) if late else item

    def _track(self, item: Shown) -> str | None:
        named = (item.channel or "").casefold()
        return next((t for t in self._product.tracks if t.casefold() == named), None)

    def _build_anew(self, there: Sighting, item: Shown) -> None:
        """Have an unanswered sighting point to the newest build of its version."""
        if there.state not in (SightingState.OPEN, SightingState.BASELINE, SightingState.PAST):
            return
        newest = replace(
            there,
            url=item.url,
            title=item.title,
            published=item.published or there.published,
            download=item.download,
            size=item.size,
            sha256=item.sha256,
            notes=item.notes,
        )
        if newest != there:
            self.rebuilt.append(newest)


def _sighting(
    id: str,
    product: Product,
    row: Watch,
    item: Shown,
    track: str | None,
    state: SightingState,
    moment: datetime,
) -> Sighting:
    return Sighting(
        id=id,
        product=product.id,
        version=item.version,
        source=row.source,
        url=item.url,
        title=item.title,
        state=state,
        first_seen=moment,
        platform=item.platform,
        published=item.published,
        arch=item.arch,
        channel=item.channel,
        track=track,
        download=item.download,
        size=item.size,
        sha256=item.sha256,
        notes=item.notes,
    )


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


def _reading(product: Product) -> str:
    """What a source's entries are read by, beside its row: with another, they are read anew."""
    return "\n".join((_READER, product.scheme, product.name, *product.tracks))
