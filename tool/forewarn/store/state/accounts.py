"""What became of the alerts about each release, for the staff's site: the newest, and bounded."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from forewarn.model.accounts import Account, Reached
from forewarn.model.delivery import DeliveryState
from forewarn.model.events.event import EventKind
from forewarn.model.versions.numbers import numbers_of
from forewarn.store.state.rows import moment_or_none

if TYPE_CHECKING:
    from forewarn.store.state.database import Database

# Of so many events at most, and of each release so many recipients: a page is read by people.
_EVENTS, _LISTED = 500, 200
_TOLD, _MISSED = (DeliveryState.SENT,), (DeliveryState.DEAD,)
_WAITING = (
    DeliveryState.PENDING,
    DeliveryState.LEASED,
    DeliveryState.FAILED,
    DeliveryState.HELD,
)


def accounts(state: Database) -> tuple[Account, ...]:
    """The accounts of the releases that the newest events are about, the newest first."""
    rows = state.rows(
        "SELECT id, product, version, kind, at FROM events "
        "WHERE version IS NOT NULL AND kind != ? ORDER BY rowid DESC LIMIT ?",
        (EventKind.UNDELIVERED, _EVENTS),
    )
    of: dict[tuple[str, str], list[Any]] = {}
    for row in rows:
        of.setdefault((str(row["product"]), str(row["version"])), []).append(row)
    return tuple(_account(state, *key, events) for key, events in of.items())


def _account(state: Database, product: str, version: str, events: list[Any]) -> Account:
    ids = json.dumps([row["id"] for row in events])
    chosen = "event IN (SELECT value FROM json_each(?))"
    counted = state.rows(
        "SELECT state, sum(n) AS n, min(first) AS first, max(last) AS last FROM ("  # noqa: S608
        "SELECT state, count(*) AS n, min(sent_at) AS first, max(sent_at) AS last "
        f"FROM deliveries WHERE {chosen} GROUP BY state UNION ALL "
        f"SELECT state, number, first_at, last_at FROM counts WHERE {chosen}) AS counted "
        "GROUP BY state",
        (ids, ids),
    )
    numbers = {DeliveryState(row["state"]): int(row["n"]) for row in counted}
    sent = next((row for row in counted if row["state"] == DeliveryState.SENT), None)
    listed = state.rows(
        "SELECT person, channel, kind, state, sent_at, COALESCE(error, reason) AS why "  # noqa: S608
        f"FROM deliveries JOIN events ON events.id = event WHERE {chosen} "
        "ORDER BY state = 'sent', state = 'suppressed', deliveries.id DESC LIMIT ?",
        (ids, _LISTED),
    )
    (seen,) = state.rows(
        "SELECT min(first_seen) AS at FROM sightings "
        "WHERE product = ? AND numbers = ? AND version = ?",
        (product, numbers_of(version), version),
    )
    shipped = [str(row["at"]) for row in events if row["kind"] == EventKind.SHIPPED]
    return Account(
        product=product,
        version=version,
        first_seen=moment_or_none(seen["at"]),
        shipped_at=moment_or_none(min(shipped, default=None)),
        first_at=moment_or_none(sent["first"]) if sent else None,
        last_at=moment_or_none(sent["last"]) if sent else None,
        told=sum(numbers.get(one, 0) for one in _TOLD),
        missed=sum(numbers.get(one, 0) for one in _MISSED),
        waiting=sum(numbers.get(one, 0) for one in _WAITING),
        reached=tuple(
            Reached(
                recipient=row["person"],
                channel=row["channel"],
                happened=row["kind"],
                state=DeliveryState(row["state"]),
                at=moment_or_none(row["sent_at"]),
                why=row["why"],
            )
            for row in listed
        ),
    )
