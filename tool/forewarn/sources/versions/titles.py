"""The versions that a title announces, each with the stage that is written beside it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import cached_property

from forewarn.frozen import dataclass
from forewarn.model.sighting import Chance
from forewarn.model.versions.version import Scheme
from forewarn.sources.versions.corrections import (
    NamedCorrection,
    correction_before,
    correction_behind,
    is_behind,
    part_before,
    something_else,
)
from forewarn.sources.versions.find import (
    BEHIND,
    LINKED,
    NAMELESS,
    WORD,
    FoundVersions,
    dotted,
    has_stage,
    is_version,
)
from forewarn.sources.versions.headlines import (
    about_another_matter,
    is_a_span,
    not_out,
    plain,
    says_it_is_out,
)
from forewarn.sources.versions.names import Attached, Names, words_of
from forewarn.sources.versions.stage_words import Stage, combine, is_stage, stage_after, stages_in

_NUMBER = re.compile(r"(?:[0-9]{1,3}:)?(?P<number>[0-9]{1,14}(?:[._][0-9]{1,14})*)(?P<rest>.*)")
_UNIT = re.compile(
    r"(?:x|k|m|g|[kmgt]i?b|[km]?hz|ghz|fps|px|ms|s|sec|min|h|hrs?|bits?|st|nd|rd|th|d|p|%|°.*)",
    re.IGNORECASE,
)
_UNIT_APART = re.compile(r"\s?(?:%|(?:[kmgt]i?b|bits?|times|percent|million|billion)\b)", re.I)
_ISO_DATE = re.compile(r"(?<![0-9.])(?:19|20)[0-9]{2}([-/])[0-9]{1,2}\1[0-9]{1,2}(?![0-9.])")
_DATE = re.compile(
    r"(?<![0-9.])(?:"
    r"(?:0?[1-9]|[12][0-9]|3[01])\.(?:0?[1-9]|1[0-2])\.(?:199[0-9]|20[0-9]{2})"
    r"|[0-9]{1,2}/[0-9]{1,2}/(?:(?:19|20)[0-9]{2}|[0-9]{2})|[0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?"
    r")(?![0-9.]*[0-9])"
)
_PADDED = re.compile(r"[0-9]{2}\.[0-9]{2}\.[0-9]{4}")
_VERSION_WORD = re.compile(r"(?<![a-z])(?:v|ver|version|rel|release|rev|r)[\s.:_/-]*$", re.I)
_FOR_A_SYSTEM = re.compile(r"\s+(?:for|on)\s+[A-Za-z]+(?:\s+(?:and|&)\s+[A-Za-z]+)?\s*$")
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
    r"\s*(?:$|[^\x00-\x7f]|[-\"\u2013\u2014:;,!()\[\]|/?&.]|(?:released?|available|is|now|out|has|stable|lts|final|for|and"
    r"|adds|brings|ships|launched|published|announced|rtm|ga|sp[0-9]|update)\b)",
    re.IGNORECASE,
)
# Words that say of a version, its product's name between, that it is not what came out.
_NOT_THIS = re.compile(
    r"(?<![a-z])(?:from|since|than|below|before|until|requires?|needs)\s*$", re.IGNORECASE
)
# "Upgrade 2.6 to 2.7": the first is what one has.
_MOVED = re.compile(r"\s*(?:\bto\b|\u2192|[-=]>)\s*v?", re.IGNORECASE)
# Numbers that names go on with: the 3 of Studio 3, the 19c of a database, 3D, 64-bit.
_LITTLE = re.compile(r"[0-9]+(?:-?(?:bit|d|k|hz|[a-z]))?", re.IGNORECASE)
_DAY_WITH_DOTS = re.compile(r"(?:19|20)[0-9]{2}\.(?:0[1-9]|1[0-2])\.[0-3][0-9]")
_YEAR = re.compile(r"(?:19|20)[0-9]{2}")
_LISTED = re.compile(r"\s*(?:,|&|/|\+|,?\s*\b(?:and|und|et|y)\b)\s*v?", re.IGNORECASE)
_OF = re.compile(
    r"(?:(?:[\s:)\]]+|^)(?:of|for|from|the|release|version|build|von|der|des|de|du|del|da|di))*"
    r"[\s._/:)\]-]*$",
    re.IGNORECASE,
)
_ALONE = re.compile(r"\s+#?([0-9]{1,3})(?![0-9.]*[0-9A-Za-z])")
# Where Debian puts its packages; what is there is no version of its own.
_SUITES = frozenset(["unstable", "testing", "experimental"])
# CRASH-1234 is the number of a ticket.
_ISSUE = re.compile("[A-Z][A-Z0-9]+-[0-9]+")
_LAST_WORD = re.compile(r"[A-Za-z]+$")
# A short word with a number right behind a version, and nothing more: a stage that nobody knows.
_UNKNOWN_STAGE = re.compile(
    r"\s+(?P<word>[A-Za-z]{1,8}[-.]?[0-9]{1,3})(?=\s*(?:$|[!.:,)]|is\b|released?\b|available\b|now\b|\())"
)
_NO_STAGE = re.compile(
    r"(?:x|win|arm|mp|h|utf|vp|av|aac|sp|hf|u|p|r|rev|build|b|nr|kb|ios|macos|android|linux|python|java|php|qt)"
    r"[-.]?[0-9]{1,3}",
    re.IGNORECASE,
)
# What may stand between a number of the name and the version itself.
_GOES_ON = re.compile(
    r"(?:\s+(?:for|on)\s+[A-Za-z]+)?[\s:\u2013\u2014-]+(?:(?:v|ver\.?|version|release)\s*)?",
    re.IGNORECASE,
)
_FILLING = re.compile(
    r"\b(?:the|a|an|new|our|is|now|out|here|available|released?|launched|announcing|announced"
    r"|introducing|latest|update|for|of|first|test(?:ing)?|download|version)\b",
    re.IGNORECASE,
)
_ONLY_A_VERSION = re.compile(r"\s+v?([0-9]{1,3}(?:\.[0-9]{1,3}){1,3})")
_CLEARLY = 2
_MOST = 20  # versions in one title


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
        self._text = text = plain(text)
        self._names = names
        self._scheme = scheme
        self._others: list[str] = []
        self._other_end = 0
        self._calls = [match.span() for match in names.pattern.finditer(text)]

    @cached_property
    def candidates(self) -> list[Candidate]:
        """The candidates in their order, each with the stage that is written beside it."""
        dates = [*self._dates()]
        found: list[Candidate] = []
        taken = 0
        for match in WORD.finditer(self._text):
            word = self._word(match)
            if word is None or any(a < match.end() and word.offset < b for a, b in dates):
                continue
            if word.offset >= taken and (candidate := self._candidate(word)):
                taken = max(candidate.end, candidate.stage.end if candidate.stage else 0)
                found.append(candidate)
                if len(found) > _MOST:
                    return [replace(candidate, problem="it names too many versions")]
        return self._without_names(found)

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
        before, behind = self._text[: first.start], self._text[_end(last) :]
        unnamed = self._without_name(before)
        if words := something_else(unnamed, behind):
            return words
        if says_it_is_out(unnamed, behind):
            return None
        found = self.candidates
        place = found.index(last) + 1
        if place < len(found) and is_a_span(self._bare(_end(last), found[place].start)):
            return self._text[first.start : found[place].end]
        if self._names.spoken and (name := self._another(before)):
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
        if self._others:
            return f"the version there is that of {self._others[0]!r}"
        return NAMELESS

    def is_of_another(self) -> bool:
        """Whether the version that stands there is that of another product that is recorded."""
        return any(words_of(other) in self._names.others for other in self._others)

    def with_its_list(self, found: list[Candidate]) -> list[Candidate]:
        """The surest candidate, and those that are listed with it."""
        best = max(found, key=lambda c: (c.score, c.problem is None, -c.start))
        first = last = found.index(best)
        while first and self._listed(_end(found[first - 1]), found[first].start):
            if found[first - 1].score < 8 <= found[first].score and self._calls_it(found[first]):
                break  # "Player 2.5 / Recorder 2.7": what came before is of another
            first -= 1
        while last + 1 < len(found) and self._listed(_end(found[last]), found[last + 1].start):
            last += 1
        return found[first : last + 1]

    def _listed(self, end: int, start: int) -> bool:
        return bool(_LISTED.fullmatch(self._bare(end, start)))

    def _bare(self, start: int, end: int) -> str:
        """The text between two places, without the product's name."""
        return self._names.pattern.sub(" ", self._text[start:end])

    def _calls_it(self, one: Candidate) -> bool:
        before = re.sub(_VERSION_WORD, "", self._text[: one.start]).rstrip(" -_@/:")
        return any(b == len(before) for _, b in self._calls)

    def _without_name(self, before: str) -> str:
        """What stands before the product's name, where that stands right before a version."""
        cut = re.sub(_VERSION_WORD, "", before).rstrip(" \t._-/:@")
        start = next((a for a, b in self._calls if b == len(cut)), None)
        return before if start is None else before[:start]

    def _another(self, before: str) -> str | None:
        """The name right before a version, in a text that nowhere calls the product."""
        if self._calls:
            return None
        return self._names.another_word(_FOR_A_SYSTEM.sub("", re.sub(_VERSION_WORD, "", before)))

    def _dates(self) -> Iterator[tuple[int, int]]:
        if self._scheme.name.startswith("calver"):
            return
        for match in _ISO_DATE.finditer(self._text):
            yield match.span()
        for match in _DATE.finditer(self._text):
            before = self._text[: match.start()]
            # 7.2.2024 right behind the product's name is its version; 07.02.2024 is a day.
            said = self._named(match.start()) or _VERSION_WORD.search(before)
            if not said or _PADDED.fullmatch(match[0]) or "." not in match[0]:
                yield match.span()

    def _word(self, match: re.Match[str]) -> Attached | None:
        """The version-like part of a word, its offset being that in the text."""
        word, start = match[0], match.start()
        if word[0] in "#$\u20ac\u00a3" or not any(char.isdigit() for char in word):
            return None
        attached = self._names.split(word.lstrip("~-_.:!^+@"))
        if attached and attached.whole:
            return replace(attached, offset=match.end() - len(attached.version))
        inside = (span for span in self._calls if span[0] < match.end() and start < span[1])
        # In v1.30.1+k3s1 what looks like the name is a part of the version.
        inside = (a for a in inside if not re.match("v?[0-9]", word) or a[0] <= start)
        call = next(inside, None)
        if call:
            # What is within the product's name is no version; what hangs on it may be one.
            rest = self._text[call[1] : match.end()].lstrip("-_@:.vV")
            offset = match.end() - len(rest)
            return Attached(rest, offset, named=True) if rest[:1].isdigit() else None
        if attached is None or (attached.other and not self._stage_of(match, attached)):
            return None
        return replace(attached, offset=match.end() - len(attached.version))

    def _stage_of(self, match: re.Match[str], attached: Attached) -> bool:
        """Whether what hangs before a version is a stage: beta-2.7, release-candidate-2.7."""
        before = self._text[match.start() : match.end() - len(attached.version)]
        return bool(before) and any(s.start == 0 for s in stages_in(before))

    def _candidate(self, word: Attached) -> Candidate | None:
        number = word.version.rstrip(".:!-_~^#")
        end = word.offset + len(number)
        number = BEHIND.sub("", number)
        score = self._score(number, word, end)
        if score < _CLEARLY:
            return None
        number = dotted(number)
        return self._staged(Candidate(number, number, word.offset, end, score))

    def _score(self, number: str, word: Attached, end: int) -> int:
        """How sure it is that this is the version that the text is about; 2 is sure enough."""
        if word.whole:
            return 10
        before = self._text[max(0, word.offset - 60) : word.offset]
        named = word.named or self._named(word.offset)
        if named and self._is_not_this(word.offset):
            return 0
        marked = word.marked or bool(_VERSION_WORD.search(before))
        if not named and (_OTHER.search(before) or self._of_another(before, word.offset)):
            self._other_end = end
            return 0
        glued = (
            word.named and not word.marked and self._text[word.offset - 1 : word.offset].isalpha()
        )
        if "." not in number and (
            glued
            or re.match(",[0-9](?![0-9]*[.])", self._text[end:])
            or _ISSUE.fullmatch(self._around(word))
        ):
            return 0
        match = _NUMBER.fullmatch(number)
        if match is None or re.search(r"[._-][x*]$|[._-]x[._-]|\+$", number, re.IGNORECASE):
            return 0
        figures, rest = match["number"], match["rest"]
        long = len(re.findall("[._]", figures)) > 1
        if _UNIT_APART.match(self._text, end) or (
            not named and not marked and not long and _UNIT.fullmatch(rest)
        ):
            return 0
        year = bool(_YEAR.fullmatch(figures))
        if not re.search("[._]", figures):
            whole = word.offset == 0 and end == len(self._text.strip())
            days = bool(re.fullmatch(r"(?:-[0-9]{1,2}){2}", rest)) and year
            if rest and not (days or named or marked or self._known(number)):
                return 0
            behind = _AFTER_NUMBER.match(self._text, end)
            goes_on = stage_after(self._text, end) or correction_behind(self._text, end)
            if not (rest or behind or (named and goes_on)):
                return 0
            return 8 * named + 4 * marked + 2 * (whole or days) - 3 * (year and not rest)
        return 8 * named + 4 * marked + 2

    def _of_another(self, before: str, start: int) -> bool:
        """Whether what stands right before a version names something else that has versions."""
        if self._other_end and _LISTED.fullmatch(self._text[self._other_end : start]):
            return True  # "PHP 7.0 and 7.1"
        before = _FOR_A_SYSTEM.sub("", re.sub(_VERSION_WORD, "", before)).rstrip(" \t:-")
        other = self._names.another(before)
        if other is None and (part := part_before(before)) and not self._names.has_word(part):
            other = part
        self._others += [other] if other else []
        return other is not None

    def _around(self, word: Attached) -> str:
        """The word of the text that a version is a part of, without signs at its end."""
        start = self._text.rfind(" ", 0, word.offset) + 1
        return self._text[start : word.offset + len(word.version)].rstrip(".:!,;")

    def _known(self, number: str) -> bool:
        return any(number.casefold().startswith(p) for p in self._names.prefixes)

    def _named(self, start: int) -> bool:
        """Whether the product's name comes right before, perhaps with a system."""
        before = re.sub(r"[\s._@/:v-]+$", "", self._text[:start], flags=re.IGNORECASE)
        before = re.sub(r"(?<=\s)(?:ver|version|rel|release)$", "", before, flags=re.I).rstrip()
        direct = len(before)
        before = _FOR_A_SYSTEM.sub("", f"{before} ").rstrip(" \t:-")
        # "Recorder 2 for Mac 3.0.5": a number that the name goes on with.
        bare = (r"\s+[0-9]{1,4}$", r"\s+(?:(?:GNU/)?Linux|OS)$")
        ends = {direct, len(before), *(len(re.sub(pattern, "", before)) for pattern in bare)}
        return any(b in ends for _, b in self._calls)

    def _is_not_this(self, start: int) -> bool:
        """Whether a word before the product's name says that this is no new version of it."""
        before = re.sub(r"[\s._@/:v-]+$", "", self._text[:start], flags=re.IGNORECASE)
        call = next((a for a, b in self._calls if b == len(before)), None)
        return call is not None and bool(_NOT_THIS.search(self._text[:call]))

    def _staged(self, found: Candidate) -> Candidate:
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
        if early := correction_before(self._without_name(self._text[: found.start])):
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

    def _without_names(self, found: list[Candidate]) -> list[Candidate]:
        """Without numbers that are part of a name: the 3 of "Acme Studio 3 2.0.5"."""
        kept = []
        for place, one in enumerate(found):
            rest = found[place + 1 :]
            follows = rest and _GOES_ON.fullmatch(self._text, one.end, rest[0].start)
            figures = one.number.rstrip("abcdefghijklmnopqrstuvwxyz")
            more = any(c.number.startswith(f"{figures}.") for c in found)
            listed = rest and self._listed(one.end, rest[0].start)
            between = self._text[_end(one) : rest[0].start] if rest else ""
            moved = _MOVED.fullmatch(self._names.pattern.sub(" ", between)) if rest else None
            whole = _LITTLE.fullmatch(one.number) and one.stage is None
            day = _DAY_WITH_DOTS.fullmatch(one.number) and one.score == _CLEARLY
            if day and len(found) > 1 and not self._scheme.name.startswith("calver"):
                continue
            if not moved and not (whole and (follows or more) and not listed):
                kept.append(one)
        return kept


def _end(found: Candidate) -> int:
    behind = found.stage and found.stage.start > found.start
    return max(found.end, found.stage.end) if found.stage and behind else found.end
