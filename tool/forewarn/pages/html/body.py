"""The Markdown that people wrote, made to fit its page: links that work, headings below ours."""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass, field

from forewarn.expressions import expression
from forewarn.model.prose import split_code
from forewarn.pages.html.forge import as_markdown
from forewarn.pages.view import paths
from forewarn.pages.view.view import View

# No part of these may look further than a paragraph or some hundred characters again and again:
# a body is up to a megabyte, and whoever wrote it must not be able to stop a publish.
_CODE_SPAN = r"(?P<code>(?P<ticks>`+)(?!`)(?:(?!\n[ \t]*\n).)+?(?<!`)(?P=ticks)(?!`))"
_TARGET = r"(?:<(?P<angled>[^<>\n]*)>|(?P<plain>[^\s()<>]*(?:\([^\s()]*\)[^\s()<>]*)*))"
# The text of a link may hold one level of brackets: an image, most often.
_TEXT = r"(?P<text>(?:[^\[\]]{1,300}+|\[[^\[\]]{0,300}+\](?:\([^()]{0,300}+\))?){0,20}+)"
_TITLE = r"(?P<rest>(?:\s+(?:\"[^\"\n]*\"|'[^'\n]*'))?\s*)"
_INLINE = expression(rf"{_CODE_SPAN}|(?P<image>!?)\[{_TEXT}\]\({_TARGET}{_TITLE}\)", re.DOTALL)
_DEFINITION = expression(
    rf"^(?P<head> {{0,3}}\[(?!\^)[^\]\n]+\]:[ \t]*){_TARGET}(?P<rest>[^\n]*)$", re.MULTILINE
)
_ELEMENT = expression(rf"{_CODE_SPAN}|<[a-zA-Z][^<>]*>", re.DOTALL)
_ADDRESS = expression(
    r"(?P<name>\b(?:href|src)\s*=\s*)(?P<quote>[\"'])(?P<target>.*?)(?P=quote)", re.DOTALL
)
_HEADING = expression(r"^(#{1,6})(?=\s)", re.MULTILINE)
# A heading by the line below it, as others write them.
_UNDERLINED = expression(
    r"(?:(?<=\n\n)|\A)(?P<text>[^\s#>|*+`~:!=<-][^\n|]{0,300})\n"
    r"(?P<line>={2,}|-{2,})[ \t]*(?=\n|\Z)"
)
_ELSEWHERE = expression(r"[a-zA-Z][a-zA-Z0-9+.-]*:|//|#|$")


def _heading(match: re.Match[str]) -> str:
    return f"{'#' if match['line'].startswith('=') else '##'} {match['text'].rstrip()}\n"


def _may_underline(text: str) -> bool:
    return "\n--" in text or "\n==" in text


@dataclass
class Body:
    """A body that is made to fit the page `src`; `uses` and `broken` as in `Page`."""

    view: View
    file: str
    src: str
    uses: set[str] = field(default_factory=set)
    broken: list[tuple[str, str]] = field(default_factory=list)

    def fit(self, text: str, top: int) -> str:
        """The body with its links rewritten and its highest heading at level `top`."""
        # Most text has none of these, and to look for a sign is quicker than for the whole.
        parts = [
            (code, _UNDERLINED.sub(_heading, part) if not code and _may_underline(part) else part)
            for code, part in split_code(text)
        ]
        prose = [part for code, part in parts if not code and "#" in part]
        levels = [len(m[1]) for part in prose for m in _HEADING.finditer(part)]
        down = max(0, top - min(levels, default=top))
        fitted = "".join(part if code else self._prose(part, down) for code, part in parts)
        return as_markdown(fitted).strip()

    def _prose(self, part: str, down: int) -> str:
        if down:
            part = _HEADING.sub(lambda match: "#" * min(6, len(match[1]) + down), part)
        if "](" in part:
            part = _INLINE.sub(self._inline, part)
        if "]:" in part:
            part = _DEFINITION.sub(self._definition, part)
        return _ELEMENT.sub(self._element, part) if "<" in part else part

    def _inline(self, match: re.Match[str]) -> str:
        if match["code"]:
            return match[0]
        text = _INLINE.sub(self._inline, match["text"])
        target = self._target(match)
        return text if target is None else f"{match['image']}[{text}]({target}{match['rest']})"

    def _definition(self, match: re.Match[str]) -> str:
        target = self._target(match)
        return f"{match['head']}{'#' if target is None else target}{match['rest']}"

    def _target(self, match: re.Match[str]) -> str | None:
        """The target as Markdown wants it: the path of a file of the tree."""
        found = self._resolve(match["plain"] if match["angled"] is None else match["angled"])
        if found is None or isinstance(found, str):
            return found
        src, anchor = found
        return paths.with_anchor(posixpath.relpath(src, posixpath.dirname(self.src)), anchor)

    def _element(self, match: re.Match[str]) -> str:
        return match[0] if match["code"] else _ADDRESS.sub(self._address, match[0])

    def _address(self, match: re.Match[str]) -> str:
        """An address in raw HTML, which generators leave alone: it must be the final one."""
        found = self._resolve(match["target"])
        if isinstance(found, tuple):
            found = paths.between(self.src, *found)
        return f"{match['name']}{match['quote']}{found or '#'}{match['quote']}"

    def _resolve(self, target: str) -> str | tuple[str, str] | None:
        """A page and its anchor, an address that stays as it is, or None if it leads nowhere."""
        if _ELSEWHERE.match(target):
            return target
        path, _, anchor = target.partition("#")
        path = posixpath.normpath(posixpath.join(posixpath.dirname(self.file), path))
        found = self.view.target(path)
        if found is None:
            self.broken.append((self.file, target))
            return None
        if path in self.view.attachments:
            self.uses.add(path)
        return found.src, found.anchor or anchor
