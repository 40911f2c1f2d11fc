"""Which versions a clause of a range holds, under a product's scheme."""

from __future__ import annotations

import re
from collections.abc import Iterable
from contextlib import suppress
from itertools import product

from forewarn.expressions import expression
from forewarn.model.versions.comparator import (
    Comparator,
    InvalidVersion,
    Operator,
    Scheme,
    is_version,
    quoted,
)
from forewarn.model.versions.notation import Clause

_Held = tuple[tuple[Comparator, ...], ...]

_EPOCH = r"(?:[0-9]+[:!])?"
_NUMBERS = expression(rf"({_EPOCH}[0-9]+(?:\.[0-9]+)*)")
_WILD = expression(rf"[vV]?({_EPOCH}[0-9]+(?:\.[0-9]+)*)(?:\.[xX*])+")
_HALF_WILD = expression(r"\*|(?:\A|\.)[xX](?=[.+~:!-])|(?<=[0-9])\.[xX]\Z")
_OPEN = expression(rf"([vV]?{_EPOCH}[0-9]+(?:\.[0-9]+)*(?:\.[xX*])*)\+")
_END = r"[vV]?[0-9]+(?:\.[0-9]+)*(?:(?:\.[xX*])+|[a-z])?"
_SPAN = expression(rf"({_END})-({_END})")
# Words and letters hung on a version by those who mean several: 2.4-or-later, 2.4.xx, r1-r5.
_WORDS = expression(
    r"(?:\A|[0-9._~-])(?:x{2,}|or|and|to|thru|through|until|till|up|upwards?|onwards?|plus|later"
    r"|newer|newest|latest|higher|above|older|earlier|below|before|after|since|from|any|all|series|line|branch|present|now|today)(?:\Z|[0-9._~-])"
    r"|[._-][xynz]\Z|\A([a-z]{1,3})[0-9.]+-\1[0-9.]+\Z",
    re.IGNORECASE,
)
_PRE_OR_POST = expression(r"\A(?:pre|post)-", re.IGNORECASE)
_LETTER_V = expression(r"[vV][._-]?(?=[0-9])")
_SAME: dict[str, Operator] = {"": "=", "=": "=", "!=": "!="}
_ENDS: dict[str, Operator] = {"<": "<", "<=": "<=", ">": ">", ">=": ">="}


def held(alternatives: Iterable[Iterable[Clause]], scheme: Scheme) -> _Held:
    """The comparators of each alternative.

    Raises:
        InvalidVersion: a clause has no meaning, or several, under the scheme; the message has the
            spelling to use.
    """
    found = []
    for clauses in alternatives:
        choices = [_meaning(sign, operand, scheme) for sign, operand in clauses]
        found += [tuple(c for part in parts for c in part) for parts in product(*choices)]
    return tuple(found)


def _meaning(sign: str, operand: str, scheme: Scheme) -> _Held:
    if operand in ("*", "x", "X"):
        if sign in ("", "=", ">=", "<=", "^", "~"):
            return ((),)
        raise InvalidVersion(
            f"'{sign}{operand}' holds no version; write versions, or * for every one"
        )
    if sign in ("^", "~", "~>", "~="):
        return (_compatible(sign, operand, scheme),)
    wild = _WILD.fullmatch(operand)
    if wild:
        return _series(sign, *scheme.series(wild[1]))
    later = _OPEN.fullmatch(operand)
    if later:
        if sign:
            raise InvalidVersion(f"{quoted(sign + operand)} says two things; write >={later[1]}")
        return _meaning(">=", later[1], scheme)
    span = _span(sign, operand, scheme)
    if span:
        return span
    if _HALF_WILD.search(operand):
        if "*" not in operand and is_version(operand, scheme):
            raise _two(operand, "where it begins and ends, as in >=2.4,<2.5", operand, scheme)
        raise InvalidVersion(
            f"{quoted(operand)} is no version: write x or * for the last numbers alone, as in 2.4.*"
        )
    return _of_version(sign, operand, scheme)


def _of_version(sign: str, version: str, scheme: Scheme) -> _Held:
    """A version as it is written, or numbers that begin the versions of a series."""
    bare = _LETTER_V.sub("", version, count=1) if version[0] in "vV" else version
    if not is_version(version, scheme):
        if bare != version:
            return _meaning(sign, bare, scheme)
        numbers = _NUMBERS.match(version)
        rest = version[numbers.end() :] if numbers else ""
        with suppress(InvalidVersion):
            if numbers and not rest:
                return _series(sign, *scheme.series(version))
            if numbers and rest[0] == "-" and not rest[1:].isdigit():
                filled = scheme.series(numbers[1])[0] + rest  # 2.7-rc1 of SemVer
                scheme.key(filled)
                return _of_version(sign, filled, scheme)
        scheme.key(version)
    if bare != version and _NUMBERS.fullmatch(bare) and scheme.key(bare) != scheme.key(version):
        raise _two(sign + version, sign + bare, sign.removeprefix("=") + version, scheme)
    if _WORDS.search(version) or _PRE_OR_POST.match(version):
        raise _two(
            sign + version, "what it begins and ends with, as in >=2.4,<2.7", version, scheme
        )
    if version.endswith("+") and sign in _SAME and sign != "!=":
        raise _two(version, f">={version[:-1]}", version, scheme)
    operator = _SAME.get(sign) or _ENDS[sign]
    return ((Comparator(operator=operator, version=version),),)


