"""What keeps releases from being recommended, as facts: which of them, and for what reason."""

from __future__ import annotations

from enum import StrEnum

from forewarn.frozen import dataclass


class Obstacle(StrEnum):
    """What keeps a release from being recommended."""

    UNRECORDED = "unrecorded"
    WITHDRAWN = "withdrawn"
    NOT_SHIPPED = "not_shipped"
    # It leads back to what it is to replace.
    CIRCLE = "circle"
    UNSUPPORTED = "unsupported"
    PRE_RELEASE = "pre_release"
    # One that a shipped release has the fix for, and one that none has.
    KNOWN_ISSUE = "known_issue"
    OPEN_ISSUE = "open_issue"
    BREAKS = "breaks"


@dataclass(frozen=True, kw_only=True, slots=True)
class PassedOver:
    """Versions that are not recommended for one reason.

    `issue` is the title of the known issue that they have, `broken` the release that they break.
    """

    versions: tuple[str, ...]
    why: Obstacle
    issue: str | None = None
    broken: str | None = None
