"""What there is to tell of what appeared: alone, for another platform, or with many others."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable, Iterator, Sequence
from typing import Any

from forewarn.frozen import dataclass
from forewarn.model.product import Product
from forewarn.model.sighting import Sighting, SightingState
from forewarn.model.watching.conclusion import (
    Appeared,
    AppearedTogether,
    CameLate,
    Conclusion,
    Hearsay,
    LeftChannel,
    OnAnotherPlatform,
)
from forewarn.model.watching.news import KnownVersions

# More new versions of a product than this, in one look, are one alert.
BURST = 5


@dataclass(frozen=True, kw_only=True, slots=True)
class Found:
    """A sighting that is new. `early`: it is dated before its source was first read.

    `anew`: by a source that is read for the first time, or in another way. `late`: it is dated
    long before it appeared.
    """

    sighting: Sighting
    anew: bool
    early: bool
    late: bool


def conclude(
    product: Product,
    known: KnownVersions,
    found: Iterable[Found],
    told: Collection[tuple[str, str | None]],
) -> Iterator[Conclusion]:
    """What there is to tell of a product's new sightings, each version once on each channel.

    `told` are the versions that were told, each with its channel.
    """
    found = [*found]
    if all(one.sighting.state is SightingState.BASELINE for one in found):
        return  # as most first looks are
    before = {(known.identity(version), channel) for version, channel in told}
    groups: dict[tuple[Any, str | None], list[Found]] = {}
    for one in found:
        key = known.identity(one.sighting.version), one.sighting.channel
        groups.setdefault(key, []).append(one)
    appeared: list[tuple[Appeared, bool]] = []
    late: list[Sighting] = []
    ported: list[OnAnotherPlatform] = []
    hearsay: list[Sighting] = []
    for (key, channel), every in groups.items():
        rows = [row for row in every if _is_to_tell(row)]
        if not rows:
            if _is_hearsay(known, every, key, {(key, None), (key, channel)} & before):
                hearsay.append(every[0].sighting)
        elif {(key, None), (key, channel)} & before or _was_elsewhere(known, rows):
            ported += _ported(known, rows)
        elif all(row.late for row in rows):
            late += [row.sighting for row in rows[:1]]
        elif (was := _was_on(product, known, rows)) and all(not row.anew for row in rows):
            yield LeftChannel(sighting=rows[0].sighting, was=was)
        elif rows[0].sighting.state is SightingState.OPEN:
            appeared.append((_appeared(known, rows), any(row.anew for row in rows)))
    yield from _together(known, appeared)
    yield from _ported_together(known, ported)
    if hearsay:
        yield Hearsay(sightings=tuple(_highest_first(known, hearsay)))
    if late:
        yield CameLate(sightings=tuple(_highest_first(known, late)))


def _is_to_tell(row: Found) -> bool:
    match row.sighting.state:
        case SightingState.OPEN:
            return True
        case SightingState.KNOWN:
            return not row.anew  # perhaps it is on a platform that the record does not have
        case SightingState.PAST:
            return row.late
        case _:
            return False


def _is_hearsay(
    known: KnownVersions, rows: Sequence[Found], key: Hashable, told: Collection[object]
) -> bool:
    """Whether third parties alone name a version, and nobody was told of it yet."""
    witnessed = any(row.sighting.state is SightingState.WITNESSED for row in rows)
    return witnessed and not told and key not in known.witnessed


def _was_elsewhere(known: KnownVersions, rows: Sequence[Found]) -> bool:
    """Whether the version is recorded as shipped, or was seen before on the same channel."""
    first = rows[0].sighting
    return known.shipped(first.version) or bool(known.rows(first.version, first.channel))


def _ported(known: KnownVersions, rows: Sequence[Found]) -> Iterator[OnAnotherPlatform]:
    """That the version is there on a platform on which it was not, where that is sure."""
    first = rows[0].sighting
    others = known.platforms(first.version, first.channel)
    record = known.recorded(first.version) if known.shipped(first.version) else None
    new = {
        row.sighting.platform: row.sighting
        for row in reversed(rows)
        if not row.anew
        and row.sighting.platform
        and row.sighting.platform not in others
        and not any(d.serves(row.sighting.platform) for d in (record.downloads if record else ()))
    }
    if record and record.downloads:
        others |= {download.platform for download in record.downloads}
    if not new or not others or "" in others:
        return
    there = others | {*new}
    yield OnAnotherPlatform(
        sightings=tuple(new.values()),
        others=tuple(sorted(others)),
        missing=_missing(known, first, there),
    )


def _was_on(product: Product, known: KnownVersions, rows: Sequence[Found]) -> str | None:
    """The channel of few on which its source showed before what now is for everybody."""
    one = rows[0].sighting
    if one.channel is not None and one.track != product.tracks[0]:
        return None
    for earlier in known.on_channels(one.version):
        if earlier.source == one.source and earlier.channel and earlier.track != product.tracks[0]:
            return earlier.channel
    return None


def _appeared(known: KnownVersions, rows: Sequence[Found]) -> Appeared:
    sightings = tuple(row.sighting for row in rows)
    there = {sighting.platform or "" for sighting in sightings}
    return Appeared(
        sightings=sightings,
        missing=_missing(known, sightings[0], there),
        early=all(row.early for row in rows),
    )


def _missing(known: KnownVersions, one: Sighting, there: Collection[str]) -> tuple[str, ...]:
    """The platforms of the version before that are not there; none where nobody can tell."""
    if "" in there:
        return ()
    return tuple(sorted(known.usual_platforms(one.version, one.channel) - {*there}))


def _together(
    known: KnownVersions, appeared: Sequence[tuple[Appeared, bool]]
) -> Iterator[Appeared | AppearedTogether]:
    """Each alone, or all in one: a burst, and what a first look finds."""
    found = [one for one, _ in appeared]
    if len(found) > (1 if any(anew for _, anew in appeared) else BURST):
        rows = {one.first.id: one for one in found}
        first = _highest_first(known, [one.first for one in found])
        yield AppearedTogether(versions=tuple(rows[sighting.id] for sighting in first))
    else:
        yield from found


def _ported_together(
    known: KnownVersions, ported: Sequence[OnAnotherPlatform]
) -> Iterator[OnAnotherPlatform]:
    if len(ported) <= BURST:
        yield from ported
        return
    rows = _highest_first(known, [s for one in ported for s in one.sightings])
    highest = next(one for one in ported if rows[0] in one.sightings)
    yield OnAnotherPlatform(sightings=tuple(rows), others=highest.others, missing=highest.missing)


def _highest_first(known: KnownVersions, rows: Iterable[Sighting]) -> list[Sighting]:
    return sorted(sorted(rows, key=lambda s: s.id), key=known.place, reverse=True)
