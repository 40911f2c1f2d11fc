"""By which channels somebody can be reached, whatever they subscribe to."""

from __future__ import annotations

from collections.abc import Iterator

from forewarn.channels import cannot_reach
from forewarn.errors import ForewarnError
from forewarn.model.settings import Settings


def ways_to(settings: Settings, person: str) -> Iterator[str]:
    """The channels by which a person can be reached, those of their subscriptions first."""
    usual = [row.channel for row in settings.subscriptions if row.recipient == person]
    for name in dict.fromkeys((*usual, *settings.channels)):
        if _reaches(settings, name, person):
            yield name


def _reaches(settings: Settings, channel: str, person: str) -> bool:
    row, recipient = settings.channels.get(channel), settings.people.get(person)
    if row is None or recipient is None:
        return False
    try:
        return cannot_reach(row, recipient) is None
    except ForewarnError:
        return False
