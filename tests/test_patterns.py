"""Patterns of records: RE2, which no text makes slow, and what is said of those it does not know."""

from __future__ import annotations

import pytest

from forewarn.patterns import check_one_group, first_group

AHEAD = "looks ahead or behind, which patterns here cannot do"


@pytest.mark.parametrize(
    ("pattern", "problem"),
    [
        ("recorder-([0-9.]+)", None),
        (r"(?<version>\d+)", None),
        (r"(?P<version>\d+)(?:-x64)?", None),
        ("(a+)+$", None),
        ("[0-9.]+", "it has 0 groups; put one pair of parentheses around the version"),
        ("([0-9.]+)-(beta)", "it has 2 groups"),
        ("([0-9.]+", "it is not a regular expression: missing )"),
        ("([0-9.]+)(?!-beta)", f"'(?!' {AHEAD}"),
        ("(?=v)([0-9.]+)", f"'(?=' {AHEAD}"),
        ("(?<=v)([0-9.]+)", f"'(?<=' {AHEAD}"),
        ("(?<!v)([0-9.]+)", f"'(?<!' {AHEAD}"),
        (r"([0-9.]+)-\1", r"'\\1' refers to an earlier group"),
        ("(a{2000})", "it is not a regular expression: invalid repetition size"),
        ("(a)" + "b" * 1000, "it has 1003 characters; 1000 is the most"),
    ],
)
def test_a_pattern_that_cannot_be_used_is_told(pattern: str, problem: str | None) -> None:
    told = check_one_group(pattern)
    assert told is None if problem is None else problem in (told or "")


@pytest.mark.parametrize(
    ("pattern", "text", "found"),
    [
        ("recorder-([0-9.]+)", "get recorder-2.7.exe", "2.7."),
        ("(?<v>[0-9]+)", "é 27", "27"),
        ("([0-9]+)", "none", None),
        ("([0-9]+)", "\ud800 7", "7"),
        ("((?:a+)+)$", "a" * 50_000 + "!", None),
    ],
)
def test_what_the_parentheses_find(pattern: str, text: str, found: str | None) -> None:
    assert first_group(pattern, text) == found
