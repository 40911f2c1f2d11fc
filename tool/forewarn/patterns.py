"""Regular expressions that people write into records: by RE2, which no text can make slow."""

from __future__ import annotations

from functools import cache
from typing import Any

from forewarn.expressions import expression

# Some write the name of a group so.
_NAMED = expression(r"\(\?<(?=[A-Za-z_])")
_LOOK = expression(r"\(\?<?[=!]")
_REFERENCE = expression(r"\\[1-9]|\(\?P=")
_LONGEST = 1000  # characters


class WrongPattern(ValueError):
    """A text is no pattern that can be used; the message says why."""


@cache
def pattern(text: str) -> Any:
    """The compiled pattern.

    Raises:
        WrongPattern: it is none, or none that RE2 knows.
    """
    import re2

    if len(text) > _LONGEST:
        raise WrongPattern(f"it has {len(text)} characters; {_LONGEST} is the most")
    options = re2.Options()
    options.log_errors = False
    try:
        return re2.compile(_NAMED.sub("(?P<", text), options=options)
    except re2.error as error:
        raise WrongPattern(_why(text, error)) from error


def first_group(text: str, searched: str) -> str | None:
    """What the pair of parentheses of a pattern finds; None where that is nothing."""
    # Half a character, which JSON may hold, is none.
    found = pattern(text).search(searched.encode("utf-8", "replace").decode())
    group: str | None = found.group(1) if found else None
    return group


def check_one_group(text: str) -> str | None:
    """What keeps `text` from being a pattern that finds a version, or None."""
    try:
        groups = pattern(text).groups
    except WrongPattern as error:
        return str(error)
    if groups != 1:
        return f"it has {groups} groups; put one pair of parentheses around the version"
    return None


def _why(text: str, error: Exception) -> str:
    if look := _LOOK.search(text):
        return (
            f"{look[0]!a} looks ahead or behind, which patterns here cannot do: write what is "
            "before and after the version, and put the parentheses around the version alone"
        )
    if again := _REFERENCE.search(text):
        return f"{again[0]!a} refers to an earlier group, which patterns here cannot do"
    said = error.args[0] if error.args else error
    said = said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said)
    return f"it is not a regular expression: {said}"
