"""Whether what a place shows has the bytes that it had, by the digests that it publishes."""

from __future__ import annotations

from collections.abc import Iterable

from forewarn.frozen import dataclass
from forewarn.model.sighting import Shown

Digests = tuple[tuple[str, str], ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Difference:
    """Two digests of one algorithm that are of different bytes, the place's own words."""

    algorithm: str
    before: str
    after: str


def digests_of(item: Shown) -> Digests:
    """All digests that a place declares of a download."""
    if item.sha256 is None and not item.digests:
        return ()
    own = () if item.sha256 is None else (("sha256", item.sha256),)
    return tuple(dict((*own, *item.digests)).items())


def difference(before: Digests, shown: Iterable[Digests]) -> Difference | None:
    """How bytes differ from what they were; None where they are the same or nobody can tell.

    `shown` are the digests of all that the place shows of the same version for the same system:
    as long as one of them is the old one, that is still there. Only the longest digest that both
    sides have counts.
    """
    then, rows = dict(before), [dict(row) for row in shown]
    for algorithm in sorted(then, key=lambda name: (-len(then[name]), name)):
        now = [row[algorithm] for row in rows if algorithm in row]
        if not now:
            continue
        if then[algorithm].casefold() in map(str.casefold, now):
            return None
        return Difference(algorithm=algorithm, before=then[algorithm], after=now[0])
    return None
