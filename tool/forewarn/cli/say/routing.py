"""Subscriptions, and who gets what, in words and as JSON."""

from __future__ import annotations

from typing import Any

from forewarn.cli.say.deliveries import as_text
from forewarn.cli.say.table import columns
from forewarn.facts.deliveries import deliveries_json
from forewarn.facts.events import event_json
from forewarn.facts.routing import decision_json, kind_of
from forewarn.model.delivery import DeliveryState
from forewarn.model.events.event import EventKind
from forewarn.model.events.severity import Severity
from forewarn.model.matching import Decision, Outcome
from forewarn.model.schedule import Every
from forewarn.model.settings import Settings
from forewarn.model.subscription import Prerelease, Subscription
from forewarn.services.publish.routing import Routed, WhyTold
from forewarn.words.events import title
from forewarn.words.routing import when, why


def subscriptions_text(settings: Settings) -> str:
    """Who subscribes to what, a line each."""
    return columns([_row(row, settings) for row in settings.subscriptions])


def _row(row: Subscription, settings: Settings) -> tuple[str, ...]:
    recipient = settings.recipient(row.recipient)
    kind = kind_of(recipient) if recipient else "nobody"
    told = row.recipient if kind == "person" else f"{kind} {row.recipient}"
    return row.line, told, row.channel, _what(row), _when(row)


def _what(row: Subscription) -> str:
    parts = [
        *row.products,
        *(f"suite {suite}" for suite in row.suites),
        *(f"track {track}" for track in row.tracks),
        *row.platforms,
        *(kind.value for kind in row.events),
        *([f"{row.pair[0]} with {row.pair[1]}"] if row.pair else []),
        *([row.issue] if row.issue else []),
        *([f"{row.least_severity} or more"] if row.least_severity is not Severity.LOW else []),
        *_prerelease(row.prerelease),
    ]
    return ", ".join(parts) or "everything"


def _prerelease(wanted: Prerelease) -> list[str]:
    match wanted:
        case Prerelease.NO:
            return ["no pre-releases"]
        case Prerelease.PROMOTED:
            return ["promoted pre-releases"]
        case Prerelease.ALL:
            return []


def _when(row: Subscription) -> str:
    parts = ["at once"]
    digest, quiet = row.digest, row.quiet
    if digest:
        on = f" on {digest.on}" if digest.every is Every.WEEKLY else ""
        at = "" if digest.every is Every.HOURLY else f"{on} at {digest.at:%H:%M} {digest.zone}"
        parts = [f"{digest.every} digest{at}"]
    if quiet:
        parts.append(f"quiet {quiet.begin:%H:%M} to {quiet.end:%H:%M} {quiet.zone}")
    if row.audience.value == "public":
        parts.append("for customers")
    return ", ".join(parts)


def routed_text(routed: Routed) -> str:
    """Who would get an event, when and why, and who would not, a line each."""
    event = routed.event
    if routed.is_supposed:
        what = f"{event.product} {event.version}, {event.kind.value}, {event.severity.value}"
    else:
        what = f"{title(event)} ({event.kind.value}, {event.severity.value})"
    told = len(routed.told)
    rows = [_decision(one) for one in routed.decisions]
    head = f"{what}: told to {told}"
    return "\n".join((head, columns(rows))) if rows else head


def _decision(one: Decision) -> tuple[str, ...]:
    line = one.subscription.line if one.subscription else ""
    outcome = "not told" if one.outcome is Outcome.NOTHING else when(one)
    return f"  {outcome}", one.recipient, one.channel, line, why(one) or ""


def routed_data(routed: Routed) -> dict[str, Any]:
    """The same as JSON has it."""
    return {
        "event": event_json(routed.event),
        "supposed": routed.is_supposed,
        "told": len(routed.told),
        "decisions": [decision_json(one) for one in routed.decisions],
    }


def why_text(found: WhyTold) -> str:
    """Why somebody was told, or was not."""
    delivery = found.delivery
    lines = [as_text((delivery,)), f"  event: {title(delivery.event)}"]
    if delivery.event.kind is EventKind.UNDELIVERED:
        lines.append(
            "  because alerts do not get through: operators hear of it, whoever subscribes"
        )
        return "\n".join(lines)
    if delivery.because == "owner":
        lines.append("  because they own the product, and no line told them")
    elif delivery.because:
        said = f": {found.line}" if found.line else ", where today no line of theirs stands"
        lines.append(f"  because of {delivery.because}{said}")
    elif delivery.event.answers:
        answers = ", ".join(delivery.event.answers)
        lines.append(f"  because they were told what it answers: {answers}")
    if delivery.reason:
        waits = delivery.state in (DeliveryState.HELD, DeliveryState.SUPPRESSED)
        lines.append(f"  {f'{delivery.state.value}: ' if waits else ''}{delivery.reason}")
    lines.append(f"  today: {_today(found.now)}")
    return "\n".join(lines)


def _today(now: Decision | None) -> str:
    if now is None:
        return "no line asks for it"
    line = f" ({now.subscription.line})" if now.subscription else ""
    reason = why(now)
    outcome = "not told" if now.outcome is Outcome.NOTHING else when(now)
    return f"{outcome}{f': {reason}' if reason else ''}{line}"


def why_data(found: WhyTold) -> dict[str, Any]:
    """The same as JSON has it."""
    return {
        "delivery": deliveries_json((found.delivery,))[0],
        "line": found.line,
        "now": decision_json(found.now) if found.now else None,
    }
