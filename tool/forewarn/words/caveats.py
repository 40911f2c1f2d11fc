"""What has to be said beside every answer about a release that is not simply shipped."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from forewarn.model.recommend import Recommendation
from forewarn.model.release import Release, Status
from forewarn.words.obstacles import why_not


def caveat(
    release: Release,
    *,
    live: str,
    is_over: bool,
    advice: Callable[[], Recommendation],
    day: Callable[[date], str],
) -> str:
    """What follows the name of a release; empty where there is nothing to say.

    `live` is in words that customers have it already, empty where they do not; `is_over` is
    whether its support has ended. `advice`, where to go from it, is asked for only where it is
    said. `day` says a day as it is said around the sentence.
    """
    if live:
        recorded = f"recorded as {release.status}" if release.recorded else "not recorded"
        return f"is {recorded}, but {live}"
    match release.status:
        case Status.WITHDRAWN:
            gone = release.withdrawn
            said = f"was withdrawn on {day(gone.on)}: {_reason(gone.reason)}" if gone else ""
            return f"{said or 'was withdrawn'}; {instead_words(advice())}"
        case Status.PLANNED | Status.STAGED if release.embargoed:
            return "has not shipped and is under embargo; do not tell customers of it"
        case Status.PLANNED | Status.STAGED:
            return "has not shipped yet"
        case Status.UNRECORDED:
            return "is not recorded; it is judged by the statements whose versions cover it"
        case Status.SHIPPED:
            return f"is out of support; {instead_words(advice())}" if is_over else ""


def _reason(text: str) -> str:
    return text.strip().removesuffix(".")


def instead_words(found: Recommendation) -> str:
    """What to use instead, and why not what comes before it, for a sentence in plain text.

    Such as `use 2.6 instead (2.8 was withdrawn)`; empty where whoever has it may stay, and nothing
    speaks against going on.
    """
    why = why_not(found.passed_over)
    if found.to is None:
        return f"nothing can be recommended instead{f': {why}' if why else ''}"
    if found.move:
        back = ", a step back" if found.is_back else ""
        return f"use {found.move.version} instead{back}{f' ({why})' if why else ''}"
    return f"stay with it: {why}" if why else ""
