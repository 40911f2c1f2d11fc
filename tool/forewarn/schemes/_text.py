"""What every scheme does before and after its own reading: the safe alphabet, and the refusal."""

from __future__ import annotations

from forewarn.expressions import expression
from forewarn.model.names import check_version
from forewarn.model.versions.version import InvalidVersion, Scheme


def check(version: str, scheme: Scheme) -> None:
    """Let only safe text through, so that a scheme's own reading never meets a hostile one.

    Raises:
        InvalidVersion: the text is too long or leaves the safe alphabet.
    """
    problem = check_version(version)
    if problem:
        # The problem quotes the text itself where it is short enough to be quoted.
        raise InvalidVersion(
            f"not a {scheme.name} version: {problem}; write it like {scheme.example}"
        )


def refusal(version: str, scheme: Scheme, rule: str) -> InvalidVersion:
    """The error for safe text that breaks the scheme's `rule`."""
    return InvalidVersion(
        f"{version!r} is not a {scheme.name} version: {rule}; write it like {scheme.example}"
    )


_NUMBERS = expression(r"((?:[0-9]+[:!])?)([0-9]+(?:\.[0-9]+)*)")


def series(
    numbers: str, scheme: Scheme, *, length: int = 0, floor: str, lowest: str = ""
) -> tuple[str, str]:
    """What `Scheme.series` promises, of dotted numbers that are filled with zeros to a `length`.

    `floor` makes of the next numbers what is lower than all that begins with them, and `lowest`
    of the first ones.

    Raises:
        InvalidVersion: one of the two is no version.
    """
    match = _NUMBERS.fullmatch(numbers)
    if match is None:
        raise refusal(numbers, scheme, "only numbers joined by dots begin a series")
    given = match[2].split(".")
    following = [*given[:-1], str(int(given[-1]) + 1).zfill(len(given[-1]))]
    zeros = ["0"] * (length - len(given))
    low = match[1] + ".".join(given + zeros) + lowest
    high = match[1] + ".".join(following + zeros) + floor
    scheme.key(low)
    scheme.key(high)
    return low, high
