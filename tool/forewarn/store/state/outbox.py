"""The outbox: what is to be told to whom. The deliveries table is the truth and the queue."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from forewarn.model.delivery import DeliveryState
from forewarn.model.events.event import SEEN, Event, EventKind
from forewarn.model.matching import Decision, Outcome, ToldBefore, who_gets
from forewarn.model.retry import FEWEST_OF_ALL
from forewarn.store.state.event_json import event_from_json, event_to_json
from forewarn.store.state.interface import Queued
from forewarn.store.state.rows import moment_or_none, to_text
from forewarn.words.routing import why

if TYPE_CHECKING:
    from forewarn.model.settings import Settings
    from forewarn.store.state.database import Connection, Database

# Why somebody is told of what their own product's places do, whatever they subscribe to.
_OWNER = "owner"
_AS_TOLD = "taken as told when the state database was built anew"
_STATES = {
    Outcome.AT_ONCE: DeliveryState.PENDING,
    Outcome.HELD: DeliveryState.HELD,
    Outcome.DIGEST: DeliveryState.HELD,
    Outcome.SUPPRESSED: DeliveryState.SUPPRESSED,
}


def put(
    connection: Connection,
    events: Iterable[Event],
    settings: Settings,
    *,
    now: datetime | None = None,
    happened_again: bool = False,
    told: bool = False,
    to: Iterable[tuple[str, str]] = (),
    decided: Callable[[Event, Sequence[Decision]], None] = lambda event, found: None,
) -> Queued:
    """As `change.Change.put` says, in the caller's transaction."""
    new: list[Event] = []
    deliveries = 0
    for event in events:
        if happened_again:
            event = _next_time(connection, event)
        event = replace(event, answers=event.answers or _earlier(connection, event))
        if not _add(connection, event):
            continue
        new.append(event)
        decisions = who_gets(event, settings, now or event.at, _told(connection, event))
        decided(event, decisions)
        if event.ends_its_subject:
            _take_back(connection, event)
        rows = [_row(event, one, told) for one in decisions if one.is_kept]
        connection.executemany(
            "INSERT INTO deliveries (event, person, channel, because, state, reason, "
            "next_attempt_at) VALUES (?, ?, ?, ?, ?, ?, ?)",
            rows,
        )
        deliveries += sum(one.is_told for one in decisions)
        told_already = {one.recipient for one in decisions if one.is_told}
        rest = [(person, way) for person, way in to if person not in told_already]
        _post(connection, event, rest, _OWNER)
        deliveries += len(rest)
    return Queued(events=tuple(new), deliveries=deliveries)


def post(connection: Connection, event: Event, to: Iterable[tuple[str, str]], because: str) -> None:
    """Queue an event for these people by these channels, whatever they subscribe to."""
    if _add(connection, event):
        _post(connection, event, to, because)


def _post(
    connection: Connection, event: Event, to: Iterable[tuple[str, str]], because: str
) -> None:
    connection.executemany(
        "INSERT INTO deliveries (event, person, channel, because, state) VALUES (?, ?, ?, ?, ?) "
        "ON CONFLICT (event, person, channel) DO NOTHING",
        [(event.id, *pair, because, DeliveryState.PENDING) for pair in to],
    )


def _add(connection: Connection, event: Event) -> bool:
    """Keep an event; whether it is new."""
    added = connection.execute(
        "INSERT INTO events (id, kind, product, version, subject, severity, at, content) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING",
        (
            event.id,
            event.kind.value,
            event.product,
            event.version,
            event.subject,
            event.severity.value,
            to_text(event.at),
            event_to_json(event),
        ),
    )
    return bool(added.rowcount)


def told_in(connection: Connection, ids: Iterable[str]) -> tuple[Event, ...]:
    """The alerts in which these sightings were told and that hold, the oldest first."""
    rows = connection.execute(
        "SELECT content FROM events WHERE taken_back_by IS NULL AND id IN "
        "(SELECT told_in FROM sightings WHERE id IN (SELECT value FROM json_each(?))) "
        "ORDER BY rowid",
        (json.dumps([*ids]),),
    ).fetchall()
    return tuple(event_from_json(row["content"]) for row in rows)


def told_as(products: Iterable[str], kind: EventKind) -> tuple[str, tuple[str, str]]:
    """The query for the events of a kind that were told of some products, the oldest first."""
    query = (
        "SELECT content FROM events WHERE product IN (SELECT value FROM json_each(?)) "
        "AND kind = ? ORDER BY +rowid"
    )
    return query, (json.dumps([*products]), kind.value)


def sound_events(rows: Iterable[Any]) -> tuple[Event, ...]:
    """The events of some rows; none that is damaged, or of which little is kept."""
    found: list[Event] = []
    for row in rows:
        with suppress(ValueError):
            found.append(event_from_json(row["content"]))
    return tuple(found)


