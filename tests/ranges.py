"""Ranges of the loose scheme for property tests, and versions that tell any two of them apart."""

from __future__ import annotations

from hypothesis import strategies as st

from forewarn import schemes
from forewarn.model.versions.version import InvalidVersion, VersionRange

# What ranges end at, from low to high; between each two, and beyond, lies a probe.
ENDS = ("1", "2-rc1", "2", "2.1", "3")
PROBES = ("0", "1", "1.5", "2-rc1", "2-rc2", "2", "2.0.5", "2.1", "2.9", "3", "4")
_OPERATORS = ("=", "!=", "<", "<=", ">", ">=")

_LOOSE = schemes.get("loose")
_END = st.sampled_from(ENDS)
_OPERATOR = st.sampled_from(_OPERATORS)


def held(versions: VersionRange) -> list[str]:
    """The probes that a range holds; two ranges with these ends and probes are the same."""
    return [probe for probe in PROBES if versions.contains(probe, _LOOSE)]


def comma_ranges() -> st.SearchStrategy[VersionRange]:
    """Ranges in the comma notation, the senseless ones too."""
    comparators = st.builds("{}{}".format, _OPERATOR, _END)
    texts = st.lists(comparators, min_size=1, max_size=4).map(",".join)
    return (texts | st.just("*")).map(VersionRange.parse)


def vers_ranges() -> st.SearchStrategy[VersionRange]:
    """Ranges from VERS URIs, as the specification allows them."""
    signs = st.dictionaries(_END, st.sampled_from(("", *_OPERATORS[1:])), min_size=1)
    texts = signs.map(
        lambda row: "vers:generic/" + "|".join(row[end] + end for end in ENDS if end in row)
    )
    return (texts.filter(_is_range) | st.just("vers:generic/*")).map(VersionRange.parse)


def _is_range(text: str) -> bool:
    try:
        VersionRange.parse(text)
    except InvalidVersion:
        return False
    return True
