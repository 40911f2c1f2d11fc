"""Events as JSON."""

from __future__ import annotations

from typing import Any

from forewarn.model.events.event import Event
from forewarn.model.events.plain import as_plain
from forewarn.words.events import title


def event_json(event: Event) -> dict[str, Any]:
    """An event with all its facts, and its title; its `id` follows from what happened."""
    return {**as_plain(event), "title": title(event)}
