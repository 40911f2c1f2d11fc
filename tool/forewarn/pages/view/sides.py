"""Every statement that bears on a release: its own, and what the other sides say of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from forewarn.frozen import dataclass
from forewarn.model.catalogue import Catalogue
from forewarn.model.release import Release, Statement
from forewarn.model.stated import Stated


@dataclass(frozen=True, kw_only=True, slots=True)
class Side:
    """A statement as it bears on one release: made by it (`own`) or by the other side.

    `number` is its place among those that its owner makes. `through` is the release that a suite
    contains, where it is by that one that it bears on the suite.
    """

    owner: Release
    number: int
    statement: Statement
    own: bool
    through: Release | None = None

    @property
    def breaking(self) -> bool:
        """Whether it says that something does not work, or only in part."""
        return self.statement.verdict.harms


def sides_of(
    catalogue: Catalogue,
    product: str,
    makers: Mapping[str, Iterable[Release]],
    stated: Callable[[str, str], Stated],
) -> Mapping[str, tuple[Side, ...]]:
    """What bears on each release of a product, by version, the worst first.

    `makers` are the releases, by product, that state something about it; `stated` says what the
    releases of one product state of another's.
    """
    releases = catalogue.releases_of(product)
    found = [
        [
            Side(owner=release, number=number, statement=statement, own=True)
            for number, statement in enumerate(release.compatibility)
        ]
        for release in releases
    ]
    for other, owners in makers.items():
        said = stated(other, product)
        for maker in owners:
            for reach in said.of(maker):
                side = Side(
                    owner=maker,
                    number=reach.number,
                    statement=reach.applied.statement,
                    own=False,
                )
                # A wider statement that a narrower one overrules is not the pair's answer.
                for place in (place for places in reach.decides for place in places):
                    if releases[place] is not maker:
                        found[place].append(side)
    return {
        release.version: tuple(sorted(sides, key=lambda s: -s.statement.verdict.caution))
        for release, sides in zip(releases, found, strict=True)
    }
