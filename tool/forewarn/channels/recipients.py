"""Recipients as channels that are no mail know them: people, lists and rooms."""

from __future__ import annotations

from typing import Any

from forewarn.channels.interface import DeliveryError, Message
from forewarn.model.recipient import MailingList, Recipient, Room


def only_rooms(recipient: Recipient, service: str) -> str | None:
    """Why a service that posts to rooms cannot reach a recipient, or None."""
    if isinstance(recipient, Room):
        return None
    return f"{recipient.id!r} is no room, and {service} posts to rooms"


def room_of(recipient: Recipient, service: str) -> Room:
    """The recipient, which must be a room.

    Raises:
        DeliveryError: permanent; it is none.
    """
    if isinstance(recipient, Room):
        return recipient
    raise DeliveryError(
        only_rooms(recipient, service) or "",
        permanent=True,
        help="Subscribe a room to it: add one under `rooms:` of forewarn.yml.",
    )


def sent_id(message: Message, recipient: Recipient) -> str:
    """What a message to a recipient is called, whenever it is sent: letters, digits, `_`, `-`."""
    return f"{message.id}_{recipient.id}"


def recipient_json(recipient: Recipient) -> dict[str, Any]:
    """Who gets it; no mail address: whoever reads it need not know it."""
    kind = "list" if isinstance(recipient, MailingList) else "person"
    if isinstance(recipient, Room):
        return {
            "kind": "room",
            "id": recipient.id,
            "name": recipient.name,
            "place": recipient.place,
        }
    return {"kind": kind, "id": recipient.id, "name": recipient.name}
