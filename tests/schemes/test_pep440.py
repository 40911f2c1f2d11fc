"""The pep440 scheme; the order is the one in PEP 440 itself, "Summary of permitted suffixes"."""

from __future__ import annotations

import pytest
from version_orders import assert_order

from forewarn.model.versions.version import InvalidVersion
from forewarn.schemes.pep440 import SCHEME

ORDER = """
1.0.dev1
1.0a1.dev1
1.0a1 1.0.alpha1 1.0-a.1
1.0a2
1.0b1 1.0beta1
1.0rc1 1.0c1 1.0-preview1
1.0rc2
1.0 1 v1.0 1.0.0
1.0+abc.5
1.0+abc.7
1.0+5
1.0.post1.dev2
1.0.post1 1.0-1 1.0.rev1
1.0.1
1.1
1.10
1!0.1
"""


def test_versions_are_ordered_as_pep_440_says() -> None:
    assert_order(SCHEME, ORDER)


@pytest.mark.parametrize("text", ["2.7-foo", "2.7.x", "latest", "2.7_", "1.0-rc-final"])
def test_a_version_that_pip_would_not_read_is_refused(text: str) -> None:
    with pytest.raises(InvalidVersion, match=r"write it like 2\.7\.0rc1"):
        SCHEME.key(text)
