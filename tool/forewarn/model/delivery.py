"""A delivery: one event to one recipient by one channel, and how its attempts ended."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum
from typing import TypeAlias

from forewarn.frozen import dataclass
from forewarn.model.events.event import Event
from forewarn.model.receipt import Receipt


class DeliveryState(StrEnum):
    """How a delivery stands.

    `pending`: to be sent. `leased`: a running process is sending it. `sent`: it went. `failed`: it
    did not go, and is tried again. `dead`: it did not go, and is given up. `suppressed`: it is
    not to go, and `reason` says why. `held`: it waits for a better time, which `next_attempt_at`
    has, and `reason` says what for.
    """

    PENDING = "pending"
    LEASED = "leased"
    SENT = "sent"
    FAILED = "failed"
    DEAD = "dead"
    SUPPRESSED = "suppressed"
    HELD = "held"


# What is still to be sent, now or later.
WAITING = (DeliveryState.PENDING, DeliveryState.FAILED, DeliveryState.HELD)


@dataclass(frozen=True, kw_only=True, slots=True)
class Delivery:
    """One event to one person by one channel, with its attempts, its end and its receipt.

    `claim` is the token of whoever holds it while it is leased: nobody else can settle it.
    `because` is the line of the file that asked for it, `tried_at` when its last attempt ended,
    `error` what went wrong then. `duplicates` is how often it is known to have gone again. All of
    one `batch` go in one message.
    """

    id: int
    event: Event
    person: str
    channel: str
    state: DeliveryState
    attempts: int = 0
    next_attempt_at: datetime | None = None
    tried_at: datetime | None = None
    sent_at: datetime | None = None
    error: str | None = None
    reason: str | None = None
    because: str | None = None
    receipt: Receipt | None = None
    duplicates: int = 0
    claim: str | None = None
    batch: int | None = None


class Fault(StrEnum):
    """At whom it lies that a message did not go.

    `ours`: what is set up here, or forewarn itself. `channel`: the server or service. `recipient`:
    this address or room alone.
    """

    OURS = "ours"
    CHANNEL = "channel"
    RECIPIENT = "recipient"


@dataclass(frozen=True, kw_only=True, slots=True)
class NotSent:
    """Why a message did not go.

    `permanent`: trying again is no use. `retry_after`: how long the other side asks to be left
    alone. `tried` is false where it was not even begun, as the channel was known to be down.
    """

    error: str
    permanent: bool = False
    fault: Fault = Fault.CHANNEL
    retry_after: timedelta | None = None
    tried: bool = True


# How an attempt ended: with a receipt, without one though it went, or not well.
Ended: TypeAlias = Receipt | NotSent | None
