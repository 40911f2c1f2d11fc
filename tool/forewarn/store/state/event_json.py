"""An event as the database keeps it: JSON that reads back as the same event."""

from __future__ import annotations

import json
from dataclasses import asdict

from forewarn.model.events.event import Event, EventKind, Severity
from forewarn.model.record import Audience
from forewarn.store.state.database import to_moment, to_text


def event_to_json(event: Event) -> str:
    """The event as JSON text."""
    # Enums are texts and tuples are lists to JSON; only the time needs help.
    return json.dumps({**asdict(event), "at": to_text(event.at)})


def event_from_json(text: str) -> Event:
    """The event that `event_to_json` wrote.

    Raises:
        ValueError: it is none.
    """
    content = json.loads(text)
    if not isinstance(content, dict):
        raise ValueError("an event is none")
    try:
        return Event(
            id=_text(content["id"]),
            kind=EventKind(content["kind"]),
            product=_text(content["product"]),
            version=_maybe(content["version"]),
            severity=Severity(content["severity"]),
            audience=Audience(content["audience"]),
            at=to_moment(content["at"]),
            title=_text(content["title"]),
            products=_texts(content["products"]),
            page=_text(content["page"]),
            facts=tuple((_text(label), _text(text)) for label, text in content["facts"]),
            # An event from before these were kept has none.
            takes_back=_texts(content.get("takes_back", ())),
            answers=_texts(content.get("answers", ())),
            thread=_maybe(content.get("thread")),
        )
    except (KeyError, TypeError) as error:
        raise ValueError(f"an event lacks or misuses {error}") from error


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError("an event holds something else than text")
    if not value.isascii():
        value.encode()  # half characters are none
    return value


def _maybe(value: object) -> str | None:
    return None if value is None else _text(value)


def _texts(values: object) -> tuple[str, ...]:
    if not isinstance(values, (list, tuple)):
        raise ValueError("an event holds something else than a list")
    return tuple(_text(value) for value in values)
