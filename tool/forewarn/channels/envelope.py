"""A message as programs get it: facts and no sentences to take apart, the same bytes each time."""

from __future__ import annotations

from datetime import UTC
from typing import Any

from forewarn.channels.interface import Message
from forewarn.channels.recipients import recipient_json
from forewarn.facts.untrusted import told_apart
from forewarn.model.recipient import Recipient


def envelope(message: Message, recipient: Recipient) -> dict[str, Any]:
    """What happened, to whom it is told and what it replaces, and which lines of files ask for it.

    `type` is `forewarn.` and the kind of the event, or `forewarn.digest` for several.
    `timestamp` is that of the latest event, so that a repeat is the same to the byte.
    """
    events = message.events
    kind = events[0].kind.value if len(events) == 1 else "digest"
    return {
        "type": f"forewarn.{kind}",
        "timestamp": max(event.at for event in events).astimezone(UTC).isoformat(),
        "data": {
            "id": message.id,
            "recipient": recipient_json(recipient),
            "events": [told_apart(event) for event in events],
            "because": list(message.because),
            "replaces": list(dict.fromkeys(id for event in events for id in event.answers)),
        },
    }
