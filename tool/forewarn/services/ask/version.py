"""Comparing, sorting and translating versions and ranges under a scheme."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Any

from forewarn import schemes
from forewarn.errors import UsageError
from forewarn.frozen import dataclass
from forewarn.model.versions.version import InvalidVersion, Scheme, VersionRange

_KEYS_KEPT = 10_000


@dataclass(frozen=True, kw_only=True, slots=True)
class NoVersion:
    """A line that is no version, its number in the input, and why."""

    line: int
    reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class SortedVersions:
    """The versions in their order, and the lines that are none."""

    versions: tuple[str, ...]
    refused: tuple[NoVersion, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Translated:
    """A range as it was written, in canonical VERS, and whether it can match nothing."""

    range: str
    vers: str
    empty: bool


def comparer(scheme: Scheme) -> Callable[[bytes], str]:
    """What says `<`, `=` or `>` of a line of two versions; `?` where it is none."""
    # Whoever compares all pairs of a list asks for each version again and again.
    key = lru_cache(maxsize=_KEYS_KEPT)(scheme.key)

    def compare(line: bytes) -> str:
        words = line.split()
        if len(words) != 2:
            return "?"
        try:
            left, right = (key(word.decode("ascii")) for word in words)
        except (UnicodeDecodeError, InvalidVersion):
            return "?"
        if left == right:
            return "="
        return "<" if left < right else ">"

    return compare


def sort(lines: Iterable[bytes], scheme: Scheme, *, reverse: bool = False) -> SortedVersions:
    """Sort lines of one version each; equal ones stay in their order, blank lines do not count."""
    found: list[tuple[Any, str]] = []
    refused = []
    for number, line in enumerate(lines, start=1):
        text = line.strip().decode("utf-8", errors="replace")
        if not text:
            continue
        try:
            found.append((scheme.key(text), text))
        except InvalidVersion as error:
            refused.append(NoVersion(line=number, reason=str(error)))
    found.sort(key=lambda row: row[0], reverse=reverse)
    return SortedVersions(versions=tuple(text for _, text in found), refused=tuple(refused))


def translate(text: str, scheme: Scheme) -> Translated:
    """A range of this scheme's versions as a canonical VERS URI.

    Raises:
        UsageError: the text is not a range of this scheme.
    """
    try:
        versions = VersionRange.parse(text).under(scheme)
        return Translated(
            range=str(versions),
            vers=versions.to_vers(scheme),
            empty=versions.empty_under(scheme),
        )
    except InvalidVersion as error:
        raise UsageError(
            f"this is no range of {scheme.name} versions: {error}",
            help=f"Write it like '>={scheme.example}', '*' or a VERS URI.",
        ) from None


def every_scheme() -> tuple[Scheme, ...]:
    """The registered schemes, by name."""
    return tuple(schemes.get(name) for name in schemes.names())
