"""What people write for a range, read as clauses: a sign and what it is about.

No scheme is needed here: which versions a clause holds is said by
`forewarn.model.versions.meaning`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from forewarn.expressions import expression
from forewarn.model.names import LONGEST
from forewarn.model.versions.comparator import InvalidVersion, quoted

# A sign ("" for none) and a version, a number with wildcards or what else stands for some.
Clause = tuple[str, str]

_OTHER_SIGNS = dict(
    {"=<": "<=", "=>": ">=", "<>": "!=", "!": "!=", "<<": "<", ">>": ">", "==": "="},
    **{sign: sign for sign in ("", "=", "!=", "<", "<=", ">", ">=", "^", "~", "~>", "~=")},
)
_FOREIGN = str.maketrans(
    {"\u2265": ">=", "\u2264": "<=", "\u2260": "!=", "\u2013": " - ", "\u2014": " - "}
)
_EVERY = expression(
    r"(?:\*|[xX]|(?:all|any|every|each)(?: (?:other )?(?:versions?|releases?))?|everything)", re.I
)
_OPERAND = r"[A-Za-z0-9*][A-Za-z0-9._+~^:!*-]*"
_SIGN = r"(?:[<>=!]\s*=|=\s*[<>]|<\s*>|~[>=]|<<|>>|[<>=!~^])"
_SIGNED = expression(rf"({_SIGN})\s*({_OPERAND})(?:\s+|\Z)")
_BEFORE, _AFTER = (
    "before|prior to|earlier than|older than|lower than|less than|smaller than|below|under",
    "after|later than|newer than|greater than|higher than|bigger than|more than|above|over",
)
_WORDS = (
    ("<", rf"(?:{_BEFORE})"),
    (">", rf"(?:{_AFTER})"),
    (">=", r"(?:at least|not (?:before|below|under)|from|since|starting (?:with|from|at|in)|"
           r"minimum|min\.?|as of)"),
    ("<=", r"(?:at most|no later than|not (?:after|above|over)|up to and including|"
           r"up to and with|through|thru|maximum|max\.?)"),
    ("!=", r"(?:not|except|except for|other than|excluding|all but|all except|without)"),
    ("=", r"(?:only|exactly|just|equals?)"),
)  # fmt: skip
_LATER = (
    r"(?:later|newer|above|higher|greater|up|upwards?|onwards?|after|beyond|more|over|on|following)"
)
_EARLIER = r"(?:earlier|older|below|lower|before|prior|previous|less|under|down)"
_TAIL = r"(?: (?:versions?|releases?|ones?))?"
_PHRASES = tuple(
    (sign, expression(pattern, re.I))
    for sign, pattern in (
        *((sign, rf"{words} ({_OPERAND})(?: (?:on|onwards?|upwards?|up|only))?")
          for sign, words in _WORDS),
        (">=", rf"(?:from |since )?({_OPERAND})(?: (?:or|and|&))? {_LATER}{_TAIL}"),
        ("<=", rf"({_OPERAND})(?: (?:or|and|&))? {_EARLIER}{_TAIL}"),
        ("=", rf"({_OPERAND}) only"),
    )
)  # fmt: skip
_UNSURE = expression(rf"(?:up to|until|till|to) ({_OPERAND})", re.I)
_SPAN = expression(
    rf"(?:from )?({_OPERAND}?)(?: - | ?\.\. ?| (?:to|through|thru) )({_OPERAND})"
    rf"|between ({_OPERAND}) and ({_OPERAND})",
    re.I,
)
# What says no more than that a version follows.
_NAMED = expression(r"\b(?:(?:all|any|every) )?(?:versions?|releases?|ver\.?|v\.?) (?=\S)", re.I)
_INTERVAL = expression(
    rf"([\[(])\s*({_OPERAND})?\s*(?:(,)\s*({_OPERAND})?\s*)?([\])])\s*(?:,\s*(?=[\[(])|\Z)"
)
_OR = expression(rf"\s*\|\|?\s*|\s+or\s+(?!(?:{_LATER}|{_EARLIER})\b)", re.I)
_AND = expression(r"\s*(?:,|;|&&)\s*")
_AND_WORD = expression(r"\s+(?:and|but)\s+", re.I)
_HAS_DIGIT = expression("[0-9]")


def alternatives(text: str) -> list[list[Clause]]:
    """The clauses of a range, of which one list must hold whole; an empty list always holds.

    Raises:
        InvalidVersion: the text has no meaning that is sure; the message has the spelling to use.
    """
    plain = text.translate(_FOREIGN)
    if not (plain.isascii() and plain.isprintable()):
        raise InvalidVersion(f"{quoted(text)} has a character that no range can hold")
    plain = " ".join(plain.split())
    if plain[:1] in ("[", "("):
        return list(_intervals(plain))
    return [list(_clauses(part)) for part in _OR.split(_NAMED.sub("", plain))]


def _intervals(text: str) -> Iterator[list[Clause]]:
    """Maven's and NuGet's notation: [1.0,2.0) and (,1.0],[1.2,)."""
    place = 0
    while place < len(text):
        match = _INTERVAL.match(text, place)
        if match is None or not (match[3] or (match[2] and match[1] + match[5] == "[]")):
            raise InvalidVersion(f"{quoted(text)} is no interval; write it like >=1.0,<2.0")
        place = match.end()
        if not match[3]:
            yield [_clause("=", match[2])]
            continue
        low = [_clause(">=" if match[1] == "[" else ">", match[2])] if match[2] else []
        high = [_clause("<=" if match[5] == "]" else "<", match[4])] if match[4] else []
        yield low + high


def _clauses(text: str) -> Iterator[Clause]:
    for part in _AND.split(text):
        if not part:
            raise InvalidVersion(
                "a comparator is empty; write it like >=2.4,<2.7, and * for every version"
            )
        yield from _phrase(part)


def _phrase(text: str) -> Iterator[Clause]:
    if _EVERY.fullmatch(text):
        return
    if " " not in text and ".." not in text:
        yield from _signed(text)
        return
    unsure = _UNSURE.fullmatch(text)
    if unsure:
        version = unsure[1]
        raise InvalidVersion(
            f"{quoted(text)} may hold {version} or not: write <={version} or <{version}"
        )
    span = _SPAN.fullmatch(text)
    if span:
        yield _clause(">=", span[1] or span[3])
        yield _clause("<=", span[2] or span[4])
        return
    for sign, pattern in _PHRASES:
        match = pattern.fullmatch(text)
        if match:
            yield _clause(sign, match[1])
            return
    parts = _AND_WORD.split(text)
    if len(parts) > 1:
        for part in parts:
            if part[:1] not in tuple("<>=!~^"):
                raise InvalidVersion(
                    f"{quoted(text)} may mean all or any of them: write a statement for each, or "
                    "join with a comma what must hold together, as in >=2.4,<2.7"
                )
            yield from _phrase(part)
        return
    yield from _signed(text)


def _signed(text: str) -> Iterator[Clause]:
    """A version alone, or comparators that stand side by side."""
    if re.fullmatch(_OPERAND, text):
        yield _clause("", text)
        return
    place = 0
    while place < len(text):
        match = _SIGNED.match(text, place)
        if match is None:
            raise InvalidVersion(
                f"{quoted(text)} is not a comparator: write it like >=2.4, and join several with "
                "a comma"
            )
        yield _clause(match[1].replace(" ", ""), match[2])
        place = match.end()


def _clause(sign: str, operand: str) -> Clause:
    if len(operand) > LONGEST:
        raise InvalidVersion(
            f"{quoted(operand)} is {len(operand)} characters long; {LONGEST} is the most"
        )
    if not _HAS_DIGIT.search(operand) and not (operand in ("*", "x", "X") and sign):
        raise InvalidVersion(
            f"{quoted(operand)} names no version: write one, as in >=2.4, or * for every version"
        )
    return _OTHER_SIGNS[sign], operand
