"""Versions without a record, for the checker: among which ends of what is stated they fall.

The script in the page compares numbers with numbers and nothing else. What is said of each stretch
between two ends is worked out when the site is built, by a version that lies in it.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from itertools import pairwise

from forewarn.model.compatibility import Applied, stated
from forewarn.model.matter import is_open, last_tested
from forewarn.model.release import Release, Statement
from forewarn.model.unrecorded import stand_in
from forewarn.model.versions.plain import Cut, cut_all, cuts_of, samples
from forewarn.pages.view.view import View


class Between:
    """What the releases of one product state of the stretches between all ends that they name.

    `certain` is False where an end cannot be compared with numbers alone; then nothing is said.
    """

    def __init__(self, view: View, product: str, partner: str) -> None:
        self._view = view
        self._partner = partner
        self._scheme = view.catalogue.schemes[partner]
        self._owners = view.catalogue.releases_of(product)
        named = {v: None for owner in self._owners for v in self._ends(owner)}
        cuts = cut_all(self._scheme, named) if self._scheme.plain else None
        self.certain = cuts is not None
        self._cuts: list[Cut] = cuts or []

    @property
    def ends(self) -> list[str | int] | None:
        """The ends, from low to high: numbers, and 1 for just after them; None for unsure."""
        plain = self._scheme.plain
        if not self.certain or plain is None:
            return None
        return [part for numbers, after in self._cuts for part in (plain.text(numbers), int(after))]

    def of(self, owner: Release) -> Iterator[tuple[int, Applied, range]]:
        """Which of its statements a release makes of which stretches, as numbers and ranges."""
        made = self._made(owner)
        own = cut_all(self._scheme, self._ends(owner)) if made and self.certain else None
        if own is None:
            return
        starts = [0, *(bisect_left(self._cuts, cut) + 1 for cut in own), len(self._cuts) + 1]
        for sample, (start, stop) in zip(samples(self._scheme, own), pairwise(starts), strict=True):
            if sample is None:
                continue
            asked = stand_in(self._partner, sample)
            for row in stated(self._view.catalogue, owner, asked, self._view.today):
                yield made.index(row.statement), row, range(start, stop)

    def _made(self, owner: Release) -> list[Statement]:
        return [s for s in owner.compatibility if s.partner == self._partner]

    def _ends(self, owner: Release) -> Iterator[str]:
        """Every version at which what a release states of the partner may change."""
        for statement in self._made(owner):
            yield from (c.version for c in statement.versions.comparators)
            if statement.holds_until and statement.holds_until.version:
                yield statement.holds_until.version
            newest = (
                last_tested(self._view.catalogue, owner, statement) if is_open(statement) else None
            )
            if newest:
                yield newest.version


def same_numbers(view: View, release: Release) -> str | None:
    """The version of numbers alone that a release's version, which has words, is equal to."""
    scheme = view.catalogue.schemes[release.product]
    plain, version = scheme.plain, release.version
    if plain is None or plain.read(version) is not None or "+" in version:
        return None
    cuts = cuts_of(scheme, version)
    return plain.text(cuts[0][0]) if cuts and len(cuts) > 1 else None
