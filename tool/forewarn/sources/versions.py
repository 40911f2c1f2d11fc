"""Finding the version in the title or the address of an entry, where no pattern is declared."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from forewarn.model.names import check_version
from forewarn.model.product import Product
from forewarn.model.version import InvalidVersion, Scheme

_EARLY = (
    r"alpha|beta|rc|cr|release candidate|technical preview|preview|pre-?release|pre|milestone"
    r"|nightly|snapshot|canary"
)
_LATE = r"sp|service pack|update|hotfix|patch"
_SHORT = {
    "release candidate": "rc",
    "technical preview": "preview",
    "service pack": "sp",
    "prerelease": "pre",
    "pre-release": "pre",
}
# A number, then what is part of the version with no space between: 2.7rc1, 2.7.0-beta.2, 1.1.1w,
# 2.7-1, 115.0esr, 21.0.3+9. Then the same with a space, as headlines have it: 2.7 RC 1, 2.7 SP1.
_TOKEN = re.compile(
    r"(?<![0-9.,$€£])(?:[0-9]{1,3}:)?(?P<number>[0-9]{1,14}(?:\.[0-9]{1,14}){0,5})"
    rf"(?P<close>(?:(?:[-._~]?(?:{_EARLY}|{_LATE}|dev|final|ga|release|post|rev|esr|lts|[abcmpr])"
    r"|[a-wyz])(?![a-z])(?:[-._]?[0-9]{1,8}(?![a-z]))*)*"
    r"(?:-[0-9]{1,3}(?![0-9.a-z]))*(?:\+[0-9a-z]+(?:[.-][0-9a-z]+)*)?)"
    rf"(?:[\s(]+(?P<early>{_EARLY})(?![a-z])[\s.]*(?P<early_number>(?:[0-9]{{1,4}}(?:\.[0-9]{{1,4}})*)?)"
    rf"|[\s(]+(?P<late>{_LATE})[\s.]*(?P<late_number>[0-9]{{1,4}}(?:\.[0-9]{{1,4}})*))?"
    r"(?![0-9a-z%]|\.[x*](?![0-9a-z])|\s?(?:%|[kmgt]i?b\b|bits?\b|times\b))",
    re.IGNORECASE,
)
_DATE = re.compile(
    r"(?<![0-9.])(?:(?:19|20)[0-9]{2}([-/])[0-9]{1,2}\1[0-9]{1,2}"
    r"|[0-9]{1,2}([./])[0-9]{1,2}\2(?:19|20)?[0-9]{2}(?![.0-9])(?<=[./](?:19|20)[0-9]{2})"
    r"|[0-9]{1,2}/[0-9]{1,2}/[0-9]{2}|[0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?)(?![0-9.])"
)
_VERSION_WORD = re.compile(r"(?<![a-z])(?:v|ver|version|rel|release|rev|r)[\s.:_/-]*$", re.I)
_STAGE_BEFORE = re.compile(rf"(?<![a-z])({_EARLY})[\s._/-]*v?$", re.IGNORECASE)
# Whatever follows these is another product's version, or one that this entry is not about.
_OTHER = re.compile(
    r"(?<![a-z])(?:windows|win|macos|mac os x|os x|ios|ipados|android|ubuntu|debian|fedora|rhel"
    r"|centos|linux|kernel|python|java|jdk|jre|node(?:\.js)?|php|ruby|go|\.net|qt|openssl|tls|ssl"
    r"|http|usb|bluetooth|directx|opengl|vulkan|cuda|cve|gpt|from|since|than|below|before|until"
    r"|requires?|needs|against|top)[\s:/-]*(?:v|version)?\s*$",
    re.IGNORECASE,
)
# After a number without a dot, what shows that it is a version: "Recorder 3 is out".
_AFTER_NUMBER = re.compile(
    r"\s*(?:$|[-\u2013\u2014:;,!()\[\]|/?&.]|(?:released?|available|is|now|out|has|stable|lts|final|for|and"
    r"|adds|brings|ships|launched|published|announced)\b)",
    re.IGNORECASE,
)
_YEAR = re.compile(r"(?:19|20)[0-9]{2}")
_LISTED = re.compile(r"\s*(?:,|&|/|\+|,?\s*\b(?:and|und|et|y)\b)\s*v?", re.IGNORECASE)
_CLEARLY = 2


@dataclass(frozen=True, slots=True)
class _Candidate:
    version: str
    start: int
    end: int
    score: int


def find_versions(title: str, link: str, product: Product, scheme: Scheme) -> tuple[str, ...]:
    """The versions that an entry announces: those of its title, else the one of its link.

    A title that lists several ("Python 3.14.1 and 3.13.10") announces each. Dates, sizes, and
    versions of operating systems and the like are left out, and where a stage is written apart
    ("2.7 RC 1") it becomes part of the version (`2.7-rc1`), so that 2.7 itself is still news.
    Nothing is returned unless it is a version under the scheme.
    """
    found = _candidates(title, product, scheme)
    if found:
        return _with_its_list(title, found)
    parts = urlsplit(link)
    path = unquote(f"{parts.path}?{parts.query}").replace("?", " ").strip("/ ")
    last = path.rpartition("/")[0]
    # A number without a dot early in a path is a page, a year or an API's version.
    linked = [
        c for c in _candidates(path, product, scheme) if "." in c.version or c.start > len(last)
    ]
    best = max(linked, key=lambda c: (c.score, c.start), default=None)
    return (best.version,) if best else ()


def _candidates(text: str, product: Product, scheme: Scheme) -> list[_Candidate]:
    if not scheme.name.startswith("calver"):
        text = _DATE.sub(lambda match: "\N{BULLET}" * len(match[0]), text)
    found = []
    for match in _TOKEN.finditer(text):
        version = _version(match)
        score = _score(match, product) if is_version(version, scheme) else 0
        if score >= _CLEARLY:
            found.append(_Candidate(version, match.start(), match.end(), score))
    return found


def _score(match: re.Match[str], product: Product) -> int:
    """How sure it is that this is the version that the text is about; 2 is sure enough."""
    before, number, close = _before(match), match["number"], match["close"]
    named = _follows_name(before, product)
    marked = bool(_VERSION_WORD.search(before))
    year = bool(_YEAR.match(number)) and "." not in number
    hyphens = close.startswith("-") and close[1:2].isdigit()
    if not named and (_OTHER.search(before) or (before[-1:].isalpha() and not marked)):
        return 0
    if "." not in number and not (hyphens and year):
        if hyphens or not _AFTER_NUMBER.match(match.string, match.end()):
            return 0
        return 8 * named + 4 * marked + 2 * (match[0] == match.string.strip()) - 3 * year
    return 8 * named + 4 * marked + 2 - 3 * year


def _before(match: re.Match[str]) -> str:
    """The words before; few enough that a long text costs no more than a short one."""
    return match.string[max(0, match.start() - 60) : match.start()]


def _follows_name(before: str, product: Product) -> bool:
    """Whether the product's name comes right before, perhaps with a system: "X for Windows"."""
    before = re.sub(r"\s+(?:for|on)\s+[A-Za-z]+\s*$", "", before)
    before = re.sub(r"[\s._@/:v-]+$", "", before.casefold()) if before else ""
    for name in {product.name.casefold(), product.id}:
        if before.endswith(name) and not before[: -len(name)][-1:].isalnum():
            return True
    return False


