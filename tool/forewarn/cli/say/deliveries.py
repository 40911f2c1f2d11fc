"""Deliveries in words and as JSON: who was told what, and how it went."""

from __future__ import annotations

from forewarn.cli.output import say
from forewarn.cli.say.table import columns, csv_text
from forewarn.cli.say.templates import say_templates
from forewarn.facts.deliveries import deliveries_json, endpoint_json
from forewarn.model.delivery import Delivery, DeliveryState
from forewarn.model.endpoint import Endpoint
from forewarn.model.receipt import Receipt
from forewarn.services.alert.delivered import DeliverReport
from forewarn.services.alert.endpoints import ChannelState
from forewarn.store.state.interface import DamagedRow
from forewarn.words.days import moment_digits
from forewarn.words.releases import counted
from forewarn.words.undelivered import trouble

_NAMED = 5
_COLUMNS = (
    *("id", "event", "kind", "product", "version", "person", "channel", "because", "state"),
    *("reason", "attempts", "tried_at", "sent_at", "next_attempt_at", "error", "assurance"),
    *("message", "thread", "duplicates"),
)


def say_damaged(rows: tuple[DamagedRow, ...]) -> None:
    """Say what of the state database cannot be read, and how to mend it."""
    for row in rows[:_NAMED]:
        say(f"not read: {row.where}: {row.what}")
    if len(rows) > _NAMED:
        say(f"  and {len(rows) - _NAMED} more")
    if rows:
        say(f"  next: {rows[0].help}")


def say_troubles(report: DeliverReport) -> None:
    """Say where nothing is tried, of what no operator was told, and which templates failed."""
    say_templates(report.templates)
    for one in report.quarantined:
        since = moment_digits(one.quarantined_at or one.failing_since)
        say(f"held back: {_endpoint(one)} is in quarantine since {since}: {one.error}")
        say(f"  next: mend it, then `forewarn channels resume {one.channel}`")
    for fact in report.untold[:_NAMED]:
        said = trouble(fact)
        say(f"nobody was told by another channel: {said[0].lower()}{said[1:]}")
    if report.untold:
        say("  next: set `operators:` in forewarn.yml, and a second channel that reaches them")


def channels_text(found: tuple[ChannelState, ...]) -> str:
    """Each channel in a line, and below it what fails."""
    lines = []
    for row in found:
        waits = f", {row.waiting} waiting" if row.waiting else ""
        lines.append(f"{row.channel} ({row.type}): {'fails' if row.failing else 'fine'}{waits}")
        for one in row.failing:
            begun = one.quarantined_at or one.failing_since
            how = "in quarantine" if one.is_quarantined else "fails"
            whom = one.person or "all"
            lines.append(f"  {whom}: {how} since {moment_digits(begun)}: {one.error}")
    return "\n".join(lines)


def channel_json(row: ChannelState) -> dict[str, object]:
    """A channel as JSON has it."""
    return {
        "channel": row.channel,
        "type": row.type,
        "waiting": row.waiting,
        "failing": [endpoint_json(one) for one in row.failing],
    }


def _endpoint(one: Endpoint) -> str:
    return f"channel {one.channel}" + (f" to {one.person}" if one.person else "")


def as_csv(deliveries: tuple[Delivery, ...]) -> str:
    """Deliveries as CSV (RFC 4180): no cell is one that a spreadsheet would run."""
    rows = [{**row, **_flat(row.pop("receipt"))} for row in deliveries_json(deliveries)]
    return csv_text(_COLUMNS, ([row[name] for name in _COLUMNS] for row in rows))


def _flat(receipt: object) -> dict[str, object]:
    kept = receipt if isinstance(receipt, dict) else {}
    return {name: kept.get(name) for name in ("message", "thread", "assurance")}


def as_text(deliveries: tuple[Delivery, ...]) -> str:
    """Deliveries as a table, a line each."""
    return columns(
        [
            (
                str(delivery.id),
                delivery.state.value,
                delivery.person,
                delivery.channel,
                " ".join(filter(None, (delivery.event.product, delivery.event.version))),
                delivery.event.kind.value,
                _story(delivery),
            )
            for delivery in deliveries
        ]
    )


def _story(delivery: Delivery) -> str:
    if delivery.sent_at:
        again = f", and {delivery.duplicates} times again" if delivery.duplicates else ""
        return f"{moment_digits(delivery.sent_at)}{again}"
    attempts = counted(delivery.attempts, "attempt")
    parts = [attempts if delivery.attempts else "not tried yet"]
    if delivery.next_attempt_at:
        parts.append(f"next at {moment_digits(delivery.next_attempt_at)}")
    why = delivery.reason or delivery.error
    if delivery.state in (DeliveryState.FAILED, DeliveryState.DEAD):
        why = delivery.error or delivery.reason
    return f"{', '.join(parts)}: {why}" if why else ", ".join(parts)


def test_text(channel: str, whom: str, receipt: Receipt | None) -> str:
    """What became of a test that went."""
    if receipt is None:
        return f"{channel}: the test went to {whom}; the channel gives no receipt"
    how = f"{channel}: the test to {whom} is {receipt.assurance.value}, as {receipt.message}"
    return f"{how}, in thread {receipt.thread}" if receipt.thread else how
