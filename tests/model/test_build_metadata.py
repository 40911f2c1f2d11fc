"""What stands behind a `+`: a vendor may ship it as a release of its own."""

from __future__ import annotations

from dataclasses import replace

import pytest

from forewarn import schemes
from forewarn.model.meant import meant
from forewarn.model.release import Status
from model_builder import catalogue, product, release


@pytest.mark.parametrize("scheme", ["semver", "nuget"])
def test_another_build_is_another_version_even_where_the_order_does_not_know_it(
    scheme: str,
) -> None:
    fixed = release("recorder", "10.4.17+security-01")
    known = replace(
        catalogue(product("recorder", scheme=scheme), fixed),
        schemes={"recorder": schemes.get(scheme)},
    )
    assert known.find_release("recorder", "10.4.17+security-01") is fixed
    assert known.find_release("recorder", "10.4.17+Security-01") is fixed
    assert known.find_release("recorder", "10.4.17") is None
    assert known.find_release("recorder", "10.4.17+security-02") is None
    (stand_in,) = meant(known, "recorder", "10.4.17+security-02")
    assert (stand_in.version, stand_in.status) == ("10.4.17+security-02", Status.UNRECORDED)


@pytest.mark.parametrize(
    ("scheme", "recorded", "asked"),
    [("pep440", "2.7+Ubuntu-1", "2.7.0+ubuntu.1"), ("loose", "2.7+5", "v2.7.0+5")],
)
def test_a_build_that_the_order_knows_may_be_spelled_as_it_likes(
    scheme: str, recorded: str, asked: str
) -> None:
    one = release("recorder", recorded)
    known = replace(
        catalogue(product("recorder", scheme=scheme), one),
        schemes={"recorder": schemes.get(scheme)},
    )
    assert known.find_release("recorder", asked) is one
    assert known.find_release("recorder", "2.7") is None
