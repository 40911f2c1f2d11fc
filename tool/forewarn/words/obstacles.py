"""Why releases are not recommended, in words."""

from __future__ import annotations

from collections.abc import Sequence

from forewarn.model.obstacle import Obstacle, PassedOver

# What is said of one release, and of several.
_WORDS = {
    Obstacle.UNRECORDED: ("is not recorded", "are not recorded"),
    Obstacle.WITHDRAWN: ("was withdrawn", "were withdrawn"),
    Obstacle.NOT_SHIPPED: ("has not shipped", "have not shipped"),
    Obstacle.CIRCLE: (
        "leads back to what it is to replace",
        "lead back to what they are to replace",
    ),
    Obstacle.UNSUPPORTED: ("is out of support", "are out of support"),
    Obstacle.PRE_RELEASE: ("is a pre-release", "are pre-releases"),
    Obstacle.KNOWN_ISSUE: ("has the known issue", "have the known issue"),
    Obstacle.OPEN_ISSUE: ("has the open known issue", "have the open known issue"),
    Obstacle.BREAKS: ("breaks", "break"),
}
_NAMED = 3  # versions, of those that are passed over for one reason, and reasons


def why_not(rows: Sequence[PassedOver]) -> str:
    """Why releases are not recommended: `2.8 was withdrawn; 2.7 and 2.6 are out of support`.

    For a sentence; empty where there are none.
    """
    rest = sum(len(row.versions) for row in rows[_NAMED:])
    return "; ".join([*map(_said, rows[:_NAMED]), *([f"and {rest} more"] if rest else [])])


def _said(row: PassedOver) -> str:
    one, several = _WORDS[row.why]
    what = f" “{row.issue}”" if row.issue else f" {row.broken}" if row.broken else ""
    return f"{_listed(row.versions)} {several if len(row.versions) > 1 else one}{what}"


def _listed(versions: Sequence[str]) -> str:
    if len(versions) > _NAMED:
        return f"{', '.join(versions[:_NAMED])} and {len(versions) - _NAMED} more"
    return " and ".join(filter(None, (", ".join(versions[:-1]), versions[-1])))
