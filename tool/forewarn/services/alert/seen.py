"""The event for each thing that is concluded from what the watched places show."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from forewarn.frozen import dataclass
from forewarn.model.catalogue import Catalogue
from forewarn.model.events.about import about
from forewarn.model.events.event import Event, EventKind, event_id
from forewarn.model.events.fact import (
    Backfilled,
    BytesChanged,
    ChangedBytes,
    DownloadsMissing,
    EntriesUnread,
    EntryUnread,
    Fact,
    FoundDownload,
    GoneDownload,
    NewPlatform,
    PartialRelease,
    PlatformsMissing,
    Promoted,
    PublishedEmpty,
    RolledBack,
    RolloutChanged,
    SourceFrozen,
    SourcesApart,
    Unannounced,
    Waiting,
    Witnessed,
    harms,
)
from forewarn.model.events.severity import Severity
from forewarn.model.record import Audience
from forewarn.model.sighting import Chance, Sighting
from forewarn.model.site_path import product_page
from forewarn.model.watching import conclusion as concluded
from forewarn.services.alert.failing import place_thread
from forewarn.services.alert.unannounced import (
    alert,
    alert_of_many,
    records_say,
    seen_download,
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Telling:
    """An event, and the ids of the sightings that are told by it."""

    event: Event
    sightings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Teller:
    """Makes events of what was concluded at a moment of a product.

    `unreadable` are paths of records that are not in the catalogue because they cannot be read.
    """

    catalogue: Catalogue
    product: str
    moment: datetime
    unreadable: frozenset[str] = frozenset()

    def tell(self, conclusions: Iterable[concluded.Conclusion]) -> tuple[Telling, ...]:
        """An event for each; changed bytes of many files are one."""
        told = [*conclusions]
        bytes_ = [one for one in told if isinstance(one, concluded.OtherBytes)]
        rest = [self._tell(one) for one in told if not isinstance(one, concluded.OtherBytes)]
        found = [*rest, *(Telling(event=self._bytes(rows)) for rows in _by_version(bytes_))]
        return tuple(replace(one, event=self._about(one.event)) for one in found)

    def _about(self, event: Event) -> Event:
        seen = event.fact.seen if isinstance(event.fact, Unannounced) else None
        return about(self.catalogue, event, channel=seen.channel if seen else None)

    def _tell(self, one: concluded.Conclusion) -> Telling:
        match one:
            case concluded.Appeared():
                return Telling(event=self._appeared(one), sightings=(one.first.id,))
            case concluded.AppearedTogether(versions=rows):
                severity = _severity_of_new(all(row.early for row in rows))
                first = [row.first for row in rows]
                event = alert_of_many(self.catalogue, first, self.unreadable, severity=severity)
                return Telling(event=event, sightings=tuple(row.id for row in first))
            case concluded.CameLate(sightings=rows):
                return Telling(event=self._late(rows), sightings=tuple(row.id for row in rows))
            case concluded.Hearsay(sightings=rows):
                return Telling(event=self._witnessed(rows), sightings=tuple(r.id for r in rows))
            case concluded.OnAnotherPlatform(sightings=rows):
                return Telling(event=self._ported(one), sightings=tuple(row.id for row in rows))
            case concluded.LeftChannel(sighting=sighting):
                return Telling(event=self._promoted(one), sightings=(sighting.id,))
            case concluded.OtherBytes():
                return Telling(event=self._bytes([one]))
            case concluded.RolloutMoved(sighting=sighting):
                return Telling(event=self._rollout(one))
            case concluded.NamedLower():
                return Telling(event=self._lower(one))
            case concluded.DatedBack():
                return Telling(event=self._dated_back(one))
            case concluded.Expired():
                return Telling(event=self._expired(one))
            case concluded.StillMissing():
                return Telling(event=self._still_missing(one))
            case concluded.Gone():
                return Telling(event=self._gone(one))
            case concluded.Empty():
                return Telling(event=self._empty(one))
            case concluded.Apart():
                return Telling(event=self._apart(one))
            case concluded.AheadOfPartners():
                return Telling(event=self._partial(one))
            case concluded.NotRead():
                return Telling(event=self._not_read(one))

    def _appeared(self, one: concluded.Appeared) -> Event:
        named = tuple(sorted({row.platform for row in one.sightings if row.platform}))
        return alert(
            self.catalogue,
            one.first,
            self.unreadable,
            severity=_severity_of_new(one.early),
            platforms=named if len(named) > 1 else (),
            missing=one.missing,
        )

    def _late(self, rows: Sequence[Sighting]) -> Event:
        content = {"downloads": sorted(row.id for row in rows)}
        return self._event(
            EventKind.BACKFILL,
            rows[0],
            content,
            Backfilled(found=self._found(rows)),
            Severity.LOW,
            rows,
        )

    def _witnessed(self, rows: Sequence[Sighting]) -> Event:
        content = {"downloads": sorted(row.id for row in rows)}
        fact = Witnessed(found=self._found(rows))
        return self._event(EventKind.WITNESSED, rows[0], content, fact, Severity.NORMAL, rows)

    def _ported(self, one: concluded.OnAnotherPlatform) -> Event:
        first = one.sightings[0]
        fact = NewPlatform(found=self._found(one.sightings), others=one.others, missing=one.missing)
        happened = all(row.recorded.happened for row in fact.found)
        return self._event(
            EventKind.NEW_PLATFORM,
            first,
            {"downloads": sorted(row.id for row in one.sightings)},
            fact,
            Severity.NORMAL if happened else Severity.HIGH,
            one.sightings,
        )

    def _promoted(self, one: concluded.LeftChannel) -> Event:
        told = alert(self.catalogue, one.sighting, self.unreadable)
        fact = told.fact
        assert isinstance(fact, Unannounced)  # noqa: S101 - `alert` makes no other
        content = {"product": self.product, "version": one.sighting.version, "was": one.was}
        return replace(
            told,
            id=event_id(EventKind.PROMOTED, content),
            kind=EventKind.PROMOTED,
            fact=Promoted(
                seen=fact.seen,
                was=one.was,
                recorded=fact.recorded,
                newest=fact.newest,
                harms=fact.harms,
                draft=fact.draft,
            ),
        )

    def _bytes(self, rows: Sequence[concluded.OtherBytes]) -> Event:
        found = tuple(
            ChangedBytes(
                seen=seen_download(row.sighting),
                algorithm=row.difference.algorithm,
                before=row.difference.before,
                since=row.since,
                after=row.difference.after,
                at=self.moment,
                as_recorded=self._is_recorded(row.sighting, row.difference.after),
            )
            for row in rows
        )
        content = {
            "downloads": sorted(
                [row.seen.sighting, row.algorithm, row.before, row.after] for row in found
            )
        }
        sightings = [row.sighting for row in rows]
        return self._event(
            EventKind.BYTES_CHANGED,
            rows[0].sighting,
            content,
            BytesChanged(found=found),
            Severity.CRITICAL,
            sightings,
        )

    def _is_recorded(self, sighting: Sighting, digest: str) -> bool:
        record = self.catalogue.find_release(sighting.product, sighting.version)
        return record is not None and digest in [one.sha256 for one in record.downloads]

    def _rollout(self, one: concluded.RolloutMoved) -> Event:
        now = one.sighting.rollout
        fact = RolloutChanged(seen=seen_download(one.sighting), before=one.before, after=now)
        content = {"download": one.sighting.id, "before": one.before, "after": now}
        return self._event(
            EventKind.ROLLOUT_CHANGED, one.sighting, content, fact, Severity.NORMAL, [one.sighting]
        )

    def _lower(self, one: concluded.NamedLower) -> Event:
        content = {"place": one.source, "before": one.before, "now": one.now}
        fact = RolledBack(place=one.source, before=one.before, now=one.now)
        event = self._of_product(EventKind.ROLLED_BACK, content, fact, Severity.HIGH, one.before)
        return replace(event, platforms=(one.platform,) if one.platform else ())

    def _dated_back(self, one: concluded.DatedBack) -> Event:
        content = {"place": one.source, "before": one.before, "now": one.after}
        fact = SourceFrozen(place=one.source, before=one.before, now=one.after)
        return self._of_product(EventKind.SOURCE_FROZEN, content, fact, Severity.HIGH)

    def _expired(self, one: concluded.Expired) -> Event:
        content = {"place": one.source, "valid until": one.valid_until}
        fact = SourceFrozen(place=one.source, valid_until=one.valid_until)
        return self._of_product(EventKind.SOURCE_FROZEN, content, fact, Severity.HIGH)

    def _still_missing(self, one: concluded.StillMissing) -> Event:
        sighting = one.sighting
        content = {"version": sighting.version, "channel": sighting.channel}
        (found,) = self._found([sighting])
        fact = PlatformsMissing(
            seen=found.seen, recorded=found.recorded, there=one.there, missing=one.missing
        )
        event = self._event(
            EventKind.PLATFORMS_MISSING, sighting, content, fact, Severity.NORMAL, [sighting]
        )
        return replace(event, platforms=one.missing)

    def _gone(self, one: concluded.Gone) -> Event:
        rows = [sighting for sighting, _ in one.sightings]
        found = tuple(
            GoneDownload(version=row.version, platform=row.platform, url=row.url, since=since)
            for row, since in one.sightings
        )
        content = {"place": one.source, "downloads": sorted(row.id for row in rows)}
        fact = DownloadsMissing(place=one.source, found=found)
        return self._event(EventKind.DOWNLOAD_MISSING, rows[0], content, fact, Severity.HIGH, rows)

    def _empty(self, one: concluded.Empty) -> Event:
        fact = PublishedEmpty(url=one.url, title=one.title, since=one.since)
        content = {"version": one.version, "url": one.url}
        return self._of_product(
            EventKind.PUBLISHED_EMPTY, content, fact, Severity.NORMAL, one.version
        )

    def _apart(self, one: concluded.Apart) -> Event:
        fact = SourcesApart(ahead=one.ahead, behind=one.behind, now=one.now, since=one.since)
        content = {"version": one.version, "ahead": one.ahead, "behind": one.behind}
        return self._of_product(
            EventKind.SOURCES_APART, content, fact, Severity.NORMAL, one.version
        )

    def _partial(self, one: concluded.AheadOfPartners) -> Event:
        sighting = one.sighting
        told = alert(self.catalogue, sighting, self.unreadable)
        waiting = tuple(
            Waiting(product=id, name=self.catalogue.name_of(id), newest=newest)
            for id, newest in one.waiting
        )
        (found,) = self._found([sighting])
        fact = PartialRelease(
            first_seen=sighting.first_seen,
            url=sighting.url,
            recorded=found.recorded,
            waiting=waiting,
            harms=harms(told.fact),
        )
        content = {"version": sighting.version, "out since": sighting.first_seen}
        event = self._event(
            EventKind.PARTIAL_RELEASE, sighting, content, fact, Severity.HIGH, [sighting]
        )
        return replace(event, products=(self.product, *(row.product for row in waiting)))

    def _not_read(self, one: concluded.NotRead) -> Event:
        rows = tuple(
            EntryUnread(title=row.title, url=row.url, why=row.why) for row in one.entries[:_LISTED]
        )
        fact = EntriesUnread(place=one.source, count=len(one.entries), found=rows)
        content = {
            "place": one.source,
            "entries": sorted([row.title, row.url] for row in one.entries),
        }
        severity = _SEVERITY_OF_UNREAD[one.entries[0].chance]
        event = self._of_product(EventKind.ENTRY_UNREAD, content, fact, severity)
        return replace(
            event,
            platforms=(one.platform,) if one.platform else (),
            thread=place_thread(self.product, one.source),
        )

    def _of_product(
        self,
        kind: EventKind,
        content: Mapping[str, object],
        fact: Fact,
        severity: Severity,
        version: str | None = None,
    ) -> Event:
        """An event of the product, or of a version of it, and of no single download."""
        return Event(
            id=event_id(kind, {"product": self.product, **content}),
            kind=kind,
            product=self.product,
            version=version,
            name=self.catalogue.name_of(self.product),
            severity=severity,
            audience=Audience.STAFF,
            owner=self.catalogue.products[self.product].owner,
            at=self.moment,
            fact=fact,
            products=(self.product,),
            page=product_page(self.product),
        )

    def _event(
        self,
        kind: EventKind,
        first: Sighting,
        content: Mapping[str, object],
        fact: Fact,
        severity: Severity,
        rows: Sequence[Sighting],
    ) -> Event:
        tracks = {row.track for row in rows}
        platforms = dict.fromkeys(row.platform for row in rows if row.platform)
        return replace(
            self._of_product(kind, content, fact, severity, first.version),
            track=first.track if len(tracks) == 1 else None,
            platforms=tuple(platforms),
        )

    def _found(self, rows: Iterable[Sighting]) -> tuple[FoundDownload, ...]:
        return tuple(
            FoundDownload(
                seen=seen_download(row),
                recorded=records_say(self.catalogue, row.product, row.version, self.unreadable),
            )
            for row in rows
        )


def _severity_of_new(early: bool) -> Severity:
    """What is dated before its source was first read has been out for a while."""
    return Severity.HIGH if early else Severity.CRITICAL


# Whoever is told must be able to read all of it.
_LISTED = 30
_SEVERITY_OF_UNREAD = {
    Chance.NONE: Severity.LOW,
    Chance.LITTLE: Severity.LOW,
    Chance.SOME: Severity.NORMAL,
    Chance.MUCH: Severity.HIGH,
}
# More versions than this with other bytes, in one look, are one alert.
_BURST = 5


def _by_version(rows: Sequence[concluded.OtherBytes]) -> list[list[concluded.OtherBytes]]:
    """The downloads that one event each tells: those of one version, or of a burst."""
    found: dict[str, list[concluded.OtherBytes]] = {}
    for row in rows:
        found.setdefault(row.sighting.version, []).append(row)
    return [*found.values()] if len(found) <= _BURST else [[*rows]]
