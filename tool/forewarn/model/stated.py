"""What the releases of one product state of another, worked out for all its versions at once."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from itertools import groupby
from typing import Any

from forewarn.frozen import dataclass
from forewarn.model.catalogue import Catalogue
from forewarn.model.compatibility import Applied, apply, is_expired
from forewarn.model.matter import (
    AT,
    BEYOND,
    FINAL,
    NAMED,
    Asked,
    Claim,
    Order,
    Settled,
    claims_of,
    settle,
)
from forewarn.model.release import Release, Statement, Verdict
from forewarn.model.versions import spans
from forewarn.model.versions.vers import Alternative

SILENT = 0  # what is heard where nothing is stated; else one bit for each verdict that decides

_Places = tuple[range, ...]
# How a claim bears on a version that came after all that it was tested with.
_PAST_IT = bytes(code and code | BEYOND for code in range(256))


@dataclass(frozen=True, kw_only=True, slots=True)
class Bearing:
    """A statement, the number it has in its release, and the places where it decides or not.

    A place is that of a release of the partner, counted from the partner's highest version down.
    A statement that is in doubt in some places and not in others has one for each.
    """

    number: int
    applied: Applied
    decides: _Places
    overruled: _Places


def bit_of(verdict: Verdict) -> int:
    """A verdict as a bit; that of a worse one is higher."""
    return 1 << verdict.caution


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
        self.catalogue = catalogue
        self.today = today
        scheme = catalogue.schemes[partner]
        self._order = Order(scheme)
        self._key = self._order.key
        partners = catalogue.releases_of(partner)
        self._asked = [Asked(release, self._order) for release in partners]
        self._rungs = [spans.before(asked.key) for asked in reversed(self._asked)]
        self._pre = [place for place, asked in enumerate(self._asked) if asked.pre]
        finals = sorted((spans.before(self._asked[p].final), p) for p in self._pre)
        self._finals, self._leading = [cut for cut, _ in finals], [place for _, place in finals]
        self._covers: dict[Alternative, bytes] = {}
        self._settled: dict[object, list[list[tuple[Settled, _Places]]]] = {}
        self._reaches: dict[str, tuple[Bearing, ...]] = {}

    def of(self, release: Release) -> tuple[Bearing, ...]:
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

    def heard(self, release: Release) -> tuple[int, ...]:
        """The verdicts that decide in what a release states of each place, as bits."""
        found = [SILENT] * len(self._asked)
        for reach in self.of(release):
            bit = bit_of(reach.applied.verdict)
            for place in (place for places in reach.decides for place in places):
                found[place] |= bit
        return tuple(found)

    def _reach(self, release: Release) -> Iterator[Bearing]:
        made = [
            (number, statement)
            for number, statement in enumerate(release.compatibility)
            if statement.partner == self.partner
        ]
        for (number, statement), found in zip(made, self._settle(release, made), strict=True):
            doubts: dict[Settled, dict[bool, _Places]] = defaultdict(dict)
            for settled, places in found:
                doubts[settled._replace(decides=False)][settled.decides] = places
            for doubt, where in doubts.items():
                yield Bearing(
                    number=number,
                    applied=apply(release, statement, doubt, self.today),
                    decides=where.get(True, ()),
                    overruled=where.get(False, ()),
                )

    def _settle(
        self, release: Release, made: Sequence[tuple[int, Statement]]
    ) -> list[list[tuple[Settled, _Places]]]:
        """For each statement, what becomes of it and where."""
        claims = [
            claim
            for number, (_, statement) in enumerate(made)
            for claim in claims_of(
                number, release, statement, self._order, is_expired(statement, self.today)
            )
        ]
        alike = tuple(
            (
                claim.number,
                claim.matter,
                claim.verdict,
                claim.expired,
                claim.alternative,
                *((claim.open, claim.until, claim.day) if claim.promises else ()),
            )
            for claim in claims
        )
        if alike not in self._settled:
            self._settled[alike] = self._work_out(claims, len(made))
        return self._settled[alike]

    def _work_out(self, claims: list[Claim], count: int) -> list[list[tuple[Settled, _Places]]]:
        """Settle each place; where the same claims bear in the same way, the same follows."""
        found: list[dict[Settled, list[range]]] = [defaultdict(list) for _ in range(count)]
        pre = bytearray(len(self._asked))
        for place in self._pre:
            pre[place] = 1
        known: dict[tuple[int, ...], dict[int, Settled]] = {}
        columns = zip(pre, *map(self._codes, claims), strict=True)
        start = 0
        for codes, alike in groupby(columns):
            stop = start + sum(1 for _ in alike)
            if codes not in known:
                known[codes] = settle(claims, codes[1:], pre=bool(codes[0]))
            for number, settled in known[codes].items():
                found[number][settled].append(range(start, stop))
            start = stop
        return [
            [(settled, _joined(places)) for settled, places in sorted(rows.items())]
            for rows in found
        ]

    def _codes(self, claim: Claim) -> bytes:
        """How a claim bears on each place."""
        cover = self._covers.get(claim.alternative)
        if cover is None:
            cover = self._covers[claim.alternative] = self._cover(claim)
        if not (claim.open and claim.promises):
            return cover
        first = self._first_tested(claim)
        found = bytearray(cover[:first].translate(_PAST_IT) + cover[first:])
        # Of the releases above the newest that was tested, only pre-releases can have shipped.
        for place in (*self._pre[: bisect_left(self._pre, first)], *self._at(claim.floor)):
            if cover[place] and not self._asked[place].is_beyond(claim, self.catalogue):
                found[place] = cover[place]
        return bytes(found)

    def _at(self, key: Any) -> range:
        """The places of the releases with a key; none for None."""
        if key is None:
            return range(0)
        count, rung = len(self._rungs), spans.before(key)
        return range(
            count - bisect_right(self._rungs, rung), count - bisect_left(self._rungs, rung)
        )

    def _cover(self, claim: Claim) -> bytes:
        count = len(self._asked)
        found = bytearray(count)
        for low, high in claim.reach:
            start = count - bisect_left(self._rungs, high)
            stop = count - bisect_left(self._rungs, low)
            found[start:stop] = bytes([AT]) * (stop - start)
            begin, end = bisect_left(self._finals, low), bisect_left(self._finals, high)
            for place in self._leading[begin:end]:
                found[place] |= FINAL
        if claim.names:
            for place in self._pre:
                if found[place] & AT and self._asked[place].final in claim.names:
                    found[place] |= NAMED
        return bytes(found)

    def _first_tested(self, claim: Claim) -> int:
        """The place of the highest release with which an open claim was tested, or after all."""
        last = claim.until
        if last is None and claim.day:
            newest = self.catalogue.newest_by(self.partner, claim.day)
            last = self._key(newest.version) if newest else None
        if last is None:
            return len(self._rungs)
        return len(self._rungs) - bisect_right(self._rungs, spans.before(last))


def _joined(found: Iterable[range]) -> _Places:
    """Ranges in order, neighbours that touch as one."""
    joined: list[range] = []
    for places in found:
        if joined and joined[-1].stop == places.start:
            joined[-1] = range(joined[-1].start, places.stop)
        else:
            joined.append(places)
    return tuple(joined)
