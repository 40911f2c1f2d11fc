"""The alert for a download that nobody announced: what is known of it, for whoever is called."""

from __future__ import annotations

from collections.abc import Iterator

from forewarn.model.catalogue import Catalogue
from forewarn.model.compatibility import judge
from forewarn.model.event import Event, EventKind, Severity, event_id
from forewarn.model.record import Audience
from forewarn.model.release import ANY_PLATFORM, Release, Status, release_path
from forewarn.model.release_change import HARMS, harm
from forewarn.model.sighting import Sighting
from forewarn.model.site_path import product_page
from forewarn.model.tracks import track_for
from forewarn.model.unrecorded import stand_in
from forewarn.model.version import InvalidVersion

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
    catalogue: Catalogue, sighting: Sighting, unreadable: frozenset[str] = frozenset()
) -> Event:
    """The event for an open sighting; the same for each sighting of the same version."""
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
    return Event(
        id=event_id(EventKind.UNANNOUNCED_DOWNLOAD, content),
        kind=EventKind.UNANNOUNCED_DOWNLOAD,
        product=sighting.product,
        version=sighting.version,
        severity=Severity.CRITICAL,
        audience=Audience.STAFF,
        at=sighting.first_seen,
        title=f"{product.name} {sighting.version} can be downloaded, and nobody announced it",
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
            *_next(sighting, release, _track(catalogue, release)),
        ),
    )


def _where(sighting: Sighting) -> Iterator[Fact]:
    yield "Where", sighting.url
    yield "Platform", sighting.platform or "not known"
    yield "First seen", f"{sighting.first_seen:%Y-%m-%d %H:%M} UTC"
    if sighting.published:
        yield "Dated there", f"{sighting.published:%Y-%m-%d %H:%M} UTC"
    yield "Titled there", sighting.title or "(no title)"


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


def _track(catalogue: Catalogue, release: Release) -> str:
    """The track that its record is to be on, or those to choose from."""
    tracks = catalogue.products[release.product].tracks
    scheme = catalogue.schemes[release.product]
    found = release.track or track_for(release.version, tracks, scheme)
    return found or f"({' or '.join(tracks)})"


def _next(sighting: Sighting, release: Release, track: str) -> Iterator[Fact]:
    download = f"download {sighting.platform or ANY_PLATFORM} {sighting.url}"
    yield "Draft", f"{release.place.file}: status staged, track {track}, {download}"
    yield "To record it", f"forewarn sightings accept {sighting.id}"
    yield "If it is no release", f'forewarn sightings dismiss {sighting.id} --reason "…"'
