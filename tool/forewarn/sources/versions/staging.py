"""What is written apart from a version and belongs to it: its stage, its corrections."""

from __future__ import annotations

import re
from dataclasses import replace

from forewarn.expressions import expression
from forewarn.frozen import dataclass
from forewarn.model.versions.version import Scheme
from forewarn.sources.versions.called import CalledTitle
from forewarn.sources.versions.corrections import (
    NamedCorrection,
    correction_before,
    correction_behind,
    is_behind,
)
from forewarn.sources.versions.find import has_stage, is_version
from forewarn.sources.versions.stage_words import Stage, combine, is_stage, stage_after, stages_in

_OF = expression(
    r"(?:(?:[\s:)\]]+|^)(?:of|for|from|the|release|version|build|von|der|des|de|du|del|da|di))*"
    r"[\s._/:)\]-]*$",
    re.IGNORECASE,
)
_ALONE = expression(r"\s+#?([0-9]{1,3})(?![0-9.]*[0-9A-Za-z])")
_LAST_WORD = expression(r"[A-Za-z]+$")
# A short word with a number right behind a version, and nothing more: a stage that nobody knows.
_UNKNOWN_STAGE = expression(
    r"\s+(?P<word>[A-Za-z]{1,8}[-.]?[0-9]{1,3})(?=\s*(?:$|[!.:,)]|is\b|released?\b|available\b|now\b|\())"
)
_NO_STAGE = expression(
    r"(?:x|win|arm|mp|h|utf|vp|av|aac|sp|hf|u|p|r|rev|build|b|nr|kb|ios|macos|android|linux|python|java|php|qt)"
    r"[-.]?[0-9]{1,3}",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A word that may be the version a text is about; `problem` is why it cannot be used.

    `number` is the version without the stage that is written apart from it.
    """

    version: str
    number: str
    start: int
    end: int
    score: int
    stage: Stage | None = None
    problem: str | None = None

    @property
    def whole_end(self) -> int:
        """Where it ends, with the stage that is written behind it."""
        behind = self.stage and self.stage.start > self.start
        return max(self.end, self.stage.end) if self.stage and behind else self.end


class Staging:
    """Gives the candidates of a title what is written apart from them."""

    def __init__(self, called: CalledTitle, scheme: Scheme) -> None:
        self._called = called
        self._text = called.text
        self._calls = called.calls
        self._scheme = scheme

    def staged(self, found: Candidate) -> Candidate:
        """The candidate with what is written apart and belongs to it."""
        found = self._corrected(found)
        if found.problem:
            return found
        if has_stage(found.number, self._scheme):
            return self._checked(self._with_its_number(found))
        stage = stage_after(self._text, found.end) or self._stage_before(found.start)
        if stage is None:
            unknown = _UNKNOWN_STAGE.match(self._text, found.end)
            if unknown and not _NO_STAGE.fullmatch(unknown["word"]):
                why = f"what {unknown['word']!a} means after {found.number} is not known"
                return replace(found, problem=why)
            return self._checked(found)
        whole = combine(found.number, stage, self._scheme)
        if whole is None:
            why = (
                f"{found.number} with {stage.text!a} is no version that the scheme "
                f"{self._scheme.name} understands"
            )
            return replace(found, stage=stage, problem=why)
        return replace(found, version=whole, stage=stage)

    def _corrected(self, found: Candidate) -> Candidate:
        """The candidate with the corrections of it that are written apart: "2.7 SP1 Update 3"."""
        while later := correction_behind(self._text, found.end):
            found = self._with_correction(found, later, later.end)
        if early := correction_before(self._called.without_name(self._text[: found.start])):
            found = self._with_correction(found, early, found.end)
        return found

    def _with_correction(self, found: Candidate, later: NamedCorrection, end: int) -> Candidate:
        number = f"{found.number}-{later.text}"
        if found.problem is None and not is_behind(number, found.number, self._scheme):
            scheme = self._scheme.name
            why = f"{number} does not come after {found.number} under the scheme {scheme}"
            return replace(found, end=end, problem=why)
        return replace(found, version=number, number=number, end=end)

    def _with_its_number(self, found: Candidate) -> Candidate:
        """2.7-beta with the 3 that stands apart from it."""
        word = _LAST_WORD.search(found.number)
        number = _ALONE.match(self._text, found.end)
        if not (word and number and is_stage(word[0])):
            return found
        return replace(found, version=f"{found.number}{number[1]}", end=number.end())

    def _stage_before(self, start: int) -> Stage | None:
        before = self._text[:start]
        before = re.sub(
            r"(?:(?<=[\s._/-])|^)(?:v|ver|version|rel|release)[\s._-]*$", "", before, flags=re.I
        )
        for a, b in reversed(self._calls):
            if b <= len(before) and not before[b:].strip(" \t._-/:@"):
                before = before[:a]
                break
        before = _OF.sub("", before)
        stage = next((s for s in stages_in(before) if s.end == len(before)), None)
        if stage and any(a <= stage.start < b for a, b in self._calls):
            return None
        return stage

    def _checked(self, found: Candidate) -> Candidate:
        if is_version(found.version, self._scheme):
            return found
        why = f"{found.version!a} is no version under the scheme {self._scheme.name}"
        return replace(found, problem=why)
