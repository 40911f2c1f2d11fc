"""What became of the deliveries: read, counted, and shortened when it is old."""

from __future__ import annotations

import functools
import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from forewarn.model.accounts import EVERY, Chosen
from forewarn.model.delivery import Delivery, DeliveryState
from forewarn.model.events.event import Event, EventKind
from forewarn.model.receipt import Assurance, EarlierMessage, Receipt
from forewarn.store.state.event_json import event_from_json
from forewarn.store.state.interface import DamagedRow
from forewarn.store.state.rows import moment_or_none

if TYPE_CHECKING:
    from forewarn.store.state.database import Connection, Database

SELECT = """
    SELECT deliveries.*, events.content
    FROM deliveries LEFT JOIN events ON events.id = deliveries.event
"""


def count(state: Database, *states: DeliveryState, channel: str | None = None) -> int:
    """How many deliveries there are, or how many in one of these states, or of a channel."""
    conditions = [f"state IN ({', '.join('?' * len(states))})"] if states else []
    conditions += ["channel = ?"] if channel else []
    where = f"WHERE {' AND '.join(conditions)}" if conditions else ""
    parameters = (*states, channel) if channel else states
    rows = state.rows(f"SELECT count(*) FROM deliveries {where}", parameters)  # noqa: S608
    return int(rows[0][0])


def count_chosen(state: Database, chosen: Chosen) -> int:
    """How many deliveries are among those."""
    where, parameters = _where(chosen)
    rows = state.rows(f"SELECT count(*) FROM deliveries {where}", parameters)  # noqa: S608
    return int(rows[0][0])


def deliveries(
    state: Database,
    chosen: Chosen | None = None,
    *,
    newest: int | None = None,
    damaged: Callable[[DamagedRow], None] | None = None,
) -> tuple[Delivery, ...]:
    """The chosen deliveries, or all, or the `newest` of them; oldest first.

    Raises:
        DamagedRow: a row cannot be read, and there is no `damaged` to be told of it.
    """
    chosen = chosen or EVERY
    condition, parameters = _where(chosen)
    if newest is not None:
        # Of most rows the newest are found from the end; of few, by the index.
        if chosen.state is DeliveryState.SENT and not (chosen.person or chosen.product):
            condition = condition.replace("state", "+state")
        condition = (
            f"WHERE deliveries.id IN (SELECT id FROM deliveries {condition} "  # noqa: S608
            "ORDER BY id DESC LIMIT ?)"
        )
        parameters += (newest,)
    query = f"{SELECT} {condition} ORDER BY deliveries.id"
    found = []
    for row in state.sound("deliveries", query, parameters, one_delivery):
        if not isinstance(row, DamagedRow):
            found.append(row)
        elif damaged is None:
            raise row
        else:
            damaged(row)
    return tuple(found)


def _where(chosen: Chosen) -> tuple[str, tuple[object, ...]]:
    """The condition that chooses them, and its parameters."""
    parts = {
        "state = ?": chosen.state,
        "person = ?": chosen.person,
        "event IN (SELECT id FROM events WHERE product = ?)": chosen.product,
    }
    used = {text: value for text, value in parts.items() if value is not None}
    return (f"WHERE {' AND '.join(used)}" if used else ""), tuple(used.values())


def delivery(state: Database, id: int) -> Delivery | None:
    """One delivery, if it is there.

    Raises:
        DamagedRow: it cannot be read.
    """
    for row in state.sound("deliveries", f"{SELECT} WHERE deliveries.id = ?", (id,), one_delivery):
        if isinstance(row, DamagedRow):
            raise row
        return row
    return None


def events(state: Database) -> tuple[Event, ...]:
    """Every event whose content is still kept, by the time it happened."""
    query = "SELECT content FROM events WHERE content != '' ORDER BY at, id"
    read = state.sound("events", query, (), lambda row: event_from_json(row["content"]))
    return tuple(event for event in read if isinstance(event, Event))


