"""What became of the alerts: counted, and by release."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from forewarn.model.delivery import DeliveryState


@dataclass(frozen=True, kw_only=True, slots=True)
class Chosen:
    """Which deliveries: those that stand so, of one recipient, about one product; None: all."""

    state: DeliveryState | None = None
    person: str | None = None
    product: str | None = None


EVERY = Chosen()


@dataclass(frozen=True, kw_only=True, slots=True)
class Tally:
    """How many deliveries by a channel stand so, how often one went again, when the last went."""

    channel: str
    state: DeliveryState
    number: int
    duplicates: int = 0
    last_at: datetime | None = None
