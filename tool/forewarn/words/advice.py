"""Where to go from a pair, in words."""

from __future__ import annotations

from forewarn.model.advice import Advice
from forewarn.model.release import Verdict


def advice_reason(advice: Advice) -> str | None:
    """Why there is no answer; None where there is one."""
    if advice.best:
        return None
    for release, choice in zip((advice.now.a, advice.now.b), advice.choices, strict=True):
        if not choice:
            return f"no release of {release.product} can be recommended"
        if not any(one.recorded for one in choice):
            return f"no release of {release.product} is recorded"
    if advice.found == {Verdict.UNKNOWN}:
        return "nobody has tested any pair of their releases that can be recommended"
    if advice.found == {Verdict.BREAKS}:
        return "every pair of their releases that can be recommended breaks"
    return (
        "of their releases that can be recommended, the pairs that were tested break, "
        "and nobody has tested the others"
    )