def _earlier(connection: Connection, event: Event) -> tuple[str, ...]:
    """The ids of the events that this one takes back or corrects, the oldest first.

    What a source showed is not among them: that was seen, whatever is recorded.
    """
    if not event.takes_back:
        return ()
    rows = connection.execute(
        "SELECT id FROM events WHERE subject IN (SELECT value FROM json_each(?)) "
        "AND taken_back_by IS NULL AND kind NOT IN (SELECT value FROM json_each(?)) "
        "AND id != ? ORDER BY +rowid",
        (
            json.dumps(event.takes_back),
            json.dumps([*SEEN, EventKind.CANCELLED, EventKind.MISTAKEN]),
            event.id,
        ),
    ).fetchall()
    return tuple(str(row["id"]) for row in rows)


def told_before(state: Database, event: Event) -> tuple[ToldBefore, ...]:
    """Who got, or may have got, or is still to get what an event answers."""
    with state.transaction() as connection:
        return tuple(_told(connection, event))


def _told(connection: Connection, event: Event) -> Iterator[ToldBefore]:
    """Who got an event that this one answers, and by which channel, or may have got it.

    An attempt whose end nobody knows may have gone through. What was refused for good at an early
    attempt did not. What waits to be sent is not sent any more where this ends its subject; else
    it will be, and is told together with what corrects it.
    """
    if not event.answers:
        return
    answers = json.dumps(event.answers)
    rows = connection.execute(
        "SELECT person, channel, CAST(NULL AS TEXT) AS held_until, 0 AS id FROM told "
        "WHERE event IN (SELECT value FROM json_each(?)) "
        "UNION ALL SELECT person, channel, CASE state WHEN 'held' THEN next_attempt_at END, id "
        "FROM deliveries "
        "WHERE event IN (SELECT value FROM json_each(?)) AND ("
        # The plus keeps SQLite from looking through all that wait, for the few of these events.
        "+state IN ('sent', 'leased') OR +state = 'failed' AND attempts > 0 "
        "OR +state = 'dead' AND attempts >= ? "
        "OR ? AND +state IN ('pending', 'failed', 'held')) ORDER BY id",
        (answers, answers, FEWEST_OF_ALL, not event.ends_its_subject),
    ).fetchall()
    for row in rows:
        until = row["held_until"]
        yield ToldBefore(
            recipient=str(row["person"]),
            channel=str(row["channel"]),
            held_until=moment_or_none(until),
        )


def _take_back(connection: Connection, event: Event) -> None:
    """See that nothing is sent any more that does not hold.

    An alert of several versions holds while one of them stands.
    """
    connection.execute(
        "UPDATE events SET taken_back_by = ? WHERE id IN (SELECT value FROM json_each(?)) "
        "AND id NOT IN (SELECT told_in FROM sightings WHERE told_in IS NOT NULL "
        "AND state IN ('open', 'accepted'))",
        (event.id, json.dumps(event.answers)),
    )
    suppress_taken_back(connection, event.answers)


def suppress_taken_back(connection: Connection, events: Iterable[str]) -> None:
    """See that nothing is sent of these events that waits and was taken back."""
    connection.execute(
        "UPDATE deliveries SET state = 'suppressed', next_attempt_at = NULL, "
        "reason = 'taken back before it was sent' "
        "WHERE event IN (SELECT value FROM json_each(?)) "
        "AND +state IN ('pending', 'failed', 'dead', 'held') "
        "AND (SELECT taken_back_by FROM events WHERE id = deliveries.event) IS NOT NULL",
        (json.dumps(tuple(events)),),
    )


def _row(event: Event, one: Decision, told: bool) -> tuple[str | None, ...]:
    """A new delivery; no line asked for it where somebody hears what they were told before."""
    stands: tuple[str, str | None, str | None]
    if told:
        stands = DeliveryState.SENT, _AS_TOLD, None
    else:
        stands = _STATES[one.outcome], why(one), to_text(one.at) if one.at else None
    return event.id, one.recipient, one.channel, one.because, *stands


def _next_time(connection: Connection, event: Event) -> Event:
    """The event under its own id, or with `-2`, `-3`, … where that has been told already."""
    # What begins with the id and a hyphen: a range of the primary key; `.` is what follows `-`.
    (times,) = connection.execute(
        "SELECT (SELECT count(*) FROM events WHERE id = ?1) + "
        "(SELECT count(*) FROM events WHERE id >= ?1 || '-' AND id < ?1 || '.')",
        (event.id,),
    ).fetchone()
    return replace(event, id=f"{event.id}-{times + 1}") if times else event
