"""What came where a download was expected: a log-in page and an error are no program."""

from __future__ import annotations

import re

_PAGE = re.compile(rb"<(?:!doctype\s+html|html|head|body|script|title|meta)[\s>/]", re.IGNORECASE)
_FEED = re.compile(rb"<(?:rss|feed|rdf:RDF|urlset|sitemapindex)[\s>]", re.IGNORECASE)
_ERROR = re.compile(
    rb"<(?:\w+:)?(?:Error|AccessDenied|Fault)[\s>]|\{\s*\"(?:error|errors|message|detail|code)\"\s*:",
    re.IGNORECASE,
)
_POINTER = re.compile(rb"version https://git-lfs\.github\.com/")
# What may stand in front of the first tag.
_PROLOGUE = re.compile(
    rb"\A(?:\s|<\?xml[^>]*>|<!--.*?-->|<!doctype\s+(?:rss|feed)[^>]*>)*", re.DOTALL
)
_MARKUP = ("html", "htm", "xhtml", "mht", "mhtml", "shtml")
_TEXTS = ("json", "xml", "txt", "yml", "yaml")
BEGINNING = 4096  # bytes that tell what came


def not_a_download(name: str, content_type: str, beginning: bytes, size: int) -> str | None:
    """What came instead of a download, in words; None where it may be one.

    `name` is that of the file in the recorded address, `beginning` the first bytes of what came,
    and `size` how many came in all.
    """
    if not size:
        return "nothing came: it has 0 bytes"
    kind = content_type.partition(";")[0].strip().lower()
    ending = name.rpartition(".")[2].lower()
    start = _plain(beginning[:BEGINNING])
    first = _PROLOGUE.sub(b"", start, count=1)
    is_page = kind in ("text/html", "application/xhtml+xml") and not _is_binary(start)
    if (is_page or _PAGE.match(first)) and ending not in _MARKUP:
        return "a web page came, such as one to log in, to agree or of an error"
    if _FEED.match(first):
        return "a feed or a site map came"
    if _POINTER.match(first):
        return "a pointer of Git LFS came, and not what it points to"
    if _ERROR.match(first) and ending not in _TEXTS:
        return "an error came, as programs tell each other"
    return None


def _plain(data: bytes) -> bytes:
    """The bytes as if they were UTF-8, without a mark."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", "ignore").encode()
    return data.removeprefix(b"\xef\xbb\xbf")


def _is_binary(data: bytes) -> bool:
    """Whether it holds what no text has."""
    return any(byte < 9 or 13 < byte < 27 for byte in data)
