"""Page HTML held to what Markdown makes: nothing in it can run, and nothing asks elsewhere."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import nh3

from forewarn.expressions import expression

_TAGS = """
a abbr article aside b blockquote br button caption cite code col colgroup dd del details dfn
div dl dt em figcaption figure h1 h2 h3 h4 h5 h6 hr i img input ins kbd label li mark nav ol p
pre q rp rt ruby s samp section small span strong sub summary sup table tbody td tfoot th thead
time tr u ul var wbr svg g line rect circle text
"""
_EVERYWHERE = """
id class title lang dir role tabindex aria-hidden aria-label aria-labelledby
aria-describedby data-search-exclude data-tabs
"""
_ATTRIBUTES: dict[str, set[str]] = {
    "*": set(_EVERYWHERE.split()),
    "a": {"href", "name", "hreflang"},
    "button": {"data-clipboard-text", "data-copy", "hidden"},
    # Of drawings, shapes at their places: nothing that links, runs, moves or loads.
    "circle": {"cx", "cy", "r"},
    "col": {"span"},
    "colgroup": {"span"},
    "details": {"open"},
    "img": {"src", "alt", "width", "height", "loading"},
    "input": {"checked", "disabled", "name"},
    "label": {"for"},
    "line": {"x1", "x2", "y1", "y2"},
    "ol": {"start", "reversed"},
    "li": {"value"},
    "rect": {"x", "y", "width", "height"},
    "svg": {"width", "height"},
    "td": {"colspan", "rowspan", "headers", "data-label"},
    "text": {"x", "y"},
    "th": {"colspan", "rowspan", "headers", "scope"},
    "time": {"datetime"},
}
# How Markdown aligns a column. The pages' policy forbids styles in the text of a page.
_ALIGNED = expression(r'<(t[dh]) style="text-align: (left|center|right);">')
# Names with two underscores are the theme's own: its script takes its settings from one.
_THEMES_OWN = expression(r"__(?!tabbed_\d|codelineno-|span-)")
_ELSEWHERE = expression(r"\s*(?:[a-zA-Z][a-zA-Z0-9+.-]*:|[/\\]{2})")
# Without any of these, plain or as a character reference, the rules above have nothing to find.
_SUSPECT = (b"__", b"src", b"mermaid", b"&lowbar;", b"&underbar;")
_OTHER = expression(rb"&#(?!x27;|39;|34;)")
_HIDING = ' rel="noopener noreferrer"'
# A link within the site needs not hide where its reader comes from.
_OWN_LINK = expression(r'<a (?:[^<>]* )?href="[.#][^<>"]*"(?: [^<>]*)?\Z')
# The theme loads a drawing library from another host where it finds this class.
_CLASSES_WITH_SCRIPTS = frozenset(["mermaid"])


def clean(html: str) -> str:
    """The HTML of one page, without scripts, handlers, frames, forms and foreign pictures."""
    if "style=" in html:
        html = _ALIGNED.sub(r'<\1 class="fw-\2">', html)
    # To look at each attribute takes half the time, and most pages have none to be looked at.
    cleaner = _WHOLE if _is_suspect(html) else _QUICK
    first, *rest = cleaner.clean(html).split(_HIDING)
    pieces = [first]
    for piece in rest:
        before = pieces[-1]
        if not _OWN_LINK.match(before, max(0, before.rfind("<"))):
            pieces.append(_HIDING)
        pieces.append(piece)
    return "".join(pieces)


def _is_suspect(html: str) -> bool:
    # Of bytes small letters are made ten times as quickly.
    data = html.encode(errors="surrogatepass").lower()
    return any(map(data.__contains__, _SUSPECT)) or (b"&#" in data and bool(_OTHER.search(data)))


@lru_cache(maxsize=1000)
def clean_text(html: str) -> str:
    """The HTML of a title: text alone. Most pages have the titles of the page before."""
    return nh3.clean(html, tags=set(), attributes={}, link_rel=None)


def _attribute(tag: str, name: str, value: str) -> str | None:
    if name in ("id", "name", "for") and _THEMES_OWN.match(value):
        return None
    if name == "src" and _ELSEWHERE.match(value):
        return None
    if name == "class":
        return " ".join(word for word in value.split() if word not in _CLASSES_WITH_SCRIPTS)
    return value


def _cleaner(**more: Any) -> nh3.Cleaner:
    return nh3.Cleaner(
        tags=set(_TAGS.split()),
        attributes=_ATTRIBUTES,
        tag_attribute_values={
            "button": {"type": {"button"}},
            "input": {"type": {"checkbox", "radio"}},
        },
        clean_content_tags={"script", "style", "template", "iframe", "object", "noscript"},
        # What lists are narrowed by; the script makes text of it and nothing else.
        generic_attribute_prefixes={"data-filter"},
        url_schemes={"http", "https", "mailto", "webcal"},
        link_rel="noopener noreferrer",
        **more,
    )


_QUICK, _WHOLE = _cleaner(), _cleaner(attribute_filter=_attribute)
