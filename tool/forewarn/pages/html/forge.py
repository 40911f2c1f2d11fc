"""Markdown as people write it on forges, written as Python-Markdown reads the same.

There, a list may stand right below a line of text, what is inside an item begins where its text
begins (two columns in, or three), and a table or fenced code needs no empty line above it. Python-
Markdown wants the empty line, and four columns a level. What is written so already stays as it is.
"""

from __future__ import annotations

import dataclasses
import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import field
from itertools import islice
from operator import itemgetter

from forewarn.expressions import expression
from forewarn.frozen import dataclass

_ITEM = expression(r"(?P<mark>[-+*]|(?P<number>\d{1,9})[.)])(?P<gap> +|$)(?P<text>.*)")
# One of grave accents that has more of them behind it is code within a line.
_FENCE = expression(r"(?P<mark>`{3,}(?=[^`]*$)|~{3,})(?P<info>.*)")
_TABBED = expression(r"(?:[-+*]|\d{1,9}[.)])\t")
_RULE = expression(r"(?:(?:\* *){3,}|(?:- *){3,}|(?:_ *){3,})$")
_HEADING = expression(r"#{1,6}(?:\s|$)")
# What holds the lines that stand four columns further in: notes, tabs, definitions, footnotes.
_HOLDER = expression(r"(?:!!!|\?\?\?\+?|===[!+]?)\s|:\s{1,3}\S|\[\^[^\]\s]+\]:|\*\[[^\]]+\]:")
_CELLS = expression(r"\|?\s*:?-+:?\s*(?:\|\s*:?-+:?\s*)*\|?\s*$")
_HTML = expression(r"</?[a-zA-Z]|<!")
_DETAILS = expression(r"<details(?P<rest>(?:\s+open)?)>", re.IGNORECASE)
# What holds Markdown behind an empty line, if it ends behind another one.
_DIVISION = expression(r"<(?P<name>div|section|center)(?P<rest>(?:\s[^<>]*)?)>", re.IGNORECASE)
_QUOTED = expression(r"^\s*> ?")
_ALERT = expression(r"\s*\[!(NOTE|TIP|IMPORTANT|WARNING|CAUTION)\]\s*$", re.IGNORECASE)
_ALERTS = {
    "note": "!!! note",
    "tip": "!!! tip",
    "important": '!!! info "Important"',
    "warning": "!!! warning",
    "caution": '!!! danger "Caution"',
}
# In a cell of a table, code has its bars with a stroke before them, which is not shown.
_CODE = expression(r"(?<!`)`[^`]+`(?!`)")
_DEEPEST = 20
_FAR = 500  # lines


@dataclass(frozen=True, slots=True)
class _Holder:
    """An item or a note: from which column on a line is inside it, and where that is written."""

    inside: int
    written: int
    as_written: bool


def as_markdown(text: str) -> str:
    """The text as Python-Markdown needs it; nothing of what it says changes."""
    return "\n".join(_QuotedText().write(text.split("\n")))


