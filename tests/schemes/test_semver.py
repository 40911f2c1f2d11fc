"""The semver scheme.

The expected order is that of npm's `semver` package (the one in npm 10, on Node 20), over all
pairs of the list.
"""

from __future__ import annotations

import pytest
from version_orders import assert_order

from forewarn.model.versions.version import InvalidVersion
from forewarn.schemes.semver import SCHEME

ORDER = """
0.0.0-0
0.0.0-a
0.0.0
0.0.1
0.1.0
1.0.0-0
1.0.0-0.0
1.0.0-1
1.0.0-2
1.0.0-9
1.0.0-10
1.0.0--1
1.0.0--a
1.0.0-0a
1.0.0-1a
1.0.0-A
1.0.0-RC.1
1.0.0-Z
1.0.0-a
1.0.0-alpha
1.0.0-alpha.1
1.0.0-alpha.2
1.0.0-alpha.10
1.0.0-alpha.beta
1.0.0-alpha-1
1.0.0-alpha1
1.0.0-beta
1.0.0-beta.2
1.0.0-beta.11
1.0.0-rc.1 1.0.0-rc.1+build.5
1.0.0-rc.1.0
1.0.0-rc1
1.0.0-rc10
1.0.0-rc2
1.0.0 1.0.0+1 1.0.0+001 1.0.0+exp.sha-5114f85
1.0.1-0
1.0.1
1.2.3-beta+x
1.9.0
1.10.0
2.0.0-x-y-z.4
2.0.0
2.1.0
2.1.1
9.99.99
10.0.0
999999999.0.0
"""


def test_versions_are_ordered_as_npm_orders_them() -> None:
    assert_order(SCHEME, ORDER)


def test_a_release_candidate_comes_before_its_release() -> None:
    assert SCHEME.key("2.7.0-rc.1") < SCHEME.key("2.7.0")


def test_a_build_does_not_make_a_version_higher() -> None:
    assert SCHEME.key("2.7.0+build.2") == SCHEME.key("2.7.0+build.1") == SCHEME.key("2.7.0")


@pytest.mark.parametrize(
    "text",
    [
        "2.7",
        "v2.7.0",
        "2.07.0",
        "2.7.0.1",
        "2.7.0-rc.01",
        "2.7.0-",
        "2.7.0-a..b",
        "2.7.0+",
        "2.7.x",
    ],
)
def test_a_version_that_semver_does_not_allow_is_refused(text: str) -> None:
    with pytest.raises(InvalidVersion, match=r"write it like 1\.4\.0-rc\.1"):
        SCHEME.key(text)


def test_a_refusal_says_what_is_wrong() -> None:
    with pytest.raises(InvalidVersion) as refusal:
        SCHEME.key("v2.7")
    assert str(refusal.value) == (
        "'v2.7' is not a semver version: it needs three numbers joined by dots, without 'v' or "
        "leading zeros, then perhaps -prerelease and +build; write it like 1.4.0-rc.1"
    )
