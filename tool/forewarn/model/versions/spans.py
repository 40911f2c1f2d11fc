"""Ranges as spans between cuts, for questions that one version cannot answer.

A cut lies just before or just after a version's key, or beyond all keys; a span holds what is
between two cuts. Open and closed ends need no cases of their own in this way: `<2.7` ends before
2.7, and `<=2.7` after it.

Between two different keys there might always be a third one, so a span is empty only where its
cuts meet or cross. That is exact for schemes in which a version can be put between any two, and
errs on the side of "not empty" for the rest (between windows 1.0.0.1 and 1.0.0.2 there is none).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import Any

Cut = tuple[Any, ...]
Span = tuple[Cut, Cut]

BELOW_ALL: Cut = (-1,)
ABOVE_ALL: Cut = (1,)


def before(key: Any) -> Cut:
    """The cut between `key` and all that is lower."""
    return (0, key, 0)


def after(key: Any) -> Cut:
    """The cut between `key` and all that is higher."""
    return (0, key, 1)


def of_all(ends: Iterable[tuple[str, Any]]) -> Iterator[Span]:
    """The spans, from low to high, of the keys that satisfy every (operator, key)."""
    low, high = BELOW_ALL, ABOVE_ALL
    holes = []
    for operator, key in ends:
        if operator == "!=":
            holes.append(key)
        if operator in ("=", ">=", ">"):
            low = max(low, after(key) if operator == ">" else before(key))
        if operator in ("=", "<=", "<"):
            high = min(high, before(key) if operator == "<" else after(key))
    for key in sorted(holes):
        if low < min(high, before(key)):
            yield low, min(high, before(key))
        low = max(low, after(key))
    if low < high:
        yield low, high


def joined(spans: Iterable[Span]) -> list[Span]:
    """The same keys in as few spans as there can be, from low to high."""
    found: list[Span] = []
    for low, high in sorted(spans):
        if found and low <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], high))
        else:
            found.append((low, high))
    return found


def overlap(ours: list[Span], theirs: list[Span]) -> bool:
    """Whether two results of `joined` share a key."""
    # Neither overlaps itself, so a span of the one that meets a span of the other also meets its
    # neighbour in the order of both.
    return any(high[0] < low[1] for low, high in pairwise(sorted([*ours, *theirs])))


def inside(ours: list[Span], theirs: list[Span]) -> bool:
    """Whether a result of `joined` lies in another one that holds more."""
    return ours != theirs and joined([*ours, *theirs]) == theirs
