"""A release with all that it contains, so that a suite is judged by what is in it."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from enum import StrEnum

from forewarn.frozen import dataclass
from forewarn.model.catalogue import Catalogue
from forewarn.model.product import in_lockstep
from forewarn.model.release import Release
from forewarn.model.unrecorded import release_or_stand_in
from forewarn.model.versions.version import InvalidVersion


@dataclass(frozen=True, kw_only=True, slots=True)
class Contained:
    """A release that a suite's release contains."""

    suite: Release
    member: Release


class GapReason(StrEnum):
    """Why something of a suite is not known."""

    MISSING = "missing"  # a member has no record that can be read
    SILENT = "silent"  # nobody has stated whether a member works with the other side
    OTHER_VERSION = "other-version"  # the suite contains another version of what it is asked about
    CYCLE = "cycle"  # it contains itself
    WITHHELD = "withheld"  # it contains more than may be shown


@dataclass(frozen=True, kw_only=True, slots=True)
class Gap:
    """Something of a suite that is not known, so that the suite is `unknown` at best.

    `product` and `version` are the member's; `other` is what nobody has stated that it works with.
    """

    why: GapReason
    suite: Release
    product: str = ""
    version: str = ""
    other: Release | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Part:
    """A release in a whole; `within` are the places of those that contain it, and its own."""

    place: int
    release: Release
    within: tuple[int, ...]
    contained: Contained | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Whole:
    """A release, first, and all that it contains, with what of it is not known."""

    parts: tuple[Part, ...]
    gaps: tuple[Gap, ...]


def whole(catalogue: Catalogue, release: Release) -> Whole:
    """A release with its members, and theirs, each once.

    A member without a record is judged by the statements that cover its version, and is a gap all
    the same. A suite that contains itself is not gone through again.
    """
    parts = [Part(place=0, release=release, within=(0,))]
    gaps: list[Gap] = []
    seen = {str(release)}
    for part in parts:  # it grows while it is gone through
        suite = part.release
        if suite.holds_more:
            gaps.append(Gap(why=GapReason.WITHHELD, suite=suite))
        for member in suite.contains:
            held = _held(catalogue, member.product, member.version)
            if held is not None and str(held) in {str(parts[p].release) for p in part.within}:
                gaps.append(_gap(GapReason.CYCLE, suite, member.product, member.version))
                continue
            if held is None or not held.recorded:
                gaps.append(_gap(GapReason.MISSING, suite, member.product, member.version))
            if held is not None and str(held) not in seen:
                seen.add(str(held))
                place = len(parts)
                contained = Contained(suite=suite, member=held)
                within = (*part.within, place)
                parts.append(Part(place=place, release=held, within=within, contained=contained))
    return Whole(parts=tuple(parts), gaps=tuple(gaps))


class Pairs:
    """The pairs of what two wholes hold, and what is not known of them.

    Two versions of one product are no pair.
    """

    def __init__(self, catalogue: Catalogue, ours: Whole, theirs: Whole) -> None:
        self._catalogue = catalogue
        self._ours, self._theirs = ours, theirs
        self._spoken: set[tuple[int, int]] = set()

    def __iter__(self) -> Iterator[tuple[Part, Part]]:
        for one in self._ours.parts:
            for other in self._theirs.parts:
                if one.release.product != other.release.product or not (one.place or other.place):
                    yield one, other

    def spoken(self, one: Part, other: Part) -> None:
        """Take notice that something is stated of a pair."""
        self._spoken.add((one.place, other.place))

    def gaps(self) -> Iterator[Gap]:
        """What is not known, once every pair was gone through.

        Where the whole was spoken of, the silence about a part of it is no gap. Nor is it where
        the two products have nothing to do with each other.
        """
        yield from self._ours.gaps
        yield from self._theirs.gaps
        for one, other in self:
            leaves = not (one.release.contains or other.release.contains)
            recorded = one.release.recorded and other.release.recorded
            if (
                leaves
                and recorded
                and not self._told(one, other)
                and have_to_do(self._catalogue, one.release.product, other.release.product)
            ):
                yield _silence(one, other)
        for part, asked in self._same():
            different = part.release.version != asked.release.version
            if part.release.recorded and different and not self._told(part, asked):
                yield _other_version(part, asked)

    def beside(self) -> tuple[Contained, ...]:
        """The members that are of the same product as something on the other side."""
        found = (
            part.contained
            for one in self._ours.parts
            for other in self._theirs.parts
            if one.release.product == other.release.product
            for part in (one, other)
            if part.contained
        )
        return tuple(dict.fromkeys(found))

    def _same(self) -> Iterator[tuple[Part, Part]]:
        """A member, and what is asked about itself, where both are of one product."""
        for mine, others in ((self._ours, self._theirs), (self._theirs, self._ours)):
            asked = others.parts[0]
            for part in mine.parts[1:]:
                if part.release.product == asked.release.product:
                    yield part, asked

    def _told(self, one: Part, other: Part) -> bool:
        """Whether the pair, or what contains the one or the other, was spoken of."""
        pairs = ((x, y) for x in one.within for y in other.within)
        return any(pair in self._spoken for pair in pairs)


def through_of(one: Part, other: Part) -> tuple[Contained, ...]:
    """By what a pair of parts belongs to the wholes."""
    return tuple(part.contained for part in (one, other) if part.contained)


def _held(catalogue: Catalogue, product: str, version: str) -> Release | None:
    if product not in catalogue.products:
        return None
    try:
        return release_or_stand_in(catalogue, product, version)
    except InvalidVersion:
        return None


def have_to_do(catalogue: Catalogue, ours: str, theirs: str) -> bool:
    """Whether a release of either product has stated something of the other, or should."""
    return _linked(catalogue, ours, catalogue.shelf.partners_of(ours), theirs)


def related(catalogue: Catalogue, product: str) -> frozenset[str]:
    """The other products that have to do with this one."""
    partners = catalogue.shelf.partners_of(product)
    others = (other for other in catalogue.products if other != product)
    return frozenset(other for other in others if _linked(catalogue, product, partners, other))


def _linked(catalogue: Catalogue, ours: str, partners: Collection[str], theirs: str) -> bool:
    return (
        theirs in partners
        or ours in catalogue.shelf.partners_of(theirs)
        or in_lockstep(catalogue.products[ours], catalogue.products[theirs])
    )


def _gap(why: GapReason, suite: Release, product: str, version: str) -> Gap:
    return Gap(why=why, suite=suite, product=product, version=version)


def _silence(one: Part, other: Part) -> Gap:
    member, rest = (one, other) if one.contained else (other, one)
    assert member.contained  # noqa: S101 - a pair of two without members is not asked so
    held = member.release
    return Gap(
        why=GapReason.SILENT,
        suite=member.contained.suite,
        product=held.product,
        version=held.version,
        other=rest.release,
    )


def _other_version(part: Part, asked: Part) -> Gap:
    assert part.contained  # noqa: S101 - only a member is another version of what is asked about
    return Gap(
        why=GapReason.OTHER_VERSION,
        suite=part.contained.suite,
        product=part.release.product,
        version=part.release.version,
        other=asked.release,
    )
