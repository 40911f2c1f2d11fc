"""The child process that parses feeds: `python -m forewarn.sources.feed_worker`.

feedparser can be hung or blown up by what it reads, so it reads in a process that may be killed.
Frames go both ways, each four bytes of length (big endian) and that many bytes. A request is a
frame of JSON (`base`, `content_type`, `pattern`, `seconds`) and one with the feed's bytes; the
reply is a frame of JSON: `kind` (empty where it is no feed), `problem` (what is malformed, or
null) and `entries` with `title`, `link`, `enclosure`, `published` and `version`.
"""

from __future__ import annotations

import calendar
import io
import json
import math
import re
import sys
import time
from datetime import UTC, datetime
from typing import Any, BinaryIO

_MEMORY = 1024**3  # bytes
# An entry's text is cut here, so that no pattern and no reply has more to work on.
LONGEST_TITLE, LONGEST_LINK = 300, 2000


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
    return {
        "kind": feed.get("version") or "",
        "problem": None if problem is None or isinstance(problem, harmless) else str(problem)[:200],
        "entries": [_entry(entry, pattern) for entry in feed.entries],
    }


def _entry(entry: Any, pattern: str | None) -> dict[str, str | None]:
    title, link = str(entry.get("title") or ""), str(entry.get("link") or "")
    enclosures = [str(row.get("href") or "") for row in entry.get("enclosures") or ()]
    title, link = title[:LONGEST_TITLE], link if len(link) <= LONGEST_LINK else ""
    found = (re.search(pattern, title) or re.search(pattern, link)) if pattern else None
    return {
        "title": title,
        "link": link,
        "enclosure": next((url for url in enclosures if len(url) <= LONGEST_LINK), ""),
        "published": _moment(entry.get("published_parsed")),
        "version": found.group(1) if found else None,
    }


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
