"""Stages as headlines write them ("Public Beta 3", "First release candidate of"), read as one."""

from __future__ import annotations

import re
from collections.abc import Iterator

from forewarn.expressions import expression
from forewarn.frozen import dataclass
from forewarn.model.names import check_version
from forewarn.model.versions.version import InvalidVersion, Scheme
from forewarn.sources.versions.headlines import plain

_WHOSE = (
    r"(?:(?:public|private|open|closed|internal|limited|early|final|developers?|dev|technical"
    r"|technology|tech|feature|insiders?|community|customer|consumer|release|last)[\s-]+)*"
)
# What a stage is called in a version (the first that the scheme understands), and how it is
# written. These say "not the release" wherever in a headline they stand.
_SURE = (
    (("pre-alpha", "alpha"), r"pre[\s-]?alphas?"),
    (
        ("alpha",),
        _WHOSE + r"alphas?(?:[\s-]?version(?:en)?)?|\u03b1|アルファ版?|알파|内测版?"
        r"|\u0430\u043b\u044c\u0444\u0430(?:-\w+)?",
    ),
    (
        ("beta",),
        _WHOSE + r"betas?(?:[\s-]?version(?:en)?)?|\u03b2版?|ベータ版?|베타|测试版|測試版|公测版?"
        r"|\u0431\u0435\u0442\u0430(?:-\w+)?",
    ),
    (("eap", "ea"), r"eap"),
    (
        ("ea", "eap"),
        r"early[\s-]?(?:access|birds?|adopters?)(?:\s+(?:program(?:me)?|preview|release|version))?",
    ),
    (("insider",), r"insiders?(?:[\s-]+(?:previews?|builds?|release|edition))?"),
    (("ctp", "preview"), r"ctp|community[\s-]technology[\s-]preview"),
    (
        ("preview",),
        r"プレビュー版?|预览版?|미리보기|preversions?|"
        + _WHOSE
        + r"previews?|(?:entwickler)?vorschau(?:version)?",
    ),
    (
        ("rc",),
        r"gm[\s-]+seed|リリース候補版?|候选版?|(?:release[\s-]*|versions?[\s-]+)?candidat[ea]?s?(?:[\s-]+(?:release|version|build))?|rcs?",
    ),
    (("pre",), r"pre[\s-]?releases?|vorab(?:version)?|vor-?release"),
    (("nightly", "dev"), r"nightl(?:y|ies)(?:[\s-]+(?:builds?|release|version))?"),
    (("dev",), r"dev\s+channel"),
    (("canary", "dev"), r"canary(?:[\s-]+build)?"),
    (("snapshot", "SNAPSHOT"), r"(?:build[\s-]+)?snapshots?"),
    (("milestone", "M"), r"milestones?"),
    (
        ("dev",),
        r"(?:dev(?:elop(?:ers?|ment))?|daily|weekly|test|testing|internal|experimental)"
        r"[\s-]+(?:builds?|versions?|snapshots?)|for\s+test(?:ing|ers)"
        r"|test(?:ing|ers?)\s+(?:needed|wanted|welcome)|bleeding[\s-]edge|testversion|unstable|work[\s-]in[\s-]progress|wip|dogfood",
    ),
)
# These say so beside a version only: elsewhere they are words like others.
_BESIDE = (
    (("ea", "eap"), r"ea"),
    (("preview",), r"[dt]p"),
    (("rc",), r"cr"),
    (("pre",), r"pre"),
    (("dev",), r"dev(?:el|elopment)?|edge|testing|tests?|experimental|daily|next"),
    (("prototype", "dev"), r"prototypes?|proof[\s-]of[\s-]concept|poc"),
    (("internal", "dev"), r"internal(?:[\s-]release)?"),
    (("draft", "dev"), r"drafts?"),
    (("lab", "dev"), r"labs?"),
    (("preview",), r"field[\s-]tests?|pilot(?:[\s-](?:release|version))?"),
    (("demo", "preview"), r"(?:tech(?:nology)?[\s-])?demo(?:[\s-](?:release|version))?"),
    (("trial", "preview"), r"trial(?:[\s-](?:release|version))?"),
    (("evaluation", "preview"), r"eval(?:uation)?(?:[\s-](?:release|version|copy))?"),
    (("rc",), r"cand\."),
    (("alpha",), r"a(?=[\s.]?\d)"),
    (("beta",), r"b(?=[\s.]?\d)"),
    (("milestone", "M"), r"m(?=[\s.]?\d)"),
)
_ORDINALS = (
    *("first", "second", "third", "fourth", "fifth"),
    *("sixth", "seventh", "eighth", "ninth", "tenth"),
)
_NUMBERS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_COUNTED = rf"(?:(?P<ordinal>{'|'.join(_ORDINALS)}|[1-9][0-9]?(?:st|nd|rd|th))[\s-]+)?"
_ITS_NUMBER = (
    r"(?:[\s._#-]*(?:(?:build|version|release|no\.?|number)[\s#]+)?"
    r"(?!(?:19|20)[0-9]{2}[-/.][0-9]|[0-9]{1,2}[./][0-9]{1,2}[./](?:19|20)[0-9]{2})"  # a date
    # "beta 5 new features" counts something else
    r"(?![0-9]+\s+(?:new|more|things|reasons|ways|features|bugs|fixes|changes|improvements|weeks"
    r"|days|months|years|users|testers|languages)(?![a-z]))"
    rf"(?P<number>[0-9]{{1,8}}(?:\.[0-9]{{1,4}})*(?![0-9.]*[0-9])|(?:{'|'.join(_NUMBERS)})(?![a-z])))?"
)


