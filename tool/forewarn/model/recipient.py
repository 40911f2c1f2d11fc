"""Who or what can get a message."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from forewarn.model.settings import Person


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
