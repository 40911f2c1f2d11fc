"""The windows scheme."""

from __future__ import annotations

import pytest
from version_orders import assert_order

from forewarn.model.versions.version import InvalidVersion
from forewarn.schemes.windows import SCHEME

ORDER = """
0 0.0 0.0.0.0
0.0.0.1
1 1.0 1.0.0.0 01.0
1.0.0.65535
1.0.1
6.1.7601 6.1.7601.0 6.01.7601
6.10
10.0.9200.65535
10.0.19045.3803
65535.65535.65535.65535
"""


def test_versions_are_ordered_number_by_number() -> None:
    assert_order(SCHEME, ORDER)


@pytest.mark.parametrize("text", ["65536", "1.0.0.65536", "1.2.3.4.5", "1.0-rc1", "v1.0", "1.0a"])
def test_what_does_not_fit_four_16_bit_numbers_is_refused(text: str) -> None:
    with pytest.raises(InvalidVersion, match=r"from 0 to 65535"):
        SCHEME.key(text)
