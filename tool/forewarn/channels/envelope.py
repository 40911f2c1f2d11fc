"""A message as programs get it: facts and no sentences to take apart, the same bytes each time."""

from __future__ import annotations

import functools
import secrets
from datetime import UTC
from typing import Any

from forewarn.channels.calls import as_json
from forewarn.channels.interface import Message
from forewarn.channels.recipients import recipient_json
from forewarn.facts.untrusted import told_apart
from forewarn.model.events.event import Event
from forewarn.model.recipient import Recipient


def envelope(message: Message, recipient: Recipient) -> bytes:
    """JSON: what happened, to whom it is told, what it replaces, which lines of files ask for it.

    `type` is `forewarn.` and the kind of the event, or `forewarn.digest` for several.
    `timestamp` is that of the latest event, so that a repeat is the same to the byte. What is the
    same for all recipients is made once.
    """
    before, between, after = _for_all(message.events)
    own = as_json(recipient_json(recipient)), as_json(list(message.because))
    return b"".join((before, own[0], between, own[1], after))


@functools.lru_cache(maxsize=16)
def _for_all(events: tuple[Event, ...]) -> tuple[bytes, bytes, bytes]:
    """What is around the recipient, and around the lines that ask for it."""
    # No text of anybody's can hold it.
    slot = secrets.token_hex(12)
    before, between, after = as_json(_envelope(Message(events=events), slot, slot)).split(
        as_json(slot)
    )
    return before, between, after


def _envelope(message: Message, recipient: object, because: object) -> dict[str, Any]:
    events = message.events
    kind = events[0].kind.value if len(events) == 1 else "digest"
    return {
        "type": f"forewarn.{kind}",
        "timestamp": max(event.at for event in events).astimezone(UTC).isoformat(),
        "data": {
            "id": message.id,
            "recipient": recipient,
            "events": [told_apart(event) for event in events],
            "because": because,
            "replaces": list(dict.fromkeys(id for event in events for id in event.answers)),
        },
    }
