"""Calendar versioning (calver.org), with or without a declared layout."""

from __future__ import annotations

import re
from typing import Any

from forewarn.expressions import expression
from forewarn.frozen import dataclass
from forewarn.model.versions.plain import Plain
from forewarn.schemes import _layout, _text
from forewarn.schemes._runs import before_stage, runs

_MODIFIER = r"(?:[._-]?([A-Za-z~+].*))?"
_DEFAULT = expression(rf"([0-9]{{2}}|[12][0-9]{{3}})((?:[._-][0-9]+)*){_MODIFIER}")
_FIELD = expression("[0-9]+")
_CENTURY = 2000
_PLAIN = Plain(years=True)


@dataclass(frozen=True, slots=True)
class CalVer:
    """A year of two or four digits, then numbers joined by `.`, `-` or `_`, then a modifier.

    A short year counts from 2000, and trailing zeros do not count: 24.4 = 2024.04 = 2024.04.0.
    A modifier such as `-rc1` or `.post1` is ordered as the loose scheme orders it.
    """

    name: str = "calver"
    summary: str = "Calendar versions; declare another layout as in calver:YYYY.0M.MICRO"
    example: str = "2026.04.1"
    vers_names: tuple[str, ...] = ("generic",)
    signs: frozenset[str] = frozenset()
    plain: Plain | None = _PLAIN

    def key(self, version: str) -> tuple[Any, ...]:
        """The numbers, then the modifier.

        Raises:
            InvalidVersion: the text does not begin with a year, or is no version at all.
        """
        _text.check(version, self)
        match = _DEFAULT.fullmatch(version)
        if match is None:
            raise _text.refusal(
                version,
                self,
                "it needs a year of two or four digits, then numbers joined by dots (for any "
                "other form declare a layout, as in calver:YYYY0M0D.MICRO)",
            )
        year, fields, modifier = match.groups()
        century = _CENTURY if len(year) == 2 else 0
        numbers = [int(year) + century, *map(int, _FIELD.findall(fields))]
        while numbers[-1] == 0:
            numbers.pop()
        return (tuple(numbers), runs(modifier or ""))

    def series(self, numbers: str) -> tuple[str, str]:
        """2026.04, and before 2026.05~dev.

        Raises:
            InvalidVersion: no version begins with these numbers.
        """
        return _text.series(numbers, self, floor="~dev")

    def final(self, version: str) -> str | None:
        """What stands before a modifier that begins with a stage, such as -rc1.

        Raises:
            InvalidVersion: the text does not begin with a year, or is no version at all.
        """
        self.key(version)
        return before_stage(version, strict=False)

    def with_layout(self, layout: str) -> LaidOutCalVer:
        """The scheme for the versions of one layout, such as `YYYY.0M.MICRO`.

        MINOR and MICRO may be missing at the end of a version and are 0 then; a modifier may
        follow any version, and a last MODIFIER in the layout says no more than that.

        Raises:
            UsageError: the text is no layout, or its order would not be that of the calendar.
        """
        read = _layout.parse(layout)
        return LaidOutCalVer(
            name=f"{self.name}:{layout}",
            pattern=re.compile(read.pattern + _MODIFIER),
            short_year=read.short_year,
            example=read.example,
            summary=f"Calendar versions of the layout {layout}",
            vers_names=self.vers_names,
            parts=read.parts,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class LaidOutCalVer:
    """Versions of one declared layout, and no others."""

    name: str
    pattern: re.Pattern[str]
    short_year: int | None
    example: str
    summary: str
    vers_names: tuple[str, ...]
    parts: tuple[_layout.Part, ...]
    signs: frozenset[str] = frozenset()
    plain: Plain | None = None

    def key(self, version: str) -> tuple[Any, ...]:
        """The numbers, then the modifier.

        Raises:
            InvalidVersion: the text does not follow the layout.
        """
        _text.check(version, self)
        match = self.pattern.fullmatch(version)
        if match is None:
            raise _text.refusal(version, self, "it does not follow the layout")
        *fields, modifier = match.groups()
        numbers = [int(text or 0) for text in fields]
        if self.short_year is not None:
            numbers[self.short_year] += _CENTURY
        return (tuple(numbers), runs(modifier or ""))

    def series(self, numbers: str) -> tuple[str, str]:
        """For 2026 of YYYY.0M: 2026.01, and before 2027.01~dev.

        Raises:
            InvalidVersion: no version of the layout begins with these numbers.
        """
        found = _layout.series(self.parts, numbers)
        if found is None or not all(map(self.pattern.fullmatch, found)):
            raise _text.refusal(numbers, self, "it does not follow the layout")
        low, high = found
        return low, high + "~dev"

    def final(self, version: str) -> str | None:
        """What stands before a modifier that begins with a stage, such as -rc1.

        Raises:
            InvalidVersion: the text does not follow the layout.
        """
        self.key(version)
        return before_stage(version, strict=False)


SCHEME = CalVer()
