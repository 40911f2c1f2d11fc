"""What an event is made of as plain values, as JSON has them: for the database and for programs."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from datetime import UTC, date, datetime
from enum import Enum
from functools import cache
from typing import Any

from forewarn.model.events.event import Event
from forewarn.model.events.fact import NAMES

# The key of what a fact is, beside the facts themselves.
IS = "is"


def as_plain(event: Event) -> dict[str, Any]:
    """An event as programs read it: no sentence of it has to be taken apart.

    `verdicts`, `platforms` and `track` are what to filter by, `fact` is what happened: its shape
    is that of the fact which `fact.is` names.
    """
    return {
        **plain(event),
        "subject": event.subject,
        "verdicts": plain(event.verdicts),
    }


def plain(value: object) -> Any:
    """A value as JSON has it: days as ISO text, moments in UTC; a fact says which one it `is`."""
    match value:
        case Enum():
            return value.value
        case str() | int() | None:
            return value
        case datetime():
            return value.astimezone(UTC).isoformat()
        case date():
            return value.isoformat()
        case tuple():
            return [plain(part) for part in value]
    kind: Any = type(value)
    if not is_dataclass(value):
        raise TypeError(f"an event holds no {kind.__qualname__}")
    named = {IS: NAMES[kind]} if kind in NAMES else {}
    return named | {name: plain(getattr(value, name)) for name in _names(kind)}


@cache
def _names(kind: Any) -> tuple[str, ...]:
    return tuple(field.name for field in fields(kind))
