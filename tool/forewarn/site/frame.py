"""What is around the text of a page: rendered once for all pages that have the same around them."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from forewarn.expressions import expression
from forewarn.site.fingerprint import word

if TYPE_CHECKING:
    from mkdocs.structure.pages import Page
    from mkdocs.structure.toc import AnchorLink

# What a page of ours has in its head; one with more is rendered by itself.
_KNOWN = frozenset(["title", "description", "hide", "feed", "find", "scripts"])
# What no template changes on its way into a page, whatever it takes it for.
_PLAIN = expression(r"[^<>&\"'\\\s]+(?: [^<>&\"'\\\s]+)*")
_LINES = expression(r"[\n\r]")
_PATH = expression(r"[\w.=/-]+")
_MOST = 400  # frames that are kept
_SAVED = 50  # the same for the next build
# What a template asks of a page's text.
_ASKED = ("<h1", "tabbed-set")


class Frames:
    """Pages in their frames; `render` makes one in full, and `card` is where its picture lies.

    `known` are frames that another build of the same site has kept: the pieces around the values of
    a page and the names of these, by the word of its shape.

    Only a page that the navigation does not name (`named`) shares its frame: in the others, the
    place where the reader is is marked. A frame is kept when the second page that wants it comes
    out the same with it as in full.
    """

    def __init__(
        self,
        render: Callable[[Page], str],
        named: Iterable[Page],
        card: Callable[[str], str],
        known: Mapping[str, list[str]] | None = None,
    ) -> None:
        self._render = render
        self._named = {page.file.src_uri for page in named}
        self._card = card
        self._seen: set[str] = set()
        self._frames: dict[str, list[str]] = {**(known or {})}

    @property
    def known(self) -> Mapping[str, list[str]]:
        """The frames that are kept; as time goes on there are more."""
        return self._frames

    def page(self, page: Page) -> str:
        """A page whose text is rendered, as a whole."""
        shape = None if page.file.src_uri in self._named else _shape(page)
        if shape is None:
            return self._render(page)
        if shape in self._frames:
            return filled(page, self._frames[shape], self._card)
        made = self._render(page)
        if shape in self._seen:
            frame = self._frame(page)
            if filled(page, frame, self._card) == made:
                self._keep(shape, frame)
        self._seen.add(shape)
        return made

    def _keep(self, shape: str, frame: list[str]) -> None:
        if len(self._frames) >= _MOST:
            self._frames.clear()
        self._frames[shape] = frame

    def _frame(self, page: Page) -> list[str]:
        """The pieces around the values of a page, and the names of the values between them."""
        names = _values(page, self._card)
        marks = {_mark(name): name for name in names}
        meta, content, address = page.meta, page.content, page.canonical_url
        asked = "".join(word for word in _ASKED if word in (content or ""))
        text = f"{_mark('content')}{asked}"
        page.meta = {key: _mark(key) if key in names else value for key, value in meta.items()}
        page.content = text
        if address:
            page.canonical_url = _mark("canonical")
        try:
            made = self._render(page)
        finally:
            page.meta, page.content, page.canonical_url = meta, content, address
        made = made.replace(text, _mark("content"))
        made = made.replace(f'"{_mark("find")}"', _mark("find"))
        made = made.replace(self._card(page.file.src_uri), _mark("card"))
        pieces = re.split("|".join(map(re.escape, marks)), made)
        found = re.findall("|".join(map(re.escape, marks)), made)
        between = [marks[mark] for mark in found]
        return [part for pair in zip(pieces, [*between, ""], strict=True) for part in pair]


def latest(frames: Mapping[str, list[str]]) -> dict[str, list[str]]:
    """Of frames as many as are worth to be kept for the next build."""
    return dict([*frames.items()][-_SAVED:])


def in_frame(page: Any, frames: Mapping[str, list[str]], card: Callable[[str], str]) -> str | None:
    """A page that the navigation does not name, in its frame; None where none is kept of it."""
    shape = _shape(page)
    return filled(page, frames[shape], card) if shape and shape in frames else None


def filled(page: Page, frame: list[str], card: Callable[[str], str]) -> str:
    """A page in a frame."""
    values = _values(page, card) | {"": ""}
    return "".join(values[part] if at % 2 else part for at, part in enumerate(frame))


def _values(page: Page, card: Callable[[str], str]) -> dict[str, str]:
    values = {
        name: page.meta[name] for name in ("title", "description", "feed") if name in page.meta
    }
    if "find" in page.meta:
        values["find"] = _quoted(page.meta["find"])
    if page.canonical_url:
        values["canonical"] = page.canonical_url
    return values | {
        "content": (page.content or "").strip(),
        "card": card(page.file.src_uri),
    }


def _quoted(data: object) -> str:
    """As the filter `tojson` of templates has it."""
    text = json.dumps(data, sort_keys=True)
    for sign in "<>&'":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return text


def _mark(name: str) -> str:
    return f"fwzq{name}qzwf"


def _shape(page: Page) -> str | None:
    """All that decides the frame of a page, in a word; None where it has one of its own."""
    meta = page.meta
    texts = [meta.get(name, "") for name in ("title", "description")]
    if meta.keys() - _KNOWN or any(map(_LINES.search, texts)):
        return None
    if not _PATH.fullmatch(meta.get("feed", "feed")):
        return None
    parts = (
        # One that a template may change, as by escaping it, stands for no other.
        *("" if _PLAIN.fullmatch(text) else text for text in texts),
        page.url.count("/"),
        tuple(meta.get("hide", ())),
        tuple(meta.get("scripts", ())),
        "feed" in meta,
        "find" in meta,
        bool(page.canonical_url),
        tuple(word in (page.content or "") for word in _ASKED),
        _places(page.toc),
    )
    return word(repr(parts))


def _places(items: Iterable[AnchorLink]) -> tuple[Any, ...]:
    return tuple((item.id, item.title, item.level, _places(item.children)) for item in items)
