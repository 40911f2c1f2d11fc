"""The order of runs of digits and letters, for versions that follow no specification."""

from __future__ import annotations

import re

Key = tuple[tuple[int, int | str], ...]

# A hyphen counts between two numbers only: 2.7-1 is a revision, rc-1 is rc1.
_RUN = re.compile(r"[0-9]+|[A-Za-z]+|[~+]|(?<=[0-9])-(?=[0-9])")
# What may stand at one place, from low to high.
_TILDE, _BEFORE, _END, _REVISION, _WORD, _NUMBER = range(6)
# Words that come before the release, in this order.
_STAGES = (
    ("dev", "devel", "nightly", "canary", "unstable", "test"),
    ("alpha",),
    ("beta",),
    ("milestone",),
    ("pre", "preview", "prerelease", "ea", "eap", "ctp", "insider"),
    ("rc", "cr", "candidate"),
    ("snapshot",),
)
_STAGE = {word: stage for stage, words in enumerate(_STAGES) for word in words}
# Words that say "this is the release" and change nothing.
_RELEASE = frozenset(["final", "ga", "release", "stable"])
# Short for a word when a number follows; alone they are patch letters, as in OpenSSL 1.0.2b.
_SHORT = {"a": "alpha", "b": "beta", "c": "rc", "m": "milestone", "p": "patch", "r": "rev"}


def runs(text: str) -> Key:
    """A key for safe text: pre-release words < nothing < `-1`, `+1` < other words < numbers.

    Zeros that a word or the end follows do not count, so 1.0, 1 and 1.0.0 are equal.
    """
    key: list[tuple[int, int | str]] = [(_END, 0)]
    follower = ""
    for run in reversed(_RUN.findall(text)):
        if run.isdigit():
            number = int(run)
            if number or key[-1][0] == _NUMBER:
                key.append((_NUMBER, number))
        elif run == "~":
            key.append((_TILDE, 0))
        elif run in "+-":
            key.append((_REVISION, run))
        else:
            word = run.lower()
            if follower.isdigit():
                word = _SHORT.get(word, word)
            if word in _STAGE:
                key.append((_BEFORE, _STAGE[word]))
            elif word not in _RELEASE:
                key.append((_WORD, word))
        follower = run
    key.reverse()
    return tuple(key)
