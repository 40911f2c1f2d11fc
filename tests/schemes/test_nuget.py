"""The nuget scheme; the expected order is that of NuGetVersion in NuGet 5.8.0 (on Mono 6.8), over
all pairs of the list.
"""

from __future__ import annotations

import pytest
from version_orders import assert_order

from forewarn.model.versions.version import InvalidVersion
from forewarn.schemes.nuget import SCHEME

ORDER = """
0.0.0 0
1.0.0--2
1.0.0--1
1-0 1.0-0
1.0.0-1
1.0.0-2
1.0.0-9
1.0.0-10
1.0.0-2147483647
1.0.0-0a
1.0.0-2147483648
1.0.0-A 1.0.0-a
1.0.0-alpha 1.0.0-ALPHA 1.0-alpha
1.0.0-alpha.1 1.0.0-Alpha.1
1.0.0-alpha.2
1.0.0-alpha.10
1.0.0-alpha.beta
1.0.0-alpha1
1.0.0-beta
1.0.0-Beta.2
1.0.0-preview.7
1.0.0-preview.7.23375.6
1.0.0-rc.1 1.0.0-RC.1 1.0.0-rc.1+meta
1.0.0-rc1
1.0.0-rc10
1.0.0-rc2
1 1.0 1.0.0 1.0.0.0 1.0.0+meta 01.00.0
1.0.0.1-beta
1.0.0.1
1.0.0.2
1.0.0.10
1.0.1-a
1.0.1
1.01 1.1 1.1.0.0
1.9
1.10
2.0.0.0-x
2
4.3
4.3.0.1
9.0
10.0
2147483647.0
"""


def test_versions_are_ordered_as_nuget_orders_them() -> None:
    assert_order(SCHEME, ORDER)


def test_case_metadata_and_missing_numbers_do_not_count() -> None:
    assert SCHEME.key("2.7-RC.1+a") == SCHEME.key("2.7.0.0-rc.1+b")


@pytest.mark.parametrize(
    "text", ["v2.7", "2.7.0.0.0", "2.7-rc.01", "2.7-a..b", "2147483648.0", "2.7-rc_1", "2.7+"]
)
def test_a_version_that_nuget_would_not_read_is_refused(text: str) -> None:
    with pytest.raises(InvalidVersion, match=r"write it like 2\.7\.0-rc\.1"):
        SCHEME.key(text)
