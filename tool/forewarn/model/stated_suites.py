"""The verdicts on suites, from what is stated of all that they contain, worked out once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import reduce
from operator import or_

from forewarn.model.catalogue import Catalogue
from forewarn.model.compatibility import stated as stated_of
from forewarn.model.release import Release, Verdict
from forewarn.model.stated import SILENT, Stated, bit_of
from forewarn.model.whole import Pairs, Whole, whole


class Suites:
    """What decides for pairs of which at least one is a suite, by the rule of `judge`.

    `stated` gives what one product states of another.
    """

    def __init__(
        self, stated: Callable[[str, str], Stated], catalogue: Catalogue, today: date | None
    ) -> None:
        self._stated = stated
        self._catalogue = catalogue
        self._today = today
        self._wholes: dict[str, Whole] = {}
        self._heard: dict[tuple[str, str], tuple[int, ...]] = {}
        self._places: dict[str, dict[str, int]] = {}

    def heard(self, a: Release, b: Release) -> int:
        """The verdicts that decide for a pair, as bits (see `forewarn.model.stated`)."""
        pairs = Pairs(self._catalogue, self._whole(a), self._whole(b))
        found = SILENT
        for one, other in pairs:
            said = self._said(one.release, other.release) | self._said(other.release, one.release)
            if said != SILENT:
                pairs.spoken(one, other)
                found |= said
        return found | bit_of(Verdict.UNKNOWN) if any(pairs.gaps()) else found

    def _whole(self, release: Release) -> Whole:
        if str(release) not in self._wholes:
            self._wholes[str(release)] = whole(self._catalogue, release)
        return self._wholes[str(release)]

    def _said(self, owner: Release, other: Release) -> int:
        """What one release states of another."""
        if not owner.compatibility:
            return SILENT
        if not other.recorded:
            found = stated_of(self._catalogue, owner, other, self._today)
            return reduce(or_, (bit_of(row.verdict) for row in found if row.decides), SILENT)
        key = str(owner), other.product
        if key not in self._heard:
            self._heard[key] = self._stated(owner.product, other.product).heard(owner)
        return self._heard[key][self._place(other)]

    def _place(self, release: Release) -> int:
        product = release.product
        if product not in self._places:
            versions = self._catalogue.versions_of(product)
            self._places[product] = {version: place for place, version in enumerate(versions)}
        return self._places[product][release.version]
