"""The answers where "3.9" stands for many releases: those that are the same, together."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from forewarn.model.catalogue import Catalogue
from forewarn.model.compatibility import Judgement, judge
from forewarn.model.matrix import runs
from forewarn.model.release import Release
from forewarn.services.ask.live import Seen, those_meant_or_live
from forewarn.store.catalogue.load import Loaded
from forewarn.words.releases import span_words


@dataclass(frozen=True, kw_only=True, slots=True)
class Alike:
    """Pairs with the same answer; `judgement` is that of the newest, `words` name them all."""

    judgement: Judgement
    pairs: tuple[tuple[Release, Release], ...]
    words: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Spread:
    """The answers to two texts of which one at least stands for several releases.

    The worst is the first. `stands_for` has each such text, and what it stands for, in words.
    """

    asked: tuple[str, str]
    stands_for: tuple[tuple[str, str], ...]
    answers: tuple[Alike, ...]


def find_spread(loaded: Loaded, seen: Seen, texts: Sequence[str], today: date) -> Spread | None:
    """The answers to two texts written `product@version`; None where each means one release.

    Raises:
        UsageError: one is not written so, or its product has no such version.
        DataError: the record of a release that is meant cannot be read.
    """
    a, b = texts
    ours, theirs = (those_meant_or_live(loaded, seen, text) for text in texts)
    if len(ours) == len(theirs) == 1 or ours[0].product == theirs[0].product:
        return None
    return spread_of(loaded.catalogue, (a, b), ours, theirs, today)


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
    several = zip(asked, (ours, theirs), strict=True)
    return Spread(
        asked=asked,
        stands_for=tuple((text, span_words(found)) for text, found in several if len(found) > 1),
        answers=tuple(_alike(rows, ours, theirs) for rows in worst_first),
    )


def _answer(found: Judgement) -> object:
    """What two judgements have in common that are told as one."""
    return found.verdict, found.remedies, found.limits, bool(found.applied)


def _alike(rows: Sequence[Judgement], ours: Sequence[Release], theirs: Sequence[Release]) -> Alike:
    pairs = tuple((row.a, row.b) for row in rows)
    return Alike(judgement=rows[0], pairs=pairs, words="; ".join(_words(pairs, ours, theirs)))


def _words(
    pairs: Sequence[tuple[Release, Release]], ours: Sequence[Release], theirs: Sequence[Release]
) -> Iterator[str]:
    """The pairs in words: neighbours among theirs together, and ours with the same ones too."""
    among: dict[tuple[Release, ...], list[Release]] = {}
    for one in ours:
        with_ = tuple(b for a, b in pairs if a is one)
        if with_:
            among.setdefault(with_, []).append(one)
    for found, mine in among.items():
        yield f"{_list(mine, ours)} with {_list(found, theirs)}"


def _list(some: Sequence[Release], of: Sequence[Release]) -> str:
    wanted = {release.version for release in some}
    found = [
        run
        for run in runs(of, lambda release: release.version in wanted)
        if run.newest.version in wanted
    ]
    return f"{some[0].product} {', '.join(map(str, found))}"
