"""Suites: a product whose releases contain releases of others, and what changed between two."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from forewarn.frozen import dataclass
from forewarn.model.catalogue import Catalogue
from forewarn.model.release import Release
from forewarn.model.versions.version import InvalidVersion


class Move(StrEnum):
    """What became of a member between two releases of a suite."""

    ADDED = "added"
    REMOVED = "removed"
    UP = "up"
    DOWN = "down"


@dataclass(frozen=True, kw_only=True, slots=True)
class Moved:
    """One member that is not the same in two releases of a suite."""

    product: str
    move: Move
    before: str | None
    after: str | None


def members(suite: Release) -> Mapping[str, str]:
    """The version of each product that a suite's release contains, in the order written."""
    return {member.product: member.version for member in suite.contains}


def difference(catalogue: Catalogue, old: Release, new: Release) -> tuple[Moved, ...]:
    """What changed from one release of a suite to another, by product."""
    was, now = members(old), members(new)
    found = (
        Moved(product=product, move=move, before=was.get(product), after=now.get(product))
        for product in sorted(was.keys() | now.keys())
        if (move := _move(catalogue, product, was.get(product), now.get(product)))
    )
    return tuple(found)


def _move(catalogue: Catalogue, product: str, before: str | None, after: str | None) -> Move | None:
    if before is None:
        return Move.ADDED
    if after is None:
        return Move.REMOVED
    if before == after:
        return None
    scheme = catalogue.schemes.get(product)
    try:
        was, now = (scheme.key(before), scheme.key(after)) if scheme else (before, after)
    except InvalidVersion:
        # `check` finds such a member; until it is mended, the text has to do.
        was, now = before, after
    if was == now:
        return None
    return Move.UP if was < now else Move.DOWN
