"""What the releases of one product state of another, worked out for all its versions at once."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from itertools import pairwise

from forewarn.model import spans
from forewarn.model.catalogue import Catalogue
from forewarn.model.compatibility import Applied, apply, settle
from forewarn.model.release import Release
from forewarn.model.version import VersionRange

SILENT = -1  # the caution of what nothing is stated of; it is less than any verdict's

_Places = tuple[range, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Reach:
    """A statement, the number it has in its release, and the places where it decides or not.

    A place is that of a release of the partner, counted from the partner's highest version down.
    """

    number: int
    applied: Applied
    decides: _Places
    overruled: _Places


class Stated:
    """What the releases of `product` state of `partner`, by the rule of `judge`.

    A range is looked up in the partner's order once, and releases that state the same share the
    answer, so that a thousand versions by a thousand are answered in the time of a few.
    """

    def __init__(
        self, catalogue: Catalogue, product: str, partner: str, today: date | None
    ) -> None:
        self.product = product
        self.partner = partner
        self.releases = catalogue.releases_of(product)
        self._today = today
        self._scheme = catalogue.schemes[partner]
        self._key = cache(self._scheme.key)
        partners = catalogue.releases_of(partner)
        self._rungs = [spans.before(self._key(r.version)) for r in reversed(partners)]
        self._held: dict[str, _Places] = {}
        self._settled: dict[object, list[tuple[_Places, _Places]]] = {}
        self._reaches: dict[str, tuple[Reach, ...]] = {}

    def of(self, release: Release) -> tuple[Reach, ...]:
        """How far each statement of a release about the partner reaches, in its file's order."""
        found = self._reaches.get(release.version)
        if found is None:
            found = self._reaches[release.version] = tuple(self._reach(release))
        return found

    def at(self, release: Release, place: int) -> Iterator[Applied]:
        """What a release states of the partner's release at a place, settled."""
        for reach in self.of(release):
            if any(place in places for places in reach.decides):
                yield replace(reach.applied, decides=True)
            elif any(place in places for places in reach.overruled):
                yield reach.applied

    def cautions(self, release: Release) -> tuple[int, ...]:
        """The caution of what a release states of each place, the worst that decides there."""
        worst = [SILENT] * len(self._rungs)
        for reach in self.of(release):
            caution = reach.applied.verdict.caution
            for place in (place for places in reach.decides for place in places):
                worst[place] = max(worst[place], caution)
        return tuple(worst)

    def _reach(self, release: Release) -> Iterator[Reach]:
        made = [
            (number, apply(release, statement, self._today))
            for number, statement in enumerate(release.compatibility)
            if statement.partner == self.partner
        ]
        rows = [row for _, row in made]
        alike = tuple(
            (str(row.statement.versions), row.verdict, row.lapsed, row.statement.about)
            for row in rows
        )
        if alike not in self._settled:
            self._settled[alike] = self._settle(rows)
        for (number, row), (decides, overruled) in zip(made, self._settled[alike], strict=True):
            yield Reach(number=number, applied=row, decides=decides, overruled=overruled)

    def _settle(self, rows: Sequence[Applied]) -> list[tuple[_Places, _Places]]:
        """Where each statement decides and where it is overruled; between edges nothing changes."""
        edges: dict[int, set[int]] = defaultdict(set)
        for number, row in enumerate(rows):
            for places in self._places(row.statement.versions):
                edges[places.start] ^= {number}
                edges[places.stop] ^= {number}
        decides: list[list[range]] = [[] for _ in rows]
        overruled: list[list[range]] = [[] for _ in rows]
        covering: set[int] = set()
        for start, stop in pairwise(sorted(edges)):
            covering ^= edges[start]
            numbers = sorted(covering)
            settled = settle((rows[number] for number in numbers), self._scheme)
            for number, row in zip(numbers, settled, strict=True):
                (decides if row.decides else overruled)[number].append(range(start, stop))
        return [
            (_joined(one), _joined(other)) for one, other in zip(decides, overruled, strict=True)
        ]

    def _places(self, versions: VersionRange) -> _Places:
        """The places of the releases that a range holds."""
        text = str(versions)
        if text not in self._held:
            count = len(self._rungs)
            found = [
                range(count - bisect_left(self._rungs, high), count - bisect_left(self._rungs, low))
                for low, high in reversed(versions.spans_by(self._key))
            ]
            self._held[text] = _joined(places for places in found if places)
        return self._held[text]


def _joined(found: Iterable[range]) -> _Places:
    """Ranges in order, neighbours that touch as one."""
    joined: list[range] = []
    for places in found:
        if joined and joined[-1].stop == places.start:
            joined[-1] = range(joined[-1].start, places.stop)
        else:
            joined.append(places)
    return tuple(joined)
