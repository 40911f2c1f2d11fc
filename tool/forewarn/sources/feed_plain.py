"""Reading a plain feed quickly: RSS 2.0 or Atom as nearly all are written, and nothing odd in it.

feedparser understands what people have ever called a feed, and takes milliseconds for each. Here
is read what leaves nothing to understand; all else is left to it. What comes back is what
feedparser would give of the same feed, in so far as anybody here asks for it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit
from xml.etree.ElementTree import Element, ParseError, XMLParser

from forewarn.expressions import expression

_ATOM = "{http://www.w3.org/2005/Atom}"
_CONTENT = "{http://purl.org/rss/1.0/modules/content/}"
_DC = "{http://purl.org/dc/elements/1.1/}"
_KINDS = {"rss": "rss20", f"{_ATOM}feed": "atom10"}
_ENCLOSURE = frozenset(["url", "length", "type"])
_LINK = frozenset(["rel", "type", "href", "hreflang", "title", "length"])
# What an item may have beside what is read of it, for nothing follows from that.
_RSS_ELSE = frozenset(
    [*("description", "category", "author", "comments"), f"{_CONTENT}encoded", f"{_DC}creator"]
)
_ATOM_ELSE = frozenset(
    f"{_ATOM}{name}" for name in ("content", "summary", "category", "author", "contributor")
)
_ATOM_TEXTS = {f"{_ATOM}{name}": name for name in ("id", "published", "updated")}
_ATOM_LINK, _ATOM_TITLE, _TITLE = f"{_ATOM}link", f"{_ATOM}title", frozenset(["type"])
_PEOPLE = frozenset(f"{_ATOM}{name}" for name in ("author", "contributor"))
_DECLARED = expression(rb"""<\?xml[^>]*?\bencoding\s*=\s*["']([^"']*)["']""")
_CHARSET = expression(r"charset\s*=\s*[\"']?([\w-]*)", re.IGNORECASE)
_XML_TYPES = expression(r"\s*application/(?:[\w.+-]*\+)?xml\s*(?:;|$)", re.IGNORECASE)
_TEXT_TYPES = (None, "text", "html", "text/plain", "text/html")
# Others may be joined to a base, or mended.
_ADDRESS = expression(r"https?://[\w.-]+(?::[0-9]+)?(?:/[\w.~%!$'()*+,=:@/-]*)?(?:\?[\w.~%=&/-]+)?")
_OTHER_ID = expression(r"(?:tag|urn):[\w.,:;@/+~-]+")
# Such text may have been encoded twice, and be mended.
_LATIN = expression("[\x80-\xff]")


class _OddError(Exception):
    """Something is there that is not read here."""


def plain_feed(
    body: bytes, base: str, content_type: str
) -> tuple[str, list[dict[str, Any]]] | None:
    """What kind of feed it is, and its entries, in feedparser's words; None where it is not plain.

    `base` is where the feed came from, and `content_type` what the server calls it.
    """
    if not _is_utf8(body, content_type):
        return None
    try:
        urlsplit(base)  # what is no address is left to feedparser
        root = _root(body)
        if b"base" in body.lower() and any(map(_has_base, root.iter())):
            return None
        return _KINDS.get(root.tag, ""), [*_entries(root)]
    except (ParseError, ValueError, LookupError, _OddError):
        return None


def _root(body: bytes) -> Element:
    """The document, read by the quickest parser there is.

    What is UTF-8, and read as such, declares entities in a document type alone: without those
    signs it has none, and nothing can be blown up by them.
    """
    if b"<!DOCTYPE" in body or b"<!ENTITY" in body or b"\0" in body:
        raise _OddError
    parser = XMLParser(encoding="utf-8")  # noqa: S314 - see above
    parser.feed(body)
    root: Element = parser.close()
    return root


def _is_utf8(body: bytes, content_type: str) -> bool:
    """Whether it is UTF-8 by whatever says so."""
    start = body[:200]
    declared = _DECLARED.match(start)
    if not start.startswith(b"<") or (declared and declared[1].lower() != b"utf-8"):
        return False
    if start.startswith(b"<?xml") and b"?>" not in start:
        return False  # more may be declared there
    charset = _CHARSET.search(content_type)
    if charset:
        return charset[1].lower() == "utf-8"
    return body.isascii() or bool(_XML_TYPES.match(content_type))


def _has_base(element: Element) -> bool:
    return any(name.rpartition("}")[2].lower() == "base" for name in element.attrib)


def _entries(root: Element) -> Iterator[dict[str, Any]]:
    if root.tag == "rss" and root.get("version") == "2.0":
        channels = [*root]
        if [one.tag for one in channels] != ["channel"]:
            raise _OddError
        for item in channels[0]:
            if item.tag == "item":
                yield _rss_item(item)
            elif any(one.tag == "item" for one in item.iter()):
                raise _OddError
    elif root.tag == f"{_ATOM}feed":
        for entry in root:
            if entry.tag == f"{_ATOM}entry":
                yield _atom_entry(entry)
            elif any(one.tag == f"{_ATOM}entry" for one in entry.iter()):
                raise _OddError
    else:
        raise _OddError


def _rss_item(item: Element) -> dict[str, Any]:
    found: dict[str, Any] = {"enclosures": []}
    for child in item:
        if child.tag == "enclosure" and not len(child) and child.attrib.keys() <= _ENCLOSURE:
            found["enclosures"].append({**child.attrib, "href": child.get("url")})
        elif child.tag in ("title", "link", "pubDate") and not child.attrib:
            _put(found, {"pubDate": "published"}.get(child.tag, child.tag), _text(child))
        elif child.tag == "guid" and child.attrib.keys() <= {"isPermaLink"}:
            _put(found, "guid", (_text(child), child.get("isPermaLink", "true")))
        elif child.tag not in _RSS_ELSE or len(child):
            raise _OddError
    if "link" in found:
        found["link"] = _address(found["link"])
    if "guid" in found:
        guid, is_link = found.pop("guid")
        found["id"] = _id(guid) if is_link == "true" else guid
        if is_link == "true":
            found.setdefault("link", found["id"])
    found["updated"] = found.get("published")
    return found


def _atom_entry(entry: Element) -> dict[str, Any]:
    found: dict[str, Any] = {"enclosures": []}
    links: list[str] = []
    for child in entry:
        tag, attributes = child.tag, child.attrib
        if tag in _ATOM_TEXTS and not attributes:
            _put(found, _ATOM_TEXTS[tag], _text(child))
        elif tag == _ATOM_LINK and not len(child) and attributes.keys() <= _LINK:
            _take_link(attributes, links, found["enclosures"])
        elif tag == _ATOM_TITLE and attributes.keys() <= _TITLE:
            if attributes and attributes.get("type") not in _TEXT_TYPES:
                raise _OddError
            _put(found, "title", _text(child))
        elif tag not in _ATOM_ELSE or (len(child) and tag not in _PEOPLE):
            raise _OddError
    if "id" in found:
        found["id"] = _id(found["id"])
        links = links or [found["id"]]
    if links:
        found["link"] = links[-1]
    found.setdefault("updated", found.get("published"))
    return found


def _take_link(link: Mapping[str, str], links: list[str], enclosures: list[dict[str, Any]]) -> None:
    rel, kind = link.get("rel", "alternate"), link.get("type", "text/html")
    href = link.get("href")
    if href is None or (rel == "enclosure" and "title" in link):
        raise _OddError
    if rel == "enclosure":
        enclosures.append({**link, "href": _address(href), "type": kind})
    elif rel == "alternate":
        if kind == "text/html":
            links.append(_address(href))
        elif "/" not in kind or "html" in kind:
            raise _OddError


def _put(found: dict[str, Any], name: str, value: object) -> None:
    if name in found:
        raise _OddError
    found[name] = value


def _text(element: Element) -> str:
    text = (element.text or "").strip()
    if len(element) or (not text.isascii() and _LATIN.search(text)):
        raise _OddError
    return text


def _address(text: str) -> str:
    if "/." in text or not text.isascii() or not _ADDRESS.fullmatch(text):
        raise _OddError
    return text


def _id(text: str) -> str:
    if text.startswith(("urn:", "tag:")) and text.isascii() and _OTHER_ID.fullmatch(text):
        return text  # whatever it is joined to
    return _address(text) if text else ""
