"""Characters that nobody sees: they hide text, turn it round, or break a line where none is meant.

One list, so that the same title is the same in a mail, on a page and in a terminal.
"""

from __future__ import annotations

import json
from unicodedata import normalize

from forewarn.expressions import expression

# Written out, because Python's own table changes with its version. What Python takes for a space
# is not here, but for those that stand for a line end: `one_line` makes a space of them all.
_RANGES = (
    *((0x00, 0x08), (0x0E, 0x1B), (0x7F, 0x84), (0x86, 0x9F)),  # control characters
    *((0x00AD, 0x00AD), (0x034F, 0x034F), (0x061C, 0x061C)),  # soft hyphen, joiner, Arabic mark
    *((0x115F, 0x1160), (0x3164, 0x3164), (0xFFA0, 0xFFA0)),  # fillers of Hangul
    *((0x17B4, 0x17B5), (0x180B, 0x180F)),  # vowels and selectors that have no form
    *((0x200B, 0x200F), (0x202A, 0x202E), (0x2060, 0x206F)),  # zero width, direction
    *((0xFE00, 0xFE0F), (0xFEFF, 0xFEFF), (0xFFF0, 0xFFFB)),  # selectors, byte order, notes
    *((0x1BCA0, 0x1BCA3), (0x1D173, 0x1D17A), (0xE0000, 0xE0FFF)),  # of shorthand, music; tags
    *((0xD800, 0xDFFF), (0xFDD0, 0xFDEF)),  # halves of characters, and what is none
    *((plane * 0x10000 + 0xFFFE, plane * 0x10000 + 0xFFFF) for plane in range(17)),
)
_HIDDEN = "[" + "".join(f"{chr(first)}-{chr(last)}" for first, last in _RANGES) + "]+"
HIDDEN = expression(_HIDDEN)
# In a text of several lines: line ends that are no `\n`, and a colour that is the program's own.
_LINE_ENDS = expression("\r\n|[\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
_UNSEEN = expression(f"(?:{_HIDDEN}|[\t\n\r\x0b\x0c\x1c-\x1f\x85\u2028\u2029])+")
# The same but for what JSON has by its number anyway.
_UNSEEN_BEYOND = expression(f"{_HIDDEN}|[\x85\u2028\u2029]+")
# A byte of a file's name that is not UTF-8, as Python has it: one name must not look like another.
_NO_UTF8 = expression("[\udc80-\udcff]")
_COLOUR = expression("(\x1b\\[[0-9;]*m)|" + _HIDDEN)


def one_line(text: str) -> str:
    """Text on one line, with single spaces and without what nobody sees."""
    if text.isascii() and text.isprintable():
        return " ".join(text.split())
    return " ".join(HIDDEN.sub("", text).split())


def folded(text: str | None) -> str:
    """Text as it is compared with other text: capitals and spaces make no difference."""
    return " ".join(normalize("NFC", text or "").casefold().split())


def escaped(text: str) -> str:
    """A name, on one line, in which what nobody sees and what ends a line is written as `\\n`.

    So one name never looks like another, and none makes a line of its own in a log.
    """
    if text.isprintable():
        return text
    return _UNSEEN.sub(lambda found: "".join(map(_escape, found[0])), text)


def _escape(char: str) -> str:
    if "\udc80" <= char <= "\udcff":
        return f"\\x{ord(char) - 0xDC00:02x}"
    return ascii(char)[1:-1]


def seen_in_json(text: str) -> str:
    """JSON in which what nobody sees is written by its number, so that it turns no terminal."""
    if text.isascii():
        return text
    return _UNSEEN_BEYOND.sub(lambda found: json.dumps(found[0])[1:-1], text)


def printable(text: str) -> str:
    """Text for a terminal: its own lines and colours, without what nobody sees."""
    if text.isascii() and text.replace("\n", "").isprintable():
        return text
    text = _NO_UTF8.sub(lambda found: f"\\x{ord(found[0]) - 0xDC00:02x}", text)
    return _COLOUR.sub(lambda found: found[1] or "", _LINE_ENDS.sub(" ", text))
