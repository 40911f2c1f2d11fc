"""The answers for many releases at once, in words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from forewarn.model.matrix import runs
from forewarn.model.release import Release
from forewarn.model.spread import Alike, Spread
from forewarn.words.releases import span_words


def stands_for(spread: Spread) -> Iterator[tuple[str, str]]:
    """Each text that means several releases, and which."""
    for text, found in zip(spread.asked, (spread.ours, spread.theirs), strict=True):
        if len(found) > 1:
            yield text, span_words(found)


def pairs_words(answer: Alike, spread: Spread) -> str:
    """The pairs of an answer: neighbours together, and ours with the same ones, too."""
    among: dict[tuple[Release, ...], list[Release]] = {}
    for one in spread.ours:
        with_ = tuple(b for a, b in answer.pairs if a is one)
        if with_:
            among.setdefault(with_, []).append(one)
    return "; ".join(
        f"{_list(mine, spread.ours)} with {_list(found, spread.theirs)}"
        for found, mine in among.items()
    )


def _list(some: Sequence[Release], of: Sequence[Release]) -> str:
    wanted = {release.version for release in some}
    found = [
        run
        for run in runs(of, lambda release: release.version in wanted)
        if run.newest.version in wanted
    ]
    return f"{some[0].product} {', '.join(map(str, found))}"
