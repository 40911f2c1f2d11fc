"""Suites as JSON."""

from __future__ import annotations

from typing import Any

from forewarn.facts.compat import pair_json
from forewarn.facts.live import live_key
from forewarn.facts.times import day
from forewarn.model.release import Member
from forewarn.model.replies import SuiteDiffReply, SuiteReply


def suite_json(found: SuiteReply) -> dict[str, Any]:
    """A suite's release: its members with their state, and what of it does not go together."""
    return {
        "suite": found.suite.product,
        "version": found.suite.version,
        "members": [_member(found, member) for member in found.suite.contains],
        "inside": [pair_json(judgement, found.today) for judgement in found.inside],
        **live_key(found.seen.of(found.suite)),
    }


def suite_diff_json(found: SuiteDiffReply) -> dict[str, Any]:
    """What changed from one release of a suite to another."""
    return {
        "suite": found.before.product,
        "from": found.before.version,
        "to": found.after.version,
        "changes": [
            {"product": row.product, "change": row.move.value, "from": row.before, "to": row.after}
            for row in found.moved
        ],
    }


def _member(found: SuiteReply, member: Member) -> dict[str, Any]:
    held = found.catalogue.find_release(member.product, member.version)
    return {
        "product": member.product,
        "version": member.version,
        "status": held.status.value if held else None,
        "since": day(held.since) if held else None,
        **live_key(found.seen.version(member.product, member.version)),
    }
