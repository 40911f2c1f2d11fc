"""Finding the version in the title or the address of an entry, where no pattern is declared."""

from __future__ import annotations

import re
from dataclasses import field
from urllib.parse import unquote, urlsplit

from forewarn.expressions import expression
from forewarn.frozen import dataclass
from forewarn.model.file_names import KINDS
from forewarn.model.names import check_version
from forewarn.model.sighting import Chance
from forewarn.model.versions.version import InvalidVersion, Scheme
from forewarn.sources.versions.names import Names

# Nothing but blanks and signs that no version has ends a word.
WORD = expression(
    r"[^\s,;|()\[\]{}<>\"\u2018\u2019\u201c\u201d«»\u2026\u2013\u2014&/*=?'`\u1100-\u11ff\u2190-\u21ff\u3000-\u9fff\uac00-\ud7af]+"
)
_FILE = rf"\.(?:{KINDS}|tzst|sh|html?|php|md|txt|json|xml|sig|asc|sha(?:1|256|512)?)"
_TARGET = (
    r"win(?:dows)?(?:[-_]?(?:32|64|x64|x86|arm64))?|x64|x86(?:[-_]64)?|amd64|arm64|aarch64|armhf"
    r"|armv[67]l?|i[3-6]86|mac(?:os)?(?:x)?|osx|darwin|linux(?:32|64)?|ubuntu|android|ios|noarch"
    r"|all|any|universal|intel|apple|silicon|setup|installer|install|portable|bin|src|source"
    # A version may end in -RELEASE; a page's name ends in -release.
    r"|sources|32[-_]?bit|64[-_]?bit|win32|win64|gnu|musl|msvc|(?-i:released?)|is-out|now|available"
    r"|changelog|announcement|notes"
)
BEHIND = expression(rf"(?:[-_.](?:{_TARGET})|{_FILE})+$", re.IGNORECASE)
LINKED = expression(
    r"[0-9]+(?:\.[0-9]+)+(?:[-._~]?(?:alpha|beta|rc|cr|preview|pre|dev|milestone|m|a|b|c|eap|ea"
    r"|nightly|snapshot|canary|sp|update|hotfix|patch|final|ga|post|esr|lts|[a-wyz])"
    r"(?:[-._]?[0-9]+)*|-[0-9]+)*(?:\+[0-9A-Za-z.-]+)?",
    re.IGNORECASE,
)
_FOR_A_DOT = expression("(?<=[0-9])_(?=[0-9])")


NAMELESS = "it names no version"
HIDDEN = "there are characters within its version that nobody sees"
UNMATCHED = "the pattern of this source does not find a version in it"


@dataclass(frozen=True, slots=True)
class FoundVersions:
    """The versions that were found, or why there is none that can be used.

    `chance` is how much speaks for it then that it is a release all the same.
    """

    versions: tuple[str, ...] = ()
    why: str = NAMELESS
    chance: Chance = field(default=Chance.SOME, compare=False)

    def __bool__(self) -> bool:
        return bool(self.versions)


def chance_of(found: FoundVersions, *, is_file: bool) -> Chance:
    """How much speaks for a release where no version was found; a file may be one."""
    if found.why in (NAMELESS, UNMATCHED):
        return Chance.SOME if is_file else Chance.LITTLE
    return found.chance


def find_in_link(link: str, names: Names, scheme: Scheme) -> FoundVersions:
    """The version that an address names: the last that is clearly one and nothing else."""
    parts = urlsplit(link)
    path = unquote(f"{parts.path}?{parts.query}?{parts.fragment}")
    best = None
    for match in WORD.finditer(path):
        attached = names.split(BEHIND.sub("", match[0].strip("._-")))
        if attached is None or attached.other:
            continue
        # Figures without a dot may be a day, or a number of another kind.
        before = path[path.rfind("/", 0, match.start()) + 1 : match.start()]
        sure = attached.named or attached.marked or names.has_word(before)
        version = dotted(attached.version) if sure else attached.version
        if LINKED.fullmatch(version) and is_version(version, scheme):
            best = version
    return FoundVersions((best,)) if best else FoundVersions()


def names_another(name: str, names: Names) -> bool:
    """Whether a file's name has a version behind what is not the product's name."""
    words = (names.split(BEHIND.sub("", match[0].strip("._-"))) for match in WORD.finditer(name))
    return any(word and word.other and LINKED.fullmatch(word.version) for word in words)


def has_stage(version: str, scheme: Scheme) -> bool:
    """Whether a version is one of a stage, by itself."""
    try:
        return scheme.final(version) is not None
    except InvalidVersion:
        return False


def as_version(text: str, scheme: Scheme) -> str | None:
    """What is written as a version, without its `v` where the scheme does not want one.

    A file's name may have 2_9 for 2.9; that is read where the scheme knows no 2_9.
    """
    text = text.strip()
    bare = text.removeprefix("v")
    return next((v for v in (text, bare, dotted(bare)) if is_version(v, scheme)), None)


def dotted(text: str) -> str:
    """A version as it is written with dots, where it has none and signs in their stead: 2_9."""
    return text if "." in text else _FOR_A_DOT.sub(".", text)


def is_version(text: str, scheme: Scheme) -> bool:
    """Whether `text` is safe as a version, and is one under the scheme."""
    try:
        scheme.key(text)
    except InvalidVersion:
        return False
    return check_version(text) is None