def _span(sign: str, operand: str, scheme: Scheme) -> _Held | None:
    """What 2.4-2.7 holds where it is no version; None where it is one, and can be nothing else."""
    match = _SPAN.fullmatch(operand)
    if match is None or sign not in ("", "=", "!="):
        return None
    low, high = match.groups()
    literal = is_version(operand, scheme)
    if ("." in low and "." not in high) or not _goes_up(low, high, scheme):
        return None
    if sign == "!=" or (literal and not any(map(_WILD.fullmatch, (low, high)))):
        raise _two(operand, f">={low},<={high}", operand, scheme)
    return held([[(">=", low), ("<=", high)]], scheme)


def _goes_up(low: str, high: str, scheme: Scheme) -> bool:
    """Whether one end may come before the other; where they cannot be compared, it may."""
    ends = []
    for end in (low, high):
        wild = _WILD.fullmatch(end)
        text = wild[1] if wild else _LETTER_V.sub("", end, count=1)
        try:
            ends.append(scheme.key(text))
        except InvalidVersion:
            try:
                ends.append(scheme.key(scheme.series(text)[0]))
            except InvalidVersion:
                return False
    return bool(ends[0] < ends[1])


def _two(written: str, one: str, version: str, scheme: Scheme) -> InvalidVersion:
    return InvalidVersion(
        f"{quoted(written)} may mean two things: write {one}, or vers:{scheme.vers_names[0]}/"
        f"{version.replace('!', '%21')} for that one version"
    )


def _series(sign: str, low: str, high: str) -> _Held:
    """What a sign before `2.4.x` holds, which goes from `low` on and ends before `high`."""
    from_low, before_high = _one(">=", low), _one("<", high)
    match sign:
        case "" | "=":
            return ((from_low, before_high),)
        case "!=":
            return ((_one("<", low),), (_one(">=", high),))
        case "<":
            return ((_one("<", low),),)
        case "<=":
            return ((before_high,),)
        case ">":
            return ((_one(">=", high),),)
    return ((from_low,),)


def _compatible(sign: str, operand: str, scheme: Scheme) -> tuple[Comparator, ...]:
    """What the scheme's own tools understand by ^1.2, ~1.2, ~> 1.2 or ~=1.2."""
    wild = _WILD.fullmatch(operand)
    version = wild[1] if wild else operand
    match = _NUMBERS.match(version)
    if match is None:
        raise InvalidVersion(f"{quoted(sign + operand)} needs a number; write it like >=1.2,<2")
    epoch, numbers = _split(match[1])
    if sign not in scheme.signs:
        raise InvalidVersion(
            f"{quoted(sign)} is no sign of {scheme.name} versions: write "
            + " or ".join(_spelled(version, epoch, numbers, one, scheme) for one in _LIKE[sign])
        )
    if sign == "~=" and len(numbers) < 2:
        raise InvalidVersion(f"'~={operand}' needs two numbers; write it like >=1.2,<2")
    kept = numbers[: _kept(sign, numbers)]
    if not is_version(version, scheme):
        version = scheme.series(version)[0]
    return _one(">=", version), _one("<", scheme.series(epoch + ".".join(kept))[1])


# For each sign, those with the meanings that it has elsewhere.
_LIKE = {"^": "^", "~": "~", "~>": ("~", "~>"), "~=": ("~=",)}


def _kept(sign: str, numbers: list[str]) -> int:
    """How many of the first numbers must stay the same."""
    if sign == "~":
        return min(2, len(numbers))
    if sign == "^":
        return next((place for place, n in enumerate(numbers, 1) if int(n)), len(numbers))
    return max(1, len(numbers) - 1)


def _spelled(version: str, epoch: str, numbers: list[str], sign: str, scheme: Scheme) -> str:
    kept = numbers[: _kept(sign, numbers)]
    end = epoch + ".".join([*kept[:-1], str(int(kept[-1]) + 1)])
    low, high = (
        text if is_version(text, scheme) else scheme.series(text)[0] for text in (version, end)
    )
    return f">={low},<{high}"


def _split(numbers: str) -> tuple[str, list[str]]:
    epoch = re.match(_EPOCH, numbers)
    begin = epoch.end() if epoch else 0
    return numbers[:begin], numbers[begin:].split(".")


def _one(operator: Operator, version: str) -> Comparator:
    return Comparator(operator=operator, version=version)
