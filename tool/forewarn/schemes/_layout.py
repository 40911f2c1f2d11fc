"""The layouts of calendar versions, in the tokens of calver.org."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

from forewarn.errors import UsageError
from forewarn.expressions import expression
from forewarn.frozen import dataclass

# Token -> how its number is written, an example, and its place from large to small.
_TOKENS: dict[str, tuple[str, str, int | None]] = {
    "YYYY": ("[12][0-9]{3}", "2026", 0),
    "YY": ("[1-9]?[0-9]|[1-9][0-9]{2}", "26", 0),
    "0Y": ("[0-9]{2}", "26", 0),
    "MM": ("1[0-2]|[1-9]", "4", 1),
    "0M": ("0[1-9]|1[0-2]", "04", 1),
    "WW": ("[1-4][0-9]|5[0-3]|[1-9]", "9", 1),
    "0W": ("0[1-9]|[1-4][0-9]|5[0-3]", "09", 1),
    "DD": ("[12][0-9]|3[01]|[1-9]", "5", 2),
    "0D": ("0[1-9]|[12][0-9]|3[01]", "05", 2),
    "MAJOR": ("[0-9]+", "2", None),
    "MINOR": ("[0-9]+", "2", None),
    "MICRO": ("[0-9]+", "1", None),
}
Part = tuple[str, str]  # a token, and what joins it to the next one

_FIXED_WIDTH = frozenset(["YYYY", "0Y", "0M", "0W", "0D"])
_SHORT_YEARS = frozenset(["YY", "0Y"])
_PART = expression(rf"({'|'.join(_TOKENS)})([._-]?)")
_DIGITS = expression("[0-9]+")
_MOST = {"MM": 12, "M": 12, "WW": 53, "W": 53, "DD": 31, "D": 31}
_LAST_MODIFIER = expression(r"[._-]?MODIFIER\Z")


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """A layout that was read.

    Args:
        pattern: a regular expression with one group for each number.
        short_year: the place of a year that counts from 2000, if there is one.
        example: a version of this layout.
    """

    pattern: str
    short_year: int | None
    example: str
    parts: tuple[Part, ...]


def parse(layout: str) -> Layout:
    """Read tokens that are joined by `.`, `-`, `_` or, where their width is fixed, by nothing.

    Raises:
        UsageError: the text is no layout, or its order would not be that of the calendar.
    """
    text = _LAST_MODIFIER.sub("", layout)
    parts: list[tuple[str, str]] = _PART.findall(text)
    problem = _problem(text, parts)
    if problem:
        raise UsageError(
            f"{layout!r} {problem}, so versions cannot be ordered by it",
            help=f"Join {', '.join(_TOKENS)} by dots, as in calver:YYYY.0M.MICRO.",
        )
    places = [place for place, (token, _) in enumerate(parts) if token in _SHORT_YEARS]
    return Layout(
        pattern=_pattern(parts),
        short_year=places[0] if places else None,
        example="".join(_TOKENS[token][1] + separator for token, separator in parts),
        parts=tuple(parts),
    )


def series(parts: Sequence[Part], numbers: str) -> tuple[str, str] | None:
    """The first version of the layout that begins with these numbers, and that of the next ones.

    None where there are more numbers than the layout has, or they are not joined as it joins them.
    """
    found = _DIGITS.findall(numbers)
    joints = _DIGITS.split(numbers)[1:-1]
    if len(found) > len(parts) or joints != [joint for _, joint in parts[: len(joints)]]:
        return None
    given = [int(number) for number in found]
    return _written(parts, given), _written(parts, _next(parts, given))


def _next(parts: Sequence[Part], numbers: list[int]) -> list[int]:
    place = len(numbers) - 1
    # After the last month comes the first one of the next year.
    while place and numbers[place] >= _MOST.get(parts[place][0].lstrip("0"), math.inf):
        place -= 1
    return [*numbers[:place], numbers[place] + 1]


def _written(parts: Sequence[Part], numbers: list[int]) -> str:
    """A version with these numbers, and the lowest ones that the layout must have after them."""
    text = ""
    for place, (token, _) in enumerate(parts):
        if place >= len(numbers) and token in ("MAJOR", "MINOR", "MICRO"):
            break
        number = numbers[place] if place < len(numbers) else 1
        width = 2 if token in _FIXED_WIDTH - {"YYYY"} else 1
        text += (parts[place - 1][1] if place else "") + str(number).zfill(width)
    return text


def _problem(text: str, parts: list[tuple[str, str]]) -> str | None:
    if not parts or "".join(map("".join, parts)) != text or parts[-1][1]:
        return "is not a layout"
    tokens = [token for token, _ in parts]
    places = [place for token in tokens if (place := _TOKENS[token][2]) is not None]
    if places[:1] != [0] or places != sorted(set(places)) or len(tokens) != len(set(tokens)):
        return "does not go from year to day, each of them once"
    if any(not separator and token not in _FIXED_WIDTH for token, separator in parts[:-1]):
        return "joins numbers whose width varies (0M and 0D have a fixed one)"
    return None


def _pattern(parts: list[tuple[str, str]]) -> str:
    pattern, optional = "", True
    for index in range(len(parts) - 1, -1, -1):
        token = parts[index][0]
        separator = re.escape(parts[index - 1][1]) if index else ""
        pattern = f"{separator}({_TOKENS[token][0]}){pattern}"
        # What was never patched has no MICRO yet: Ubuntu 24.04 came before 24.04.1.
        optional = optional and token in ("MINOR", "MICRO")
        if optional:
            pattern = f"(?:{pattern})?"
    return pattern
