"""From whom mail comes, whether it is sent or written as a file."""

from __future__ import annotations

from forewarn.channels.leaving import Leaving
from forewarn.frozen import dataclass
from forewarn.model.settings import NOWHERE, ServedAt


@dataclass(frozen=True, kw_only=True, slots=True)
class Sender:
    """From whom messages come: the knowledge base's name, a mail address, where its sites are.

    `leaving` is where a person can leave, where that is offered.
    """

    name: str
    address: str
    sites: ServedAt = NOWHERE
    leaving: Leaving | None = None
