"""What stands before a version in one word with it: `recorder-v2.7`, `release_2_7`, `go1.22`."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from forewarn.model.product import Product

_WORD = re.compile(r"[^\W_]+")
# With hyphens alone, as in cos-113-18244-582-86, the name is a part of the version.
_HYPHENS = re.compile("[0-9]+(?:-[0-9]+){2,}")
_VERSION_WORDS = frozenset(["v", "ver", "version", "versions", "rel", "release", "releases", "r"])
# Where a version may begin within a word: at its start, behind a sign, or behind a letter.
_BEGIN = re.compile(r"(?:(?<=[^0-9.])|(?<=[^0-9.]\.)|^)(?:[0-9]{1,3}:)?(?=[0-9])")


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

    `more` are further words that mean it, such as the name of its repository.
    """

    product: Product
    prefixes: frozenset[str] = frozenset()
    more: frozenset[str] = frozenset()
    words: frozenset[str] = field(init=False)
    pattern: re.Pattern[str] = field(init=False)

    def __post_init__(self) -> None:
        calls = {self.product.name.casefold(), self.product.id.casefold()}
        # "Acme Studio 3" is also called Acme Studio: its versions may begin with the 3.
        calls |= {re.sub(r"[\s._-]+[0-9]+$", "", call) for call in calls}
        parts = {word for call in calls for word in _WORD.findall(call)}
        joined = {"".join(_WORD.findall(call)) for call in calls}
        object.__setattr__(self, "words", frozenset(parts | joined | self.more))
        spaced = (r"[\s._-]*".join(map(re.escape, _pieces(call))) for call in calls)
        found = "|".join(sorted(filter(None, spaced), key=len, reverse=True))
        pattern = rf"(?<![^\W_])(?:{found})(?![^\W\d_])(?!\.[0-9])" if found else r"(?!)"
        object.__setattr__(self, "pattern", re.compile(pattern, re.IGNORECASE))

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

    def _ours(self, parts: Iterable[str]) -> bool:
        return all(part in self.words or part in _VERSION_WORDS for part in parts)


def prefixes_of(versions: Iterable[str]) -> frozenset[str]:
    """The letters that versions of a product begin with, as in `cos-113-18244` and `pc.7.3`."""
    found = (re.match(r"(?!v[0-9])([A-Za-z]{2,20}[._-]?)(?=[0-9])", text) for text in versions)
    return frozenset(match[1].casefold() for match in found if match)


def _pieces(call: str) -> list[str]:
    return [piece for piece in re.split(r"[\s._-]+", call) if piece]
