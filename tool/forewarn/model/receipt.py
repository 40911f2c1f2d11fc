"""What a channel says of a message that went."""

from __future__ import annotations

from enum import StrEnum

from forewarn.frozen import dataclass


class Assurance(StrEnum):
    """How far a message is known to have come.

    `accepted`: another program took it over. `delivered`: it is where the recipient reads it.
    """

    ACCEPTED = "accepted"
    DELIVERED = "delivered"


@dataclass(frozen=True, kw_only=True, slots=True)
class Receipt:
    """What the other side calls a message, and the thread that it stands in, if there is one.

    Both are the channel's own words, up to 500 characters, by which it finds them again.
    """

    message: str
    thread: str | None = None
    assurance: Assurance = Assurance.ACCEPTED


@dataclass(frozen=True, kw_only=True, slots=True)
class EarlierMessage:
    """What somebody got before, and whether all that it told is answered by what comes now."""

    receipt: Receipt
    wholly: bool
