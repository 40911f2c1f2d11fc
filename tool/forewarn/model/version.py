"""Versions and ranges of versions, under a product's declared scheme."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, Protocol

from forewarn.model.names import check_version

Operator = Literal["=", "!=", "<", "<=", ">", ">="]
# Longest first, so that "<=" is not read as "<" followed by "=".
_OPERATORS: tuple[tuple[str, Operator], ...] = (
    ("!=", "!="),
    ("<=", "<="),
    (">=", ">="),
    ("==", "="),
    ("<", "<"),
    (">", ">"),
    ("=", "="),
)


class InvalidVersion(ValueError):
    """Text that is not a version under the scheme; the message says why."""


class Scheme(Protocol):
    """The order of a product's versions."""

    @property
    def name(self) -> str:
        """The word used in product.yml."""

    def key(self, version: str) -> Any:
        """A hashable, totally ordered value; equal keys mean equal versions.

        Raises:
            InvalidVersion: the text is not a version of this scheme.
        """


@dataclass(frozen=True, kw_only=True, slots=True)
class Comparator:
    """One end or exclusion of a range, such as `<2.7`."""

    operator: Operator
    version: str

    def admits(self, version: str, scheme: Scheme) -> bool:
        """Whether `version` satisfies this comparator.

        Raises:
            InvalidVersion: either version is none under the scheme.
        """
        left, right = scheme.key(version), scheme.key(self.version)
        match self.operator:
            case "=":
                return bool(left == right)
            case "!=":
                return bool(left != right)
            case "<":
                return bool(left < right)
            case "<=":
                return bool(left <= right)
            case ">":
                return bool(left > right)
            case ">=":
                return bool(left >= right)


@dataclass(frozen=True, kw_only=True, slots=True)
class VersionRange:
    """The versions that satisfy every comparator; with none (`*`), all versions.

    Pre-releases have no special rule: the scheme's order alone decides, so `<2.7` holds
    2.7-rc1 and `>=2.7` does not.
    """

    comparators: tuple[Comparator, ...] = ()

    @classmethod
    def parse(cls, text: str) -> VersionRange:
        """Read `*`, `2.7`, `=2.7` or comma-separated comparators such as `>=2.4,<2.7`.

        Raises:
            InvalidVersion: the text is not a range.
        """
        text = text.strip()
        if text == "*":
            return cls()
        if not text:
            raise InvalidVersion("a range cannot be empty; write * for every version")
        return cls(comparators=tuple(_comparator(part) for part in text.split(",")))

    def contains(self, version: str, scheme: Scheme) -> bool:
        """Whether `version` is in the range.

        Raises:
            InvalidVersion: a version is none under the scheme.
        """
        return all(comparator.admits(version, scheme) for comparator in self.comparators)

    @property
    def width(self) -> int:
        """How much a range leaves open: 0 one version, 1 two ends, 2 one end, 3 everything.

        A narrower statement is taken before a wider one, and this is what narrower means.
        """
        operators = {comparator.operator for comparator in self.comparators}
        if "=" in operators:
            return 0
        ends = bool(operators & {"<", "<="}) + bool(operators & {">", ">="})
        return 3 - ends

    def __str__(self) -> str:
        if not self.comparators:
            return "*"
        return ",".join(
            c.version if c.operator == "=" else f"{c.operator}{c.version}" for c in self.comparators
        )


def _comparator(part: str) -> Comparator:
    part = part.strip()
    prefix, operator = next((row for row in _OPERATORS if part.startswith(row[0])), ("", "="))
    version = part.removeprefix(prefix).strip()
    problem = check_version(version)
    if problem:
        raise InvalidVersion(f"{part!r} is not a comparator: {problem}")
    return Comparator(operator=operator, version=version)
