"""What two printings of one error have in common, whatever file, number or name they speak of.

The same rules are in site/assets/search-lookup.js, for what a reader types.
"""

from __future__ import annotations

from collections.abc import Iterator

from forewarn.expressions import expression

_QUOTED = expression(r"(?<!\w)([\"'`])(.*?)\1(?!\w)")
_PATH = expression(r"\S*[/\\]\S*")
_NUMBER = expression(r"[0-9]+")
_OTHER = expression(r"[^\w#]+")
_CODE = expression(
    r"\b(?:CVE-[0-9]{4}-[0-9]{4,7}|GHSA(?:-[a-z0-9]{4}){3}|0x[0-9a-f]{3,8}|[A-Z]{1,6}[-_]?[0-9]{3,6}"
    r"|[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)\b"
    r"|(?<=code )[0-9]{3,5}\b|(?<=error )[0-9]{3,5}\b|(?<=status )[0-9]{3,5}\b"
)
_LONGEST = 300
_SHORTEST = 6  # letters of a line that is more than a word by chance
_BARE_NUMBER = expression(r"[0-9]{3,5}")


def skeleton(line: str) -> str:
    """A line without what differs from case to case: quoted names, paths, numbers, punctuation."""
    text = _QUOTED.sub(" ", line[:_LONGEST].lower())
    text = _NUMBER.sub("#", _PATH.sub(" ", text))
    return _OTHER.sub(" ", text).strip()


def line_keys(line: str) -> Iterator[str]:
    """The skeletons by which a line is found: the whole, and what stands behind each colon."""
    rest = line.strip()
    while rest:
        key = skeleton(rest)
        if len(key) >= _SHORTEST and not key.startswith("#"):
            yield key
        _, colon, rest = rest.partition(": ")
        rest = rest.strip() if colon else ""


def error_codes(text: str) -> Iterator[str]:
    """The codes that a text names, such as CVE-2026-1234, 0x80070005, ERR_TIMED_OUT, error 1603."""
    if _BARE_NUMBER.fullmatch(text.strip()):
        yield text.strip()
    for match in _CODE.finditer(text[: _LONGEST * 100]):
        yield match[0].lower()
