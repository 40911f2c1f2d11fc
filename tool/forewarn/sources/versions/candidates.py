"""The words of a title that may be the version which it is about, and how sure that is."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from forewarn.expressions import expression
from forewarn.model.versions.version import Scheme
from forewarn.sources.versions.called import FOR_A_SYSTEM, LISTED, VERSION_WORD, CalledTitle
from forewarn.sources.versions.corrections import correction_behind, part_before
from forewarn.sources.versions.find import BEHIND, WORD, dotted
from forewarn.sources.versions.names import Attached
from forewarn.sources.versions.stage_words import stage_after, stages_in
from forewarn.sources.versions.staging import Candidate, Staging

_NUMBER = expression(r"(?:[0-9]{1,3}:)?(?P<number>[0-9]{1,14}(?:[._][0-9]{1,14})*)(?P<rest>.*)")
_UNIT = expression(
    r"(?:x|k|m|g|[kmgt]i?b|[km]?hz|ghz|fps|px|ms|s|sec|min|h|hrs?|bits?|st|nd|rd|th|d|p|%|°.*)",
    re.IGNORECASE,
)
_UNIT_APART = expression(r"\s?(?:%|(?:[kmgt]i?b|bits?|times|percent|million|billion)\b)", re.I)
_ISO_DATE = expression(r"(?<![0-9.])(?:19|20)[0-9]{2}([-/])[0-9]{1,2}\1[0-9]{1,2}(?![0-9.])")
_DATE = expression(
    r"(?<![0-9.])(?:"
    r"(?:0?[1-9]|[12][0-9]|3[01])\.(?:0?[1-9]|1[0-2])\.(?:199[0-9]|20[0-9]{2})"
    r"|[0-9]{1,2}/[0-9]{1,2}/(?:(?:19|20)[0-9]{2}|[0-9]{2})|[0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?"
    r")(?![0-9.]*[0-9])"
)
_PADDED = expression(r"[0-9]{2}\.[0-9]{2}\.[0-9]{4}")
# Whatever follows these is another product's version, or one that this entry is not about.
_OTHER = expression(
    r"(?<![a-z])(?:windows|win|macos|mac os x|os x|ios|ipados|android|ubuntu|debian|fedora|rhel"
    r"|centos|linux|kernel|python|java|jdk|jre|node(?:\.js)?|php|ruby|go|\.net|qt|openssl|tls|ssl"
    r"|http|usb|bluetooth|directx|opengl|vulkan|cuda|cve|gpt|from|since|than|below|before|until"
    r"|requires?|needs|against|top)[\s:/-]*(?:v|version)?\s*$",
    re.IGNORECASE,
)
# After a number without a dot, what shows that it is a version: "Recorder 3 is out".
_AFTER_NUMBER = expression(
    r"\s*(?:$|[^\x00-\x7f]|[-\"\u2013\u2014:;,!()\[\]|/?&.]|(?:released?|available|is|now|out|has|stable|lts|final|for|and"
    r"|adds|brings|ships|launched|published|announced|rtm|ga|sp[0-9]|update)\b)",
    re.IGNORECASE,
)
# "Upgrade 2.6 to 2.7": the first is what one has.
_MOVED = expression(r"\s*(?:\bto\b|\u2192|[-=]>)\s*v?", re.IGNORECASE)
# Numbers that names go on with: the 3 of Studio 3, the 19c of a database, 3D, 64-bit.
_LITTLE = expression(r"[0-9]+(?:-?(?:bit|d|k|hz|[a-z]))?", re.IGNORECASE)
_DAY_WITH_DOTS = expression(r"(?:19|20)[0-9]{2}\.(?:0[1-9]|1[0-2])\.[0-3][0-9]")
_YEAR = expression(r"(?:19|20)[0-9]{2}")
# CRASH-1234 is the number of a ticket.
_ISSUE = expression("[A-Z][A-Z0-9]+-[0-9]+")
# What may stand between a number of the name and the version itself.
_GOES_ON = expression(
    r"(?:\s+(?:for|on)\s+[A-Za-z]+)?[\s:\u2013\u2014-]+(?:(?:v|ver\.?|version|release)\s*)?",
    re.IGNORECASE,
)
_CLEARLY = 2
_MOST = 20  # versions in one title


class CandidateFinder:
    """Looks for them in one title; `others` are names of what else has a version there."""

    def __init__(self, called: CalledTitle, scheme: Scheme) -> None:
        self._called = called
        self._text = called.text
        self._calls = called.calls
        self._names = called.names
        self._scheme = scheme
        self._staging = Staging(called, scheme)
        self._other_end = 0
        self.others: list[str] = []

    def found(self) -> list[Candidate]:
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

    def _dates(self) -> Iterator[tuple[int, int]]:
        if self._scheme.name.startswith("calver"):
            return
        for match in _ISO_DATE.finditer(self._text):
            yield match.span()
        for match in _DATE.finditer(self._text):
            before = self._text[: match.start()]
            # 7.2.2024 right behind the product's name is its version; 07.02.2024 is a day.
            said = self._called.named(match.start()) or VERSION_WORD.search(before)
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
        return self._staging.staged(Candidate(number, number, word.offset, end, score))

    def _score(self, number: str, word: Attached, end: int) -> int:
        """How sure it is that this is the version that the text is about; 2 is sure enough."""
        if word.whole:
            return 10
        before = self._text[max(0, word.offset - 60) : word.offset]
        named = word.named or self._called.named(word.offset)
        if named and self._called.is_not_this(word.offset):
            return 0
        marked = word.marked or bool(VERSION_WORD.search(before))
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
        if self._other_end and LISTED.fullmatch(self._text[self._other_end : start]):
            return True  # "PHP 7.0 and 7.1"
        before = FOR_A_SYSTEM.sub("", VERSION_WORD.sub("", before)).rstrip(" \t:-")
        other = self._names.another(before)
        if other is None and (part := part_before(before)) and not self._names.has_word(part):
            other = part
        self.others += [other] if other else []
        return other is not None

    def _around(self, word: Attached) -> str:
        """The word of the text that a version is a part of, without signs at its end."""
        start = self._text.rfind(" ", 0, word.offset) + 1
        return self._text[start : word.offset + len(word.version)].rstrip(".:!,;")

    def _known(self, number: str) -> bool:
        return any(number.casefold().startswith(p) for p in self._names.prefixes)

    def _without_names(self, found: list[Candidate]) -> list[Candidate]:
        """Without numbers that are part of a name: the 3 of "Acme Studio 3 2.0.5"."""
        kept = []
        for place, one in enumerate(found):
            rest = found[place + 1 :]
            follows = rest and _GOES_ON.fullmatch(self._text, one.end, rest[0].start)
            figures = one.number.rstrip("abcdefghijklmnopqrstuvwxyz")
            more = any(c.number.startswith(f"{figures}.") for c in found)
            listed = rest and self._called.listed(one.end, rest[0].start)
            between = self._text[one.whole_end : rest[0].start] if rest else ""
            moved = _MOVED.fullmatch(self._names.pattern.sub(" ", between)) if rest else None
            whole = _LITTLE.fullmatch(one.number) and one.stage is None
            day = _DAY_WITH_DOTS.fullmatch(one.number) and one.score == _CLEARLY
            if day and len(found) > 1 and not self._scheme.name.startswith("calver"):
                continue
            if not moved and not (whole and (follows or more) and not listed):
                kept.append(one)
        return kept