def _version(match: re.Match[str]) -> str:
    number = match.string[match.start() : match.end("close")]
    stage = match["early"] or match["late"]
    if stage:
        return f"{number}-{_short(stage)}{match['early_number'] or match['late_number'] or ''}"
    earlier = _STAGE_BEFORE.search(_before(match))
    return f"{number}-{_short(earlier[1])}" if earlier and not match["close"] else number


def _short(stage: str) -> str:
    return _SHORT.get(stage.casefold(), stage.casefold())


def _with_its_list(text: str, found: list[_Candidate]) -> tuple[str, ...]:
    best = max(found, key=lambda c: (c.score, -c.start))
    first = last = found.index(best)
    while first and _LISTED.fullmatch(text, found[first - 1].end, found[first].start):
        first -= 1
    while last + 1 < len(found) and _LISTED.fullmatch(text, found[last].end, found[last + 1].start):
        last += 1
    return tuple(dict.fromkeys(c.version for c in found[first : last + 1]))


def as_version(text: str, scheme: Scheme) -> str | None:
    """What is written as a version, without its `v` where the scheme does not want one."""
    text = text.strip()
    return next((v for v in (text, text.removeprefix("v")) if is_version(v, scheme)), None)


def is_version(text: str, scheme: Scheme) -> bool:
    """Whether `text` is safe as a version, and is one under the scheme."""
    try:
        scheme.key(text)
    except InvalidVersion:
        return False
    return check_version(text) is None
