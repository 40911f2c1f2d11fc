"""What is wrong with a checksum, in words."""

from __future__ import annotations

from forewarn.model.clue import Clue, ClueKind

FULL = 64  # hexadecimal digits of a sha256


def problem_words(clue: Clue) -> str | None:
    """What keeps a hash from being compared; None where nothing does."""
    one = clue.checksum
    if one is None or one.problem:
        return one.problem if one else None
    if clue.kind is ClueKind.HASH:
        what = f"an {one.algorithm}" if one.algorithm.startswith("M") else f"a {one.algorithm}"
        is_one = "it is" if one.told else "it has as many digits as"
        return f"{is_one} {what}, and only sha256 is recorded"
    if len(one.digits) < FULL:
        return f"it has {len(one.digits)} digits, and a sha256 has {FULL}"
    return None
