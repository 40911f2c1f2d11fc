"""Events as JSON."""

from __future__ import annotations

from typing import Any

from forewarn.model.events.event import Event


def event_json(event: Event) -> dict[str, Any]:
    """An event; its `id` follows from what happened."""
    return {
        "id": event.id,
        "kind": event.kind.value,
        "product": event.product,
        "version": event.version,
        "severity": event.severity.value,
        "at": event.at.isoformat(),
        "title": event.title,
    }
