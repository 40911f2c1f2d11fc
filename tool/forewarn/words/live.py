"""That customers can download what no record has as shipped, in words."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from forewarn.model.live import Live


def live_words(live: Live, moment: Callable[[datetime], str]) -> str:
    """That customers have it, since when and on what, for a sentence's second half.

    `moment` says a moment as it is said around the sentence.
    """
    who = "customers" if live.rollout is None else f"{live.rollout} % of customers"
    said = f"{who} can already download it, since {moment(live.since)}"
    if [platform for platform, _ in live.platforms] == [None]:
        return said
    named = (
        f"{platform or 'no platform named'}{f' {moment(at)}' if at != live.since else ''}"
        for platform, at in live.platforms
    )
    return f"{said} ({', '.join(named)})"
