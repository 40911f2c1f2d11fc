"""An event as the database keeps it: JSON that reads back as the same event."""

from __future__ import annotations

import json
from dataclasses import asdict

from forewarn.model.event import Event, EventKind, Severity
from forewarn.model.record import Audience
from forewarn.store.state import to_moment, to_text


def event_to_json(event: Event) -> str:
    """The event as JSON text."""
    # Enums are texts and tuples are lists to JSON; only the time needs help.
    return json.dumps({**asdict(event), "at": to_text(event.at)})


def event_from_json(text: str) -> Event:
    """The event that `event_to_json` wrote."""
    content = json.loads(text)
    return Event(
        id=content["id"],
        kind=EventKind(content["kind"]),
        product=content["product"],
        version=content["version"],
        severity=Severity(content["severity"]),
        audience=Audience(content["audience"]),
        at=to_moment(content["at"]),
        title=content["title"],
        products=tuple(content["products"]),
        page=content["page"],
        facts=tuple((label, text) for label, text in content["facts"]),
        # An event from before these were kept has none.
        takes_back=tuple(content.get("takes_back", ())),
        answers=tuple(content.get("answers", ())),
        thread=content.get("thread"),
    )
