"""Releases in words."""

from __future__ import annotations

from collections.abc import Sequence

from forewarn.model.release import Release

NONE_OUT = "nothing recorded as shipped"


def counted(number: int, one: str) -> str:
    """How many these are: `1 release`, `24 releases`."""
    return f"{number} {one}{'' if number == 1 else 's'}"


def span_words(releases: Sequence[Release]) -> str:
    """How many releases these are, and from which to which: `24 releases, 3.9.0 to 3.9.23`."""
    if len(releases) == 1:
        return releases[0].version
    return f"{len(releases)} releases, {releases[-1].version} to {releases[0].version}"
