"""The calver scheme, with and without a declared layout."""

from __future__ import annotations

import pytest
from version_orders import assert_order

from forewarn.errors import UsageError
from forewarn.model.versions.version import InvalidVersion
from forewarn.schemes.calver import SCHEME

ORDER = """
1999.12
06.6
19.3.1
20.1 2020.1 2020.01.0
24.1b1
24.1 2024.01 2024-1
24.1.post1
24.1.1 2024_01_1
24.04-rc1 24.4.rc.1
24.04 24.04.0 24.04-final
24.04-LTS
24.10
2024.10.22
2025
2026-05-04
2026-05-11
2026.10
"""


def test_without_a_layout_numbers_are_compared_after_the_year() -> None:
    assert_order(SCHEME, ORDER)


@pytest.mark.parametrize("text", ["1.2.3", "v2026.1", "20260401", "3026.1", "rc1"])
def test_without_a_layout_what_does_not_begin_with_a_year_is_refused(text: str) -> None:
    with pytest.raises(InvalidVersion, match=r"write it like 2026\.04\.1"):
        SCHEME.key(text)


@pytest.mark.parametrize(
    ("layout", "order"),
    [
        ("YYYY.0M.MICRO", "2025.12.31\n2026.04-rc1\n2026.04 2026.04.0\n2026.04.1\n2026.10.0"),
        ("YY.0M.MICRO", "6.06\n16.04\n24.04-rc1\n24.04 24.04.0\n24.04.1\n24.10\n106.04"),
        ("0Y.MM", "06.1\n24.4\n24.10"),
        ("YYYY0M0D.MICRO", "20251231\n20260401 20260401.0\n20260401.2\n20260401.10\n20260402"),
        ("YYYY-0M-0D", "2026-04-30\n2026-05-01.dev1\n2026-05-01"),
        ("YYYY.WW", "2026.9\n2026.10\n2026.53"),
        ("YYYY.0W.DD", "2026.09.7\n2026.10.1"),
        ("YYYY.MINOR.MICRO", "2026 2026.0 2026.0.0\n2026.1 2026.1.0\n2026.1.5\n2026.2"),
        ("MAJOR.YYYY0M", "1.202612\n2.202601"),
        ("YYYY.0M.MODIFIER", "2026.04.dev1\n2026.04"),
    ],
)
def test_a_layout_orders_the_versions_that_follow_it(layout: str, order: str) -> None:
    assert_order(SCHEME.with_layout(layout), order)


@pytest.mark.parametrize(
    ("layout", "text"),
    [
        ("YYYY.0M.MICRO", "2026.4.1"),
        ("YYYY.0M.MICRO", "2026.13.1"),
        ("YYYY.0M.MICRO", "26.04.1"),
        ("YYYY.0M.MICRO", "2026.04.1.1"),
        ("YYYY.0M.MICRO", "2026-04-1"),
        ("YYYY.0M.MICRO", "2026"),
        ("YYYY.MM", "2026.04"),
        ("YYYY-0M-0D", "2026-04-32"),
        ("YYYY0M0D", "202604011"),
        ("YYYY.0W", "2026.54"),
    ],
)
def test_a_version_that_does_not_follow_the_layout_is_refused(layout: str, text: str) -> None:
    with pytest.raises(InvalidVersion, match="does not follow the layout; write it like 2026"):
        SCHEME.with_layout(layout).key(text)


@pytest.mark.parametrize(
    "layout",
    [
        "",
        "YEAR.MONTH",
        "yyyy.mm",
        "YYYY.",
        ".YYYY",
        "MAJOR.MINOR",
        "DD.MM.YYYY",
        "YYYY.DD.MM",
        "YYYY.MM.0M",
        "YYYY.MICRO.MICRO",
        "YYYYMMDD",
        "YYYY.MODIFIER.MICRO",
        "YYYY:0M",
        "YYYY.0M\n",
        "(YYYY)+",
    ],
)
def test_a_layout_that_gives_no_order_is_refused_with_a_good_one(layout: str) -> None:
    with pytest.raises(UsageError, match="versions cannot be ordered by it") as refusal:
        SCHEME.with_layout(layout)
    assert "calver:YYYY.0M.MICRO" in str(refusal.value.help)
