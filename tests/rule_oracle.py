"""The rule once more, written to be read and not to be fast: what the real one is compared with.

Versions are looked at one by one. A range is the set of those versions of a fine scale that it
holds, so that "strictly inside" is the comparison of two sets.
"""

from __future__ import annotations

from datetime import date

from forewarn import schemes
from forewarn.model.catalogue import Catalogue
from forewarn.model.release import Release, Statement, Status, Verdict
from forewarn.model.versions.comparator import Comparator
from forewarn.model.versions.version import VersionRange

LOOSE = schemes.get("loose")
# Between and beyond all versions that the generated ranges name.
SCALE = (
    *("0.1", "1.9", "2.0-rc1", "2.0", "2.1", "2.3-rc1", "2.3", "2.3.5", "2.4-rc1", "2.4-rc2"),
    *("2.4", "2.4.5", "2.5-rc1", "2.5", "2.6", "2.7-rc0", "2.7-rc1", "2.7-rc2", "2.7", "2.8"),
    *("3.0-rc1", "3.0", "3.5", "9"),
)
Held = frozenset[str]


def verdict(catalogue: Catalogue, a: Release, b: Release, today: date | None) -> Verdict:
    """What the rule must say of a pair of releases without members."""
    found = [*_said(catalogue, a, b, today), *_said(catalogue, b, a, today)]
    return max(found, key=lambda v: v.caution, default=Verdict.UNKNOWN)


def _said(
    catalogue: Catalogue, owner: Release, other: Release, today: date | None
) -> list[Verdict]:
    about: dict[str, list[Statement]] = {}
    for made in owner.compatibility:
        if made.partner == other.product:
            about.setdefault((made.about or "").lower(), []).append(made)
    answers = [_matter(catalogue, owner, made, other, today) for made in about.values()]
    return [answer for answer in answers if answer is not None]


def _matter(
    catalogue: Catalogue,
    owner: Release,
    made: list[Statement],
    other: Release,
    today: date | None,
) -> Verdict | None:
    version, final = other.version, other.version.partition("-rc")[0]
    now, names = _at(catalogue, owner, made, other, version, today)
    if final == version or (now is not None and names):
        return now
    then, _ = _at(catalogue, owner, made, other, final, today)
    if now is not None and then is not None:
        return max(now, then, key=lambda v: v.caution)
    only = now if now is not None else then
    return Verdict.UNKNOWN if only is Verdict.WORKS else only


def _at(
    catalogue: Catalogue,
    owner: Release,
    made: list[Statement],
    other: Release,
    version: str,
    today: date | None,
) -> tuple[Verdict | None, bool]:
    """The verdict of one matter where `version` is looked up, and whether all who speak name it."""
    rows = [
        (_held(alternative), alternative, _counts(catalogue, owner, s, alternative, other, today))
        for s in made
        for alternative in s.versions.alternatives
        if version in _held(alternative)
    ]
    trusted = [row for row in rows if row[2][1]] or rows
    inner = [row for row in trusted if not any(other[0] < row[0] for other in trusted)]
    worst = max((row[2][0] for row in inner), key=lambda v: v.caution, default=None)
    speaking = [row[1] for row in inner if row[2][0] is worst]
    final = other.version.partition("-rc")[0]
    return worst, all(any(_leads(c, final) for c in alternative) for alternative in speaking)


def _leads(comparator: Comparator, final: str) -> bool:
    return comparator.version.startswith(f"{final}-rc")


def _held(alternative: tuple[Comparator, ...]) -> Held:
    one = VersionRange(alternatives=(alternative,))
    return frozenset(version for version in SCALE if one.contains(version, LOOSE))


def _counts(
    catalogue: Catalogue,
    owner: Release,
    made: Statement,
    alternative: tuple[Comparator, ...],
    other: Release,
    today: date | None,
) -> tuple[Verdict, bool]:
    """What a statement counts as for a release, and whether it may be trusted."""
    tag = made.verified
    past = tag is not None and tag.until is not None and today is not None and tag.until < today
    if made.verdict is Verdict.WORKS and (
        past or not _tried(catalogue, owner, made, alternative, other)
    ):
        return Verdict.UNKNOWN, False
    return made.verdict, True


def _tried(
    catalogue: Catalogue,
    owner: Release,
    made: Statement,
    alternative: tuple[Comparator, ...],
    other: Release,
) -> bool:
    if "9" not in _held(alternative):
        return True  # it has an upper end
    if made.holds_until:
        last = made.holds_until.version
        return last is None or SCALE.index(other.version) <= SCALE.index(last)
    if any(c.operator == ">=" and c.version == other.version for c in alternative):
        return True
    shipped = owner.status in (Status.SHIPPED, Status.WITHDRAWN)
    day = made.verified.on if made.verified else owner.released_at if shipped else None
    if day is None:
        return False
    out = [
        release.version
        for release in catalogue.releases_of(other.product)
        if release.status in (Status.SHIPPED, Status.WITHDRAWN)
        and release.released_at is not None
        and release.released_at <= day
    ]
    finals = [SCALE.index(version) for version in out if "-rc" not in version]
    return other.version in out or SCALE.index(other.version) <= max(finals, default=-1)
