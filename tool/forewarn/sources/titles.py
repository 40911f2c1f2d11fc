"""The versions that a title announces, each with the stage that is written beside it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace

from forewarn.model.version import Scheme
from forewarn.sources.names import Attached, Names
from forewarn.sources.stage_words import Stage, combine, is_stage, stage_after, stages_in
from forewarn.sources.versions import (
    BEHIND,
    LINKED,
    NAMELESS,
    WORD,
    Found,
    has_stage,
    is_version,
)

_LATE = r"sp|service pack|service release|update|hotfix|hf|patch|cu|sr|r(?=\s?[0-9])"
_SHORT = {"service pack": "sp", "service release": "sr", "hf": "hotfix"}
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
    r"\s*(?:$|[-\u2013\u2014:;,!()\[\]|/?&.]|(?:released?|available|is|now|out|has|stable|lts|final|for|and"
    r"|adds|brings|ships|launched|published|announced|rtm|ga|sp[0-9]|update)\b)",
    re.IGNORECASE,
)
# Words that say of a version, its product's name between, that it is not what came out.
_NOT_THIS = re.compile(
    r"(?<![a-z])(?:from|since|than|below|before|until|requires?|needs)\s*$", re.IGNORECASE
)
# "Upgrade 2.6 to 2.7": the first is what one has.
_MOVED = re.compile(r"\s*(?:\bto\b|\u2192|[-=]>)\s*v?", re.IGNORECASE)
_YEAR = re.compile(r"(?:19|20)[0-9]{2}")
_LISTED = re.compile(r"\s*(?:,|&|/|\+|,?\s*\b(?:and|und|et|y)\b)\s*v?", re.IGNORECASE)
_LATER = re.compile(
    rf"[\s(]+(?P<late>{_LATE})[\s.]*(?P<number>[0-9]{{1,4}}(?:\.[0-9]{{1,4}})*)(?![0-9])", re.I
)
_OF = re.compile(r"[\s._/:)\]-]*(?:(?:of|for|from|:)\s+)?(?:the\s+)?$", re.IGNORECASE)
_ALONE = re.compile(r"\s+#?([0-9]{1,3})(?![0-9.]*[0-9A-Za-z])")
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
# What is said of versions that cannot be downloaded yet, or not any more.
_NOT_OUT = re.compile(
    r"\b(?:coming soon|upcoming|delayed|postponed|roadmap|end[\s-]of[\s-](?:life|support"
    r"|maintenance|sales?)|eol|not yet (?:released|available)|withdrawn|recalled|yanked|revoked"
    r"|retracted|unpublished|(?:been|was|were) (?:pulled|removed)|removed from|no longer available"
    r"|(?:do not|don.t) (?:install|use|download|update|upgrade)|before (?:its |the )?release"
    r"|known issues? (?:in|with|of)|vulnerabilit(?:y|ies) in|and (?:earlier|older|below)"
    r"|planned|plans for"
    r"|in development|what to expect|sneak peek|save the date|countdown"
    r"|will (?:ship|be|arrive|come|land|have|bring|include|support|follow))\b",
    re.IGNORECASE,
)
_TRADE_MARKS = re.compile("[\u2122\u00ae\u00a9\u2120]")
_CLEARLY = 2


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


def find_in_title(title: str, names: Names, scheme: Scheme) -> Found:
    """The versions that a title announces.

    A title that lists several ("Python 3.14.1 and 3.13.10") announces each. Dates, sizes, and
    versions of operating systems and the like are left out. A version is the whole word that it
    is written as, or none. A stage that is written apart ("2.7 RC 1") becomes part of it
    (`2.7-rc1`); where one is named that cannot be part of it, nothing is returned, so that 2.7
    itself is still news.
    """
    text = Text(title, names, scheme)
    found = text.candidates()
    if not found:
        return Found(why=text.why_none())
    chosen = text.with_its_list(found)
    if problem := next((c.problem for c in chosen if c.problem), None):
        return Found(why=problem)
    if not_out := text.not_out():
        return Found(why=f"it speaks of {not_out!a}, and not clearly of a release")
    if stage := next(text.stages_apart(chosen), None):
        return Found(why=f"it speaks of {stage.text!a}, and not clearly of a release")
    return Found(tuple(dict.fromkeys(c.version for c in chosen)))


class Text:
    """A title, and the words in it that are clearly versions which it is about."""

    def __init__(self, text: str, names: Names, scheme: Scheme) -> None:
        self._text = text = _plain(text)
        self._names = names
        self._scheme = scheme
        self._calls = [match.span() for match in names.pattern.finditer(text)]

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
        return self._without_names(found)

    def stages_apart(self, chosen: list[Candidate]) -> Iterator[Stage]:
        """Stages that the text names and that belong to no version in it.

        None where each chosen version is of a stage itself.
        """
        if all(has_stage(c.version, self._scheme) for c in chosen):
            return
        taken = [*self._calls, *((c.start, c.end) for c in self.candidates())]
        taken += [(c.stage.start, c.stage.end) for c in chosen if c.stage]
        for stage in stages_in(self._text):
            if not any(a < stage.end and stage.start < b for a, b in taken):
                yield stage

    def not_out(self) -> str | None:
        """The words by which a text speaks of a version that is not out, or out no more."""
        match = _NOT_OUT.search(self._names.pattern.sub(" ", self._text))
        return match[0] if match else None

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
        return NAMELESS

    def with_its_list(self, found: list[Candidate]) -> list[Candidate]:
        """The surest candidate, and those that are listed with it."""
        best = max(found, key=lambda c: (c.score, c.problem is None, -c.start))
        first = last = found.index(best)
        while first and self._listed(_end(found[first - 1]), found[first].start):
            first -= 1
        while last + 1 < len(found) and self._listed(_end(found[last]), found[last + 1].start):
            last += 1
        return found[first : last + 1]

    def _listed(self, end: int, start: int) -> bool:
        between = self._names.pattern.sub(" ", self._text[end:start])
        return bool(_LISTED.fullmatch(between))

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
        call = next(
            (span for span in self._calls if span[0] < match.end() and start < span[1]), None
        )
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
        if "." not in number:
            number = re.sub("(?<=[0-9])_(?=[0-9])", ".", number)
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
        if not named and _OTHER.search(before):
            return 0
        match = _NUMBER.fullmatch(number)
        if match is None or re.search(r"[._-][x*]$|[._-]x[._-]", number, re.IGNORECASE):
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
            goes_on = stage_after(self._text, end) or _LATER.match(self._text, end)
            if not (rest or behind or (named and goes_on)):
                return 0
            return 8 * named + 4 * marked + 2 * (whole or days) - 3 * (year and not rest)
        return 8 * named + 4 * marked + 2

    def _known(self, number: str) -> bool:
        return any(number.casefold().startswith(p) for p in self._names.prefixes)

    def _named(self, start: int) -> bool:
        """Whether the product's name comes right before, perhaps with a system."""
        before = _FOR_A_SYSTEM.sub("", self._text[:start])
        before = re.sub(r"[\s._@/:v-]+$", "", before, flags=re.IGNORECASE)
        before = re.sub(r"(?<=\s)(?:ver|version|rel|release)$", "", before, flags=re.I).rstrip()
        # "Recorder 2 for Mac 3.0.5": a number that the name goes on with.
        ends = {len(before), len(re.sub(r"\s+[0-9]{1,4}$", "", before))}
        return any(b in ends for _, b in self._calls)

    def _is_not_this(self, start: int) -> bool:
        """Whether a word before the product's name says that this is no new version of it."""
        before = re.sub(r"[\s._@/:v-]+$", "", self._text[:start], flags=re.IGNORECASE)
        call = next((a for a, b in self._calls if b == len(before)), None)
        return call is not None and bool(_NOT_THIS.search(self._text[:call]))

    def _staged(self, found: Candidate) -> Candidate:
        """The candidate with what is written apart and belongs to it."""
        if later := _LATER.match(self._text, found.end):
            name = _SHORT.get(later["late"].lower(), later["late"].lower())
            number = f"{found.number}-{name}{later['number']}"
            found = replace(found, version=number, number=number, end=later.end())
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
            more = any(c.number.startswith(f"{one.number}.") for c in found)
            listed = rest and self._listed(one.end, rest[0].start)
            whole = one.number.isdigit() and one.stage is None
            between = self._text[_end(one) : rest[0].start] if rest else ""
            moved = _MOVED.fullmatch(self._names.pattern.sub(" ", between)) if rest else None
            if not moved and not (whole and (follows or more) and not listed):
                kept.append(one)
        return kept


def _plain(text: str) -> str:
    """The text without accents and marks of trade: beta is written with one in French."""
    decomposed = unicodedata.normalize("NFKD", _TRADE_MARKS.sub("", text))
    return "".join(char for char in decomposed if not unicodedata.combining(char))


def _end(found: Candidate) -> int:
    behind = found.stage and found.stage.start > found.start
    return max(found.end, found.stage.end) if found.stage and behind else found.end
