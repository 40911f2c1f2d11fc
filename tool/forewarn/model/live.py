"""What customers can already download, although no record says that it has shipped."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from dataclasses import replace
from datetime import datetime

from forewarn.frozen import dataclass
from forewarn.model.catalogue import Catalogue
from forewarn.model.release import Release, Status
from forewarn.model.sighting import Sighting, SightingState
from forewarn.model.versions.same import identity

_TO_COME = (Status.PLANNED, Status.STAGED)
# Whose release a person took for one, or has yet to answer for.
_STANDING = (SightingState.OPEN, SightingState.ACCEPTED)


@dataclass(frozen=True, kw_only=True, slots=True)
class Live:
    """A version that a watched place shows and that no record has as shipped or withdrawn.

    `version` is as recorded, else as the place spells it that showed it first. `sightings` are
    those that stand, what was seen first before the rest; `record` is planned, staged or None.
    """

    product: str
    version: str
    sightings: tuple[Sighting, ...]
    record: Release | None

    @property
    def since(self) -> datetime:
        """When it was first seen, in UTC."""
        return self.sightings[0].first_seen

    @property
    def platforms(self) -> tuple[tuple[str | None, datetime], ...]:
        """Each platform, None where none is named, and when it was first seen there."""
        first: dict[str | None, datetime] = {}
        for sighting in self.sightings:
            first.setdefault(sighting.platform, sighting.first_seen)
        return tuple(first.items())

    @property
    def rollout(self) -> int | None:
        """How many percent of customers are offered it, at the most; None where a place is silent.

        A place that says nothing of it may offer it to everybody.
        """
        shares = [sighting.rollout for sighting in self.sightings]
        known = [share for share in shares if share is not None]
        return max(known) if known and len(known) == len(shares) else None

    @property
    def addresses(self) -> tuple[str, ...]:
        """Where it can be downloaded."""
        return tuple(dict.fromkeys(sighting.url for sighting in self.sightings))

    @property
    def unanswered(self) -> tuple[Sighting, ...]:
        """The sightings that nobody has answered."""
        return tuple(s for s in self.sightings if s.state is SightingState.OPEN)

    def __str__(self) -> str:
        return f"{self.product}@{self.version}"


def is_to_come(release: Release) -> bool:
    """Whether the record says that it has not been out: what a sighting of it contradicts."""
    return release.status in _TO_COME


def has_shipped(catalogue: Catalogue, product: str, version: str) -> bool:
    """Whether the records already say that this version has shipped, be it withdrawn since."""
    release = catalogue.find_release(product, version)
    return release is not None and not is_to_come(release)


def find_live(catalogue: Catalogue, sightings: Iterable[Sighting]) -> tuple[Live, ...]:
    """What is live by these sightings, what was seen last first.

    That is each version with a sighting that nobody has dismissed, until its record is shipped
    or withdrawn. What was there when a place was first read counts only where a record says that
    it is still to come.
    """
    records = _Records(catalogue)
    groups: dict[tuple[str, Hashable], list[Sighting]] = {}
    for sighting in sightings:
        if records.today(sighting).state in _STANDING:
            record = records.find(sighting.product, sighting.version)
            if record is None or is_to_come(record):
                rank = records.rank(sighting.product, sighting.version)
                groups.setdefault((sighting.product, rank), []).append(records.today(sighting))
    found = [_live(records, product, rows) for (product, _), rows in groups.items()]
    return tuple(sorted(found, key=lambda r: (r.since, r.product, r.version), reverse=True))


def _live(records: _Records, product: str, rows: list[Sighting]) -> Live:
    rows.sort(key=lambda s: (s.first_seen, s.id))
    record = records.find(product, rows[0].version)
    return Live(
        product=product,
        version=record.version if record else rows[0].version,
        sightings=tuple(rows),
        record=record,
    )


def find_again(
    catalogue: Catalogue, sightings: Iterable[Sighting]
) -> dict[tuple[str, str], Sighting]:
    """The withdrawn releases that a place began to show after they were withdrawn.

    Each with its first such sighting, by product and version. What a place showed at the first
    look, on the day of the withdrawal or before says nothing of today.
    """
    records = _Records(catalogue)
    found: dict[tuple[str, str], Sighting] = {}
    for sighting in sorted(sightings, key=lambda s: (s.first_seen, s.id)):
        if records.today(sighting).state in (SightingState.BASELINE, SightingState.DISMISSED):
            continue
        record = records.find(sighting.product, sighting.version)
        gone = record.withdrawn if record and record.status is Status.WITHDRAWN else None
        if record and gone and sighting.first_seen.date() > gone.on:
            found.setdefault((record.product, record.version), sighting)
    return found


def find_other_bytes(
    catalogue: Catalogue, sightings: Iterable[Sighting]
) -> dict[tuple[str, str], tuple[Sighting, ...]]:
    """The sightings of each version whose file has other bytes than it had, and nobody says why.

    Where the record has the digest that the file has now, somebody has seen to it; so has whoever
    dismissed it.
    """
    records = _Records(catalogue)
    found: dict[tuple[str, str], tuple[Sighting, ...]] = {}
    for one in sorted(sightings, key=lambda s: (s.first_seen, s.id)):
        if one.other is None or one.state is SightingState.DISMISSED:
            continue
        record = records.find(one.product, one.version)
        recorded = {download.sha256 for download in record.downloads} if record else set()
        if one.other.after not in recorded:
            key = one.product, record.version if record else one.version
            found[key] = (*found.get(key, ()), one)
    return found


def live_version(
    catalogue: Catalogue, found: Iterable[Live], product: str, version: str
) -> Live | None:
    """The one of `found` that is this version, as written or equal under the scheme."""
    records = _Records(catalogue)
    rank = records.rank(product, version)
    of_product = (live for live in found if live.product == product)
    return next((r for r in of_product if records.rank(product, r.version) == rank), None)


def same_version(
    catalogue: Catalogue, sightings: Iterable[Sighting], one: Sighting
) -> tuple[Sighting, ...]:
    """Those of a sighting's product and version, as written or equal under the scheme."""
    records = _Records(catalogue)
    rank = records.rank(one.product, one.version)
    of_product = (s for s in sightings if s.product == one.product)
    return tuple(s for s in of_product if records.rank(s.product, s.version) == rank)


