"""What follows though nothing changes: something stays away for too long."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from itertools import groupby

from forewarn.frozen import dataclass
from forewarn.model.catalogue import Catalogue
from forewarn.model.compatibility import judge
from forewarn.model.product import lockstep_of_each
from forewarn.model.release import Status, Verdict
from forewarn.model.sighting import Reach, Sighting, SightingState
from forewarn.model.unrecorded import stand_in
from forewarn.model.versions.same import identity
from forewarn.model.versions.version import InvalidVersion
from forewarn.model.watching.conclusion import AheadOfPartners, Gone, NamedLower, StillMissing
from forewarn.model.watching.news import KnownVersions
from forewarn.model.watching.recent import NEWS, RECENT
from forewarn.model.watching.view import Glimpse

# For so many polls what was there must be away before anybody is asked.
POLLS = 3
# For so long a version may be on one platform alone before it is told again.
PLATFORMS_LATE = timedelta(minutes=60)
_STANDING = (SightingState.OPEN, SightingState.ACCEPTED)


@dataclass(frozen=True, kw_only=True, slots=True)
class Away:
    """A sighting that its place, which shows all there is, does not show any more.

    `since` is the moment of the first of the `polls` that did not show it, `read_at` that of the
    last one that is counted.
    """

    sighting: Sighting
    since: datetime
    polls: int
    read_at: datetime


def taken_away(known: KnownVersions, away: Sequence[Away]) -> Iterator[Gone | NamedLower]:
    """What of a product is away for so long that somebody has to be asked.

    A shipped release of which a download is away is a question; so is the highest of what no
    record has as shipped.
    """
    gone = [one for one in away if one.polls >= POLLS]
    gone.sort(key=lambda one: one.sighting.source)
    for source, rows in groupby(gone, key=lambda one: one.sighting.source):
        shipped: list[Away] = []
        others: list[Away] = []
        for row in rows:
            version = row.sighting.version
            if known.is_shipped_now(version):
                shipped.append(row)
            elif not known.shipped(version) and row.sighting.state in _STANDING:
                others.append(row)
        if shipped:
            shipped.sort(key=lambda row: known.place(row.sighting), reverse=True)
            yield Gone(source=source, sightings=tuple((row.sighting, row.since) for row in shipped))
        if others:
            yield from _highest_gone(known, source, others, {one.sighting.id for one in away})


def _highest_gone(
    known: KnownVersions, source: str, gone: Sequence[Away], away: set[str]
) -> Iterator[NamedLower]:
    """That the highest version of a place is away, and which is the highest there now."""
    for row in sorted(gone, key=lambda row: known.place(row.sighting), reverse=True):
        one = row.sighting
        there = [
            s
            for s in known.sightings
            if (s.source, s.platform, s.channel) == (source, one.platform, one.channel)
            and s.id not in away
            and s.state is not SightingState.DISMISSED
        ]
        highest = max(there, key=known.place, default=None)
        if highest and known.is_lower(highest.version, one.version):
            yield NamedLower(
                source=source, before=one.version, now=highest.version, platform=one.platform
            )
            return


def still_missing(
    known: KnownVersions,
    recent: Iterable[Sighting],
    now: datetime,
    away: Collection[str] = (),
    views: Sequence[Glimpse] = (),
) -> Iterator[StillMissing]:
    """Which versions that were told an hour ago still are not on all platforms.

    What is not there at all any more, by the ids that are `away` or by what places that name their
    newest version alone name now, is late nowhere.
    """
    seen: set[object] = set()
    for one in sorted(recent, key=lambda s: (s.first_seen, s.id)):
        key = known.identity(one.version), one.channel
        if key in seen or one.state not in _STANDING or one.first_seen > now - PLATFORMS_LATE:
            continue
        if one.id in away or any(_names_lower(known, view, one) for view in views):
            continue
        seen.add(key)
        there = known.platforms(one.version, one.channel)
        missing = known.usual_platforms(one.version, one.channel) - there
        if missing and "" not in there:
            yield StillMissing(
                sighting=one, there=tuple(sorted(there)), missing=tuple(sorted(missing))
            )


def _names_lower(known: KnownVersions, view: Glimpse, one: Sighting) -> bool:
    """Whether the place of a sighting names a lower version as its newest now."""
    if view.reach is not Reach.LATEST or view.source != one.source:
        return False
    line = one.platform, one.channel
    return any(
        named.line == line and known.is_lower(named.version, one.version) for named in view.named
    )


def lockstep_products(catalogue: Catalogue) -> dict[str, timedelta]:
    """The products that must keep working with others, each with for how long it is looked back."""
    graces = (p.lockstep_grace for p in catalogue.products.values() if p.lockstep)
    back = RECENT + 2 * max(graces, default=timedelta(0))
    return dict.fromkeys(lockstep_of_each(catalogue.products.values()), back)


def partial(
    catalogue: Catalogue, recent: Iterable[Sighting], now: datetime
) -> Iterator[AheadOfPartners]:
    """Which versions are out for longer than they may while others of their lockstep have none.

    `recent` are sightings of all products in lockstep. Another product has something for a version
    where it shows or ships anything since, or a little before it, has the very version, or where
    somebody has said that its newest release works with it.
    """
    rows = [one for one in recent if one.state in NEWS]
    first: dict[tuple[str, object], Sighting] = {}
    for one in sorted(rows, key=lambda s: (s.first_seen, s.id)):
        first.setdefault((one.product, identity(catalogue.schemes[one.product], one.version)), one)
    partners = lockstep_of_each(catalogue.products.values())
    for one in first.values():
        grace = catalogue.products[one.product].lockstep_grace
        if not now - grace - RECENT <= one.first_seen <= now - grace:
            continue
        waiting = tuple(
            (other, _newest(catalogue, other))
            for other in sorted(partners.get(one.product, ()))
            if other in catalogue.products
            and not _follows(catalogue, one, other, rows, one.first_seen - grace)
        )
        if waiting:
            yield AheadOfPartners(sighting=one, waiting=waiting)


def _follows(
    catalogue: Catalogue, one: Sighting, other: str, rows: Iterable[Sighting], since: datetime
) -> bool:
    """Whether another product has something for what was sighted, or nobody can know."""
    shipped = [r for r in catalogue.releases_of(other) if r.status is Status.SHIPPED]
    if not shipped and not catalogue.products[other].watch:
        return True
    if any(row.product == other and row.first_seen >= since for row in rows):
        return True
    if any(r.released_at and r.released_at >= since.date() for r in shipped):
        return True
    if catalogue.find_release(other, one.version) in shipped:
        return True
    release = catalogue.find_release(one.product, one.version)
    release = release or stand_in(one.product, one.version)
    try:
        return any(
            judge(catalogue, release, newest).verdict is Verdict.WORKS
            for newest in catalogue.latest_of_tracks(other)
        )
    except InvalidVersion:
        return False


def _newest(catalogue: Catalogue, product: str) -> str | None:
    newest = catalogue.latest(product)
    return newest.version if newest else None
