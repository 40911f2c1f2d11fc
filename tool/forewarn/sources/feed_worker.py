"""Parsing a feed, which is done in a `worker`: feedparser can be hung or blown up by what it reads.

What comes back is `kind` (empty where it is no feed), `problem` (what is malformed, or None) and
`entries`, each a list of what `feed_reader.FeedEntry` has, in that order.
"""

from __future__ import annotations

import codecs
import io
import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from forewarn.expressions import expression
from forewarn.patterns import first_group
from forewarn.sources.feed_dates import written_of
from forewarn.sources.feed_plain import plain_feed

# An entry's text is cut here, so that no pattern and no reply has more to work on.
LONGEST_TITLE, LONGEST_LINK = 300, 2000
_LONGEST_VALUE = 100
_MOST_ENCLOSURES = 20
_SPARKLE = "http://www.andymatuschak.org/xml-namespaces/sparkle"
_MOST_DECLARED = 30
# What is read of an appcast, or has nothing to say of a release. All else is named as left out.
_READ = frozenset(
    [
        *("version", "shortversionstring", "channel", "os", "hardwarerequirements", "sha256"),
        *("deltas", "tags", "releasenoteslink", "fullreleasenoteslink"),
    ]
)
# References to characters, one, or two that may be halves.
_REFERS = "&#(?:[xX]([0-9A-Fa-f]+)|([0-9]+));?"
_REFERENCE = expression(_REFERS)
_REFERENCES = expression(f"(?:{_REFERS}){{1,2}}")


def parse(body: bytes, base: str, content_type: str, pattern: str | None) -> dict[str, Any]:
    """What a feed has; `pattern` is searched in each title, then in its link.

    Raises:
        Exception: whatever feedparser raises for what it did not expect.
    """
    if (own := _json_feed(body)) is not None:
        entries = [_entry(entry, pattern, "sparkle") for entry in own]
        return {"kind": "json", "problem": None, "entries": entries}
    if plain := plain_feed(body, base, content_type):
        kind, found = plain
        entries = [_plain_entry(entry, pattern) for entry in found]
        return {"kind": kind, "problem": None, "entries": entries}
    import feedparser

    feed = feedparser.parse(
        io.BytesIO(_mended(body)),  # never bytes: those it may take for the name of a file
        response_headers={"content-location": base, "content-type": content_type},
        resolve_relative_uris=False,
        sanitize_html=False,
    )
    harmless = (feedparser.CharacterEncodingOverride, feedparser.NonXMLContentType)
    problem = feed.get("bozo_exception")
    spaces = feed.get("namespaces") or {}
    sparkle = next((prefix for prefix, name in spaces.items() if name == _SPARKLE), "sparkle")
    is_rss = str(feed.get("version") or "").startswith("rss")
    return {
        "kind": feed.get("version") or "",
        "problem": None if problem is None or isinstance(problem, harmless) else str(problem)[:200],
        "entries": [_entry(entry, pattern, sparkle, is_rss) for entry in feed.entries],
    }


