"""What stands before a version in one word with it: `recorder-v2.7`, `release_2_7`, `go1.22`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Set
from functools import cached_property
from itertools import pairwise

from forewarn.expressions import expression
from forewarn.frozen import dataclass
from forewarn.model.platforms import platform_of
from forewarn.model.product import Product
from forewarn.model.versions.stages import STAGE

_WORD = expression(r"[^\W_]+")
_NUMBERED = expression(r"[\s._-]+[0-9]+$")
# With hyphens alone, as in cos-113-18244-582-86, the name is a part of the version.
_HYPHENS = expression("[0-9]+(?:-[0-9]+){2,}")
_VERSION_WORDS = frozenset(
    ["v", "ver", "version", "versions", "rel", "release", "releases", "r", "stable", "final"]
)
_LONGEST_NAME, _MOST_WORDS = 60, 3
# A word that is written as a name, at the end of what comes before a version.
_NAME = expression(r"(?:^|\s)([A-Z][\w.+#/-]*[\w+#])[\s:-]*$")
# Words that headlines begin with a capital letter, and that name nothing.
_WORDS = (
    "a an the new our my now out is are was version versions ver v release releases released "
    "build announcing announced announcement introducing announce meet welcome download get "
    "update updated updates upgrade bump hotfix patch security maintenance bugfix fix fixes "
    "fixed stable final lts current latest changelog changes change notes news in of for and to "
    "with from by on at next beta alpha preview rc candidate nightly canary dev insider "
    "insiders early access milestone snapshot pre-release prerelease ga edition community "
    "enterprise professional pro standard free server client desktop mobile linux windows mac "
    "macos android ios os web x64 x86 january february march april may june july august "
    "september october november december monday tuesday wednesday thursday friday saturday "
    "sunday neue neuer version ist sortie de nouvelle lanzamiento nueva rilasciato nuova "
    "\u0432\u044b\u0448\u0435\u043b"
)
_NO_NAMES = frozenset(_WORDS.split())
# Which of several programs of one name it is.
_KINDS = frozenset(["server", "client", "desktop", "mobile", "web"])
# Folders that say nothing of what is in them.
_PLACES = (
    "tag tags prod production public refs upstream debian main master lts support desktop app "
    "old older archive archives previous history download downloads files binaries bin "
    "installers all hotfix hotfixes current latest"
)
_FOLDERS = _VERSION_WORDS | frozenset(_PLACES.split())
# Where a version may begin within a word: at its start, behind a sign, or behind a letter.
_BEGIN = expression(r"(?:(?<=[^0-9.])|(?<=[^0-9.]\.)|^)(?:[0-9]{1,3}:)?(?=[0-9])")


@dataclass(frozen=True, slots=True)
class Attached:
    """A word that is a version, and what came before it there.

    `named` is the product's name, `marked` a word such as `v`; `other` is a name that is neither.
    `whole` is a version that begins with letters, and that `split` must not cut.
    """

    version: str
    offset: int
    named: bool = False
    marked: bool = False
    other: bool = False
    whole: bool = False


@dataclass(frozen=True)
class Names:
    """What a product is called, and `prefixes` that its versions have as they are recorded.

    `more` are further words that mean it, such as the name of its repository. `others` are the
    names of other products, as words (`words_of`). `titles` are the headlines beside which a text
    stands.
    """

    product: Product
    prefixes: Set[str] = frozenset()
    more: frozenset[str] = frozenset()
    others: Set[tuple[str, ...]] = frozenset()
    titles: tuple[str, ...] = ()

    # Each of these takes longer to make than it takes to read what is plain.
    @cached_property
    def _calls(self) -> frozenset[str]:
        calls = {self.product.name.casefold(), self.product.id.casefold()}
        # "Acme Studio 3" is also called Acme Studio: its versions may begin with the 3.
        calls |= {_NUMBERED.sub("", call) for call in calls}
        # Node.js is Node.
        return frozenset(calls | {call.removesuffix(".js") for call in calls})

    @cached_property
    def calls(self) -> frozenset[tuple[str, ...]]:
        """What the product is called, each as its words."""
        return frozenset(map(words_of, self._calls))

    @cached_property
    def words(self) -> frozenset[str]:
        """The words of its names, each alone and those of one name joined."""
        parts = {word for call in self._calls for word in _WORD.findall(call)}
        joined = {"".join(_WORD.findall(call)) for call in self._calls}
        return frozenset(parts | joined | self.more)

    @cached_property
    def plain(self) -> tuple[str, ...]:
        """What it is called, in small letters."""
        return tuple(filter(None, self._calls))

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """What finds a call of the product, whatever stands between its words."""
        spaced = (r"[\s._-]*".join(map(re.escape, _pieces(call))) for call in self.plain)
        found = "|".join(sorted(filter(None, spaced), key=len, reverse=True))
        pattern = rf"(?<![^\W_])(?:{found})(?![^\W\d_])(?!\.[0-9])" if found else r"(?!)"
        return re.compile(pattern, re.IGNORECASE)

    @cached_property
    def spoken(self) -> bool:
        """Whether the headlines call the product by its name.

        Where they do, another name is that of something else.
        """
        return any(map(self.pattern.search, self.titles))

    def split(self, word: str) -> Attached | None:
        """The version that a word holds from some place on to its end; None where it has none."""
        for prefix in self.prefixes:
            if word.casefold().startswith(prefix) and word[len(prefix) : len(prefix) + 1].isdigit():
                return Attached(word, 0, named=True, whole=True)
        begins = [match.start() for match in _BEGIN.finditer(word)]
        for begin in reversed(begins):
            before = _WORD.findall(word[:begin].casefold())
            if any(part.isalpha() for part in before) and self._ours(before):
                if _HYPHENS.fullmatch(word[begin:]) and before[-1] in self.words:
                    return Attached(word, 0, named=True, whole=True)
                named = any(part in self.words for part in before)
                marked = any(part in _VERSION_WORDS for part in before)
                return Attached(word[begin:], begin, named=named, marked=marked)
        if not begins:
            return None
        return Attached(word[begins[0] :], begins[0], other=begins[0] > 0)

    def another(self, before: str) -> str | None:
        """The name of another product that stands right before a version, if one does.

        It is one of `others`, or begins as this product's name does and goes on with other words.
        """
        pieces = words_of(re.sub(r"\s+[0-9]{1,4}$", "", before[-_LONGEST_NAME:]))
        ends = [pieces[n:] for n in range(len(pieces))]
        ours = max((len(end) for end in ends if end in self.calls), default=0)
        other = next((end for end in ends if end in self.others), ())
        if len(other) > ours:
            return " ".join(other)
        if ours or not pieces or pieces[-1] in self.words or not _NAME.search(before):
            return None
        firsts = {call[0] for call in self.calls if len(call) > 1}
        last = next((n for n in range(len(pieces) - 1, -1, -1) if pieces[n] in firsts), None)
        if last is None or not 1 <= len(pieces) - 1 - last <= _MOST_WORDS:
            return None
        return None if pieces[-1] in _NO_NAMES - _KINDS else " ".join(pieces[last:])

    def another_word(self, before: str) -> str | None:
        """The word right before a version that is written as a name, and is none of the product."""
        match = _NAME.search(before)
        if match is None or match[1].casefold() in _NO_NAMES:
            return None
        known = any(part in self.words for part in _WORD.findall(match[1].casefold()))
        return None if known else match[1]

    def may_be_in(self, folder: str) -> bool:
        """Whether a version of the product may be in a folder of this name, of tags or of files."""
        words = _WORD.findall(folder.casefold())
        return all(w in self.words or w in _FOLDERS or w in STAGE or platform_of(w) for w in words)

    def another_in_path(self, path: str) -> str | None:
        """The file, or the folder of versions, in a path that is not of this product."""
        *folders, name = [part for part in path.split("/") if part]
        attached = self.split(name.replace(" ", "-"))
        if attached is not None:
            before = name[: attached.offset]
            other = attached.other and not self.has_word(before) and not self.may_be_in(before)
            return name if other else None
        for folder, version in pairwise(folders):
            if re.match("v?[0-9]", version) and not self.may_be_in(folder):
                return folder
        return None

    def has_word(self, text: str) -> bool:
        """Whether a word of the text is one of the product's name."""
        return any(part in self.words for part in _WORD.findall(text.casefold()))

    def _ours(self, parts: Iterable[str]) -> bool:
        return all(part in self.words or part in _VERSION_WORDS for part in parts)


def words_of(name: str) -> tuple[str, ...]:
    """The words of a name, in small letters."""
    return tuple(_pieces(name.casefold()))


def prefixes_of(versions: Iterable[str]) -> frozenset[str]:
    """The letters that versions of a product begin with, as in `cos-113-18244` and `pc.7.3`."""
    found = (re.match(r"(?!v[0-9])([A-Za-z]{2,20}[._-]?)(?=[0-9])", text) for text in versions)
    return frozenset(match[1].casefold() for match in found if match)


def _pieces(call: str) -> list[str]:
    return [piece for piece in re.split(r"[\s._:-]+", call) if piece]
