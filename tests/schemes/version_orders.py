"""Orders of versions as text: one line for each group of equals, from low to high."""

from __future__ import annotations

from itertools import pairwise

from forewarn.model.versions.numbers import numbers_of
from forewarn.model.versions.same import identity
from forewarn.model.versions.version import Scheme


def groups(order: str) -> list[list[str]]:
    """The groups of equal versions in `order`, from low to high."""
    return [line.split() for line in order.strip().splitlines()]


def assert_order(scheme: Scheme, order: str) -> None:
    """Check that the scheme finds each line equal in itself and lower than all lines below."""
    keys = [[scheme.key(version) for version in group] for group in groups(order)]
    for group, found in zip(groups(order), keys, strict=True):
        assert len(set(found)) == 1, f"not all equal: {group}"
        same = {(identity(scheme, version), numbers_of(version)) for version in group}
        assert len(same) == len({found for found, _ in same}), f"not looked up alike: {group}"
    firsts = [found[0] for found in keys]
    names = [group[0] for group in groups(order)]
    for (low, low_name), (high, high_name) in pairwise(zip(firsts, names, strict=True)):
        assert low < high, f"{low_name} is not lower than {high_name}"
    assert sorted(firsts, reverse=True) == firsts[::-1]
