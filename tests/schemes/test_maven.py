"""The maven scheme; the expected order is that of ComparableVersion in Maven 3.9.6, over all
pairs of the list.
"""

from __future__ import annotations

from version_orders import assert_order

from forewarn.schemes.maven import SCHEME

ORDER = """
1-alpha
1-alpha-1 1.0-alpha-1 1.0a1 1a1 1-alpha1
1.0-alpha-2
1-alpha-10
1-beta
1b2 1-beta-2
1.0-M1 1.0-milestone-1
1.0m3
1-rc 1-cr
1.0-rc1 1.0-RC-1 1.0.RC1
1.0-rc-2-SNAPSHOT
1-cr2
1.0-SNAPSHOT 1-snapshot
1 1.0 1.0.0 1-0 1.ga 1.0.Final 1.0.0.RELEASE 1.0-final
1-sp
1.0-sp1
1.0.SP2
1.0+5
1_2
1-a
1-abc
1.0-jre
1-xyz
1.0.0-1-SNAPSHOT
1-1 1.0-1
1-2
1-10
1.0.0.1
1.0.1-rc1
1.0.1
1.1-SNAPSHOT
1.1 1.01
1.9
1.10-beta
1.10
2
2.0.0.Final-redhat-1 2.0-redhat-1
2.0.GA-1 2-1
2.0.0.redhat-1
2.0.0.redhat-00002
2.0.1-SNAPSHOT
2.0.1
2.0.1x
2.0.1-x-1
2.0.1xyz2
2.0.1-20240101.123456-7
33.4.8
33.4.8-android
33.4.8-jre
20031129.200437
20040616
99999999999
12345678901234567890
"""


def test_versions_are_ordered_as_maven_orders_them() -> None:
    assert_order(SCHEME, ORDER)


def test_a_snapshot_comes_after_its_candidates_and_before_its_release() -> None:
    assert SCHEME.key("2.7-rc1") < SCHEME.key("2.7-SNAPSHOT") < SCHEME.key("2.7")


def test_case_and_the_word_final_do_not_count() -> None:
    assert SCHEME.key("2.7.0.Final") == SCHEME.key("2.7-FINAL") == SCHEME.key("2.7")


def test_where_maven_runs_in_a_circle_there_is_still_an_order() -> None:
    # By Maven 1.sp.1 < 1-rc, 1-rc < 1 and 1 < 1.sp.1; the first of the three is given up.
    assert SCHEME.key("1-rc") < SCHEME.key("1") < SCHEME.key("1.sp.1")
