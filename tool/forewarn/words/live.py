"""That customers can download what no record has as shipped, in words."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime

from forewarn.model.live import Live
from forewarn.model.sighting import OtherDigest, Sighting
from forewarn.words.days import day_words

Moment = Callable[[datetime], str]
ADVISE_NOBODY = "advise nobody to install it until somebody has said why"


def live_words(live: Live, moment: Moment) -> str:
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


def to_customers(live: Live) -> str:
    """The same for customers, who know what they see and not what is recorded."""
    some = "" if live.rollout is None else " by some"
    since = day_words(live.since.date())
    return f"can already be downloaded{some}, since {since}; its release has not been announced"


def bytes_lines(one: Sighting, moment: Moment) -> Iterator[str]:
    """That a file has other bytes than it had, under the same version: both digests and times."""
    if one.other is None:
        return
    of = " ".join(filter(None, (one.platform, one.arch)))
    yield f"other bytes than before{f' for {of}' if of else ''}: {ADVISE_NOBODY}"
    yield f"  {before_words(one.other, moment)}"
    yield f"  {after_words(one.other, moment)}"
    yield f"  at {one.download or one.url}"


def bytes_note(rows: Sequence[Sighting], moment: Moment) -> str:
    """The same in one sentence's second half."""
    at = max(one.other.at for one in rows if one.other)
    return f"has other bytes than before, since {moment(at)}: {ADVISE_NOBODY}"


def before_words(other: OtherDigest, moment: Moment) -> str:
    """The digest that a file had, and since when."""
    since = f"seen since {moment(other.since)}" if other.since else "as recorded"
    return f"{other.algorithm} before {other.before} ({since})"


def after_words(other: OtherDigest, moment: Moment) -> str:
    """The digest that a file has, and since when."""
    return f"{other.algorithm} now {other.after} (since {moment(other.at)})"
