"""Equal versions of a scheme are found by one word, however they are spelled."""

from __future__ import annotations

from itertools import product

import pytest

from forewarn import plugins, schemes
from forewarn.model.versions.version import InvalidVersion
from forewarn.store.catalogue.words import word_of_version

SPELLINGS = [
    *("1.10", "1.10.0", "1.10.0.0", "v1.10.0", "01.10", "1.10.0+b1", "1.10.0+B1", "0!1.10"),
    *("0:1.10", "1.10-0", "1.10.ga", "1.10-final", "1.10rc1", "1.10.0-RC.1", "1.10.0c1"),
    *("2026.4", "2026.04", "26.4", "2026.4.0", "1.10.post0", "1.10-1", "1.10_1"),
]


@pytest.mark.parametrize("name", [n for n in plugins.names("schemes") if n != "example"])
def test_versions_that_are_equal_have_the_same_word(name: str) -> None:
    scheme = schemes.get(name)
    known = []
    for version in SPELLINGS:
        try:
            known.append((scheme.key(version), word_of_version(version, scheme), version))
        except InvalidVersion:
            continue
    apart = [
        (one[2], other[2])
        for one, other in product(known, known)
        if one[0] == other[0] and one[1] != other[1]
    ]
    assert (apart, len(known) > 1) == ([], True)
