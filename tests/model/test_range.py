"""Ranges of versions: their ends, pre-releases and exclusions."""

from __future__ import annotations

import pytest

from forewarn import schemes
from forewarn.model.version import InvalidVersion, VersionRange

LOOSE = schemes.get("loose")


@pytest.mark.parametrize(
    ("text", "inside", "outside"),
    [
        ("*", ["0.1", "2.7", "99"], []),
        ("2.7", ["2.7", "2.7.0"], ["2.7.1", "2.70", "2.7-rc1"]),
        ("<2.7", ["2.4", "2.7-rc1"], ["2.7", "2.10"]),
        ("<=2.7", ["2.7"], ["2.7.1"]),
        (">2.7", ["2.7.1", "2.10"], ["2.7", "2.7-rc1"]),
        (">=2.4,<2.7", ["2.4", "2.6.9"], ["2.3", "2.7"]),
        (">=2.4, !=2.5, <2.7", ["2.4", "2.6"], ["2.5", "2.7"]),
    ],
)
def test_what_a_range_holds(text: str, inside: list[str], outside: list[str]) -> None:
    versions = VersionRange.parse(text)
    assert [v for v in inside + outside if versions.contains(v, LOOSE)] == inside
    assert VersionRange.parse(str(versions)) == versions


@pytest.mark.parametrize(
    "text", ["", " ", ",", ">", ">=2.4,", "2.4 2.5", "=>2.4", "< 2.7\n\x00", "~>2"]
)
def test_what_is_no_range_is_refused(text: str) -> None:
    with pytest.raises(InvalidVersion):
        VersionRange.parse(text)
