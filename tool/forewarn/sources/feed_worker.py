"""The child process that parses feeds: `python -m forewarn.sources.feed_worker`.

feedparser can be hung or blown up by what it reads, so it reads in a process that may be killed.
Frames go both ways, each four bytes of length (big endian) and that many bytes. A request is a
frame of JSON (`base`, `content_type`, `pattern`, `seconds`) and one with the feed's bytes; the
reply is a frame of JSON: `kind` (empty where it is no feed), `problem` (what is malformed, or
null) and `entries` with what `feed_reader.Entry` has.
"""

from __future__ import annotations

import calendar
import io
import json
import math
import re
import sys
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from email.utils import parsedate
from typing import Any, BinaryIO

_MEMORY = 1024**3  # bytes
# An entry's text is cut here, so that no pattern and no reply has more to work on.
LONGEST_TITLE, LONGEST_LINK = 300, 2000
_LONGEST_VALUE = 100
_MOST_ENCLOSURES = 20
_SPARKLE = "http://www.andymatuschak.org/xml-namespaces/sparkle"
_ISO_DAY = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}")


def write_frame(stream: BinaryIO, data: bytes) -> None:
    """Write one frame and send it off."""
    stream.write(len(data).to_bytes(4, "big") + data)
    stream.flush()


def read_frame(stream: BinaryIO) -> bytes | None:
    """Read one frame; None at the end of the stream."""
    head = stream.read(4)
    return stream.read(int.from_bytes(head, "big")) if len(head) == 4 else None


def main() -> None:
    """Answer requests until the other side closes the stream, or a feed is too much."""
    requests, replies = sys.stdin.buffer, sys.stdout.buffer
    sys.stdout = sys.stderr  # whatever a library prints must not stand between frames
    while (head := read_frame(requests)) is not None:
        request, body = json.loads(head), read_frame(requests)
        _limit(request["seconds"])
        reply = parse(body or b"", request["base"], request["content_type"], request["pattern"])
        write_frame(replies, json.dumps(reply).encode("ascii"))


def parse(body: bytes, base: str, content_type: str, pattern: str | None) -> dict[str, Any]:
    """The reply to one request.

    Raises:
        Exception: whatever feedparser raises for what it did not expect.
    """
    import feedparser

    feed = feedparser.parse(
        io.BytesIO(body),  # never bytes: those it may take for the name of a file
        response_headers={"content-location": base, "content-type": content_type},
        resolve_relative_uris=False,
        sanitize_html=False,
    )
    harmless = (feedparser.CharacterEncodingOverride, feedparser.NonXMLContentType)
    problem = feed.get("bozo_exception")
    spaces = feed.get("namespaces") or {}
    sparkle = next((prefix for prefix, name in spaces.items() if name == _SPARKLE), "sparkle")
    return {
        "kind": feed.get("version") or "",
        "problem": None if problem is None or isinstance(problem, harmless) else str(problem)[:200],
        "entries": [_entry(entry, pattern, sparkle) for entry in feed.entries],
    }


def _entry(entry: Any, pattern: str | None, sparkle: str) -> dict[str, Any]:
    title, link = str(entry.get("title") or ""), str(entry.get("link") or "")
    title, link = title[:LONGEST_TITLE], link if len(link) <= LONGEST_LINK else ""
    found = (re.search(pattern, title) or re.search(pattern, link)) if pattern else None
    enclosures = list(_enclosures(entry, sparkle))

    def declared(name: str) -> str:
        """A value of Sparkle's: an element of the entry, or an attribute of its download."""
        rows = (enclosure.get(f"{sparkle}:{name}") for enclosure in enclosures)
        return _short(entry.get(f"{sparkle}_{name}") or next(filter(None, rows), None))

    return {
        "title": title,
        "link": link,
        "published": _moment(entry.get("published_parsed")),
        "published_on": _day(entry.get("published"), entry.get("published_parsed")),
        "updated_on": _day(entry.get("updated"), entry.get("updated_parsed")),
        "version": found.group(1) if found else None,
        "enclosures": [
            {
                "url": str(row["href"]),
                "length": _short(row.get("length")),
                "type": _short(row.get("type")),
                "platform": _short(row.get(f"{sparkle}:os")),
            }
            for row in enclosures
        ],
        "short_version": declared("shortversionstring"),
        "build": declared("version"),
        "channel": declared("channel"),
        "minimum_system": declared("minimumsystemversion"),
    }


def _enclosures(entry: Any, sparkle: str) -> Iterator[Any]:
    """The downloads of an entry, without those that only update an older version of it."""
    for row in (entry.get("enclosures") or ())[:_MOST_ENCLOSURES]:
        url = str(row.get("href") or "")
        if url and len(url) <= LONGEST_LINK and not row.get(f"{sparkle}:deltafrom"):
            yield row


def _short(value: object) -> str:
    """A value as text; one that is too long is no value."""
    text = str(value or "").strip()
    return text if len(text) <= _LONGEST_VALUE else ""


def _day(written: str | None, parsed: time.struct_time | None) -> str | None:
    """The day as it is written there: in the time zone of who wrote it, not in UTC."""
    moment = _moment(parsed)
    if moment is None:
        return None
    there = utc = date.fromisoformat(moment[:10])
    text = str(written or "").strip()[:_LONGEST_VALUE]
    try:
        if _ISO_DAY.match(text):
            there = date.fromisoformat(text[:10])
        elif fields := parsedate(text):
            there = date(*fields[:3])
    except ValueError:
        pass
    # What differs by more than a time zone can was understood in another way.
    return (there if abs(there - utc) <= timedelta(days=1) else utc).isoformat()


def _moment(parsed: time.struct_time | None) -> str | None:
    try:
        return datetime.fromtimestamp(calendar.timegm(parsed), UTC).isoformat() if parsed else None
    except (ValueError, OverflowError, OSError):
        return None


def _limit(seconds: float) -> None:
    """Let the system end this process when the next feed takes too much; not on Windows."""
    if sys.platform == "win32":
        return
    import resource

    used = math.ceil(time.process_time() + seconds)
    for kind, most in ((resource.RLIMIT_CPU, used), (resource.RLIMIT_AS, _MEMORY)):
        _, hard = resource.getrlimit(kind)
        unlimited = hard == resource.RLIM_INFINITY
        try:
            resource.setrlimit(kind, (most if unlimited else min(most, hard), hard))
        except (ValueError, OSError):
            continue  # a system may know a limit and not let it be set


if __name__ == "__main__":
    main()