def _json_feed(body: bytes) -> list[dict[str, Any]] | None:
    """The entries of a JSON Feed, named as feedparser names them; None where it is none."""
    if not body.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{"):
        return None
    try:
        feed = json.loads(body.removeprefix(codecs.BOM_UTF8), parse_int=str, parse_float=str)
    except (ValueError, RecursionError):
        return None
    if not str(feed.get("version")).startswith(("https://jsonfeed.org/", "http://jsonfeed.org/")):
        return None
    return [_json_entry(item) for item in _dicts(feed.get("items"))]


def _json_entry(item: dict[str, Any]) -> dict[str, Any]:
    files = [
        {
            "href": file.get("url"),
            "type": file.get("mime_type"),
            "length": file.get("size_in_bytes"),
        }
        for file in _dicts(item.get("attachments"))
    ]
    return {
        "id": item.get("id"),
        "title": item.get("title") or item.get("summary") or item.get("content_text"),
        "link": item.get("url") or item.get("external_url"),
        "published": item.get("date_published"),
        "updated": item.get("date_modified"),
        "enclosures": files,
    }


def _dicts(found: object) -> list[dict[str, Any]]:
    return [row for row in found if isinstance(row, dict)] if isinstance(found, list) else []


def _mended(body: bytes) -> bytes:
    """The feed without references to what is no character, on which the parser fails."""
    if body.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        name = "utf-16-le" if body.startswith(codecs.BOM_UTF16_LE) else "utf-16-be"
        text = body.decode(name, "replace")
        return _REFERENCES.sub(_character, text).encode(name, "replace")
    # Whatever else it is encoded in, a reference is ASCII.
    return _REFERENCES.sub(_character, body.decode("latin-1")).encode("latin-1")


def _character(found: re.Match[str]) -> str:
    codes = [_code(reference) for reference in _REFERENCE.finditer(found.group())]
    if len(codes) == 2 and 0xD800 <= codes[0] <= 0xDBFF and 0xDC00 <= codes[1] <= 0xDFFF:
        # Half a character each: some write what lies beyond 16 bits so.
        return f"&#{0x10000 + ((codes[0] - 0xD800) << 10) + codes[1] - 0xDC00};"
    if all(map(_exists, codes)):
        return found.group()
    return "".join(f"&#{code if _exists(code) else 0xFFFD};" for code in codes)


def _code(reference: re.Match[str]) -> int:
    digits, base = (reference[1], 16) if reference[1] else (reference[2], 10)
    digits = digits.lstrip("0") or "0"
    return int(digits, base) if len(digits) <= 8 else -1


def _exists(code: int) -> bool:
    """Whether XML has such a character."""
    if code < 0x20:
        return code in (9, 10, 13)
    half = 0xD800 <= code <= 0xDFFF
    return code <= 0x10FFFF and not half and code & 0xFFFE != 0xFFFE


def _plain_entry(entry: Mapping[str, Any], pattern: str | None) -> list[Any]:
    """What `_entry` makes of an entry that `plain_feed` read, in which nothing is of Sparkle's.

    What that read is text, without spaces around it.
    """
    id, link = entry.get("id") or "", entry.get("link") or ""
    title = (entry.get("title") or "")[:LONGEST_TITLE]
    link = link if len(link) <= LONGEST_LINK else ""
    published, updated = entry.get("published") or "", entry.get("updated") or ""
    dated = published or updated
    moment, day = written_of(published[:_LONGEST_VALUE])
    return [
        id if len(id) <= LONGEST_LINK else "",
        title,
        link,
        moment,
        day,
        day if updated == published else written_of(updated[:_LONGEST_VALUE])[1],
        dated if len(dated) <= _LONGEST_VALUE else "",
        _found(pattern, title, link) if pattern else None,
        [*map(_file, _enclosures(entry, "sparkle"))] if entry["enclosures"] else [],
        *("", "", "", "", {}),
    ]


def _entry(entry: Any, pattern: str | None, sparkle: str, is_rss: bool = False) -> list[Any]:
    title, link = _title_and_link(entry)
    enclosures = list(_enclosures(entry, sparkle))

    def declared(name: str) -> str:
        """A value of Sparkle's: an element of the entry, or an attribute of its download."""
        rows = (enclosure.get(f"{sparkle}:{name}") for enclosure in enclosures)
        return _short(entry.get(f"{sparkle}_{name}") or next(filter(None, rows), None))

    published, updated = (str(entry.get(key) or "") for key in ("published", "updated"))
    # RSS knows one date, which feedparser calls so where it is Dublin Core's.
    published = published or (updated if is_rss else "")
    return [
        _short(entry.get("id"), LONGEST_LINK),
        title,
        link,
        *written_of(published[:_LONGEST_VALUE]),
        written_of(updated[:_LONGEST_VALUE])[1],
        _short(published or updated),
        _found(pattern, title, link),
        [_file(row, sparkle, entry.get(f"{sparkle}_os")) for row in enclosures],
        declared("shortversionstring"),
        declared("version"),
        declared("channel"),
        declared("hardwarerequirements"),
        dict(_declares(entry, enclosures, sparkle)),
    ]


def _title_and_link(entry: Any) -> tuple[str, str]:
    title, link = str(entry.get("title") or ""), str(entry.get("link") or "")
    return title[:LONGEST_TITLE], link if len(link) <= LONGEST_LINK else ""


def _found(pattern: str | None, title: str, link: str) -> str | None:
    if not pattern:
        return None
    return first_group(pattern, title) or first_group(pattern, link)


def _file(row: Any, sparkle: str = "sparkle", system: object = None) -> list[str]:
    """What `feed_reader.Enclosure` has, in that order."""
    return [
        str(row.get("href") or row.get("url")),
        _short(row.get("length") or row.get("filesize")),
        _short(row.get("type")),
        _short(row.get(f"{sparkle}:os") or system),
        _short(row.get(f"{sparkle}:sha256") or row.get("sha256")),
    ]


def _declares(entry: Any, enclosures: list[Any], sparkle: str) -> Iterator[tuple[str, str]]:
    """What an appcast declares and nobody here reads: its name in small letters, its value."""
    sources: list[tuple[str, Mapping[str, Any]]] = [(f"{sparkle}_", entry)]
    sources += [(f"{sparkle}:", row) for row in enclosures]
    found: dict[str, str] = {}
    for prefix, values in sources:
        for key in values:
            name = str(key).removeprefix(prefix)
            if str(key).startswith(prefix) and name not in _READ and len(found) < _MOST_DECLARED:
                value = values[key]
                found.setdefault(name[:40], _short(value) if isinstance(value, str) else "")
    yield from found.items()


def _enclosures(entry: Any, sparkle: str) -> Iterator[Any]:
    """The downloads of an entry, without those that only update an older version of it."""
    rows = entry.get("enclosures") or entry.get("media_content") or ()
    whole = [row for row in rows if not row.get(f"{sparkle}:deltafrom")]
    for row in whole[:_MOST_ENCLOSURES]:
        url = str(row.get("href") or row.get("url") or "")
        if url and len(url) <= LONGEST_LINK:
            yield row


def _short(value: object, most: int = _LONGEST_VALUE) -> str:
    """A value as text; one that is too long is no value."""
    text = str(value or "").strip()
    return text if len(text) <= most else ""
