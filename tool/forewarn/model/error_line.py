"""What two printings of one error have in common, whatever file, number or name they speak of.

The same rules are in site/assets/scripts/search-lookup.js, for what a reader types.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from forewarn.expressions import expression

_QUOTED = expression(r"(?<!\w)([\"'`])(.*?)\1(?!\w)")
_PATH = expression(r"\S*[/\\]\S*")
_NUMBER = expression(r"[0-9]+")
_OTHER = expression(r"[^\w#]+")
_ADVISORY = r"CVE-[0-9]{4}-[0-9]{4,7}|GHSA(?:-[a-z0-9]{4}){3}"
_ADVISORIES = expression(rf"\b(?:{_ADVISORY})\b")
_CODE = expression(
    rf"\b(?:{_ADVISORY}|0x[0-9a-f]{{3,8}}|[A-Z]{{1,6}}[-_]?[0-9]{{3,6}}"
    r"|[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)\b"
    r"|(?<=(?:[Cc]ode|CODE)[ (:=])[0-9]{3,5}\b|(?<=(?:[Ee]rror|ERROR)[ (:=])[0-9]{3,5}\b"
    r"|(?<=(?:[Ss]tatus|STATUS|[Ff]ehler)[ (:=])[0-9]{3,5}\b"
)
# As people and mails write them: cve 2026 1234, CVE:2026-1234, and with hyphens of other kinds.
_CVE = expression(r"\bCVE[\s_:\u2010-\u2015-]*([0-9]{4})[\s_:\u2010-\u2015-]*([0-9]{4,7})\b", re.I)
_GHSA = expression(r"\bGHSA((?:-[a-z0-9]{4}){3})\b", re.I)
_BARE_CVE = expression("(?:199|20[0-9])[0-9]-[0-9]{4,7}")
_NAME = expression(r"(?<![\w.-])[a-z][a-z0-9]*(?:_[a-z0-9]+)+(?![\w-])")
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
        # An advisory is told by its number, which another one with the same words has not.
        if len(key) >= _SHORTEST and not key.startswith("#") and not _has_advisory(rest):
            yield key
        _, colon, rest = rest.partition(": ")
        rest = rest.strip() if colon else ""


def error_codes(text: str) -> Iterator[str]:
    """The codes that a text names, such as CVE-2026-1234, 0x80070005, ERR_TIMED_OUT, error 1603."""
    whole = text.strip()
    if _BARE_NUMBER.fullmatch(whole):
        yield whole
    if _BARE_CVE.fullmatch(whole):
        yield f"cve-{whole}"
    for match in _CODE.finditer(_spelled(text[: _LONGEST * 100])):
        yield match[0].lower()


def advisories(text: str) -> Iterator[str]:
    """The same of advisories alone: CVE-2026-1234, GHSA-xvg9-69gf-fjrf."""
    text = text[: _LONGEST * 100]
    # Most texts name none, and to look for each spelling takes long.
    if _may_name_advisories(text):
        for match in _ADVISORIES.finditer(_spelled(text)):
            yield match[0].lower()


def code_names(text: str) -> Iterator[str]:
    """The names of options, functions and the like that a text has: client_max_fields."""
    for match in _NAME.finditer(text[: _LONGEST * 100]):
        yield match[0]


def _spelled(text: str) -> str:
    """A text with its advisories written as they are published."""
    if not _may_name_advisories(text):
        return text
    return _GHSA.sub(lambda match: f"GHSA{match[1].lower()}", _CVE.sub(r"CVE-\1-\2", text))


def _may_name_advisories(text: str) -> bool:
    folded = text.casefold()
    return "cve" in folded or "ghsa" in folded


def _has_advisory(text: str) -> bool:
    return next(advisories(text), None) is not None
