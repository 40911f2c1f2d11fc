"""What customers can already download, beside what the records say."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import field

from forewarn.frozen import dataclass
from forewarn.model.catalogue import Catalogue
from forewarn.model.finding import Finding
from forewarn.model.live import Live, live_version
from forewarn.model.meant import spellings
from forewarn.model.release import Release
from forewarn.model.sighting import Sighting
from forewarn.model.unrecorded import stand_in


@dataclass(frozen=True, kw_only=True, slots=True)
class Seen:
    """What is live of some products, by what the watched places showed.

    `again` holds what is withdrawn and was seen since, `other_bytes` the sightings of which the
    file has other bytes than it had. `unread` holds why nobody can know, where
    the state database cannot be read.
    """

    catalogue: Catalogue
    found: tuple[Live, ...] = ()
    again: Mapping[tuple[str, str], Sighting] = field(default_factory=dict)
    other_bytes: Mapping[tuple[str, str], tuple[Sighting, ...]] = field(default_factory=dict)
    unread: tuple[Finding, ...] = ()

    def version(self, product: str, version: str) -> Live | None:
        """That a version is live, however it is spelled."""
        if not self.found:
            return None
        said = (live_version(self.catalogue, self.found, product, v) for v in spellings(version))
        return next((live for live in said if live), None)

    def of(self, release: Release) -> Live | None:
        """That a release is live although no record has it as shipped."""
        return self.version(release.product, release.version)

    def bytes_of(self, release: Release) -> tuple[Sighting, ...]:
        """The sightings of a release whose file has other bytes than it had."""
        return self.other_bytes.get((release.product, release.version), ())

    def listed(self, products: Iterable[str]) -> Iterator[Release]:
        """Every release of these products; before a product's, what is live without a record."""
        for product in products:
            yield from (stand_in(product, live.version) for live in self._unrecorded(product))
            yield from self.catalogue.releases_of(product)

    def _unrecorded(self, product: str) -> list[Live]:
        return [live for live in self.found if live.product == product and live.record is None]

    def among(self, releases: Iterable[Release]) -> tuple[Live, ...]:
        """What of these releases is live, each once."""
        found = (self.of(release) for release in releases)
        return tuple(dict.fromkeys(live for live in found if live))
