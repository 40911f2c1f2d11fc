"""What came where a download was expected: a log-in page and an error are no program."""

from __future__ import annotations

import re

from forewarn.expressions import expression

_PAGE = expression(rb"<(?:!doctype\s+html|html|head|body|script|title|meta)[\s>/]", re.IGNORECASE)
_FEED = expression(rb"<(?:rss|feed|rdf:RDF|urlset|sitemapindex)[\s>]", re.IGNORECASE)
_ERROR = expression(
    rb"<(?:\w+:)?(?:Error|AccessDenied|Fault)[\s>]|\{\s*\"(?:error|errors|message|detail|code)\"\s*:",
    re.IGNORECASE,
)
_POINTER = expression(rb"version https://git-lfs\.github\.com/")
# What may stand in front of the first tag.
_PROLOGUE = expression(
    rb"\A(?:\s|<\?xml[^>]*>|<!--.*?-->|<!doctype\s+(?:rss|feed)[^>]*>)*", re.DOTALL
)
_MARKUP = ("html", "htm", "xhtml", "mht", "mhtml", "shtml")
_TEXTS = ("json", "xml", "txt", "yml", "yaml")
_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_STARTS: dict[str, tuple[bytes, ...]] = {
    **dict.fromkeys(("exe", "dll", "scr"), (b"MZ",)),
    **dict.fromkeys(("msi", "msp"), (b"\xd0\xcf\x11\xe0",)),
    **dict.fromkeys(("msix", "appx", "msixbundle", "appxbundle", "apk", "aab", "ipa"), _ZIP),
    **dict.fromkeys(("jar", "war", "ear", "nupkg", "vsix", "whl"), _ZIP),
    **dict.fromkeys(("gz", "tgz"), (b"\x1f\x8b",)),
    **dict.fromkeys(("xz", "txz"), (b"\xfd7zXZ",)),
    **dict.fromkeys(("bz2", "tbz2", "tbz"), (b"BZh",)),
    **dict.fromkeys(("zst", "zstd"), (b"\x28\xb5\x2f\xfd",)),
    "7z": (b"7z\xbc\xaf\x27\x1c",),
    "rar": (b"Rar!",),
    "deb": (b"!<arch>",),
    "rpm": (b"\xed\xab\xee\xdb",),
    "appimage": (b"\x7fELF",),
}
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


def unlike_its_name(name: str, beginning: bytes) -> str | None:
    """What keeps the bytes from being a file of the kind that its name says; None where it may be.

    Only of kinds that cannot begin in another way.
    """
    ending = name.rpartition(".")[2].lower()
    starts = _STARTS.get(ending)
    if starts is None or beginning.startswith(starts):
        return None
    return f"what came does not begin as a file of the kind .{ending} does"


def _plain(data: bytes) -> bytes:
    """The bytes as if they were UTF-8, without a mark."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", "ignore").encode()
    return data.removeprefix(b"\xef\xbb\xbf")


def _is_binary(data: bytes) -> bool:
    """Whether it holds what no text has."""
    return any(byte < 9 or 13 < byte < 27 for byte in data)
