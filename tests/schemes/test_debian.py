"""The debian scheme.

The expected order is that of `dpkg --compare-versions` 1.21.22 over all pairs of the list, and is
checked against dpkg again where dpkg is installed.
"""

from __future__ import annotations

import shutil
import subprocess
from concurrent.futures import ThreadPoolExecutor
from itertools import combinations_with_replacement

import pytest
from version_orders import assert_order, groups

from forewarn.model.versions.version import InvalidVersion
from forewarn.schemes.debian import SCHEME

ORDER = """
0~
0
0a
1.0~~
1.0~~a
1.0~
1.0~beta1
1.0~rc1
1.0~rc1-1
1.0~rc2
1.0~rc10
1.0-~1
1.0-0~
1.0 1.0-0 0:1.0 00:1.0 1.00
1.0-1~bpo12+1
1.0-1
1.0-1ubuntu1
1.0-1ubuntu1.1
1.0-1+b1
1.0-1+deb12u1
1.0-1.1
1.0-2
1.0-10
1.0-a
1.0A
1.0Z
1.0a
1.0a1
1.0b-1
1.0+
1.0+b
1.0+dfsg-1
1.0+git20240101-1
1.0.0
1.0.1-1
1.0.a
1.01 1.1
1.2-3-1
1.2-3-2
1.9
1.10
2.36-9
2.36-9+deb12u4
2.36-9+deb12u14
20240101-1
1:0.1
1:0.1-1
1:1:2
2:0
9:0
10:0
"""


def test_versions_are_ordered_as_dpkg_orders_them() -> None:
    assert_order(SCHEME, ORDER)


@pytest.mark.skipif(shutil.which("dpkg") is None, reason="dpkg is not installed")
@pytest.mark.slow
def test_the_dpkg_on_this_machine_agrees() -> None:
    places = [(place, v) for place, group in enumerate(groups(ORDER)) for v in group]
    pairs = list(combinations_with_replacement(places, 2))

    def agrees(pair: tuple[tuple[int, str], tuple[int, str]]) -> bool:
        (low_place, low), (high_place, high) = pair
        operator = "eq" if low_place == high_place else "lt"
        return subprocess.run(["dpkg", "--compare-versions", low, operator, high]).returncode == 0

    with ThreadPoolExecutor() as pool:
        agreed = list(pool.map(agrees, pairs))
    assert [pair for pair, ok in zip(pairs, agreed, strict=True) if not ok] == []


def test_a_tilde_comes_before_the_release() -> None:
    assert SCHEME.key("2.7~rc1-1") < SCHEME.key("2.7-1")


def test_an_epoch_outweighs_everything_after_it() -> None:
    assert SCHEME.key("1:0.1") > SCHEME.key("99.9-9")


@pytest.mark.parametrize(
    "text", ["a1.0", "1.0:1", "x:1.0", "1.0_1", "1.0-1:2", "1:-1", "3000000000:1.0", "1!1.0"]
)
def test_a_version_that_no_debian_package_may_have_is_refused(text: str) -> None:
    with pytest.raises(InvalidVersion, match=r"write it like 1:2\.7~rc1-3"):
        SCHEME.key(text)
