"""Finding elements of a web page in a worker."""

from __future__ import annotations

import re
from typing import Any

from forewarn.errors import SourceError, Trouble

_MOST = 20_000
_MOST_TAGS = 250_000
_LONGEST = 2000
_LONGEST_TEXT = 300
_LINKING = ("href", "src", "data-href", "data-url")
# What stands in a page instead of what it is about. Titles that say so whatever else is there.
_WALL_TITLE = re.compile(
    r"just a moment|attention required|checking your browser|ddos.guard"
    r"|are you (?:a )?(?:human|robot)|verify(?:ing)? (?:that )?you are (?:a )?human"
    r"|^access denied|^request blocked|^pardon our interruption|^bot verification"
    r"|^too many requests|^service (?:temporarily )?unavailable|^site maintenance$",
    re.IGNORECASE,
)
_LOGIN_TITLE = re.compile(r"^(?:sign|log)[\s-]?(?:in|on)\b|\b(?:sign|log)[\s-]?in$", re.IGNORECASE)
_WALL = "form[action*='captcha'], #challenge-form, #cf-challenge-running, .g-recaptcha, .h-captcha"


def parse(body: bytes, *, select: str, attribute: str | None) -> dict[str, Any]:
    """What a CSS selector finds in a page: `items` with text and address, in the page's order.

    `title` is the page's, and `instead` says what the page seems to be where it is another, `sure`
    whether that is so whatever was found.

    Raises:
        SourceError: the selector is none, or finds too much.
    """
    from selectolax.lexbor import LexborHTMLParser, SelectolaxError

    if (tags := body.count(b"<")) > _MOST_TAGS:
        raise SourceError(
            f"the page has {tags:,} tags; {_MOST_TAGS:,} is the most", kind=Trouble.TOO_MUCH
        )
    tree = LexborHTMLParser(body)
    title = tree.css_first("title")
    heading = " ".join(title.text().split())[:_LONGEST_TEXT] if title else ""
    instead, sure = _instead(tree, heading)
    try:
        nodes = tree.css(select)
    except (SelectolaxError, ValueError) as error:
        raise SourceError(f"{select!a:.100} is no CSS selector that is known here") from error
    if len(nodes) > _MOST:
        raise SourceError(
            f"{len(nodes)} elements of the page fit {select!a:.100}; {_MOST} is the most",
            help="Narrow `select` to those that are meant.",
            kind=Trouble.TOO_MUCH,
        )
    items = [_item(node, attribute) for node in nodes]
    base = tree.css_first("base[href]")
    return {
        "items": items,
        "title": heading,
        "base": _attribute(base, "href") if base else "",
        "instead": instead,
        "sure": sure,
    }


def _item(node: Any, attribute: str | None) -> dict[str, str]:
    words = " ".join(node.text(separator=" ").split())[:_LONGEST_TEXT]
    text = _attribute(node, attribute) if attribute else words
    link = text if attribute in _LINKING else _link(node)
    return {"text": text, "words": words, "link": link}


def _link(node: Any) -> str:
    """The address that belongs to an element: its own, that of the link around it, or within."""
    around = node
    for _ in range(10):
        if around is None:
            break
        if around.tag == "a" and (found := _attribute(around, "href")):
            return found
        around = around.parent
    within = node.css_first("a[href]")
    return _attribute(within, "href") if within else ""


def _attribute(node: Any, name: str) -> str:
    value = node.attributes.get(name) or ""
    return value.strip() if len(value) <= _LONGEST else ""


def _instead(tree: Any, title: str) -> tuple[str, bool]:
    """What the page seems to be instead of the one that was meant, and whether that is sure."""
    if _WALL_TITLE.search(title):
        return f"a page that keeps programs out or says that it is not there ({title!a:.80})", True
    if _LOGIN_TITLE.search(title) and tree.css_first("input[type=password]"):
        return f"a log-in page ({title!a:.80})", True
    if tree.css_first(_WALL):
        return "a page that asks whether somebody is human", False
    if tree.css_first("input[type=password]"):
        return "a log-in page", False
    if not tree.css_first("a[href]"):
        return "a page without a single link, as programs of the browser fill", False
    return "", False
