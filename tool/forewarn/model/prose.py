"""Markdown cut into prose, fenced code and comments, so that each can be treated as what it is."""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import Enum

_START = re.compile(r"^ {0,3}(?P<fence>`{3,}|~{3,})|(?P<ticks>`+)|<!--", re.MULTILINE)
_PARAGRAPH_END = re.compile(r"\n[ \t]*\n")


class Part(Enum):
    """What a piece of Markdown is."""

    PROSE = "prose"
    CODE = "code"
    COMMENT = "comment"


def split_code(text: str) -> Iterator[tuple[bool, str]]:
    """Cut Markdown into what is fenced code and what is not, in order; joined, it is the text."""
    for part, piece in split(text):
        yield part is Part.CODE, piece


def without_comments(text: str) -> str:
    """Markdown without its HTML comments; one that is never closed takes the rest with it."""
    return "".join(piece for part, piece in split(text) if part is not Part.COMMENT)


def split(text: str) -> Iterator[tuple[Part, str]]:
    """Cut Markdown into its parts, in order; joined, they are the text.

    Whichever begins first holds what it encloses: a fence in a comment is a comment, and a
    comment in code is code. A fence that is never closed fences nothing.
    """
    if not ("`" in text or "~~~" in text or "<!--" in text):
        yield Part.PROSE, text
        return
    begin = at = paragraph = 0
    unclosed: set[str] = set()
    while start := _START.search(text, at):
        end = None
        fence, after = start["fence"], start.end()
        if fence and fence not in unclosed and _opens(text, fence, after):
            end, part = _end_of_fence(text, fence, after), Part.CODE
            if end is None:
                unclosed.add(fence)
        elif start.group() == "<!--":
            end, part = _end_of_comment(text, after), Part.COMMENT
        if end is None:
            if after > paragraph:
                paragraph = _end_of_paragraph(text, after)
            at = _end_of_span(text, after, paragraph, (fence or start["ticks"] or "").strip("~"))
            continue
        yield Part.PROSE, text[begin : start.start()]
        yield part, text[start.start() : end]
        begin = at = end
    yield Part.PROSE, text[begin:]


def _opens(text: str, fence: str, at: int) -> bool:
    """Whether a fence stands there: code on one line after three backticks is none."""
    line_end = text.find("\n", at)
    return fence[0] == "~" or "`" not in text[at : line_end if line_end >= 0 else len(text)]


def _end_of_fence(text: str, fence: str, at: int) -> int | None:
    closing = re.compile(rf"^ {{0,3}}{fence}{fence[0]}*[ \t]*$", re.MULTILINE)
    line_end = text.find("\n", at)
    found = closing.search(text, line_end + 1) if line_end >= 0 else None
    return found.end() if found else None


def _end_of_comment(text: str, at: int) -> int:
    end = text.find("-->", at)
    return len(text) if end < 0 else end + len("-->")


def _end_of_paragraph(text: str, at: int) -> int:
    found = _PARAGRAPH_END.search(text, at)
    return found.start() if found else len(text)


def _end_of_span(text: str, at: int, paragraph: int, ticks: str) -> int:
    """Past a span of code in this paragraph, if the backticks open one; else past them."""
    if not ticks:
        return at
    closing = re.compile(rf"(?<!`){ticks}(?!`)").search(text, at, paragraph)
    return closing.end() if closing else at
