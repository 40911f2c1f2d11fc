"""Downloads that appeared and that no record says have shipped; for staff only."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from forewarn.model.catalogue import Catalogue
from forewarn.model.release import Release, Status
from forewarn.model.sighting import Sighting, SightingState


@dataclass(frozen=True, kw_only=True, slots=True)
class Unannounced:
    """A version that is on a download place and not shipped in the records, staff only."""

    product: str
    version: str
    sightings: tuple[Sighting, ...]
    record: Release | None

    @property
    def first(self) -> Sighting:
        """The sighting that came first."""
        return min(self.sightings, key=lambda s: (s.first_seen, s.id))


def find_unannounced(
    catalogue: Catalogue, sightings: Iterable[Sighting]
) -> tuple[Unannounced, ...]:
    """Those among the sightings that are still open, what was seen last first."""
    groups: dict[tuple[str, str], list[Sighting]] = defaultdict(list)
    for sighting in sightings:
        if sighting.state is SightingState.OPEN:
            groups[sighting.product, sighting.version].append(sighting)
    found = (
        Unannounced(
            product=product,
            version=version,
            sightings=tuple(sorted(rows, key=lambda s: (s.first_seen, s.id))),
            record=catalogue.find_release(product, version),
        )
        for (product, version), rows in groups.items()
    )
    open_ = (
        row
        for row in found
        if row.record is None or row.record.status in (Status.PLANNED, Status.STAGED)
    )
    return tuple(
        sorted(open_, key=lambda u: (u.first.first_seen, u.product, u.version), reverse=True)
    )
