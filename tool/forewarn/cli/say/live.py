"""How it reads that customers can download what no record has as shipped."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from forewarn.cli.reading import moment
from forewarn.words import live as words

if TYPE_CHECKING:
    from forewarn.model.live import Live
    from forewarn.model.release import Release
    from forewarn.services.ask.live import Seen


def live_words(live: Live) -> str:
    """That customers have it, since when and on what; for a sentence's second half."""
    return words.live_words(live, moment)


def live_json(live: Live) -> dict[str, Any]:
    """The same for a program."""
    return {
        "product": live.product,
        "version": live.version,
        "since": _iso(live.since),
        "platforms": [{"platform": platform, "since": _iso(at)} for platform, at in live.platforms],
        "urls": list(live.addresses),
        "sightings": [sighting.id for sighting in live.sightings],
        "recorded": live.record.status.value if live.record else None,
    }


def live_key(live: Live | None) -> dict[str, Any]:
    """The key `live` of a release's JSON; there is none where it is not live."""
    return {"live": live_json(live)} if live else {}


def live_keys(seen: Seen, releases: Iterable[Release]) -> dict[str, Any]:
    """The key `live` of an answer about several releases; there is none where none is live."""
    found = [live_json(live) for live in seen.among(releases)]
    return {"live": found} if found else {}


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
        f"\n  customers can still download it: seen on {moment(one.first_seen)}, after it was "
        f"withdrawn, at {one.url}"
    )


def again_key(seen: Seen, release: Release) -> dict[str, Any]:
    """The same for a program, as `seen_again`."""
    one = seen.again.get((release.product, release.version))
    if one is None:
        return {}
    return {"seen_again": {"since": _iso(one.first_seen), "url": one.url, "sighting": one.id}}


def _iso(at: Any) -> str:
    return str(at.isoformat(timespec="seconds"))


def not_shipped(seen: Seen) -> list[str]:
    """What is live beside the answer, a line each."""
    name = seen.catalogue.name_of
    return [
        f"{name(live.product)} {live.version}: "
        f"{f'recorded as {live.record.status}' if live.record else 'not recorded'}, "
        f"but {live_words(live)}"
        for live in seen.found
    ]
