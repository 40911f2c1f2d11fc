"""Who or what can get a message."""

from __future__ import annotations

from typing import TypeAlias

from forewarn.frozen import dataclass
from forewarn.model.schedule import Absence


@dataclass(frozen=True, kw_only=True, slots=True)
class Person:
    """Somebody who can own a record, verify a statement or be told of an event."""

    id: str
    name: str
    email: str | None = None
    away: tuple[Absence, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class MailingList:
    """An address behind which there are many, whom forewarn does not know."""

    id: str
    name: str
    email: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Room:
    """A place where many read; `place` is what its service calls it, such as `#support`."""

    id: str
    name: str
    place: str


Recipient: TypeAlias = Person | MailingList | Room


def mailbox(recipient: Recipient) -> tuple[str, str]:
    """Where its messages end up: the same for two who share a mailbox, however it is written."""
    match recipient:
        case Room():
            return "room", recipient.place
        case _ if recipient.email:
            return "mail", recipient.email.casefold()
        case _:
            return "id", recipient.id
