"""Subscriptions, and who gets what, as JSON."""

from __future__ import annotations

from typing import Any

from forewarn.facts.times import moment
from forewarn.model.matching import Decision
from forewarn.model.recipient import Person, Recipient, Room
from forewarn.model.schedule import Every, QuietHours, Rhythm
from forewarn.model.settings import Settings
from forewarn.model.subscription import Subscription
from forewarn.words.routing import why


def kind_of(recipient: Recipient) -> str:
    """What a subscription calls it: `person`, `list` or `room`."""
    match recipient:
        case Person():
            return "person"
        case Room():
            return "room"
        case _:
            return "list"


def subscription_json(row: Subscription, settings: Settings) -> dict[str, Any]:
    """A subscription by the keys of its file, with the line that it stands in."""
    recipient = settings.recipient(row.recipient)
    return {
        "line": row.line,
        "recipient": row.recipient,
        "recipient_kind": kind_of(recipient) if recipient else None,
        "channel": row.channel,
        "products": list(row.products),
        "suites": list(row.suites),
        "tracks": list(row.tracks),
        "platforms": list(row.platforms),
        "events": [kind.value for kind in row.events],
        "least_severity": row.least_severity.value,
        "prerelease": row.prerelease.value,
        "pair": list(row.pair),
        "issue": row.issue,
        "audience": row.audience.value,
        "digest": _digest(row.digest),
        "quiet": _quiet(row.quiet),
    }


def decision_json(decision: Decision) -> dict[str, Any]:
    """What follows for one recipient by one channel, and why."""
    return {
        "recipient": decision.recipient,
        "channel": decision.channel,
        "outcome": decision.outcome.value,
        "at": moment(decision.at),
        "cause": decision.reason.value,
        "other": decision.other,
        "why": why(decision),
        "because": decision.subscription.line if decision.subscription else None,
    }


def _digest(digest: Rhythm | None) -> dict[str, Any] | None:
    if digest is None:
        return None
    if digest.every is Every.HOURLY:
        return {"every": digest.every.value}
    on = {"on": digest.on.value} if digest.every is Every.WEEKLY else {}
    return {"every": digest.every.value, **on, "at": f"{digest.at:%H:%M}", "zone": digest.zone}


def _quiet(quiet: QuietHours | None) -> dict[str, Any] | None:
    if quiet is None:
        return None
    return {"from": f"{quiet.begin:%H:%M}", "to": f"{quiet.end:%H:%M}", "zone": quiet.zone}