def as_of_today(catalogue: Catalogue, sightings: Iterable[Sighting]) -> tuple[Sighting, ...]:
    """The sightings as they are by the records of today.

    One that nobody answered is `known` as soon as its release ships, and `open` where a record
    says that what it shows is still to come. What was there at a first look and is withdrawn stays
    what it was: it is no sign that somebody has put it up again.
    """
    records = _Records(catalogue)
    return tuple(records.today(sighting) for sighting in sightings)


class _Records:
    """A catalogue in which many versions are looked up, most of which are not there."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._ranked: dict[str, dict[Hashable, str]] = {}

    def rank(self, product: str, version: str) -> Hashable:
        """The same for spellings of one version."""
        return identity(self._catalogue.schemes.get(product), version)

    def find(self, product: str, version: str) -> Release | None:
        """The same as the catalogue's `find_release`."""
        exact = self._catalogue.releases.get((product, version))
        if exact:
            return exact
        if product not in self._ranked:
            self._ranked[product] = {}
            for recorded in self._catalogue.versions_of(product):
                self._ranked[product].setdefault(self.rank(product, recorded), recorded)
        equal = self._ranked[product].get(self.rank(product, version))
        return self._catalogue.releases[product, equal] if equal is not None else None

    def today(self, sighting: Sighting) -> Sighting:
        """A sighting as it is by the records."""
        if sighting.state in (SightingState.ACCEPTED, SightingState.DISMISSED):
            return sighting
        record, state = self.find(sighting.product, sighting.version), sighting.state
        if state is SightingState.WITNESSED and (record is None or is_to_come(record)):
            return sighting
        gone = record is not None and record.status is Status.WITHDRAWN
        if record and not (gone and state is SightingState.BASELINE):
            state = SightingState.OPEN if is_to_come(record) else SightingState.KNOWN
        return sighting if state is sighting.state else replace(sighting, state=state)
