"""What customers can download and no record has as shipped, as JSON."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from forewarn.facts.times import moment
from forewarn.model.live import Live
from forewarn.model.release import Release
from forewarn.model.seen import Seen
from forewarn.model.sighting import OtherDigest, Sighting


def live_json(live: Live) -> dict[str, Any]:
    """A version that is live: since when, on what, where, and what its record says."""
    return {
        "product": live.product,
        "version": live.version,
        "since": moment(live.since),
        "platforms": [{"platform": name, "since": moment(at)} for name, at in live.platforms],
        "rollout": live.rollout,
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


def other_bytes_key(seen: Seen, releases: Iterable[Release]) -> dict[str, Any]:
    """The key `other_bytes`: files that have other bytes than before; none where none has."""
    rows = dict.fromkeys(one for release in releases for one in seen.bytes_of(release))
    found = [_other_bytes_json(one, one.other) for one in rows if one.other]
    return {"other_bytes": found} if found else {}


def _other_bytes_json(one: Sighting, other: OtherDigest) -> dict[str, Any]:
    return {
        "product": one.product,
        "version": one.version,
        "platform": one.platform,
        "arch": one.arch,
        "url": one.download or one.url,
        "sighting": one.id,
        "algorithm": other.algorithm,
        "before": other.before,
        "since": moment(other.since),
        "after": other.after,
        "at": moment(other.at),
    }


def again_key(seen: Seen, release: Release) -> dict[str, Any]:
    """The key `seen_again` of a withdrawn release that customers can still have."""
    one = seen.again.get((release.product, release.version))
    if one is None:
        return {}
    return {"seen_again": {"since": moment(one.first_seen), "url": one.url, "sighting": one.id}}
