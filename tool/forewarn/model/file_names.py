"""The names of downloaded files, and their addresses, without what browsers and people add.

The same rules are in site/assets/scripts/search-names.js, for what a reader types.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import parse_qsl, unquote, urlsplit

from forewarn.expressions import expression

# How the names of downloads end, as an expression.
KINDS = (
    "7z|aab|apk|app|appimage|appx|appxbundle|bz2|cab|crx|deb|dmg|ear|egg|exe|flatpak|gem|gz|img|ipa"
    "|iso|jar|lz|lzma|mpkg|msi|msix|msixbundle|msp|msu|nupkg|ova|pkg|qcow2|rar|rpm|run|snap|tar"
    "|tbz2?|tgz|txz|vhdx?|vmdk|vsix|war|whl|xpi|xz|zip|zstd?"
)
# Each by itself, in small letters.
_ENDS = frozenset(
    end
    for kind in KINDS.split("|")
    for end in ((kind[:-2], kind[:-2] + kind[-2]) if kind.endswith("?") else (kind,))
)
FILE = expression(rf"(?P<stem>.+?)(?P<kinds>(?:\.(?:{KINDS}))+)", re.IGNORECASE)
_AT_END = rf"(?=(?:\.(?:{KINDS}))*$)"
_WORD_COPY = "copy|kopie|copie|copia|cópia|kopi|kopia|kopio|копия|másolat|kopya|コピー|副本|복사본"
# What is put to a file's name by whoever saves, copies, sends or signs it; one at a time.
_ADDED = tuple(
    expression(pattern, re.IGNORECASE)
    for pattern in (
        r"\.(?:part|partial|tmp|crdownload|download|opdownload|filepart|!ut|aria2)$",
        r"\.(?:sha(?:1|224|256|384|512)(?:sums?)?|md5(?:sums?)?|asc|sig|minisig|torrent|meta4"
        r"|metalink|blockmap|zsync)$",
        rf"(?<=\.)(?P<kept>{KINDS})(?:_|\.(?:txt|bak|old|renamed))$",
        rf"(?<=\.)(?P<packed>{KINDS})(?<!tar)\.(?:zip|7z|rar|gz|bz2|xz|zst)$",
        rf" ?(?:\(\d+\)|\[\d+\]){_AT_END}",
        rf"(?:\s+[-\u2013]\s+|[\s_-]+)(?:{_WORD_COPY})(?:\s*\(?\d+\)?)?{_AT_END}",
        rf"^(?:{_WORD_COPY})(?:\s*\(\d+\))?\s+(?:of|von|de|di)\s+",
    )
)
# Ends of which none is put to a name, and what stands in one that has got something else.
_OWN_ENDS = frozenset(["exe", "msi", "dmg", "pkg", "deb", "rpm"])
_PUT_IN = ("(", "[", "cop", "kop")
_UNFINISHED = _ADDED[0]
# Firefox puts eight letters into the name of what it has not finished.
_RANDOM = expression(r"\.[\w-]{8}(?=\.\w{1,12}\.part$)")
_QUOTES = "\"'` \u201c\u201d\u201e\u00ab\u00bb\u2018\u2019"
_ESCAPED = expression(r"\\([ ()\[\]{}'\"&!;$])")
_SAVED_AS = expression(r"filename\*?=(?:utf-8'')?\"?([^\";]+)", re.IGNORECASE)
_HOST = expression(r"(?:[a-z0-9-]+\.)+[a-z]{2,}(?::\d+)?/", re.IGNORECASE)
_PLAIN_ADDRESS = expression(r"https?://[\w.-]+(?::[0-9]+)?/(?:[\w.~+-]+/)*([\w.~+-]+)", re.ASCII)
_SCHEME = expression(r"[a-z][a-z0-9+.-]*://", re.IGNORECASE)


def as_file(name: str) -> re.Match[str] | None:
    """The stem and the kinds of a file's name, as `FILE` has them; None where it is none."""
    return None if name.rpartition(".")[2].isdigit() else FILE.fullmatch(name)


def unquoted(text: str) -> str:
    """A text without the quotes and the escapes that a shell or a terminal puts to a path."""
    plain = text.strip().removeprefix("& ").strip(_QUOTES)
    return _ESCAPED.sub(r"\1", plain) if "/" in plain or "\\ " in plain else plain


