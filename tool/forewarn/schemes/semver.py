"""Semantic Versioning 2.0.0 (semver.org)."""

from __future__ import annotations

import re
from typing import Any

from forewarn.expressions import expression
from forewarn.frozen import dataclass
from forewarn.model.versions.plain import Plain
from forewarn.schemes import _text

_NUMBER = r"(0|[1-9][0-9]*)"
_LABEL = r"(?:0|[1-9][0-9]*|[0-9]*[A-Za-z-][0-9A-Za-z-]*)"
_SEMVER = expression(
    rf"{_NUMBER}\.{_NUMBER}\.{_NUMBER}"
    rf"(?:-({_LABEL}(?:\.{_LABEL})*))?"
    r"(?:\+[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*)?"
)
_RELEASE = (1,)
_PLAIN = Plain(shortest=3, longest=3, zeros=False)


@dataclass(frozen=True, slots=True)
class SemVer:
    """The precedence of semver.org, section 11; versions that differ only in build are equal."""

    name: str = "semver"
    summary: str = "Semantic Versioning 2.0.0: MAJOR.MINOR.PATCH, as npm and Cargo use it"
    example: str = "1.4.0-rc.1"
    vers_names: tuple[str, ...] = ("semver", "npm", "cargo", "golang", "hex")
    signs: frozenset[str] = frozenset({"^", "~"})
    plain: Plain | None = _PLAIN

    def key(self, version: str) -> tuple[Any, ...]:
        """The precedence as a tuple.

        Raises:
            InvalidVersion: the text is not MAJOR.MINOR.PATCH[-prerelease][+build].
        """
        major, minor, patch, labels = self._match(version).groups()
        prerelease = (0, *map(_label, labels.split("."))) if labels else _RELEASE
        return (int(major), int(minor), int(patch), prerelease)

    def series(self, numbers: str) -> tuple[str, str]:
        """As npm has it: 2.4.0, and before 2.5.0-0.

        Raises:
            InvalidVersion: no version begins with these numbers.
        """
        return _text.series(numbers, self, length=3, floor="-0")

    def final(self, version: str) -> str | None:
        """What stands before -prerelease.

        Raises:
            InvalidVersion: the text is not MAJOR.MINOR.PATCH[-prerelease][+build].
        """
        match = self._match(version)
        return version[: match.start(4) - 1] if match[4] else None

    def _match(self, version: str) -> re.Match[str]:
        _text.check(version, self)
        match = _SEMVER.fullmatch(version)
        if match is None:
            raise _text.refusal(
                version,
                self,
                "it needs three numbers joined by dots, without 'v' or leading zeros, then "
                "perhaps -prerelease and +build",
            )
        return match


def _label(text: str) -> tuple[int, int | str]:
    # Numbers come before words (11.4.3), and only like is compared with like.
    return (0, int(text)) if text.isdigit() else (1, text)


SCHEME = SemVer()
