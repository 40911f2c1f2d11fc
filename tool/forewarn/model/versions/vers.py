"""VERS: version ranges as URIs (https://github.com/package-url/vers-spec), read and written.

A URI such as `vers:deb/>=2.4|!=2.5|<2.7|3.0` names a versioning scheme and lists constraints from
low to high. They are signposts along the versions: an interval goes on from `>` or `>=` to the
next `<` or `<=`, a version alone is itself, and `!=` takes one out of what is around it. As the
specification demands, what is not in that form is refused and not mended.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from forewarn.expressions import expression
from forewarn.model.versions import spans
from forewarn.model.versions.comparator import (
    Comparator,
    InvalidVersion,
    Operator,
    quoted,
    split_sign,
)

Alternative = tuple[Comparator, ...]

# The VERS schemes that are no order, but stand for every version, or for none.
ALL, NONE = "all", "none"

_URI = expression(r"vers:([a-z][a-z0-9.-]*)/(\S+)")
_ESCAPE = expression(r"%([0-9A-Fa-f]{2})")
_RESERVED = expression(r"[<>=!*|%]")


def is_uri(text: str) -> bool:
    """Whether the text means to be a VERS URI, well written or not."""
    return text[:5].lower() == "vers:"


def read(text: str) -> tuple[str, tuple[Alternative, ...]]:
    """The versioning scheme, and for each interval or listed version its comparators.

    That the versions go up is not seen here: it takes the scheme's order.

    Raises:
        InvalidVersion: the text is not a VERS URI.
    """
    match = _URI.fullmatch(text)
    if match is None:
        raise InvalidVersion(
            f"{quoted(text)} is not a VERS URI: write it like vers:deb/>=2.4|<2.7, its scheme in "
            "small letters and no spaces"
        )
    scheme, constraints = match.groups()
    if scheme == NONE:
        raise InvalidVersion(f"{quoted(text)} holds no version; leave it out, or name versions")
    if constraints == "*":
        return scheme, ((),)
    if scheme == ALL:
        raise InvalidVersion(f"{quoted(text)} names versions of no scheme; write vers:all/*")
    return scheme, _alternatives(_constraint(part) for part in constraints.split("|"))


def _constraint(part: str) -> Comparator:
    sign, meaning, version = split_sign(part)
    problem = None
    if sign in ("=", "=="):
        problem = "in a VERS URI a version alone means equal, without ="
    elif not version:
        problem = "it has no version; constraints are separated by one | each"
    elif _RESERVED.search(_ESCAPE.sub("", version)):
        problem = "in a VERS URI a version has < > = ! * | % as %3C %3E %3D %21 %2A %7C %25"
    if problem:
        raise InvalidVersion(f"{quoted(part)} is not a constraint: {problem}")
    decoded = _ESCAPE.sub(lambda escape: chr(int(escape[1], 16)), version)
    return Comparator.checked(meaning, decoded, part)


def _alternatives(comparators: Iterable[Comparator]) -> tuple[Alternative, ...]:
    """Cut the constraints where an interval or a listed version is complete.

    Raises:
        InvalidVersion: one of them says nothing that its neighbour does not say.
    """
    cut: list[list[Comparator]] = [[]]
    last: Comparator | None = None  # the last one that is no exclusion
    for comparator in comparators:
        if comparator.operator != "!=":
            begins = comparator.operator in ("=", ">", ">=")
            if last and begins == (last.operator in (">", ">=")):
                raise InvalidVersion(
                    f"{comparator} cannot follow {last} in a VERS URI: one of the two is redundant"
                )
            if last and begins:
                cut.append([])
            last = comparator
        cut[-1].append(comparator)
    return tuple(map(tuple, cut))


def constraints_of(found: list[spans.Span], written: dict[Any, str]) -> Iterator[Comparator]:
    """The fewest constraints that give joined spans; `written` has the text of each key."""
    below: spans.Cut | None = None  # where the span before this one ends
    for place, (low, high) in enumerate(found):
        above = found[place + 1][0] if place + 1 < len(found) else None
        if low != spans.BELOW_ALL:
            _, key, past = low
            if high == spans.after(key):
                yield Comparator(operator="=", version=written[key])
                below = high
                continue
            # Spans that one version keeps apart are one interval with an exclusion.
            hole = below == spans.before(key)
            sign: Operator = "!=" if hole else ">" if past else ">="
            yield Comparator(operator=sign, version=written[key])
        if high != spans.ABOVE_ALL:
            _, key, past = high
            if above != spans.after(key):
                yield Comparator(operator="<=" if past else "<", version=written[key])
        below = high


def write(scheme: str, comparators: Iterable[Comparator]) -> str:
    """The URI with these constraints, from low to high; without any it is `vers:<scheme>/*`."""
    # Of all that VERS reserves, a version may hold `!` alone (see forewarn.model.names).
    constraints = (
        f"{c.operator if c.operator != '=' else ''}{c.version.replace('!', '%21')}"
        for c in comparators
    )
    return f"vers:{scheme}/{'|'.join(constraints) or '*'}"
