"""What all spellings of a version have in common, whatever the scheme, to look it up by."""

from __future__ import annotations

from functools import lru_cache

from forewarn.expressions import expression

_RUN = expression("[0-9]+")
_CENTURY = expression("20(?=[0-9]{2}$)")


@lru_cache(maxsize=1024)
def numbers_of(version: str) -> str:
    """The numbers of a version, without zeros: `2 7 1` for v2.07.0-rc1.

    Versions that are equal under a scheme have the same, and some others have, too. Years may be
    short: 2026.05 and 26.5 are alike.
    """
    runs = _RUN.findall(version)
    if runs:
        runs[0] = _CENTURY.sub("", runs[0])
    return " ".join(run for run in (digits.lstrip("0") for digits in runs) if run)