def _pattern(*tables: tuple[tuple[tuple[str, ...], str], ...]) -> str:
    rows = [row for table in tables for row in table]
    return "|".join(f"(?P<s{place}>{plain(words)})" for place, (_, words) in enumerate(rows))


_ROWS = (*_SURE, *_BESIDE)
_ANYWHERE = expression(
    rf"(?<![a-z]){_COUNTED}(?:{_pattern(_SURE)})(?![a-z])(?>{_ITS_NUMBER})", re.IGNORECASE
)
_AFTER = expression(
    r"(?:\s+lts(?![a-z]))?(?:\s*(?:\([^()]{1,40}\)|\"[^\"]{1,40}\"|\u201c[^\u201d]{1,40}\u201d))?"
    r"(?:\s+lts(?![a-z]))?"
    rf"(?:[\s(\[\"'\u201c\u2018:,\u2013\u2014/_-]{{1,4}}|(?=[^\x00-\x7f]))(?:the\s+|versi(?:on|one)\s+)?{_COUNTED}"
    # Its number is a part of it in any language: beta 2 is no beta that is known already.
    rf"(?:{_pattern(_SURE, _BESIDE)})(?![a-z])(?>{_ITS_NUMBER})"
    # "2.7: alpha channel support" and "2.7 preview pane" name no stage.
    r"(?(number)|(?=\s*(?:$|[^\s\w]|[^\x00-\x7f]|(?:is|are|was|has|have|now|out|and|for|of|with|released?|available|begins?"
    r"|starts?|started|build|version|update|refresh|to|on|in|by|ready|here|launch\w*|test\w*|program\w*"
    r"|announced|published|download|edition|ships|shipped|channel\s*$|lts|this|today|[0-9]"
    r"|ist|sind|da|fur|zum|mit|verfugbar|erschienen|freigegeben|veroffentlicht|est|pour|avec|disponible"
    r"|publiee?|para|con|ya|disponivel|disponibile|per|voor|beschikbaar)\b)))",
    re.IGNORECASE,
)

_ALONE = expression(rf"(?:{_pattern(_SURE, _BESIDE)}){_COUNTED}{_ITS_NUMBER}", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Stage:
    """A stage that a text names: how versions write it, which one it is, and where it stands."""

    names: tuple[str, ...]
    number: str
    text: str
    start: int
    end: int


def stages_in(text: str) -> Iterator[Stage]:
    """The stages that a text names for certain, wherever they stand."""
    return (_stage(match) for match in _ANYWHERE.finditer(text))


def stage_after(text: str, end: int) -> Stage | None:
    """The stage that follows right behind a version that ends at `end`."""
    match = _AFTER.match(text, end)
    return _stage(match) if match else None


def stage_named(text: str) -> Stage | None:
    """The stage that a text names, also in words that mean it only where they stand alone."""
    word = text.strip(" ._-/:@")
    match = _ALONE.fullmatch(word)
    return _stage(match) if match else next(stages_in(text), None)


def is_stage(word: str) -> bool:
    """Whether a single word is a stage."""
    return any(re.fullmatch(plain(words), word, re.IGNORECASE) for _, words in _ROWS)


def combine(number: str, stage: Stage, scheme: Scheme) -> str | None:
    """The pre-release of `number` that is meant, as the scheme writes it; None where it cannot.

    It must come before the release itself under the scheme: else 2.7 would be no news any more.
    """
    for name in stage.names:
        short = {"alpha": "a", "beta": "b"}.get(name, name)
        for text in (
            f"{number}-{name}{stage.number}",
            f"{number}-{name}.{stage.number}" if stage.number else "",
            f"{number}~{name}{stage.number}",
            f"{number}.{name}{stage.number}",
            f"{number}{short}{stage.number}",
        ):
            if text and _is_before(text, number, scheme):
                return text
    return None


def _is_before(text: str, number: str, scheme: Scheme) -> bool:
    if check_version(text) is not None:
        return False
    try:
        before = bool(scheme.key(text) < scheme.key(number))
        return before and scheme.final(text) is not None
    except InvalidVersion:
        return False


def _stage(match: re.Match[str]) -> Stage:
    place = next(int(k[1:]) for k, v in match.groupdict().items() if v and k[1:].isdigit())
    ordinal, number = match["ordinal"], match["number"] or ""
    if number.lower() in _NUMBERS:
        number = str(_NUMBERS.index(number.lower()) + 1)
    elif not number and ordinal:
        digits = re.match("[0-9]+", ordinal)
        number = digits[0] if digits else str(_ORDINALS.index(ordinal.lower()) + 1)
    text = match[f"s{place}"]
    return Stage(_ROWS[place][0], number, text, match.start(f"s{place}"), match.end())
