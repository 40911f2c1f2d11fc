"""JSON of deliveries: who was told what, how it went, and where nothing gets through."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from forewarn.facts.times import moment
from forewarn.model.delivery import Delivery
from forewarn.model.endpoint import Endpoint
from forewarn.model.receipt import Receipt


def deliveries_json(deliveries: Iterable[Delivery]) -> list[dict[str, Any]]:
    """Deliveries as JSON has them."""
    return [
        {
            "id": delivery.id,
            "event": delivery.event.id,
            "kind": delivery.event.kind.value,
            "product": delivery.event.product,
            "version": delivery.event.version,
            "person": delivery.person,
            "channel": delivery.channel,
            "because": delivery.because,
            "state": delivery.state.value,
            "reason": delivery.reason,
            "attempts": delivery.attempts,
            "tried_at": moment(delivery.tried_at),
            "sent_at": moment(delivery.sent_at),
            "next_attempt_at": moment(delivery.next_attempt_at),
            "error": delivery.error,
            "receipt": receipt_json(delivery.receipt),
            "duplicates": delivery.duplicates,
        }
        for delivery in deliveries
    ]


def receipt_json(receipt: Receipt | None) -> dict[str, str | None] | None:
    """A receipt as JSON has it; null where there is none."""
    if receipt is None:
        return None
    return {
        "message": receipt.message,
        "thread": receipt.thread,
        "assurance": receipt.assurance.value,
    }


def endpoint_json(one: Endpoint) -> dict[str, Any]:
    """Where messages do not get through, as JSON has it."""
    return {
        "channel": one.channel,
        "person": one.person,
        "failing_since": moment(one.failing_since),
        "error": one.error,
        "fault": one.fault.value,
        "quarantined_at": moment(one.quarantined_at),
        "rests_until": moment(one.rests_until),
    }
