"""NuGet package versions: SemVer 2.0.0 with up to four numbers, ignoring case."""

from __future__ import annotations

from typing import Any

from forewarn.expressions import expression
from forewarn.frozen import dataclass
from forewarn.model.versions.plain import Plain
from forewarn.schemes import _text

_LABEL = r"(?:0|[1-9][0-9]*|[0-9]*[A-Za-z-][0-9A-Za-z-]*)"
_NUGET = expression(
    r"([0-9]+(?:\.[0-9]+){0,3})"
    rf"(?:-({_LABEL}(?:\.{_LABEL})*))?"
    r"(?:\+[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*)?"
)
_NUMERIC = expression(r"-?[0-9]+")
_HIGHEST = 2**31 - 1
_RELEASE = (1,)
_PLAIN = Plain(longest=4, highest=_HIGHEST)


@dataclass(frozen=True, slots=True)
class NuGet:
    """The default order of NuGet.Versioning: metadata does not count, missing numbers are 0."""

    name: str = "nuget"
    summary: str = ".NET packages: SemVer with up to four numbers"
    example: str = "2.7.0-rc.1"
    vers_names: tuple[str, ...] = ("nuget",)
    signs: frozenset[str] = frozenset()
    plain: Plain | None = _PLAIN

    def key(self, version: str) -> tuple[Any, ...]:
        """NuGet's order as a tuple.

        Raises:
            InvalidVersion: the text is not A[.B[.C[.D]]][-prerelease][+metadata].
        """
        numbers, labels = self._read(version)
        numbers += [0] * (4 - len(numbers))
        return (*numbers, (0, *map(_label, labels.split("."))) if labels else _RELEASE)

    def series(self, numbers: str) -> tuple[str, str]:
        """2.4, and before 2.5-0.

        Raises:
            InvalidVersion: no version begins with these numbers.
        """
        return _text.series(numbers, self, floor="-0")

    def final(self, version: str) -> str | None:
        """What stands before -prerelease.

        Raises:
            InvalidVersion: the text is not A[.B[.C[.D]]][-prerelease][+metadata].
        """
        _, labels = self._read(version)
        return version.partition("-")[0] if labels else None

    def _read(self, version: str) -> tuple[list[int], str | None]:
        _text.check(version, self)
        match = _NUGET.fullmatch(version)
        numbers = [int(part) for part in match[1].split(".")] if match else []
        if match is None or max(numbers) > _HIGHEST:
            raise _text.refusal(
                version,
                self,
                f"it needs one to four numbers up to {_HIGHEST} joined by dots, without 'v', then "
                "perhaps -prerelease and +metadata",
            )
        return numbers, match[2]


def _label(text: str) -> tuple[int, int | str]:
    # NuGet asks .NET whether the label is a 32-bit integer, and .NET also reads a sign.
    if _NUMERIC.fullmatch(text) and -_HIGHEST - 1 <= int(text) <= _HIGHEST:
        return (0, int(text))
    return (1, text.upper())


SCHEME = NuGet()
