"""The answers where "3.9" stands for many releases: those that are the same, together."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from forewarn.frozen import dataclass
from forewarn.model.catalogue import Catalogue
from forewarn.model.compatibility import Judgement, judge
from forewarn.model.release import Release


@dataclass(frozen=True, kw_only=True, slots=True)
class Alike:
    """Pairs with the same answer; `judgement` is that of the newest."""

    judgement: Judgement
    pairs: tuple[tuple[Release, Release], ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Spread:
    """The answers to two texts of which one at least stands for several releases.

    `ours` and `theirs` are what they stand for. The worst answer is the first.
    """

    asked: tuple[str, str]
    ours: tuple[Release, ...]
    theirs: tuple[Release, ...]
    answers: tuple[Alike, ...]


def spread_of(
    catalogue: Catalogue,
    asked: tuple[str, str],
    ours: Sequence[Release],
    theirs: Sequence[Release],
    today: date,
) -> Spread:
    """Judge each of ours with each of theirs."""
    groups: dict[object, list[Judgement]] = {}
    for one in ours:
        for other in theirs:
            found = judge(catalogue, one, other, today=today)
            groups.setdefault(_answer(found), []).append(found)
    worst_first = sorted(groups.values(), key=lambda rows: -rows[0].verdict.caution)
    return Spread(
        asked=asked,
        ours=tuple(ours),
        theirs=tuple(theirs),
        answers=tuple(
            Alike(judgement=rows[0], pairs=tuple((row.a, row.b) for row in rows))
            for rows in worst_first
        ),
    )


def _answer(found: Judgement) -> object:
    """What two judgements have in common that are told as one."""
    return found.verdict, found.remedies, found.limits, bool(found.applied)
