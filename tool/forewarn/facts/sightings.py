"""What the watched places showed, as JSON."""

from __future__ import annotations

from base64 import b64encode
from typing import Any

from forewarn.facts.times import moment
from forewarn.model.replies import SightingReply, SightingsReply
from forewarn.model.sighting import Sighting, UnreadEntry
from forewarn.model.watching.proof import Exchange


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
        "digests": dict(sighting.digests),
        "rollout": sighting.rollout,
        "declared": list(sighting.notes),
        "reason": sighting.reason,
    }


def proven_json(found: SightingReply) -> dict[str, Any]:
    """A sighting, and what it was made of; a body is in `text`, or in `base64` where it is none."""
    proofs = [
        {"at": moment(proof.at), "answers": [_part_json(part) for part in proof.parts]}
        for proof in found.proofs
    ]
    return {**sighting_json(found.sighting), "proofs": proofs}


def _part_json(part: Exchange) -> dict[str, Any]:
    try:
        body = {"text": part.body.decode()}
    except UnicodeDecodeError:
        body = {"base64": b64encode(part.body).decode()}
    return {
        "url": part.url,
        "status": part.status,
        "peer": part.peer,
        "hops": [{"url": url, "status": code, "to": to} for url, code, to in part.hops],
        "headers": dict(part.headers),
        "length": part.length,
        "kept": len(part.body),
        "body": body,
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
