"""What the watched places showed, as JSON."""

from __future__ import annotations

from typing import Any

from forewarn.facts.times import moment
from forewarn.model.replies import SightingsReply
from forewarn.model.sighting import Sighting, UnreadEntry


def sightings_json(found: SightingsReply) -> list[dict[str, Any]]:
    """The sightings, then the entries that cannot be read."""
    return [*map(sighting_json, found.sightings), *map(unread_json, found.entries)]


def sighting_json(sighting: Sighting) -> dict[str, Any]:
    """A sighting; what the place said itself is in `declared`, and nobody has checked it."""
    return {
        "id": sighting.id,
        "product": sighting.product,
        "version": sighting.version,
        "state": sighting.state.value,
        "source": sighting.source,
        "url": sighting.url,
        "first_seen": moment(sighting.first_seen),
        "platform": sighting.platform,
        "arch": sighting.arch,
        "channel": sighting.channel,
        "track": sighting.track,
        "download": sighting.download,
        "size": sighting.size,
        "sha256": sighting.sha256,
        "declared": list(sighting.notes),
        "reason": sighting.reason,
    }


def unread_json(entry: UnreadEntry) -> dict[str, Any]:
    """An entry that cannot be read, as it stands among the sightings."""
    return {
        "id": None,
        "product": entry.product,
        "version": None,
        "state": "unread",
        "source": entry.source,
        "url": entry.url,
        "first_seen": moment(entry.first_seen),
        "title": entry.title,
        "why": entry.why,
    }
