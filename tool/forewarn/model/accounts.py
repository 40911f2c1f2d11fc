"""What became of the alerts: counted, and by release."""

from __future__ import annotations

from datetime import datetime

from forewarn.frozen import dataclass
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


@dataclass(frozen=True, kw_only=True, slots=True)
class Reached:
    """What became of an alert to a recipient: when it went, or why it did not."""

    recipient: str
    channel: str
    happened: str
    state: DeliveryState
    at: datetime | None
    why: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Account:
    """What became of all alerts about one release.

    `first_seen` is when a watched place showed it first, `shipped_at` when its shipping was
    committed. `told` alerts went, the first at `first_at` and the last at `last_at`; `missed` were
    given up, `waiting` wait. `reached` has what did not go first, and no more than some of it.
    """

    product: str
    version: str
    first_seen: datetime | None
    shipped_at: datetime | None
    first_at: datetime | None
    last_at: datetime | None
    told: int
    missed: int
    waiting: int
    reached: tuple[Reached, ...]
