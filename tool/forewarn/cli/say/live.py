"""How it reads that customers can download what no record has as shipped."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forewarn.words import live as words
from forewarn.words.days import moment_digits

if TYPE_CHECKING:
    from forewarn.model.live import Live
    from forewarn.model.release import Release
    from forewarn.model.seen import Seen


def live_words(live: Live) -> str:
    """That customers have it, since when and on what; for a sentence's second half."""
    return words.live_words(live, moment_digits)


def live_lines(live: Live) -> list[str]:
    """Where it can be had, and what to do about it."""
    lines = [f"  live at: {url}" for url in live.addresses]
    if live.unanswered or live.record is None:
        first = (live.unanswered or live.sightings)[0]
        return [*lines, f"  next: forewarn sightings accept {first.id}"]
    return [*lines, f"  next: forewarn release ship {live.product} {live.version}"]


def again_line(seen: Seen, release: Release) -> str:
    """That customers can still have what was withdrawn; empty where nobody saw it since."""
    one = seen.again.get((release.product, release.version))
    if one is None:
        return ""
    return (
        f"\n  customers can still download it: seen on {moment_digits(one.first_seen)}, "
        f"after it was withdrawn, at {one.url}"
    )


def bytes_lines(seen: Seen, release: Release) -> list[str]:
    """That files of a release have other bytes than they had, with both digests and times."""
    return [
        f"  {line}"
        for one in seen.bytes_of(release)
        for line in words.bytes_lines(one, moment_digits)
    ]


def bytes_note(seen: Seen, release: Release) -> str:
    """The same in a few words, beside an answer; empty where nothing is known of it."""
    rows = seen.bytes_of(release)
    return words.bytes_note(rows, moment_digits) if rows else ""


def not_shipped(seen: Seen) -> list[str]:
    """What is live beside the answer, a line each."""
    name = seen.catalogue.name_of
    return [
        f"{name(live.product)} {live.version}: "
        f"{f'recorded as {live.record.status}' if live.record else 'not recorded'}, "
        f"but {live_words(live)}"
        for live in seen.found
    ]
