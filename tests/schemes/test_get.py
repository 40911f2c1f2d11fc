"""How product.yml names a scheme."""

from __future__ import annotations

import pytest

from forewarn import schemes
from forewarn.errors import UsageError


def test_a_scheme_is_found_by_its_name() -> None:
    assert schemes.get("semver").name == "semver"


def test_every_scheme_that_is_promised_is_registered() -> None:
    assert set(schemes.names()) >= {
        "calver",
        "debian",
        "gem",
        "loose",
        "maven",
        "nuget",
        "pep440",
        "rpm",
        "semver",
        "windows",
    }


def test_a_layout_is_written_after_a_colon() -> None:
    scheme = schemes.get("calver:YYYY.0M.MICRO")
    assert scheme.name == "calver:YYYY.0M.MICRO"
    assert scheme.key("2026.04.2") < scheme.key("2026.04.10")


def test_a_layout_for_a_scheme_that_takes_none_is_refused() -> None:
    with pytest.raises(UsageError) as refusal:
        schemes.get("semver:YYYY.0M")
    assert "'semver' takes no layout" in refusal.value.what
    assert refusal.value.help == (
        "Write 'scheme: semver', or declare a layout as in calver:YYYY.0M.MICRO."
    )


def test_an_unknown_scheme_is_refused_with_those_there_are() -> None:
    with pytest.raises(UsageError) as refusal:
        schemes.get("sember")
    assert "semver" in str(refusal.value.help)
