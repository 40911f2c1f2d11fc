"""Markdown cut into prose and code, so that what is done to prose leaves code alone."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

# A fence as Markdown knows it: `code` on one line after three backticks opens nothing.
_OPEN = re.compile(r" {0,3}(?P<mark>`{3,}(?=[^`]*$)|~{3,})")
_CLOSE = re.compile(r" {0,3}(?P<mark>`{3,}|~{3,})\s*$")


def split_code(text: str) -> Iterator[tuple[bool, str]]:
    """Cut Markdown into prose and fenced code, in order; joined, the parts are the text.

    A fence that is never closed fences nothing, and what it would have held is prose.
    """
    lines = text.splitlines(keepends=True)
    begin = at = 0
    while at < len(lines):
        end = _end_of_fence(lines, at)
        if end is None:
            at += 1
            continue
        yield False, "".join(lines[begin:at])
        yield True, "".join(lines[at:end])
        begin = at = end
    yield False, "".join(lines[begin:])


def _end_of_fence(lines: Sequence[str], at: int) -> int | None:
    """The line after the fenced code that begins at line `at`, if any begins there."""
    opening = _OPEN.match(lines[at].rstrip("\r\n"))
    if opening is None:
        return None
    mark = opening["mark"]
    for number in range(at + 1, len(lines)):
        closing = _CLOSE.match(lines[number])
        if closing and closing["mark"].startswith(mark):
            return number + 1
    return None
