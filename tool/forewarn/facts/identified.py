"""What something is, as JSON."""

from __future__ import annotations

from typing import Any

from forewarn.facts.live import live_key
from forewarn.facts.sightings import sighting_json
from forewarn.facts.times import day
from forewarn.model.identified import Identified
from forewarn.model.identify import Match
from forewarn.model.replies import IdentifiedReply
from forewarn.words.checksums import problem_words


def identified_json(reply: IdentifiedReply) -> dict[str, Any]:
    """The answer: of one thing, or of several in `parts`."""
    if len(reply.found) > 1:
        parts = [*map(_one_json, reply.found)]
        return {"what": reply.what, "kind": "several", "parts": parts}
    return _one_json(reply.found[0])


def _one_json(found: Identified) -> dict[str, Any]:
    return {
        "what": found.what,
        "kind": found.clue.kind.value,
        "sha256": found.clue.sha256,
        "problem": None if found.answer.matches else problem_words(found.clue),
        "matches": [_match_json(match, found) for match in found.answer.matches],
        "near": [_match_json(match, found) for match in found.near],
        **({"line": [r.version for r in found.line[1]]} if found.line[1] else {}),
        "sightings": [sighting_json(sighting) for sighting in found.answer.sightings],
    }


def _match_json(match: Match, found: Identified) -> dict[str, Any]:
    release, download = match.release, match.download
    held = {member.product: member.version for member in release.contains}
    return {
        "product": release.product,
        "version": release.version,
        "status": release.status.value,
        "since": day(release.since),
        **live_key(found.seen.of(release)),
        **({"contains": held} if held else {}),
        "platform": download.platform if download else None,
        "why": match.why.value,
        "url": download.url if download else None,
    }
