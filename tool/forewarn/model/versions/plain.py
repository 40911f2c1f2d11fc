"""Versions of numbers alone, which can be put in order without knowing the rest of a scheme.

Whoever has no scheme at hand, as a script in a page, can place such a version among others. Where
among them a version with words stands is worked out here, by the scheme.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from forewarn.expressions import expression
from forewarn.frozen import dataclass
from forewarn.model.versions.comparator import Scheme, is_version

Numbers = tuple[int, ...]
# Just before the versions that are equal to these numbers, or (True) just after them.
Cut = tuple[Numbers, bool]

_NUMBERS = expression(r"[0-9]{1,9}(?:\.[0-9]{1,9}){0,7}", re.ASCII)
_BEGINNING = expression(r"[vV]?([0-9]{1,9}(?:\.[0-9]{1,9}){0,7})(?![0-9])", re.ASCII)
_CENTURY = 2000
_YEAR = expression("[0-9]{2}|[12][0-9]{3}")
_MOST = 8  # numbers that are looked at


@dataclass(frozen=True, kw_only=True, slots=True)
class Plain:
    """How a scheme orders versions of numbers joined by dots: number by number.

    A version has `shortest` to `longest` numbers up to `highest`. Where `filled`, missing ones
    are 0, so that 2.7 is 2.7.0; else the longer one is higher. `zeros` says that 2.07 is a version
    and equal to 2.7, `prefix` that v2.7 is, and `years` that the first number is a year, of which
    26 means 2026.
    """

    shortest: int = 1
    longest: int = _MOST
    highest: int = 10**9 - 1
    filled: bool = True
    zeros: bool = True
    prefix: bool = False
    years: bool = False

    def read(self, text: str) -> Numbers | None:
        """The numbers, so that equal ones are equal versions; None for any other text."""
        plain = text[1:] if self.prefix and text[:1] in ("v", "V") else text
        if not _NUMBERS.fullmatch(plain):
            return None
        parts = plain.split(".")
        numbers = [int(part) for part in parts]
        if not self.shortest <= len(parts) <= self.longest or max(numbers) > self.highest:
            return None
        if not self.zeros and any(str(n) != part for n, part in zip(numbers, parts, strict=True)):
            return None
        if self.years:
            if not _YEAR.fullmatch(parts[0]):
                return None
            numbers[0] += _CENTURY * (len(parts[0]) == 2)
        return self._cut_off(numbers)

    @property
    def lowest(self) -> Numbers:
        """The numbers of the lowest version."""
        if self.years:
            return (1000,)
        return () if self.filled else (0,)

    def text(self, numbers: Numbers) -> str:
        """A version that has these numbers."""
        zeros = (0,) * (self.shortest - len(numbers))
        return ".".join(map(str, (*numbers, *zeros))) or "0"

    def above(self, numbers: Numbers, length: int) -> Numbers | None:
        """Numbers above these, and below all higher ones that have up to `length` numbers."""
        if not self.filled:
            return (*numbers, 0) if len(numbers) < self.longest else None
        size = min(self.longest, max(length, len(numbers)) + 1)
        found = [*numbers, *(0,) * (size - len(numbers))]
        for place in range(size - 1, -1, -1):
            if found[place] < self.highest:
                return (*found[:place], found[place] + 1)
            found[place] = 0
        return None

    def below(self, numbers: Numbers) -> Numbers | None:
        """Numbers below these, and above nearly all lower ones; None where there are none."""
        if numbers <= self.lowest:
            return None
        if numbers[-1] == 0:
            return numbers[:-1]
        found = (*numbers[:-1], numbers[-1] - 1)
        return (*found, self.highest) if len(found) < self.longest else found

    def _cut_off(self, numbers: list[int]) -> Numbers:
        while self.filled and numbers and numbers[-1] == 0:
            numbers.pop()
        return tuple(numbers)


def cuts_of(scheme: Scheme, version: str) -> tuple[Cut, ...] | None:
    """Where a version lies among those of numbers alone; None where that is not certain.

    It is just before or just after some numbers, or equal to them: then it is two cuts, as they
    are also told from what is next to them. It is none where it is above or below all of them.

    Raises:
        InvalidVersion: it is none under the scheme.
    """
    plain, key = scheme.plain, scheme.key(version)
    if plain is None:
        return None
    exact = plain.read(version)
    if exact is not None:
        return (exact, False), (exact, True)
    if not plain.years and key > scheme.key(plain.text((plain.highest,) * plain.longest)):
        return ()
    match = _BEGINNING.match(version)
    numbers = plain.read(match[1]) if match else None
    if numbers is None:
        return None
    same = scheme.key(plain.text(numbers))
    if same == key:
        return (numbers, False), (numbers, True)
    if key < same:
        below = plain.below(numbers)
        sure = below is None or scheme.key(plain.text(below)) < key
        return ((numbers, False),) if sure else None
    above = plain.above(numbers, len(numbers) + 3)
    if above is None or not key < scheme.key(plain.text(above)):
        return None
    return ((numbers, True),)


def cut_all(scheme: Scheme, versions: Iterable[str]) -> list[Cut] | None:
    """The cuts of several versions, from low to high; None where one of them is not certain.

    Raises:
        InvalidVersion: one of them is none under the scheme.
    """
    found: set[Cut] = set()
    for version in versions:
        cuts = cuts_of(scheme, version)
        if cuts is None:
            return None
        found.update(cuts)
    return sorted(found)


def samples(scheme: Scheme, cuts: list[Cut]) -> list[str | None]:
    """For what is below, between and above some cuts a version each; None where there is none."""
    plain = scheme.plain
    if plain is None:
        return []
    length = max((len(numbers) for numbers, _ in cuts), default=0)
    found: list[str | None] = []
    for low, high in zip([None, *cuts], [*cuts, None], strict=True):
        numbers: Numbers | None = plain.lowest
        if low is not None:
            numbers = plain.above(low[0], length) if low[1] else low[0]
        fits = numbers is not None and (high is None or (numbers, False) < high)
        text = plain.text(numbers) if numbers is not None and fits else None
        found.append(text if text and is_version(text, scheme) else None)
    return found
