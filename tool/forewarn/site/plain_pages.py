"""Pages without anything that Markdown would have to take apart: read in a hundredth of the time.

Most pages are finished HTML with headings between, and what people write of a release is mostly a
paragraph or a list. What these come to is certain; whatever else there is in a page, be it one
bracket, and Markdown reads all of it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from forewarn.expressions import expression
from forewarn.site.defaults import EXTENSIONS
from forewarn.site.whole_blocks import is_whole

# What no rule of Markdown, or of an extension that every site has, makes anything of.
_LINE = (
    r"[^\W\d_]"
    r"(?:[^`+\\\[\]<>&*_~@|#{}^$=:\x00-\x20\x7f-\xa0\u2028\u2029]++| (?! )|:(?![/:]))*(?<! )"
)
_PARAGRAPH = expression(rf"{_LINE}(?:\n{_LINE})*")
_LIST = expression(rf"- {_LINE}(?:\n- {_LINE})*")
_HEADING = expression(rf"(#{{2,4}}) ({_LINE}) \{{#([a-z][a-z0-9-]*)\}}")
# A bare address is a link.
_ADDRESS = expression(r"www\.", re.IGNORECASE)
# What is changed or read before blocks are told apart, also within finished HTML.
_ODD = ("\t", "\r", "\x02", "\x03", "```", "~~~")
_BLANK = expression(r"\n +\n")
# Of what MkDocs adds by itself, nothing reads what is plain here.
_BUILT_IN = frozenset(["fenced_code"])


class PlainHeading(NamedTuple):
    """A heading with its anchor."""

    level: int
    title: str
    id: str


class PlainPage(NamedTuple):
    """What Markdown would have made of a page."""

    html: str
    headings: tuple[PlainHeading, ...]


def are_usual(extensions: list[str], options: Mapping[str, Mapping[str, Any]]) -> bool:
    """Whether Markdown has the extensions that every site has, and no other."""
    others = {*extensions} - {*EXTENSIONS} - _BUILT_IN
    return not others and all(
        dict(options.get(name) or {}) == dict(usual) for name, usual in EXTENSIONS.items()
    )


def read_plain(text: str) -> PlainPage | None:
    """What Markdown makes of a text; None where it takes Markdown to know."""
    if not text.strip() or any(map(text.__contains__, _ODD)):
        return None
    if "\n " in text and _BLANK.search(text):
        return None
    parts: list[str] = []
    headings: list[PlainHeading] = []
    listed = False  # another list right behind a list would be one with it
    # Markdown ends every text so, and what is between two blank lines becomes a paragraph.
    for block in f"{text}\n\n".split("\n\n"):
        block = block.strip("\n")
        if not block:
            parts.append("<p></p>")
            continue
        found = _HEADING.fullmatch(block)
        was_list, listed = listed, False
        if found:
            heading = PlainHeading(len(found[1]), found[2], found[3])
            headings.append(heading)
            parts.append(_heading(heading))
        elif is_whole(block):
            # These have no Markdown in them, and are no drawings, which are put into a paragraph.
            if "markdown" in block or "<svg" in block[:4]:
                return None
            parts.append(block)
        elif _ADDRESS.search(block):
            return None
        elif _PARAGRAPH.fullmatch(block):
            parts.append(f"<p>{block}</p>")
        elif _LIST.fullmatch(block) and not was_list:
            items = "\n".join(f"<li>{line[2:]}</li>" for line in block.split("\n"))
            parts.append(f"<ul>\n{items}\n</ul>")
            listed = True
        else:
            return None
    if len({heading.id for heading in headings}) < len(headings):
        return None
    return PlainPage("\n".join(parts), tuple(headings))


def _heading(heading: PlainHeading) -> str:
    level, title, id = heading
    return f'<h{level} id="{id}"><a class="fw-anchor" href="#{id}">{title}</a></h{level}>'
