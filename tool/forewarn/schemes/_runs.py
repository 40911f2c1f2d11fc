"""The order of runs of digits and letters, for versions that follow no specification."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from forewarn.expressions import expression
from forewarn.model.versions import stages

Key = tuple[tuple[int, int | str], ...]

# A hyphen counts between two numbers only: 2.7-1 is a revision, rc-1 is rc1.
_RUN = expression(r"[0-9]+|[A-Za-z]+|[~+]|(?<=[0-9])-(?=[0-9])")
# What may stand at one place, from low to high; _NOTHING does not count.
_TILDE, _BEFORE, _END, _REVISION, _WORD, _NUMBER, _NOTHING = range(7)
# Short for a word when a number follows; alone they are patch letters.
_SHORT = {"p": "patch", "r": "rev"}
_SEPARATORS = "._-+~:!"
_TILDE_OR_WORD = expression("~([A-Za-z]*)|[A-Za-z]+")


@lru_cache(maxsize=1024)
def runs(text: str) -> Key:
    """A key for safe text: pre-release words < nothing < `-1`, `+1` < other words < numbers.

    Zeros that a word or the end follows do not count, so 1.0, 1 and 1.0.0 are equal.
    """
    key: list[tuple[int, int | str]] = [(_END, 0)]
    found = _RUN.findall(text.lower())
    for place in range(len(found) - 1, -1, -1):
        run = found[place]
        if run.isdigit():
            number = int(run)
            if number or key[-1][0] == _NUMBER:
                key.append((_NUMBER, number))
        elif run == "~":
            key.append((_TILDE, 0))
        elif run in "+-":
            key.append((_REVISION, run))
        else:
            item = _word(found, place)
            if item[0] != _NOTHING:
                key.append(item)
    key.reverse()
    return tuple(key)


def before_stage(text: str, *, strict: bool) -> str | None:
    """The text up to its first stage; "0" where nothing is before it, None where it has none.

    Words before the first number are a name, and not looked at, unless they are stages all.
    Where `strict`, what is not known to be no stage is taken for one.
    """
    found = list(_RUN.finditer(text))
    words = [match[0].lower() for match in found]
    begin = next((place for place, word in enumerate(words) if word.isdigit()), 0)
    if all(_is_stage(words, place, strict=False) for place in range(begin)):
        begin = 0
    for place in range(begin, len(words)):
        if _is_stage(words, place, strict=strict):
            # What weighs nothing before a stage belongs to it: release candidate.
            while place and words[place - 1].isalpha() and _word(words, place - 1)[0] == _NOTHING:
                place -= 1
            return text[: found[place].start()].rstrip(_SEPARATORS) or "0"
    return None


def before_stage_of_package(version: str, upstream: str, revision: str | None) -> str | None:
    """The text of a package's version before its first stage; None where it has none.

    A tilde opens one, and a word does so before `+` and `^`. What follows a tilde may also say how
    a release was packed (`~dfsg`, `~bpo12`): that is none. So is a revision's tilde, unless a
    known stage follows it (`2.7-1~rc1`).
    """
    end = len(version) - (0 if revision is None else len(revision) + 1)
    begin = end - len(upstream)
    for match in _TILDE_OR_WORD.finditer(upstream):
        word = (match[1] if match[1] is not None else match[0]).lower()
        plain = not {"+", "^"} & set(upstream[: match.start()])
        opens = not stages.is_kind(word) if match[1] is not None else word in stages.STAGE
        if opens and (plain or match[1] is not None):
            before = upstream[: match.start()].rstrip(_SEPARATORS)
            return version[:begin] + (before or "0")
    for match in _TILDE_OR_WORD.finditer(revision or ""):
        word = (match[1] or match[0]).lower()
        if word in stages.STAGE and match[1]:
            return version[: end + 1 + match.start()].rstrip(_SEPARATORS)
        if word in stages.STAGE and revision and revision.startswith("0."):
            # As Fedora wrote pre-releases before it had the tilde: 2.7-0.1.rc1.
            return version[:end]
    return None


def _word(words: Sequence[str], place: int) -> tuple[int, int | str]:
    stage = stages.stage_at(words, place)
    if stage is not None:
        return (_NOTHING, 0) if stage == stages.ADJECTIVE else (_BEFORE, stage)
    word = words[place]
    if word in stages.RELEASE or (word == "stable" and not place):
        return (_NOTHING, 0)
    if word in _SHORT and place + 1 < len(words) and words[place + 1].isdigit():
        word = _SHORT[word]
    return (_WORD, word)


def _is_stage(words: Sequence[str], place: int, *, strict: bool) -> bool:
    word = words[place]
    if word == "~":
        # dpkg and rpm put what follows first, also where it says how a release was packed.
        return place + 1 == len(words) or not stages.is_kind(words[place + 1])
    if not word.isalpha():
        return False
    if stages.stage_at(words, place) is not None:
        return True
    return strict and not stages.is_understood(word)