@dataclasses.dataclass
class _QuotedText:
    """One text, or that of a quotation, line by line."""

    depth: int = 0
    out: list[str] = field(default_factory=list)
    holders: list[_Holder] = field(default_factory=list)
    # Whether the last line is text that the next one may go on with.
    open: bool = False
    # The lines that could close fenced code, with their marks; found when some begins.
    closings: list[tuple[int, str]] | None = None

    def write(self, lines: Sequence[str]) -> list[str]:
        at = 0
        while at < len(lines):
            at = self._line(lines, at)
        return self.out

    def _line(self, lines: Sequence[str], at: int) -> int:
        """Write the block that begins in a line, or the line; where to go on."""
        line = lines[at]
        if line[:1] in ("\t", " ") or _TABBED.match(line):
            line = line.expandtabs(4)
        content = line.lstrip(" ")
        if not content:
            self._put("", False)
            return at + 1
        column = len(line) - len(content)
        before = len(self.holders)
        begins = self._begins(lines, at, content, column)
        if not (self.open and not begins):
            while self.holders and column < self.holders[-1].inside:
                self.holders.pop()
        left = column - self._inside
        if left >= 4 and not self.open:
            self._code(column, left, content)
            return at + 1
        if fence := _FENCE.match(content):
            closing = self._closing(lines, at, fence["mark"])
            if closing is None and not self.holders:
                # It goes on to the end of all.
                lines = [*lines, fence["mark"]]
                closing = len(lines) - 1
            if closing is not None:
                self._separate(before)
                return self._fenced(lines, at, closing, column)
        if begins and (item := _item(content)):
            self._item(item, column, before)
            return at + 1
        if content.startswith(">") and self.depth < _DEEPEST:
            return self._quotation(lines, at, before)
        if _HTML.match(content) and not self.open and not self.holders:
            return self._html(lines, at)
        if begins or (len(self.holders) < before and not self.open):
            self._separate(before)
        self._text(content, column)
        return at + 1

    @property
    def _inside(self) -> int:
        return self.holders[-1].inside if self.holders else 0

    @property
    def _written(self) -> int:
        return self.holders[-1].written if self.holders else 0

    def _put(self, line: str, goes_on: bool) -> None:
        self.out.append(line)
        self.open = goes_on

    def _separate(self, before: int) -> None:
        """An empty line above what Python-Markdown would take for more of what is there."""
        if self.out and self.out[-1].strip() and (self.open or len(self.holders) < before):
            self.out.append("")

    def _begins(self, lines: Sequence[str], at: int, content: str, column: int) -> bool:
        """Whether something new begins in a line, although the text above may go on."""
        if column - self._inside >= 4 and self.open:
            return False
        if _HEADING.match(content) or content.startswith((">", "```", "~~~")):
            return True
        if _RULE.match(content):
            # Below text, such a line makes a heading of it.
            return not (self.open and content.startswith("-"))
        item = _item(content)
        if item:
            inside_list = bool(self.holders) and column < self.holders[-1].inside
            free = not self.open or inside_list
            return free or (bool(item["text"].strip()) and item["number"] in (None, "1"))
        if _HOLDER.match(content):
            return not self.open or content.startswith(("!!!", "???"))
        return is_table(lines, at)

    def _item(self, item: re.Match[str], column: int, before: int) -> None:
        gap = len(item["gap"])
        text = item["text"]
        spaces = gap if 1 <= gap <= 4 and text else 1
        parent = self._written
        if self.out and self.out[-1].strip() and self._needs_space(item, before):
            self.out.append("")
        mark = f"{item['number']}." if item["number"] else item["mark"]
        rest = f"{' ' * (gap - 1)}{text}" if gap > 4 else text
        # Text further in stays where it is: it is aligned with what is above or below it.
        said = f"{mark}{' ' * spaces}{rest}" if text else mark
        self._put(f"{' ' * parent}{said}".rstrip(), bool(text))
        inside = column + len(item["mark"]) + spaces
        self.holders.append(_Holder(inside, parent + 4, column == parent))

    def _needs_space(self, item: re.Match[str], before: int) -> bool:
        """Whether an item would be taken for more of the text above, or of another list."""
        if len(self.holders) == before:
            return self.open and not self._is_below_item()
        # The next one of a list whose items have empty lines in them, or are of another kind.
        for line in reversed(self.out):
            content = line.lstrip(" ")
            if not content:
                return True
            found = _item(content) if len(line) - len(content) == self._written else None
            if found:
                return bool(found["number"]) is not bool(item["number"])
        return False

    def _is_below_item(self) -> bool:
        """Whether the text above is the first of an item."""
        for line in reversed(self.out):
            if not line.strip():
                return False
            if _item(line.lstrip(" ")):
                return True
        return False

    def _text(self, content: str, column: int) -> None:
        holder = _HOLDER.match(content)
        if content.startswith("#") and not _HEADING.match(content):
            content = f"\\{content}"  # "#12 is mended" is no heading
        if content.endswith("\\") and not content.endswith("\\\\") and "`" not in content:
            content = f"{content[:-1].rstrip()}  "  # a line that ends so is broken there
        if "\\|" in content and "`" in content:
            content = _CODE.sub(lambda code: code[0].replace("\\|", "|"), content)
        self._put(f"{' ' * self._written}{content}", not (_RULE.match(content) or holder))
        if _HEADING.match(content):
            self.open = False
        if holder:
            self.holders.append(_Holder(column + 4, self._written + 4, column == self._written))

    def _code(self, column: int, left: int, content: str) -> None:
        """A line of code that is told by its indentation."""
        least = self._written + 4
        kept = column if self.holders and self.holders[-1].as_written else least + left - 4
        self._put(f"{' ' * max(least, kept)}{content}", False)

    def _closing(self, lines: Sequence[str], at: int, mark: str) -> int | None:
        """The line that closes fenced code; None where none does."""
        if self.closings is None:
            self.closings = [
                (number, content)
                for number, line in enumerate(lines)
                if (content := line.strip())[:3] in ("```", "~~~") and not content.strip(content[0])
            ]
        begin = bisect_right(self.closings, at, key=itemgetter(0))
        rows = islice(self.closings, begin, None)
        return next((number for number, content in rows if content.startswith(mark)), None)

    def _fenced(self, lines: Sequence[str], at: int, closing: int, column: int) -> int:
        for line in lines[at : closing + 1]:
            text = line.expandtabs(4) if line[:1] == "\t" and column else line
            left = min(column, len(text) - len(text.lstrip(" ")))
            self.out.append(f"{' ' * self._written}{text[left:]}" if text.strip() else "")
        if closing + 1 < len(lines) and lines[closing + 1].strip():
            self.out.append("")
        self.open = False
        return closing + 1

    def _quotation(self, lines: Sequence[str], at: int, before: int) -> int:
        end = at
        while end < len(lines) and _is_quoted(lines[end], self._inside):
            end += 1
        rows = [_QUOTED.sub("", line) for line in lines[at:end]]
        self._separate(before)
        alert = _ALERT.match(rows[0])
        if alert:
            self.out.append(f"{' ' * self._written}{_ALERTS[alert[1].lower()]}")
        margin = f"{' ' * self._written}{'    ' if alert else '> '}"
        for row in _QuotedText(depth=self.depth + 1).write(rows[1:] if alert else rows):
            self.out.append(f"{margin}{row}".rstrip())
        if alert:
            self.out.append("")
        self.open = not alert
        return end

    def _html(self, lines: Sequence[str], at: int) -> int:
        """HTML up to the next empty line, as it is; what can be folded holds Markdown."""
        end = at
        while end < len(lines) and lines[end].strip():
            end += 1
        block = [_DETAILS.sub(r'<details\g<rest> markdown="1">', line) for line in lines[at:end]]
        first = _DIVISION.match(block[0])
        if first and "markdown" not in first["rest"] and self._ends_later(first, lines, at, end):
            block[0] = f'<{first["name"]}{first["rest"]} markdown="1">{block[0][first.end() :]}'
        self.out += block
        self.open = False
        return end

    def _ends_later(self, first: re.Match[str], lines: Sequence[str], at: int, end: int) -> bool:
        """Whether a division that begins in a line ends behind an empty line, and no other does."""
        closing = f"</{first['name']}>".casefold()
        if any(closing in line.casefold() for line in lines[at:end]):
            return False
        return any(line.casefold().startswith(closing) for line in lines[end : end + _FAR])


def _item(content: str) -> re.Match[str] | None:
    return None if _RULE.match(content) else _ITEM.match(content)


def _is_quoted(line: str, inside: int) -> bool:
    content = line.lstrip()
    return content.startswith(">") and len(line) - len(content) >= inside


def is_table(lines: Sequence[str], at: int) -> bool:
    """Whether a line is the head of a table: as many cells as the line of dashes below it."""
    if "|" not in lines[at] or at + 1 >= len(lines) or "|" not in lines[at + 1]:
        return False
    below = lines[at + 1].strip()
    return bool(_CELLS.match(below)) and _cells(lines[at]) == _cells(below)


def _cells(line: str) -> int:
    return len(re.split(r"(?<!\\)\|", line.strip().strip("|")))
