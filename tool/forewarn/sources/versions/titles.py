"""The versions that a title announces, each with the stage that is written beside it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property

from forewarn.expressions import expression
from forewarn.model.sighting import Chance
from forewarn.model.versions.version import Scheme
from forewarn.sources.versions.called import CalledTitle
from forewarn.sources.versions.candidates import CandidateFinder
from forewarn.sources.versions.corrections import something_else
from forewarn.sources.versions.find import (
    LINKED,
    NAMELESS,
    WORD,
    FoundVersions,
    has_stage,
    is_version,
)
from forewarn.sources.versions.headlines import (
    about_another_matter,
    is_a_span,
    not_out,
    says_it_is_out,
)
from forewarn.sources.versions.names import Names, words_of
from forewarn.sources.versions.stage_words import Stage, stages_in
from forewarn.sources.versions.staging import Candidate

# Where Debian puts its packages; what is there is no version of its own.
_SUITES = frozenset(["unstable", "testing", "experimental"])
_FILLING = expression(
    r"\b(?:the|a|an|new|our|is|now|out|here|available|released?|launched|announcing|announced"
    r"|introducing|latest|update|for|of|first|test(?:ing)?|download|version)\b",
    re.IGNORECASE,
)
_ONLY_A_VERSION = expression(r"\s+v?([0-9]{1,3}(?:\.[0-9]{1,3}){1,3})")


def find_in_title(title: str, names: Names, scheme: Scheme) -> FoundVersions:
    """The versions that a title announces.

    A title that lists several ("Python 3.14.1 and 3.13.10") announces each. Dates, sizes, and
    versions of operating systems and the like are left out. A version is the whole word that it
    is written as, or none. A stage that is written apart ("2.7 RC 1") becomes part of it
    (`2.7-rc1`); where one is named that cannot be part of it, nothing is returned, so that 2.7
    itself is still news.
    """
    plain = _nothing_else(title, names, scheme)
    return FoundVersions((plain,)) if plain else weighed(title, names, scheme)


def weighed(title: str, names: Names, scheme: Scheme) -> FoundVersions:
    """The versions that a title announces, by all that stands in it."""
    if title.startswith("/") and (other := names.another_in_path(title)):
        return FoundVersions(why=f"{other!r} is not the product's name", chance=Chance.LITTLE)
    text = Text(title, names, scheme)
    found = text.candidates
    if not found:
        chance = Chance.NONE if text.is_of_another() else Chance.LITTLE
        return FoundVersions(why=text.why_none(), chance=chance)
    chosen = text.with_its_list(found)
    if problem := next((c.problem for c in chosen if c.problem), None):
        return FoundVersions(why=problem)
    if other := text.speaks_of(chosen):
        return _speaking_of(other)
    if stage := next(text.stages_apart(chosen), None):
        return _speaking_of(stage.text)
    return FoundVersions(tuple(dict.fromkeys(c.version for c in chosen)))


def _nothing_else(title: str, names: Names, scheme: Scheme) -> str | None:
    """The version of a title that is the product's name and a version: there is nothing to weigh.

    Figures that may be a year or a day are weighed.
    """
    if not title.isascii():
        return None
    small = title.lower()
    for call in names.plain:
        rest = _ONLY_A_VERSION.fullmatch(small, len(call)) if small.startswith(call) else None
        if rest and is_version(rest[1], scheme):
            return rest[1]
    return None


def _speaking_of(words: str) -> FoundVersions:
    return FoundVersions(
        why=f"it speaks of {words!r}, and not clearly of a release", chance=Chance.LITTLE
    )


class Text:
    """A title, and the words in it that are clearly versions which it is about."""

    def __init__(self, text: str, names: Names, scheme: Scheme) -> None:
        self._called = CalledTitle(text, names)
        self._text = self._called.text
        self._calls = self._called.calls
        self._names = names
        self._scheme = scheme
        self._looking = CandidateFinder(self._called, scheme)

    @cached_property
    def candidates(self) -> list[Candidate]:
        """The candidates in their order, each with the stage that is written beside it."""
        return self._looking.found()

    def stages_apart(self, chosen: list[Candidate]) -> Iterator[Stage]:
        """Stages that the text names and that belong to no version in it.

        None where each chosen version is of a stage itself.
        """
        if all(has_stage(c.version, self._scheme) for c in chosen):
            return
        suites = _SUITES if self._scheme.name == "debian" else frozenset()
        taken = [*self._calls, *((c.start, c.end) for c in self.candidates)]
        taken += [(c.stage.start, c.stage.end) for c in chosen if c.stage]
        for stage in stages_in(self._text):
            apart = not any(a < stage.end and stage.start < b for a, b in taken)
            if apart and stage.text.casefold() not in suites:
                yield stage

    def speaks_of(self, chosen: list[Candidate]) -> str | None:
        """What a text says of its versions, or names beside them, and no release has."""
        bare = self._names.pattern.sub(" ", self._text)
        early = all(has_stage(c.version, self._scheme) for c in chosen)
        if self._text.startswith("/"):
            return None  # a path tells nothing
        if words := not_out(bare, early=early):
            return words
        first, last = chosen[0], chosen[-1]
        before, behind = self._text[: first.start], self._text[last.whole_end :]
        unnamed = self._called.without_name(before)
        if words := something_else(unnamed, behind):
            return words
        if says_it_is_out(unnamed, behind):
            return None
        found = self.candidates
        place = found.index(last) + 1
        if place < len(found) and is_a_span(self._called.bare(last.whole_end, found[place].start)):
            return self._text[first.start : found[place].end]
        if self._names.spoken and (name := self._called.another(before)):
            return name
        return about_another_matter(bare)

    def only_a_stage(self) -> Stage | None:
        """The stage of a text that has nothing to say but this: "Recorder Public Beta"."""
        stage = next(stages_in(self._text), None)
        if stage is None or any(a <= stage.start < b for a, b in self._calls):
            return None
        rest = self._text[: stage.start] + " " + self._text[stage.end :]
        rest = _FILLING.sub(" ", self._names.pattern.sub(" ", rest))
        return None if re.search(r"[^\W_]", rest) else stage

    def why_none(self) -> str:
        """Why there is no candidate: the word that looks most like one, or none does."""
        words = (match[0].strip("._-:!") for match in WORD.finditer(self._text))
        for word in words:
            attached = self._names.split(word)
            if attached and attached.other and LINKED.fullmatch(attached.version):
                return f"{word!a} begins with what is not the product's name"
        if self._looking.others:
            return f"the version there is that of {self._looking.others[0]!r}"
        return NAMELESS

    def is_of_another(self) -> bool:
        """Whether the version that stands there is that of another product that is recorded."""
        return any(words_of(other) in self._names.others for other in self._looking.others)

    def with_its_list(self, found: list[Candidate]) -> list[Candidate]:
        """The surest candidate, and those that are listed with it."""
        best = max(found, key=lambda c: (c.score, c.problem is None, -c.start))
        first = last = found.index(best)
        while first and self._called.listed(found[first - 1].whole_end, found[first].start):
            if found[first - 1].score < 8 <= found[first].score and self._called.calls_it(
                found[first].start
            ):
                break  # "Player 2.5 / Recorder 2.7": what came before is of another
            first -= 1
        while last + 1 < len(found) and self._called.listed(
            found[last].whole_end, found[last + 1].start
        ):
            last += 1
        return found[first : last + 1]
