"""What is indexed of a page: its article alone, made while the page is in memory or read again."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from html import unescape
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

from forewarn.errors import DataError
from forewarn.expressions import expression
from forewarn.site.record import make_folder, write_new

_ARTICLE = expression(rb"<article\b[^>]*\bdata-pagefind-body\b[^>]*>")
_FIND = expression(rb"\bdata-find='([^']*)'")
_LANGUAGE = expression(rb"<html\b[^>]*\blang=\"([A-Za-z-]{2,20})\"")
# Words of neighbouring cells and chips would be read as one.
_TOUCHING = expression(rb"</(?:d[dt]|t[dh]|li|p|div|h[1-6]|summary)>|</span>(?=<(?:span>|a |time))")


class SlimPage(NamedTuple):
    """What is indexed of a page, written into the file `name` of a folder; and how it is found."""

    name: str
    find: dict[str, Any]

    @property
    def shelf(self) -> str:
        """Where it is kept."""
        return _shelf_by(self.find)


class SlimPages:
    """Pages that were made ready for the index while they were in memory; files are in `folder`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.pages: dict[str, SlimPage] = {}

    def shelf(self, page: str) -> str | None:
        """The shelf of a page that is known."""
        known = self.pages.get(page)
        return known.shelf if known else None

    def move(self, page: str, to: str) -> dict[str, Any] | None:
        """Move the file of a page that is known; how it is found."""
        known = self.pages.pop(page, None)
        if known is None:
            return None
        source = f"{self._folder}/{known.name}"
        try:
            os.rename(source, to)  # noqa: PTH104 - thousands of times
        except FileNotFoundError:
            make_folder(to)
            Path(source).rename(to)
        return known.find


def make_slim(html: bytes, folder: Path, name: str) -> SlimPage | None:
    """Write what is indexed of a page; None where nothing is."""
    if not _ARTICLE.search(html):
        return None
    data, find = read_slim(html)
    write_new(f"{folder}/{name}", data)
    return SlimPage(name=name, find=find)


def shelf_of(html: bytes) -> str:
    """Where a page is kept in the index; "" for one that is not searched."""
    article = _ARTICLE.search(html)
    if article is None:
        return ""
    return _shelf_by(_find(article[0]))


def _shelf_by(find: Mapping[str, Any]) -> str:
    return "now" if find.get("boost", 1) >= 1 else "older"


def _find(element: bytes) -> dict[str, Any]:
    """How the page is to be found, from the attribute of its article element."""
    match = _FIND.search(element)
    found = json.loads(unescape(match[1].decode())) if match else {}
    return found if isinstance(found, dict) else {}


def read_slim(html: bytes) -> tuple[bytes, dict[str, Any]]:
    """A page's article alone, with the words that it answers to, and how it is found."""
    article = _ARTICLE.search(html)
    if article is None:
        raise DataError("a page has no article", where="pagefind", help="Report this as a bug.")
    found = _find(article[0])
    also = " ".join(found.get("also", ()))
    language = _LANGUAGE.search(html)
    lang = language[1] if language else b"en"
    end = html.rindex(b"</article>")
    extra = f'<p data-pagefind-weight="3">{_escape(also)}</p>'.encode() if also else b""
    inner = _apart(html[article.end() : end])
    body = b"<article data-pagefind-body>" + inner + extra + b"</article>"
    return b'<!doctype html><html lang="' + lang + b'"><body>' + body + b"</body></html>", found


def _apart(html: bytes) -> bytes:
    """HTML with a blank behind each element that touches the next one."""
    # To put in what was found again takes twice as long, and there are a hundred on a page.
    ends = [0, *(found.end() for found in _TOUCHING.finditer(html)), len(html)]
    return b" ".join([html[begin:end] for begin, end in pairwise(ends)])


def _escape(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;")
