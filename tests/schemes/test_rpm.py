"""The rpm scheme; the expected order is that of RPM 4.18.0 (`rpm.vercmp`), over all pairs."""

from __future__ import annotations

import pytest
from version_orders import assert_order

from forewarn.model.versions.version import InvalidVersion
from forewarn.schemes.rpm import SCHEME

ORDER = """
a
fc4
xyz.4
xyz10
0
1.0~~
1.0~
1.0~beta1-0.1
1.0~rc1
1.0~rc1-1
1.0~rc2
1.0~rc10
1.0 0:1.0 1.00
1.0-0~1
1.0-1
1.0-1.el9
1.0-1.el9_2
1.0-1.el10
1.0-1.fc9
1.0-1.fc42
1.0-2
1.0-10
1.0^
1.0^git1
1.0^git1-1.fc44
1.0^git1^x
1.0^20260101git1
1.0A
1.0a 1.0.a
1.0a1
1.0b
1.0.z
1.0.0 1.0_0
1.0.1
1.0.1-1
1.1 1.01
1.1a
1.9
1.10
2 2+
2.A
2.a
2.0
2.0+git1 2.0.git1
2.0.1
2.0.1a
2.1
4.18.0-1.el8
4.18.0-1.el9
5.5p1
5.5p2
5.5p10
5.6p1
8
10xyz
10.1xyz
20240101
1:0.1
1:0.1-1
9:0.1
10:0.1
"""


def test_versions_are_ordered_as_rpm_orders_them() -> None:
    assert_order(SCHEME, ORDER)


def test_a_tilde_comes_before_the_release() -> None:
    assert SCHEME.key("2.7~rc1-1") < SCHEME.key("2.7-1")


@pytest.mark.parametrize("text", ["1.0-1-2", "x:1.0", "1:2:3", "1!1.0"])
def test_a_version_that_no_rpm_package_may_have_is_refused(text: str) -> None:
    with pytest.raises(InvalidVersion, match=r"write it like 1:2\.7~rc1-3\.fc42"):
        SCHEME.key(text)
