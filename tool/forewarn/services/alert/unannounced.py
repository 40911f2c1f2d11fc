"""The alert for a download that nobody announced: what is known of it, for whoever is called."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from forewarn.model.catalogue import Catalogue
from forewarn.model.compatibility import judge
from forewarn.model.events import identity
from forewarn.model.events.event import Event, EventKind, event_id
from forewarn.model.events.fact import (
    Draft,
    FalseAlarm,
    FoundDownload,
    Harm,
    Newest,
    Recorded,
    SeenDownload,
    Unannounced,
    UnannouncedMany,
    recorded,
)
from forewarn.model.events.release_change import harm
from forewarn.model.events.severity import Severity
from forewarn.model.record import Audience
from forewarn.model.release import ANY_PLATFORM, Release, release_path
from forewarn.model.sighting import Sighting
from forewarn.model.site_path import product_page
from forewarn.model.tracks import track_for
from forewarn.model.unrecorded import stand_in
from forewarn.model.versions.version import InvalidVersion


def records_say(
    catalogue: Catalogue, product: str, version: str, unreadable: frozenset[str] = frozenset()
) -> Recorded:
    """What the records say of a version; `unreadable` holds the paths that could not be read."""
    release = catalogue.find_release(product, version)
    if release is not None:
        return recorded(release)
    path = release_path(product, version)
    return Recorded(unreadable=path if path in unreadable else None)


def alert(
    catalogue: Catalogue,
    sighting: Sighting,
    unreadable: frozenset[str] = frozenset(),
    *,
    severity: Severity = Severity.CRITICAL,
    platforms: tuple[str, ...] = (),
    missing: tuple[str, ...] = (),
) -> Event:
    """The event for an open sighting; the same for each of the same version and channel.

    `platforms` are all that it is on, where there are several, `missing` those that the version
    before it was on.
    """
    product = catalogue.products[sighting.product]
    # Where nothing is recorded, others may still have said what works with this version.
    release = catalogue.find_release(sighting.product, sighting.version) or stand_in(
        sighting.product, sighting.version
    )
    try:
        harming = tuple(_harm(catalogue, release))
    except InvalidVersion:
        harming = ()  # the product's scheme was changed; the download is told all the same
    harms = tuple(harm for _, harm in harming)
    content = {"product": sighting.product, "version": sighting.version}
    if sighting.channel:
        content["channel"] = sighting.channel
    return Event(
        id=event_id(EventKind.UNANNOUNCED_DOWNLOAD, content),
        kind=EventKind.UNANNOUNCED_DOWNLOAD,
        product=sighting.product,
        version=sighting.version,
        name=product.name,
        severity=severity,
        audience=Audience.STAFF,
        owner=product.owner,
        at=sighting.first_seen,
        fact=Unannounced(
            seen=seen_download(sighting),
            recorded=records_say(catalogue, sighting.product, sighting.version, unreadable),
            newest=_newest(catalogue, sighting.product),
            harms=harms,
            draft=_draft(catalogue, sighting, release),
            platforms=platforms,
            missing=missing,
        ),
        products=tuple(dict.fromkeys((sighting.product, *(harmed for harmed, _ in harming)))),
        page=product_page(sighting.product),
        track=sighting.track,
        platforms=platforms or ((sighting.platform,) if sighting.platform else ()),
    )


def alert_of_many(
    catalogue: Catalogue,
    sightings: Sequence[Sighting],
    unreadable: frozenset[str] = frozenset(),
    *,
    severity: Severity = Severity.CRITICAL,
) -> Event:
    """One event for many open sightings of a product, the highest version first.

    It stands under the highest, and lists all.
    """
    first = sightings[0]
    single = alert(catalogue, first, unreadable, severity=severity)
    assert isinstance(single.fact, Unannounced)  # noqa: S101 - `alert` makes no other
    found = tuple(
        FoundDownload(
            seen=seen_download(row),
            recorded=records_say(catalogue, row.product, row.version, unreadable),
        )
        for row in sightings
    )
    content = {"product": first.product, "listed": sorted(map(identity.of_found, found))}
    tracks = {row.track for row in sightings}
    return replace(
        single,
        id=event_id(EventKind.UNANNOUNCED_DOWNLOAD, content),
        fact=UnannouncedMany(found=found, newest=single.fact.newest, harms=single.fact.harms),
        track=first.track if len(tracks) == 1 else None,
        platforms=_platforms(sightings),
    )


def _platforms(sightings: Sequence[Sighting]) -> tuple[str, ...]:
    """Those that downloads are for; none where it is not known of each."""
    found = dict.fromkeys(row.platform for row in sightings)
    return tuple(platform for platform in found if platform) if None not in found else ()


def false_alarm(
    catalogue: Catalogue, sighting: Sighting, alerts: Sequence[Event], at: datetime
) -> Event:
    """The event that a version is none, for those who got one of `alerts`, the oldest first.

    `sighting` is the last one of it that was dismissed.
    """
    content = {
        "product": sighting.product,
        "version": sighting.version,
        "no release": sighting.id,
        "told in": [alert.id for alert in alerts],
    }
    return Event(
        id=event_id(EventKind.MISTAKEN, content),
        kind=EventKind.MISTAKEN,
        product=sighting.product,
        version=sighting.version,
        name=catalogue.name_of(sighting.product),
        severity=Severity.HIGH,
        audience=Audience.STAFF,
        at=at,
        fact=FalseAlarm(
            url=sighting.url,
            reason=sighting.reason or "",
            recorded=records_say(catalogue, sighting.product, sighting.version),
        ),
        products=(sighting.product,),
        page=product_page(sighting.product),
        track=sighting.track,
        platforms=(sighting.platform,) if sighting.platform else (),
        answers=tuple(alert.id for alert in alerts),
        thread=alerts[0].subject,
    )


def seen_download(sighting: Sighting) -> SeenDownload:
    """A sighting as it is told."""
    return SeenDownload(
        sighting=sighting.id,
        version=sighting.version,
        url=sighting.url,
        first_seen=sighting.first_seen,
        title=sighting.title,
        platform=sighting.platform,
        arch=sighting.arch,
        channel=sighting.channel,
        on_track=not sighting.unknown_channel,
        download=sighting.download,
        published=sighting.published,
        notes=sighting.notes,
        rollout=sighting.rollout,
    )


def _newest(catalogue: Catalogue, product: str) -> tuple[Newest, ...]:
    rows = catalogue.latest_of_tracks(product)
    return tuple(Newest(version=row.version, track=row.track) for row in rows)


def _harm(catalogue: Catalogue, release: Release) -> Iterator[tuple[str, Harm]]:
    """What it breaks: by its own record, then by that of each other product's newest releases."""
    for statement in release.compatibility:
        if statement.verdict.harms:
            yield (
                statement.partner,
                harm(catalogue, statement, statement.partner, str(statement.versions)),
            )
    for partner in catalogue.products:
        if partner == release.product:
            continue
        for newest in catalogue.latest_of_tracks(partner):
            for row in judge(catalogue, release, newest).applied:
                if row.owner is newest and row.decides and row.harms:
                    yield partner, harm(catalogue, row.statement, partner, newest.version)


def _track(catalogue: Catalogue, sighting: Sighting, release: Release) -> str | None:
    """The track that its record is to be on; None where a person has to say it."""
    if sighting.unknown_channel:
        return None
    tracks = catalogue.products[release.product].tracks
    scheme = catalogue.schemes[release.product]
    return release.track or sighting.track or track_for(release.version, tracks, scheme)


def _draft(catalogue: Catalogue, sighting: Sighting, release: Release) -> Draft:
    return Draft(
        file=release.place.file,
        platform=sighting.platform or ANY_PLATFORM,
        arch=sighting.arch,
        track=_track(catalogue, sighting, release),
        tracks=catalogue.products[release.product].tracks,
        download=sighting.file,
    )
