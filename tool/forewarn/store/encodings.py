"""How the bytes of a file that somebody else wrote become text."""

from __future__ import annotations

import codecs

# The longer mark first: that of UTF-16 is the beginning of one of UTF-32.
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def encoding_of(data: bytes) -> str:
    """The encoding that the first bytes of a text show: by its mark, else by where the NULs are.

    What Windows PowerShell redirects into a file is UTF-16.
    """
    for mark, name in _MARKS:
        if data.startswith(mark):
            return name
    match [byte == 0 for byte in data[:4]]:
        case [False, True, False, True]:
            return "utf-16-le"
        case [True, False, True, False]:
            return "utf-16-be"
        case _:
            return "utf-8"


def decoded(data: bytes) -> str:
    """The text, with newlines alone at the ends of its lines.

    Raises:
        UnicodeDecodeError: it is no text in the encoding that it seems to have.
    """
    text = data.decode(encoding_of(data)).removeprefix("\ufeff")
    return text.replace("\r\n", "\n")
