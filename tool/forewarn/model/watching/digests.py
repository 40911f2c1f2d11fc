"""Whether what a place shows has the bytes that it had, by the digests that it publishes.

A version may have several files for one system, such as an installer and an archive: which of them
comes first, and that one is added or taken away, says nothing of the bytes of the others.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence

from forewarn.frozen import dataclass
from forewarn.model.sighting import Shown, Sighting

Digests = tuple[tuple[str, str], ...]
# A file that has digests: its address, "" where nobody knows it, and these.
Known = tuple[str, Digests]
# So many files of one version for one system are remembered.
_MOST = 200


@dataclass(frozen=True, kw_only=True, slots=True)
class Difference:
    """Two digests of one algorithm that are of different bytes, the place's own words."""

    algorithm: str
    before: str
    after: str


def digests_of(item: Shown | Sighting) -> Digests:
    """All digests that a place declares of a download."""
    if item.sha256 is None and not item.digests:
        return ()
    own = () if item.sha256 is None else (("sha256", item.sha256),)
    return tuple(dict((*own, *item.digests)).items())


def files_of(item: Shown) -> tuple[Known, ...]:
    """The files with digests that a place shows as one download, the one that it shows first."""
    own = digests_of(item)
    return ((item.download or "", own), *item.others) if own else item.others


def files_kept(sighting: Sighting) -> tuple[Known, ...]:
    """The files with digests that a sighting is known to have."""
    if not sighting.digests:
        return sighting.others
    return ((sighting.download or "", sighting.digests), *sighting.others)


def differences(before: Sequence[Known], now: Sequence[Known]) -> Iterator[tuple[str, Difference]]:
    """Which files have other bytes than they had, each by its address.

    That is sure where one address has others, and the old ones are nowhere. Under other names they
    are others where nothing of what was there before is there any more.
    """
    then = {address: digests for address, digests in before if address}
    all_now = [digests for _, digests in now]
    found = False
    for address, digests in now:
        same = address in then and difference(then[address], (digests,))
        if same and difference(then[address], all_now):
            found = True
            yield address, same
    if found or not before:
        return
    others = [difference(digests, all_now) for _, digests in before]
    first = others[0]
    if first and all(others):
        after = (at for at, digests in now if (first.algorithm, first.after) in digests)
        yield next(after, ""), first


def remembered(
    before: Sequence[Known], now: Sequence[Known], changed: Collection[str]
) -> tuple[Known, ...]:
    """What is known of the files from now on; `changed` are the addresses that have other bytes.

    What is not there any more is remembered: it may come back with other bytes. Once nothing of it
    is there, it is what it is now.
    """
    if changed and not {address for address, _ in before} & {*changed} - {""}:
        return (*now[:_MOST],)
    if len(before) == len(now) == 1 and not changed:
        return ((now[0][0], tuple(dict((*before[0][1], *now[0][1])).items())),)
    then, there = dict(before), {address for address, _ in now if address}
    files = [
        (
            at,
            digests
            if at in changed or not at
            else tuple(dict((*then.get(at, ()), *digests)).items()),
        )
        for at, digests in now
    ]
    all_now = {pair for _, digests in now for pair in digests}
    files += [
        (at, each) for at, each in before if at not in there and not all_now.intersection(each)
    ]
    return tuple(dict.fromkeys(files))[:_MOST]


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
