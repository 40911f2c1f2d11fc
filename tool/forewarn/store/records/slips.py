"""Slips of the pen: what somebody meant, where only one thing can be meant."""

from __future__ import annotations

import re
from collections.abc import Iterable

from forewarn.expressions import expression

_SHORT_DATE = expression(r"(\d{4})-(\d{1,2})-(\d{1,2})", re.ASCII)


def meant(word: str, known: Iterable[str]) -> str | None:
    """The one of the known words that `word` is a slip of; None where it is none, or of several.

    A slip is a letter too many, too few, another or swapped with its neighbour: two of them in a
    word of six letters and more, one in a shorter one, and none in a word of three, where every
    word is near every other.
    """
    near = {other for other in known if _distance(word, other) <= _allowed(other)}
    return near.pop() if len(near) == 1 else None


def fill_date(text: str) -> str:
    """A date without its zeros (2026-5-4) or its century (0026-05-04) with them.

    Any other text as it is.
    """
    match = _SHORT_DATE.fullmatch(text)
    if not match:
        return text
    year = f"20{match[1][2:]}" if match[1].startswith("00") else match[1]
    return f"{year}-{match[2]:0>2}-{match[3]:0>2}"


def _allowed(word: str) -> int:
    return (len(word) > 3) + (len(word) > 5)


def _distance(one: str, other: str) -> int:
    """How many slips are between two words; 3 where it is more than two."""
    if abs(len(one) - len(other)) > 2:
        return 3
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        before, last, row = row, before, [i]
        for j, wanted in enumerate(other, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (letter != wanted))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == wanted:
                cost = min(cost, last[j - 2] + 1)
            row.append(cost)
    return min(row[-1], 3)
