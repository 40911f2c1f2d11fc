"""The alert for a download that nobody announced: what is known of it, for whoever is called."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from forewarn.model.catalogue import Catalogue
from forewarn.model.compatibility import judge
from forewarn.model.events.event import Event, EventKind, Severity, event_id
from forewarn.model.events.release_change import HARMS, harm
from forewarn.model.record import Audience
from forewarn.model.release import ANY_PLATFORM, Release, Status, release_path
from forewarn.model.sighting import Sighting
from forewarn.model.site_path import product_page
from forewarn.model.tracks import track_for
from forewarn.model.unrecorded import stand_in
from forewarn.model.versions.version import InvalidVersion

Fact = tuple[str, str]
_NOTHING = "nothing: this version is not recorded"


def records_say(
    catalogue: Catalogue, product: str, version: str, unreadable: frozenset[str] = frozenset()
) -> str:
    """What the records say of a version; `unreadable` holds the paths that could not be read."""
    release = catalogue.find_release(product, version)
    if release is None:
        path = release_path(product, version)
        if path in unreadable:
            return f"{path} is there and cannot be read; `forewarn check` says why"
        return _NOTHING
    match release.status:
        case Status.PLANNED if release.planned_for:
            return f"recorded as planned for {release.planned_for}"
        case Status.PLANNED:
            return "recorded as planned, without a date"
        case Status.STAGED:
            return "recorded as staged, not shipped yet"
        case Status.SHIPPED:
            return f"recorded as shipped on {release.released_at}"
        case Status.WITHDRAWN:
            return "recorded as withdrawn"
        case Status.UNRECORDED:
            return _NOTHING


def alert(
    catalogue: Catalogue,
    sighting: Sighting,
    unreadable: frozenset[str] = frozenset(),
    *,
    severity: Severity = Severity.CRITICAL,
) -> Event:
    """The event for an open sighting; the same for each of the same version and channel."""
    product = catalogue.products[sighting.product]
    # Where nothing is recorded, others may still have said what works with this version.
    release = catalogue.find_release(sighting.product, sighting.version) or stand_in(
        sighting.product, sighting.version
    )
    try:
        harms = tuple(_harm(catalogue, release))
    except InvalidVersion:
        harms = ()  # the product's scheme was changed; the download is told all the same
    content = {"product": sighting.product, "version": sighting.version}
    if sighting.channel:
        content["channel"] = sighting.channel
    return Event(
        id=event_id(EventKind.UNANNOUNCED_DOWNLOAD, content),
        kind=EventKind.UNANNOUNCED_DOWNLOAD,
        product=sighting.product,
        version=sighting.version,
        severity=severity,
        audience=Audience.STAFF,
        at=sighting.first_seen,
        title=f"{product.name} {sighting.version}{_channel(sighting)} can be downloaded, "
        "and nobody announced it",
        products=tuple(dict.fromkeys((sighting.product, *(partner for partner, _ in harms)))),
        page=product_page(sighting.product),
        facts=(
            *_where(sighting),
            (
                "The records say",
                records_say(catalogue, sighting.product, sighting.version, unreadable),
            ),
            ("Newest shipped", _newest(catalogue, sighting.product)),
            *(fact for _, fact in harms),
            *_next(catalogue, sighting, release),
        ),
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
    listed = tuple(_listed(catalogue, sighting, unreadable) for sighting in sightings)
    content = {"product": first.product, "listed": sorted(f"{v}: {t}" for v, t in listed)}
    name = catalogue.products[first.product].name
    about = [fact for fact in single.facts if fact[0] in _ABOUT_THE_FIRST]
    return replace(
        single,
        id=event_id(EventKind.UNANNOUNCED_DOWNLOAD, content),
        title=f"{len(sightings)} versions of {name} can be downloaded, and nobody announced them",
        facts=(
            ("Versions", ", ".join(dict.fromkeys(s.version for s in sightings))),
            *listed,
            *about,
            ("To record one", "forewarn sightings accept ID; `forewarn sightings --open` has them"),
            ("If it is no release", 'forewarn sightings dismiss ID --reason "…"'),
        ),
    )


def false_alarm(
    catalogue: Catalogue, sighting: Sighting, alerts: Sequence[Event], at: datetime
) -> Event:
    """The event that a version is none, for those who got one of `alerts`, the oldest first.

    `sighting` is the last one of it that was dismissed.
    """
    name = f"{catalogue.name_of(sighting.product)} {sighting.version}"
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
        severity=Severity.HIGH,
        audience=Audience.STAFF,
        at=at,
        title=f"False alarm: {name} is no release",
        products=(sighting.product,),
        page=product_page(sighting.product),
        facts=(
            ("Was told", f"{name} can be downloaded, and nobody announced it"),
            ("What holds", f"what was seen there is no release: {sighting.url}"),
            ("Reason", sighting.reason or ""),
            ("The records say", records_say(catalogue, sighting.product, sighting.version)),
        ),
        answers=tuple(alert.id for alert in alerts),
        thread=alerts[0].subject,
    )


# What an alert of many still tells of the highest version, and of what is harmed by it.
_ABOUT_THE_FIRST = ("Newest shipped", *(verdict.value.capitalize() for verdict in HARMS))


def _listed(catalogue: Catalogue, sighting: Sighting, unreadable: frozenset[str]) -> Fact:
    said = records_say(catalogue, sighting.product, sighting.version, unreadable)
    parts = (
        sighting.platform,
        sighting.arch,
        f"channel {sighting.channel}" if sighting.channel else None,
        sighting.url,
        f"dated there {sighting.published:%Y-%m-%d}" if sighting.published else None,
        f"the records say: {said}",
        f"sighting {sighting.id}",
    )
    return sighting.version, "; ".join(filter(None, parts))


def _channel(sighting: Sighting) -> str:
    return f" (channel {sighting.channel})" if sighting.channel else ""


def _where(sighting: Sighting) -> Iterator[Fact]:
    yield "Where", sighting.url
    if sighting.download and sighting.download != sighting.url:
        yield "Download", sighting.download
    yield "Platform", " ".join(filter(None, (sighting.platform, sighting.arch))) or "not known"
    if sighting.channel:
        none = "; the product has no track of that name" if sighting.unknown_channel else ""
        yield "Channel", f"{sighting.channel}{none}"
    yield "First seen", f"{sighting.first_seen:%Y-%m-%d %H:%M} UTC"
    if sighting.published:
        yield "Dated there", f"{sighting.published:%Y-%m-%d %H:%M} UTC"
    yield "Titled there", sighting.title or "(no title)"
    if sighting.notes:
        yield "Declared there", "; ".join(sighting.notes)


def _newest(catalogue: Catalogue, product: str) -> str:
    newest = catalogue.latest_of_tracks(product)
    return ", ".join(f"{r.version} ({r.track})" for r in newest) or "none is recorded"


def _harm(catalogue: Catalogue, release: Release) -> Iterator[tuple[str, Fact]]:
    """What it breaks: by its own record, then by that of each other product's newest releases."""
    for statement in release.compatibility:
        if statement.verdict in HARMS:
            yield (
                statement.partner,
                harm(catalogue, statement, statement.partner, str(statement.versions)),
            )
    for partner in catalogue.products:
        if partner == release.product:
            continue
        for newest in catalogue.latest_of_tracks(partner):
            for row in judge(catalogue, release, newest).applied:
                if row.owner is newest and row.decides and row.statement.verdict in HARMS:
                    yield partner, harm(catalogue, row.statement, partner, newest.version)


def _track(catalogue: Catalogue, sighting: Sighting, release: Release) -> str | None:
    """The track that its record is to be on; None where a person has to say it."""
    if sighting.unknown_channel:
        return None
    tracks = catalogue.products[release.product].tracks
    scheme = catalogue.schemes[release.product]
    return release.track or sighting.track or track_for(release.version, tracks, scheme)


def _next(catalogue: Catalogue, sighting: Sighting, release: Release) -> Iterator[Fact]:
    target = " ".join(filter(None, (sighting.platform or ANY_PLATFORM, sighting.arch)))
    download = f"download {target} {sighting.file}" if sighting.file else "no download yet"
    track = _track(catalogue, sighting, release)
    shown = track or f"({' or '.join(catalogue.products[release.product].tracks)})"
    needed = "" if track else " --track TRACK"
    needed += "" if sighting.file else " --download URL"
    yield "Draft", f"{release.place.file}: status staged, track {shown}, {download}"
    yield "To record it", f"forewarn sightings accept {sighting.id}{needed}"
    yield "If it is no release", f'forewarn sightings dismiss {sighting.id} --reason "…"'
