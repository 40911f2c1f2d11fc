"""Markdown cut into prose, fenced code and comments, so that each can be treated as what it is."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator
from enum import Enum

from forewarn.expressions import expression

_START = expression(r"^ {0,3}(?P<fence>`{3,}|~{3,})|(?P<ticks>`+)|<!--", re.MULTILINE)
_CLOSING = expression(r"^ {0,3}(?P<fence>`{3,}|~{3,})[ \t]*$", re.MULTILINE)
_RUN = expression("`+")
_PARAGRAPH_END = expression(r"\n[ \t]*\n")


class PieceKind(Enum):
    """What a piece of Markdown is."""

    PROSE = "prose"
    CODE = "code"
    COMMENT = "comment"


def split_code(text: str) -> Iterator[tuple[bool, str]]:
    """Cut Markdown into what is fenced code and what is not, in order; joined, it is the text."""
    for part, piece in split(text):
        yield part is PieceKind.CODE, piece


def without_comments(text: str) -> str:
    """Markdown without its HTML comments; one that is never closed takes the rest with it."""
    return "".join(piece for part, piece in split(text) if part is not PieceKind.COMMENT)


def without_spans(text: str) -> str:
    """Prose without its spans of code; a span ends with its paragraph at the latest."""
    ticks, kept, at = _Ticks(text), [], 0
    while run := _RUN.search(text, at):
        end = ticks.end_of_span(run.end(), run.end() - run.start())
        kept.append(text[at : run.end() if end == run.end() else run.start()])
        at = end
    return "".join((*kept, text[at:]))


def split(text: str) -> Iterator[tuple[PieceKind, str]]:
    """Cut Markdown into its parts, in order; joined, they are the text.

    Whichever begins first holds what it encloses: a fence in a comment is a comment, and a
    comment in code is code. A fence that is never closed fences nothing.
    """
    if not ("`" in text or "~~~" in text or "<!--" in text):
        yield PieceKind.PROSE, text
        return
    begin = at = 0
    unclosed: set[str] = set()
    closings: list[re.Match[str]] | None = None
    ticks = _Ticks(text)
    while start := _START.search(text, at):
        end = None
        fence, after = start["fence"], start.end()
        if fence and fence not in unclosed and _opens(text, fence, after):
            closings = [*_CLOSING.finditer(text)] if closings is None else closings
            end, part = _end_of_fence(closings, fence, text.find("\n", after)), PieceKind.CODE
            if end is None:
                unclosed.add(fence)
        elif start.group() == "<!--":
            end, part = _end_of_comment(text, after), PieceKind.COMMENT
        if end is None:
            at = ticks.end_of_span(after, len((fence or start["ticks"] or "").strip("~")))
            continue
        yield PieceKind.PROSE, text[begin : start.start()]
        yield part, text[start.start() : end]
        begin = at = end
    yield PieceKind.PROSE, text[begin:]


def _opens(text: str, fence: str, at: int) -> bool:
    """Whether a fence stands there: code on one line after three backticks is none."""
    line_end = text.find("\n", at)
    return fence[0] == "~" or "`" not in text[at : line_end if line_end >= 0 else len(text)]


def _end_of_fence(closings: list[re.Match[str]], fence: str, line_end: int) -> int | None:
    if line_end < 0:
        return None
    first = bisect_left(closings, line_end, key=re.Match.start)
    fits = (at for at in range(first, len(closings)) if closings[at]["fence"].startswith(fence))
    at = next(fits, None)
    return None if at is None else closings[at].end()


def _end_of_comment(text: str, at: int) -> int:
    end = text.find("-->", at)
    return len(text) if end < 0 else end + len("-->")


class _Ticks:
    """The runs of backticks of a text, paragraph by paragraph, each looked at once."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._end = 0
        self._runs: dict[int, list[int]] = {}

    def end_of_span(self, at: int, ticks: int) -> int:
        """Past a span of code in this paragraph, if so many backticks before `at` open one."""
        if not ticks:
            return at
        if at > self._end or not self._end:
            self._read_paragraph(at)
        runs = self._runs.get(ticks, [])
        closing = bisect_left(runs, at)
        return runs[closing] + ticks if closing < len(runs) else at

    def _read_paragraph(self, at: int) -> None:
        found = _PARAGRAPH_END.search(self._text, at)
        self._end = found.start() if found else len(self._text)
        self._runs = defaultdict(list)
        for run in _RUN.finditer(self._text, at, self._end):
            self._runs[run.end() - run.start()].append(run.start())
