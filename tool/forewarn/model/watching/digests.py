"""Whether what a place shows has the bytes that it had, by the digests that it publishes.

A version may have several files for one system, such as an installer and an archive: which of them
comes first, and that one is added or taken away, says nothing of the bytes of the others.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence

from forewarn.frozen import dataclass
from forewarn.model.file_names import address as same_place
from forewarn.model.file_names import as_file, file_name
from forewarn.model.sighting import Shown, Sighting

Digests = tuple[tuple[str, str], ...]
# A file: its address, "" where nobody knows it, and its digests.
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
    """The files that a place shows as one download, the one that it shows first."""
    # That an address is there says something, also where its digests are left out.
    first = (item.download or "", digests_of(item))
    return (*([first] if any(first) else ()), *item.others)


def files_kept(sighting: Sighting) -> tuple[Known, ...]:
    """The files that a sighting is known to have; () where none has digests."""
    if not (sighting.digests or sighting.others):
        return ()
    own = (sighting.download or "", sighting.digests)
    return (*([own] if any(own) else ()), *sighting.others)


def differences(before: Sequence[Known], now: Sequence[Known]) -> Iterator[tuple[str, Difference]]:
    """Which files have other bytes than they had, each by its address.

    That is sure where one file has others, and the old ones stand nowhere else now. Under other
    names they are others where nothing of what was there before is there any more.
    """
    same, then, there = _same_files(before, now), _by_address(before), _by_address(now)
    found = False
    for address, rows in there.items():
        was = then.get(same.get(address, ""), ())
        others = [difference(digests, rows) for digests in was]
        if others and others[0] and all(others) and not _moved(was, address, same, then, there):
            found = True
            yield address, others[0]
    if found or not before or any(not any(there[address]) for address in same):
        return
    others = [difference(digests, [each for _, each in now]) for _, digests in before]
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
    same = _same_files(before, now)
    if changed and not same.keys() & {*changed}:
        return (*now[:_MOST],)
    if len(before) == len(now) == 1 and not changed:
        return ((now[0][0], tuple(dict((*before[0][1], *now[0][1])).items())),)
    then, there = _by_address(before), _by_address(now)
    all_now, known = {pair for _, digests in now for pair in digests}, {*same.values()}

    def learnt(at: str, digests: Digests) -> Digests:
        was = then.get(same.get(at, ""), ())
        if at in changed or not len(was) == len(there.get(at, ())) == 1:
            return digests
        if not digests and all_now.intersection(was[0]):
            return ()  # it was taken for another's
        return tuple(dict((*was[0], *digests)).items())

    files = [(at, learnt(at, digests)) for at, digests in now]
    files += [
        (at, each) for at, each in before if at not in known and not all_now.intersection(each)
    ]
    return tuple(dict.fromkeys(files))[:_MOST]


def difference(before: Digests, shown: Iterable[Digests]) -> Difference | None:
    """How bytes differ from what they were; None where they are the same or nobody can tell.

    `shown` are the digests of all that the place shows of the same version for the same system:
    as long as one of them is the old one, that is still there. Only the longest digest that both
    sides have counts.
    """
    found = None
    for row in shown:
        one = _compared(before, row)
        if one and one.before.casefold() == one.after.casefold():
            return None
        found = found or one
    return found


def _compared(before: Digests, now: Digests) -> Difference | None:
    """The longest digest that both have, whether it differs or not."""
    then, there = dict(before), dict(now)
    both = sorted(then.keys() & there.keys(), key=lambda name: (-len(then[name]), name))
    return next(
        (Difference(algorithm=one, before=then[one], after=there[one]) for one in both), None
    )


def _is_same(one: Digests, other: Digests) -> bool:
    return _compared(one, other) is not None and difference(one, [other]) is None


def _moved(
    was: Sequence[Digests],
    address: str,
    same: Mapping[str, str],
    then: Mapping[str, Sequence[Digests]],
    there: Mapping[str, Sequence[Digests]],
) -> bool:
    """Whether what an address had stands at another now, where it did not stand before."""
    mine = {pair for digests in was for pair in digests}
    return any(
        _is_same(digests, each)
        for at, rows in there.items()
        if at != address and any(not mine.isdisjoint(each) for each in rows)
        for digests in was
        if not any(_is_same(digests, old) for old in then.get(same.get(at, ""), ()))
        for each in rows
    )


def _by_address(files: Iterable[Known]) -> dict[str, list[Digests]]:
    found: dict[str, list[Digests]] = {}
    for address, digests in files:
        found.setdefault(address, []).append(digests)
    return found


def have_digests(files: Iterable[Known]) -> bool:
    """Whether any of them has some."""
    return any(digests for _, digests in files)


def _same_files(before: Sequence[Known], now: Sequence[Known]) -> dict[str, str]:
    """The addresses of files now, each with that which the same file had before.

    A file may move to another host, and a token in its address may be another each time: its name
    tells it then, where on each side one file alone has it.
    """
    then, there = ({address: 0 for address, _ in files if address} for files in (before, now))
    found = {address: address for address in there if address in then}
    if len(found) == len(there) or len(found) == len(then):
        return found
    for key in (same_place, _name):
        old, new = _alone(then, key), _alone(there, key)
        taken = {*found.values()}
        for name, address in new.items():
            if name in old and address not in found and old[name] not in taken:
                found[address] = old[name]
    return found


def _alone(addresses: Iterable[str], key: Callable[[str], object]) -> dict[object, str]:
    """The addresses by what tells a file, of which no other has that."""
    found: dict[object, list[str]] = {}
    for address in addresses:
        found.setdefault(key(address), []).append(address)
    return {name: rows[0] for name, rows in found.items() if name and len(rows) == 1}


def _name(address: str) -> str | None:
    name = file_name(address)
    return name if name and as_file(name) else None
