"""An event as the database keeps it: JSON that reads back as the same event."""

from __future__ import annotations

import json
import types
import typing
from collections.abc import Callable
from dataclasses import MISSING, fields, is_dataclass
from datetime import date, datetime
from enum import Enum
from functools import cache
from typing import Any

from forewarn.model.events.event import Event
from forewarn.model.events.fact import NAMES, AsTold
from forewarn.model.events.plain import IS, plain
from forewarn.store.state.rows import to_moment

_FACTS = {name: kind for kind, name in NAMES.items()}


def event_to_json(event: Event) -> str:
    """The event as JSON text."""
    return json.dumps(plain(event))


def event_from_json(text: str) -> Event:
    """The event that `event_to_json` wrote, this one's or that of an earlier forewarn.

    Raises:
        ValueError: it is none.
    """
    content = json.loads(text)
    if not isinstance(content, dict):
        raise ValueError("an event is none")
    try:
        event = _reader(Event)(content if "fact" in content else _from_words(content))
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"an event lacks or misuses {error}") from error
    assert isinstance(event, Event)  # noqa: S101 - its reader makes no other
    return event


def told_to(text: str) -> str | None:
    """To which audience an event is told, as its text has it; None where that is damaged."""
    try:
        content = json.loads(text)
    except ValueError:
        return None
    audience = content.get("told_to") if isinstance(content, dict) else None
    return audience if isinstance(audience, str) else None


def _from_words(content: dict[str, Any]) -> dict[str, Any]:
    """What was kept when events held a title and lines of text: it is told in the same words."""
    told = {IS: NAMES[AsTold], "title": content["title"], "lines": content["facts"]}
    return {**content, "name": content["product"], "fact": told}


@cache
def _reader(kind: Any) -> Callable[[Any], Any]:
    """What makes a value of a type from what JSON has of it."""
    origin, inner = typing.get_origin(kind), typing.get_args(kind)
    if origin is tuple:
        return _tuple_reader(inner)
    if origin in (types.UnionType, typing.Union):
        return _union_reader(inner)
    if is_dataclass(kind):
        return _object_reader(kind)
    if issubclass(kind, Enum):
        return typing.cast("Callable[[Any], Any]", kind)
    simple = {str: _text, bool: _bool, int: _count, date: _day, datetime: to_moment}
    return simple[kind]


def _object_reader(kind: Any) -> Callable[[Any], Any]:
    hints = typing.get_type_hints(kind)
    # What an earlier forewarn did not know yet is as if nothing were known of it.
    needed = {
        field.name
        for field in fields(kind)
        if field.default is MISSING and field.default_factory is MISSING
    }

    def read(value: Any) -> Any:
        # Readers are made when first needed: some types hold themselves.
        given = {name: _reader(hints[name])(value[name]) for name in hints if name in value}
        lost = needed - given.keys()
        if lost:
            raise KeyError(min(lost))
        return kind(**given)

    return read


def _tuple_reader(inner: tuple[Any, ...]) -> Callable[[Any], Any]:
    readers = [_reader(part) for part in inner if part is not ...]

    def read(value: Any) -> tuple[Any, ...]:
        if not isinstance(value, list):
            raise ValueError("an event holds something else than a list")
        if inner[-1] is ...:
            return tuple(map(readers[0], value))
        return tuple(read(part) for read, part in zip(readers, value, strict=True))

    return read


def _union_reader(inner: tuple[Any, ...]) -> Callable[[Any], Any]:
    some = [part for part in inner if part is not types.NoneType]
    if len(some) > 1:
        return lambda value: _reader(_FACTS[value[IS]])(value)
    read = _reader(some[0])
    return lambda value: None if value is None else read(value)


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError("an event holds something else than text")
    if not value.isascii():
        value.encode()  # half characters are none
    return value


def _bool(value: object) -> bool:
    if not isinstance(value, bool):
        raise ValueError("an event holds something else than yes or no")
    return value


def _count(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise ValueError("an event holds something else than a number")
    return value


def _day(value: object) -> date:
    return date.fromisoformat(_text(value))