def as_url(text: str) -> str | None:
    """The web address that a text is, without what stands around it; None where it is none."""
    plain = text.strip().strip("<>" + _QUOTES).rstrip(".,;:!)>]")
    if re.search(r"\s", plain) or plain.lower().startswith("file:"):
        return None
    if _SCHEME.match(plain):
        return plain
    return f"https://{plain}" if _HOST.match(plain) else None


def file_path(text: str) -> str:
    """The path that a text names: as it stands, or from a `file:` address."""
    plain = unquoted(text)
    if not plain.lower().startswith("file:"):
        return plain
    try:
        path = unquote(urlsplit(plain).path)
    except ValueError:
        return plain
    return path[1:] if re.match(r"/[a-z]:[/\\]", path, re.IGNORECASE) else path


def names_of(text: str) -> tuple[str, ...]:
    """The names that a file may have had, in small letters: as it stands, then less and less."""
    name = re.split(r"[/\\]", file_path(text))[-1].strip().casefold()
    if "%" in name:
        name = unquote(name)
    if _is_whole(name):
        return (name,)
    found = [name]
    plain = _RANDOM.sub("", name)
    while plain:
        if plain not in found:
            found.append(plain)
        plain = next(_without_added(plain), "")
    return tuple(found)


def _is_whole(name: str) -> bool:
    """Whether a name is seen to have nothing put to it, as those that people type have not."""
    _, dot, end = name.rpartition(".")
    is_own = not dot or end.isdigit() or end in _OWN_ENDS
    return is_own and name.isascii() and not any(sign in name for sign in _PUT_IN)


def _without_added(name: str) -> Iterator[str]:
    for pattern in _ADDED:
        match = pattern.search(name)
        if match:
            groups = match.groupdict()
            kept = groups.get("kept") or groups.get("packed") or ""
            less = name[: match.start()] + kept + name[match.end() :]
            if less.strip():
                yield less.strip()


def is_unfinished(name: str) -> bool:
    """Whether a name is that of a download which a browser has not finished."""
    return _UNFINISHED.search(name) is not None


def file_name(url: str) -> str | None:
    """The name under which a download is saved, in small letters; None where it has none."""
    if plain := _PLAIN_ADDRESS.fullmatch(url):
        # As nearly all are: there is nothing to take apart.
        name = plain[1].lower()
        stem, _, kind = name.rpartition(".")
        if stem and kind in _ENDS:
            return name
    try:
        parts = urlsplit(url)
        values = [value for _, value in parse_qsl(parts.query)]
    except ValueError:
        return None
    segments = [unquote(part).casefold() for part in parts.path.split("/")]
    last = segments[-1]
    if not FILE.fullmatch(last):
        # Such as /download?file=app-2.7.exe, and /app-2.7.exe/download.
        said = [match[1] if (match := _SAVED_AS.search(v)) else v for v in values]
        others = [re.split(r"[/\\]", value)[-1].casefold() for value in said]
        for other in (*others, *reversed(segments[:-1])):
            if FILE.fullmatch(other):
                return other
    return last or None


def address(url: str) -> tuple[str, str, str] | str:
    """What two spellings of one address have in common; http and https are the same place."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return url
    host = (parts.hostname or "").rstrip(".")
    usual = port in (None, 80, 443)
    return host if usual else f"{host}:{port}", unquote(parts.path), parts.query


def same_address(asked: str, recorded: str) -> bool:
    """Whether an address leads to a recorded one, perhaps with a token behind it."""
    one, other = address(asked), address(recorded)
    if one == other or isinstance(one, str) or isinstance(other, str):
        return one == other  # one that cannot be read is only like itself
    # A token in the query changes with each visit; a query that is recorded says which file it is.
    same_query = not other[2] or one[2] == other[2]
    return same_query and _named_host(one[0]) == _named_host(other[0]) and one[1] == other[1] != "/"


def _named_host(host: str) -> str:
    """A host's name without its port; an address of a machine keeps it, for it may have several."""
    name = host.partition(":")[0]
    return name if "." in name and not name[-1].isdigit() else host


def without_query(url: str) -> str:
    """An address without its query and fragment."""
    return url.partition("#")[0].partition("?")[0]
