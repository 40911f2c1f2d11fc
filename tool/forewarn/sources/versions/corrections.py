"""What headlines write apart from a version and is not that release: Update 3, SP1, a plugin."""

from __future__ import annotations

import re

from forewarn.expressions import expression
from forewarn.frozen import dataclass
from forewarn.model.versions.version import InvalidVersion, Scheme

# What a correction is called in a version, and how it is written.
_KINDS = (
    ("sp", r"sp|service\s?packs?"),
    ("sr", r"sr|service\s+release"),
    ("cu", r"cu|cumulative\s+update"),
    ("rollup", r"ur|(?:update\s+)?roll[\s-]?up"),
    ("update", r"(?:technical\s+)?update|upd|u(?=[0-9])"),
    ("hotfix", r"hot[\s-]?fix|hf"),
    ("patch", r"patch(?:\s?level)?"),
    ("fixpack", r"fix\s?pack|fp"),
    ("featurepack", r"feature\s?pack"),
    ("mr", r"mr|maintenance\s+release"),
    ("mp", r"mp|maintenance\s+pack"),
    ("refresh", r"refresh(?:\s+pack)?"),
    ("rev", r"rev(?:ision|\.)?(?=\s*[0-9])"),
    ("r", r"r(?=\s?[0-9])"),
)
_ANY = "|".join(f"(?P<k{place}>{words})" for place, (_, words) in enumerate(_KINDS))
_NUMBER = r"[\s.#]*(?:no\.?\s*)?(?P<number>[0-9]{1,4}(?:\.[0-9]{1,4})*[a-z]?)(?![0-9A-Za-z])"
_BEHIND = expression(
    rf"(?:\s+\(?build\s+[0-9.]{{1,20}}\)?)?[\s(,\u2013-]{{1,3}}(?:{_ANY}){_NUMBER}", re.IGNORECASE
)
_BEFORE = expression(
    rf"(?<![A-Za-z0-9])(?:{_ANY}){_NUMBER}\s+(?:for|of|on)\s+(?:the\s+)?$", re.IGNORECASE
)
_NO_NUMBER = expression(
    r"[\s(\[,-]{1,3}(hot[\s-]?fix|service\s+pack)(?![\w-])(?!\s+(?:release|build))", re.I
)
_PARTS = (
    r"plug[\s-]?ins?|add[\s-]?(?:ons?|ins?)|extensions?|language\s+packs?|sdks?|api|jdbc|odbc|drivers?|connectors?(?:/\w+)?"
    r"|themes?|templates?|toolkit|viewer|skins?|dictionar(?:y|ies)|companion|helm|charts?|operator|exporter"
    r"|documentation|manuals?|translations?|symbols|samples"
)
_FOR_IT = expression(
    rf"(?<![\w-])({_PARTS}|(?:security\s+)?(?:patch|update|fix|hot[\s-]?fix|service\s+pack))\s+for\s+(?:the\s+)?$",
    re.IGNORECASE,
)
_PART_BEHIND = expression(
    rf"\s+({_PARTS})(?=\s*$|\s+(?:released?|available|is|are|now|published|v?[0-9]))", re.IGNORECASE
)
_PART_BEFORE = expression(
    rf"(?<![\w-])({_PARTS})[\s:]*(?:v|version|release)?[\s.]*$", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class NamedCorrection:
    """A correction of a release: how versions write it, and where the text of it ends."""

    text: str
    end: int


def correction_behind(text: str, end: int) -> NamedCorrection | None:
    """The correction that follows right behind a version that ends at `end`."""
    match = _BEHIND.match(text, end)
    return _correction(match) if match else None


def correction_before(before: str) -> NamedCorrection | None:
    """The correction that is named right before a version: "Hotfix 2 for" it."""
    match = _BEFORE.search(before)
    return _correction(match) if match else None


def something_else(before: str, behind: str) -> str | None:
    """What a text names with a version, and is not that version: a patch or a plugin for it.

    `before` is what comes before the product's name, or before the version where there is none.
    """
    for match in (_FOR_IT.search(before), _NO_NUMBER.match(behind), _PART_BEHIND.match(behind)):
        if match:
            return match[1]
    return None


def part_before(before: str) -> str | None:
    """The part with versions of its own that is named right before a version: "SDK" 2.7."""
    match = _PART_BEFORE.search(before)
    return match[1] if match else None


def is_behind(text: str, number: str, scheme: Scheme) -> bool:
    """Whether a correction comes after the release itself under the scheme."""
    try:
        return bool(scheme.key(text) > scheme.key(number))
    except InvalidVersion:
        return False


def _correction(match: re.Match[str]) -> NamedCorrection:
    place = next(int(k[1:]) for k, v in match.groupdict().items() if v and k[1:].isdigit())
    return NamedCorrection(f"{_KINDS[place][0]}{match['number'].lower()}", match.end())
