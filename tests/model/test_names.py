"""Names and versions become paths, addresses and headers; what could do harm is refused."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forewarn.model.names import (
    check_article_path,
    check_header,
    check_product,
    check_version,
    version_of_stem,
    version_stem,
)

NASTY = [
    "", ".", "..", "../2.7", "a/b", "a\\b", "-rf", "2.7\n", "2.7\x00", " 2.7", "2.7 ", "2.7.",
    "con", "CON.1", "nul", "com1", "lpt9.2", "2..7", "2.7\u202e", "\uff12.7", "2.7\u200b", "~2",
    "a" * 101, "1" * 5000, "index", "product", "2.7.briefing",
]  # fmt: skip


@pytest.mark.parametrize("text", NASTY)
def test_a_version_that_could_do_harm_as_a_path_is_refused(text: str) -> None:
    assert check_version(text)


@pytest.mark.parametrize(
    "text", [t for t in NASTY if t not in ("index", "product", "2.7.briefing")]
)
def test_a_product_that_could_do_harm_as_a_path_is_refused(text: str) -> None:
    assert check_product(text)
    assert "/" in text or check_article_path(f"{text}.md")


@pytest.mark.parametrize(
    "text",
    [
        "2.7",
        "v2.7",
        "2.7-rc.1",
        "2.7+build.5",
        "1:2.3-4~deb12u1",
        "1!2.0",
        "8u402",
        "2026.1",
        "C++",
    ],
)
def test_ordinary_versions_are_taken(text: str) -> None:
    assert check_version(text) is None


@given(st.text(max_size=30))
def test_what_is_taken_is_one_plain_path_segment(text: str) -> None:
    if check_version(text) is None:
        stem = version_stem(text)
        assert text.isascii() and text.isprintable()
        assert not set(stem) & set('/\\:*?"<>|\0 ')
        assert stem not in (".", "..") and not stem.startswith("-") and not stem.endswith(".")
        assert version_of_stem(stem) == text


@pytest.mark.parametrize(
    "text", ["a\rb", "a\nBcc: x@example.com", "a\x00", "=?utf-8?q?x?=", "\x85"]
)
def test_what_would_break_a_mail_header_is_refused(text: str) -> None:
    assert check_header(text)
