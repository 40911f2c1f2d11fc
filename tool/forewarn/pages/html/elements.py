"""HTML by plain functions: what is `Html` has been escaped, what is `str` has not.

Only the functions here make `Html`; everywhere else it is put together by `fmt`, `join` and `tag`,
which escape what is not.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from functools import cache, lru_cache
from html import escape, unescape
from typing import LiteralString

from forewarn.expressions import expression
from forewarn.model import visible
from forewarn.words.days import day_words, moment_words


class Html(str):
    """Text that is HTML already; to say so of a text is for this module alone."""

    __slots__ = ()


NOTHING = Html("")


def made_before(text: str) -> Html:
    """HTML that this module made, and that was kept with a site as text."""
    return Html(text)


# More rows than these are there to be looked up, and would drown everything else in a search.
_SEARCHED_ROWS = 150
_WIDE = 100  # letters of a fact that has a line of its own
_TAG = expression("<[^>]*>")
_MARKUP = expression("[&<>\"']")
_VOID = frozenset(["br", "img"])


def one_line(text: object) -> str:
    """Text on one line, so that no part of it can begin a Markdown block."""
    return visible.one_line(str(text))


def esc(text: object) -> Html:
    """Text of a record, safe in an element and in a quoted attribute."""
    return _escaped(str(text))


@lru_cache(maxsize=10_000)
def _escaped(text: str) -> Html:
    # Most of what a page is made of stood on the page before.
    return esc_piece(one_line(text))


def esc_piece(text: str) -> Html:
    """A piece of a text that is one line already, its outer spaces kept."""
    return Html(escape(text, quote=True) if _MARKUP.search(text) else text)


def plain(html: Html) -> str:
    """What HTML says, as plain text; no text of a record is in a tag but escaped."""
    return unescape(_TAG.sub("", html))


def fmt(template: LiteralString, *parts: object) -> Html:
    """HTML with the parts in the places `{}` of a template, which stands in the code as it is.

    A part that is not `Html` is text, and is escaped.
    """
    return Html(template.format(*[p if isinstance(p, Html) else esc(p) for p in parts]))


def join(parts: Iterable[Html], between: str = "") -> Html:
    """Parts one after another, with `between` (plain text) between them."""
    return Html(esc_piece(between).join([part for part in parts if part]))


def tag(name: str, *children: Html, **attributes: str | None) -> Html:
    """An element; `class_` is class, `data_x` is data-x, and None leaves an attribute out."""
    head = name
    for key, value in attributes.items():
        if value is not None:
            head += f' {_attribute(key)}="{_escaped(value)}"'
    if name in _VOID:
        return Html("".join(("<", head, ">")))
    return Html("".join(("<", head, ">", *children, "</", name, ">")))


@cache
def _attribute(key: str) -> str:
    return key.rstrip("_").replace("_", "-")


def link(href: str, text: Html, **attributes: str | None) -> Html:
    """A link; `text` is what it shows."""
    return tag("a", text, href=href, **attributes)


def url_link(url: str) -> Html:
    """A web address that leads to itself; on paper it need not be told twice."""
    return link(url, esc(url), class_="fw-url")


@lru_cache(maxsize=10_000)
def day_html(day: date) -> Html:
    """A day for people and for programs."""
    return tag("time", esc(day_words(day)), datetime=day.isoformat())


def moment_html(moment: datetime) -> Html:
    """The same as HTML."""
    return tag("time", esc(moment_words(moment)), datetime=f"{moment:%Y-%m-%dT%H:%M}Z")


@lru_cache(maxsize=1000)
def chip(kind: str, sign: str, words: Html) -> Html:
    """A short label; the sign and the words say what the colour says."""
    mark = tag("span", esc(sign), class_="fw-sign", aria_hidden="true")
    return tag("span", fmt("{} {}", mark, words), class_=f"fw-chip fw-{kind}")


def table(
    heads: Iterable[str], rows: Iterable[Html], *, kind: str = "", search: bool = True
) -> Html:
    """A table in a box of its own, so that only the box scrolls sideways.

    A column that says nothing is left out. Each cell carries the head of its column: on a narrow
    screen a row becomes a card.
    """
    names, cells = [*heads], [made.removesuffix("</tr>").split("<td>") for made in rows]
    silent = {
        place
        for place in range(1, len(names))
        if cells and all(row[place : place + 1] == ["</td>"] for row in cells)
    }
    kept = [place for place in range(len(names)) if place not in silent]
    begins = [_begin(names[place]) for place in kept]
    body = Html("\n".join(_joined(row, kept, begins) for row in cells))
    skip = None if search else "1"
    whole = tag(
        "table",
        _heads(*(names[place] for place in kept)),
        tag("tbody", fmt("\n{}\n", body), data_search_exclude=skip),
        class_=f"fw-table {kind}".strip(),
    )
    return tag("div", whole, class_="fw-scroll", tabindex="0")


@lru_cache(maxsize=1000)
def _begin(head: str) -> str:
    return tag("td", data_label=head).removesuffix("</td>") if head else "<td>"


def _joined(row: list[str], kept: list[int], begins: list[str]) -> str:
    """A row of what is kept of its columns; its first cell begins with what names the row."""
    cells = (begins[at] + row[place] for at, place in enumerate(kept) if 0 < place < len(row))
    return "".join((row[0], *cells, "</tr>"))


@lru_cache(maxsize=1000)
def _heads(*texts: str) -> Html:
    named = (tag("th", esc(text), scope="col") if text else tag("td") for text in texts)
    return tag("thead", tag("tr", *named))


def columns(
    *given: tuple[str, list[Html]],
    ids: list[str] | None = None,
    marks: list[dict[str, str]] | None = None,
    kind: str = "",
) -> Html:
    """A table by columns, head and cells; a column that says nothing is left out.

    `ids` and `marks` are the anchors and further attributes of the rows.
    """
    shown = [(head, cells) for head, cells in given if any(cells)]
    if not shown:
        return NOTHING
    lines = zip(*(cells for _, cells in shown), strict=True)
    anchors: list[str | None] = [*ids] if ids else [None] * len(shown[0][1])
    more = marks or [{} for _ in anchors]
    rows = [row(*line, id=id, **m) for line, id, m in zip(lines, anchors, more, strict=True)]
    heads = [head for head, _ in shown]
    return table(heads, rows, kind=kind, search=len(rows) <= _SEARCHED_ROWS)


def row(*cells: Html, **attributes: str | None) -> Html:
    """A row of a table; the first cell names it."""
    first = tag("th", cells[0], scope="row")
    return tag("tr", first, *(tag("td", cell) for cell in cells[1:]), **attributes)


def fold(words: str, *content: Html, opened: bool = False, anchor: str | None = None) -> Html:
    """What is there to be opened, under a line that says what it is."""
    return tag(
        "details",
        tag("summary", esc(words)),
        *content,
        class_="fw-fold",
        open="" if opened else None,
        id=anchor,
    )


def facts(pairs: Iterable[tuple[str, Html]]) -> Html:
    """A box of facts, label and value; a fact without a value is left out.

    A long one has a line of its own: it would make the whole row as high as a page.
    """
    items = [
        tag(
            "div",
            tag("dt", esc(label)),
            tag("dd", value),
            class_="fw-wide" if len(_TAG.sub("", value)) > _WIDE else None,
        )
        for label, value in pairs
        if value
    ]
    return tag("dl", *items, class_="fw-facts") if items else NOTHING
