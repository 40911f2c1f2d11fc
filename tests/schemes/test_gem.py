"""The gem scheme; the expected order is that of Gem::Version (RubyGems 3.3.15, Ruby 3.1.2), over
all pairs of the list.
"""

from __future__ import annotations

import pytest
from version_orders import assert_order

from forewarn.model.versions.version import InvalidVersion
from forewarn.schemes.gem import SCHEME

ORDER = """
0.a
0 0.0
0.1
1.0.RC1
1.a.b
1.a.0.b
1.a 1.0.a 1.0.0.a
1.a.0.1
1.0.a1b2
1.0.a.1 1.a.1
1.a.2
1.a9
1.a10 1.a.10
1.alpha
1.b1
1.0-rc1
1.pre 1.0.pre
1.0-1 1.0.pre.1
1.0.rc1 1.0.rc.1 1.0.0.rc1
1.0.rc2
1 1.0 1.0.0 1.00
1.0.0.1
1.0.1.rc1
1.0.1
1.1.a
1.1 1.01
1.9
1.9.0.1
1.10 1.10.0
2.0.0.beta.a
2.0.0.beta.0.a
2.0.0.beta 2.0.0.beta.0
2.0.0.beta.0.1
2.0.0.beta1
2.0.0-java
2.0.0
3.0.0.dev
3.0.0.preview1
3.0.0.preview2
7.1.3
7.1.3.4
"""


def test_versions_are_ordered_as_rubygems_orders_them() -> None:
    assert_order(SCHEME, ORDER)


def test_any_letters_make_a_prerelease() -> None:
    assert SCHEME.key("2.7.0.beta") < SCHEME.key("2.7.0.rc1") < SCHEME.key("2.7")


@pytest.mark.parametrize("text", ["v2.7", "2.7+1", "2.7_1", "2.7~a", "2.7.-1", "rc1"])
def test_a_version_that_no_gem_may_have_is_refused(text: str) -> None:
    with pytest.raises(InvalidVersion, match=r"write it like 2\.7\.0\.rc1"):
        SCHEME.key(text)
