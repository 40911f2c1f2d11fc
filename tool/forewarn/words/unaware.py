"""How long nobody knew of releases, in words."""

from __future__ import annotations

from collections.abc import Sequence

from forewarn.model.unaware import Unaware, median_minutes, worst
from forewarn.words.releases import counted

_UNITS = ((1440, "day"), (60, "hour"), (1, "minute"))


def minutes_words(minutes: float) -> str:
    """A time in its largest unit, rounded: `3 minutes`, `5 hours`, `2 days`."""
    if round(minutes) < 1:
        return "less than a minute"
    for size, name in _UNITS:
        number = round(minutes / size)
        if minutes >= size and number:
            return counted(number, name)
    return "1 minute"


def unaware_words(releases: Sequence[Unaware]) -> str:
    """The median and the worst, and how many nobody was told of; "" where there is nothing."""
    middle, most = median_minutes(releases), worst(releases)
    untold = sum(one.minutes is None for one in releases)
    known, parts = len(releases) - untold, []
    if middle is not None and most is not None and most.minutes is not None:
        parts.append(
            f"minutes unaware: median {minutes_words(middle)}, worst "
            f"{minutes_words(most.minutes)} ({most.product} {most.version}), of "
            f"{counted(known, 'release')} that nobody announced"
        )
    if untold:
        parts.append(f"nobody has been told of {untold}")
    return "; ".join(parts)
