"""Ranges of versions, as people say them."""

from __future__ import annotations

from forewarn.model.versions.version import VersionRange

_PHRASES = {
    "=": "{}",
    "!=": "not {}",
    "<": "before {}",
    "<=": "up to {}",
    ">": "after {}",
}


def stretch(versions: VersionRange) -> str:
    """A range behind a verb: `from 2.0 on`."""
    return _said(versions, "from {} on") or "with every version"


def range_words(versions: VersionRange) -> str:
    """A range that stands alone: `2.0 and later`."""
    return _said(versions, "{} and later") or "every version"


def plain_range(name: str, versions: VersionRange) -> str:
    """A product and its versions: `Player 2.0 and later`."""
    return f"{name} {range_words(versions)}" if versions.comparators else f"every {name}"


def _said(versions: VersionRange, from_on: str) -> str:
    """The range, `from_on` saying `>=`; empty for a range that holds everything."""
    if not versions.comparators:
        return ""
    phrases = {**_PHRASES, ">=": from_on}
    return " or ".join(
        ", ".join(phrases[c.operator].format(c.spoken) for c in alternative)
        for alternative in versions.alternatives
    )
