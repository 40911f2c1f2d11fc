"""One line of a record, cut into plain text, code, and links."""

from __future__ import annotations

import re
from collections.abc import Iterator

from forewarn.expressions import expression
from forewarn.frozen import dataclass
from forewarn.pages.html.elements import one_line
from forewarn.pages.view.view import View

_SPECIAL = expression(
    r"`(?P<code>[^`]+)`|(?P<article>\bkb/[a-z0-9._/-]{1,200}\.md\b)"
    r"|(?P<url>https?://[^\s<>\"'`\\]+)"
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Piece:
    """Code, a link to a page of ours (`src`) or to another host (`url`), or plain text."""

    text: str
    code: bool = False
    src: str = ""
    url: str = ""


def is_plain(line: str) -> bool:
    """Whether nothing in a line can be code or a link, as in nearly all."""
    return "`" not in line and "://" not in line and "kb/" not in line


def pieces(view: View, line: str) -> Iterator[Piece]:
    """The pieces of a line: code, web addresses, mentions of articles, and what is between."""
    line = one_line(line)
    at = 0
    for match in _SPECIAL.finditer(line):
        yield from _plain(line[at : match.start()])
        yield from _special(view, match)
        at = match.end()
    yield from _plain(line[at:])


def _plain(text: str) -> Iterator[Piece]:
    if text:
        yield Piece(text=text)


def _special(view: View, match: re.Match[str]) -> Iterator[Piece]:
    if match["code"]:
        yield Piece(text=one_line(match["code"]), code=True)
    elif match["article"]:
        found = view.target(match["article"])
        name = one_line(found.title) if found else match["article"]
        yield Piece(text=name, src=found.src if found else "")
    else:
        url = match["url"].rstrip(".,;:!?)")
        yield Piece(text=url, url=url)
        yield from _plain(match["url"][len(url) :])
