"""The loose scheme: the order that a person would expect, without a specification."""

from __future__ import annotations

import pytest
from version_orders import assert_order

from forewarn.model.versions.version import InvalidVersion
from forewarn.schemes.loose import SCHEME

ORDER = """
0-rc1 0.0rc1
0 0.0
R2024a
R2024b
release-1.2 stable-1.2 v1.2 V1.2.0 v.1.2
1.2-stable
1.2.1
2.7~rc1
2.7~20260101
2.7-dev 2.7-nightly 2.7-next 2.7-edge 2.7-testing 2.7-insiders 2.7-experimental
2.7-dev.2 2.7dev2
2.7-pre-alpha 2.7-prealpha
2.7-alpha
2.7a1 2.7-alpha.1 2.7.0-ALPHA1
2.7-pre-beta-2
2.7b2 2.7-beta-2 2.7_beta_2 2.7-public-beta2
2.7-M1 2.7-milestone1
2.7-pre 2.7-ea 2.7-early-access 2.7-sneak-peek 2.7-pre-release
2.7-preview1 2.7pre1 2.7-early-access-1 2.7-tech-preview.1 2.7ea1 2.7dp1 2.7-eap1
2.7-pre-rc1
2.7-rc1 2.7rc1 v2.7.0-RC.1 2.7-cr1 2.7c1 2.7rc01
2.7-rc2
2.7-rc10
2.7-SNAPSHOT 2.7-BUILD-SNAPSHOT
2.7 2.7.0 2.7.0.0 v2.7 2.7.Final 2.7-GA
2.7+5
2.7-1
2.7-2
2.7a
2.7b
2.7-foo
2.7p1 2.7-patch1
2.7-post
2.7-post1
2.7r1 2.7-rev.1
2.7-sp1
2.7.0.1
2.7.1-rc1
2.7.1
2.9
2.10
10
2024-01-15
2024-02-01
"""


def test_versions_are_ordered_as_people_read_them() -> None:
    assert_order(SCHEME, ORDER)


@pytest.mark.parametrize(
    "text", ["x", "v", "1~", "1+", "1:2!3", "1---2", "final", "~".join("abc"), "9" * 100]
)
def test_any_safe_text_has_a_place(text: str) -> None:
    assert SCHEME.key(text) == SCHEME.key(text)


@pytest.mark.parametrize("text", ["", "../2.7", "2.7 rc1", "2.7/1", "CON", "2.7\n", "9" * 101])
def test_unsafe_text_is_refused(text: str) -> None:
    with pytest.raises(InvalidVersion, match=r"write it like 2\.7-rc1"):
        SCHEME.key(text)