def unreported(state: Database, channel: str, most: int) -> tuple[int, tuple[Delivery, ...]]:
    """How much was given up of which the operators were not told, and the first of it.

    That what they are told was given up is told to nobody: it would go on for ever.
    """
    which = (
        "FROM deliveries LEFT JOIN events ON events.id = deliveries.event "
        "WHERE channel = ? AND state = 'dead' AND reported = 0 AND kind != ?"
    )
    parameters = (channel, EventKind.UNDELIVERED)
    (row,) = state.rows(f"SELECT count(*) {which}", parameters)
    query = f"SELECT deliveries.*, content {which} ORDER BY deliveries.id LIMIT ?"
    found = state.sound("deliveries", query, (*parameters, most), one_delivery)
    return int(row[0]), tuple(one for one in found if not isinstance(one, DamagedRow))


def mark_reported(connection: Connection, channel: str) -> bool:
    """Keep that the operators know of all that was given up of a channel; whether of any."""
    marked = connection.execute(
        "UPDATE deliveries SET reported = 1 WHERE channel = ? AND state = 'dead' AND reported = 0",
        (channel,),
    )
    return bool(marked.rowcount)


def find_events(state: Database, prefix: str) -> tuple[Event, ...]:
    """The events whose id begins with `prefix` and whose content is still kept."""
    query = "SELECT content FROM events WHERE id >= ? AND id < ? AND content != '' ORDER BY id"
    values = (prefix, f"{prefix}\U0010ffff")
    read = state.sound("events", query, values, lambda row: event_from_json(row["content"]))
    return tuple(event for event in read if isinstance(event, Event))


def receipts(state: Database, delivery: Delivery) -> tuple[EarlierMessage, ...]:
    """What its recipient got by its channel of the events that this one answers, oldest first."""
    if not delivery.event.answers:
        return ()
    rows = state.rows(
        "SELECT message_id, thread_id, assurance, NOT EXISTS (SELECT 1 FROM deliveries AS other "
        "WHERE other.batch = deliveries.batch AND other.message_id = deliveries.message_id "
        "AND other.event NOT IN (SELECT value FROM json_each(?1))) AS wholly FROM deliveries "
        "WHERE event IN (SELECT value FROM json_each(?1)) AND person = ?2 AND channel = ?3 "
        "AND message_id IS NOT NULL ORDER BY sent_at, id",
        (json.dumps(delivery.event.answers), delivery.person, delivery.channel),
    )
    found = ((_receipt(row), bool(row["wholly"])) for row in rows)
    return tuple(EarlierMessage(receipt=one, wholly=wholly) for one, wholly in found if one)


def last_of_thread(state: Database, delivery: Delivery) -> Receipt | None:
    """What its recipient got last by its channel of the same release, and of that alone."""
    rows = state.rows(
        "SELECT message_id, thread_id, assurance FROM deliveries "
        "WHERE event IN (SELECT id FROM events WHERE subject = ?1 AND id != ?2) "
        "AND person = ?3 AND channel = ?4 AND message_id IS NOT NULL AND NOT EXISTS "
        "(SELECT 1 FROM deliveries AS other JOIN events ON events.id = other.event "
        "WHERE other.batch = deliveries.batch AND other.message_id = deliveries.message_id "
        "AND events.subject != ?1) ORDER BY sent_at DESC, deliveries.id DESC LIMIT 1",
        (delivery.event.subject, delivery.event.id, delivery.person, delivery.channel),
    )
    return _receipt(rows[0]) if rows else None


def one_delivery(row: Any) -> Delivery:
    """A row of `SELECT`."""
    return read_delivery(row, _event(row["content"]))


@functools.lru_cache(maxsize=64)
def _event(content: str) -> Event:
    """An event, read once for all who are told of it."""
    return event_from_json(content)


def read_delivery(row: Any, event: Any) -> Delivery:
    """A stored delivery of an event."""
    return Delivery(
        id=row["id"],
        event=event,
        person=row["person"],
        channel=row["channel"],
        state=DeliveryState(row["state"]),
        attempts=row["attempts"],
        next_attempt_at=moment_or_none(row["next_attempt_at"]),
        tried_at=moment_or_none(row["tried_at"]),
        sent_at=moment_or_none(row["sent_at"]),
        error=row["error"],
        reason=row["reason"],
        because=row["because"],
        receipt=_receipt(row),
        duplicates=row["duplicates"],
        claim=row["claim"],
        batch=row["batch"],
    )


def _receipt(row: Any) -> Receipt | None:
    if row["message_id"] is None:
        return None
    assurance = Assurance(row["assurance"])
    return Receipt(message=row["message_id"], thread=row["thread_id"], assurance=assurance)
