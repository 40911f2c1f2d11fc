"""Keeping what a look found: sightings, the alerts that follow and how each place was read.

All of it is the caller's transaction: there is either all of it or nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from forewarn.model.catalogue import Catalogue
from forewarn.model.events.event import Event
from forewarn.model.events.severity import Severity
from forewarn.model.product import Product, Watch
from forewarn.model.settings import Settings
from forewarn.model.sighting import Sighting, UnreadEntry
from forewarn.model.versions.same import identity
from forewarn.model.versions.version import Scheme
from forewarn.model.watching.compare import Compared, LookAt, compare
from forewarn.model.watching.news import KnownVersions, Looked
from forewarn.services.alert.retention import prune_sightings
from forewarn.services.alert.unannounced import alert, alert_of_many
from forewarn.sources.interface import Answer
from forewarn.store.state.interface import Change

# More new versions of a product than this, in one look, are one alert.
_BURST = 5
# Raised when entries are read in another way than before.
_READER = "3"


@dataclass(frozen=True, kw_only=True, slots=True)
class Kept:
    """What was kept of a product: new sightings, alerts, entries that cannot be read.

    `mute` are the sources that have entries of which none names a version, with their number;
    `uncompared` says that the product has no shipped release to compare a first look with.
    """

    sightings: tuple[Sighting, ...]
    alerts: tuple[Event, ...]
    unread: tuple[UnreadEntry, ...]
    mute: tuple[tuple[str, int], ...]
    uncompared: bool


def keep(
    change: Change,
    catalogue: Catalogue,
    settings: Settings,
    product: Product,
    read: Sequence[tuple[Watch, Answer]],
    moment: datetime,
    unreadable: frozenset[str] = frozenset(),
) -> Kept:
    """Keep what sources of a product answered at a moment, and queue what follows from it.

    `unreadable` are paths of records that are not in the catalogue because they cannot be read.
    """
    kept = change.sightings_of(product.id)
    known = KnownVersions(catalogue, product.id, kept, change.unread_of(product.id))
    last = change.last_read(product.id)
    looks: list[LookAt] = []
    unread: list[UnreadEntry] = []
    quiet: set[str] = set()
    for row, answer in read:
        before = change.source_now(product.id, row.kept_under)
        looked = Looked(
            anew=before.baseline_at is None or before.reading != reading_of(product),
            baseline_at=before.baseline_at,
            read_at=before.read_at or before.baseline_at,
            product_read_at=last,
        )
        looks.append(LookAt(source=row.source, shown=answer.shown, looked=looked))
        if change.is_told_quietly(product.id, row.kept_under):
            quiet.add(row.source)
        unread += _keep_answer(change, product, row, answer, moment)
    found = compare(product, known, kept, looks, moment)
    for sighting in found.new:
        change.add_sighting(sighting)
    for sighting in found.rebuilt:
        change.keep_newest_build(sighting)
    change.keep_shown(found.shown, moment.date())
    read_now = {row.source for row, _ in read}
    prune_sightings(change, product, kept, settings, known.shipped, read_now, moment)
    return Kept(
        sightings=found.new,
        alerts=_Telling(change, catalogue, settings, unreadable).tell(product, found, quiet),
        unread=tuple(unread),
        mute=tuple((row.source, answer.entries) for row, answer in read if _is_mute(answer)),
        uncompared=found.uncompared,
    )


def reading_of(product: Product) -> str:
    """What a source's entries are read by, beside its row: with another, they are read anew."""
    return "\n".join((_READER, product.scheme, product.name, *product.tracks))


def _is_mute(answer: Answer) -> bool:
    return answer.entries > answer.elsewhere and not answer.shown


def _keep_answer(
    change: Change, product: Product, row: Watch, answer: Answer, moment: datetime
) -> tuple[UnreadEntry, ...]:
    """Keep how a source was read; the entries that are newly there and cannot be read."""
    # Asked only for what changed, a mute source would be told once and then never again.
    state = None if _is_mute(answer) else answer.state
    change.mark_polled(product.id, row.kept_under, moment, state, reading_of(product))
    return change.keep_unread(product.id, row.kept_under, row.source, answer.unread, moment)


@dataclass(frozen=True, slots=True)
class _Telling:
    """Queues what there is to tell of a product, inside the caller's transaction."""

    change: Change
    catalogue: Catalogue
    settings: Settings
    unreadable: frozenset[str]

    def tell(self, product: Product, found: Compared, quiet: set[str]) -> tuple[Event, ...]:
        """Queue the alerts for what is open and was not told: one each, or one for many.

        What a place in `quiet` shows is taken as told.
        """
        scheme = self.catalogue.schemes[product.id]
        told = {(identity(scheme, v), c) for v, c in self.change.told_versions(product.id)}
        untold: dict[tuple[Any, str | None], Sighting] = {}
        for sighting in found.opened:
            key = identity(scheme, sighting.version)
            if not {(key, None), (key, sighting.channel)} & told:
                untold.setdefault((key, sighting.channel), sighting)
        new: list[Event] = []
        for group in _groups(list(untold.values()), scheme, together=found.anew):
            event = self.event(group, found)
            known = all(sighting.source in quiet for sighting in group)
            new += self.change.put([event], self.settings, told=known).events
            self.change.mark_told([s.id for s in group], event.id)
        return tuple(new)

    def event(self, group: list[Sighting], found: Compared) -> Event:
        old = all(s.id in found.dated_before for s in group)
        severity = Severity.HIGH if old else Severity.CRITICAL
        if len(group) == 1:
            return alert(self.catalogue, group[0], self.unreadable, severity=severity)
        return alert_of_many(self.catalogue, group, self.unreadable, severity=severity)


def _groups(untold: list[Sighting], scheme: Scheme, *, together: bool) -> list[list[Sighting]]:
    """The sightings that one event each tells: a burst, or a first look's, are one event."""
    if len(untold) > (1 if together else _BURST):
        untold.sort(key=lambda s: s.id)
        return [sorted(untold, key=lambda s: scheme.key(s.version), reverse=True)]
    return [[sighting] for sighting in untold]
