"""The outbox: what is to be told to whom. The deliveries table is the truth and the queue.

A row is `pending`, then `sending` while one process holds it, then `sent`, `pending` again or
`failed`; or `dropped`, where what it tells was taken back before it was sent. The number of
attempts is raised when a row is claimed, not when it is settled: it says who holds the row, and an
attempt that killed its process counts.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from forewarn.model.event import Delivery, Event, EventKind
from forewarn.model.settings import Settings, Subscription
from forewarn.store.event_json import event_from_json, event_to_json
from forewarn.store.state import State, to_moment, to_text

LEASE = timedelta(minutes=5)
# With the waits of `backoff`, about three days.
MOST_ATTEMPTS = 20
_FIRST_WAIT = timedelta(minutes=1)
_LONGEST_WAIT = timedelta(hours=6)
_DIED = "the process that was sending it ended before it was done"
_SELECT = """
    SELECT deliveries.*, events.content
    FROM deliveries JOIN events ON events.id = deliveries.event
"""


@dataclass(frozen=True, kw_only=True, slots=True)
class Queued:
    """What `put` added: the events that were new, and how many deliveries they led to."""

    events: tuple[Event, ...]
    deliveries: int


def put(
    connection: sqlite3.Connection,
    events: Iterable[Event],
    settings: Settings,
    *,
    happened_again: bool = False,
) -> Queued:
    """Keep the events that are new and queue them for everybody who subscribed.

    It is part of the caller's transaction. An event that is known already, even to nobody's
    interest at that time, leads to nothing: putting twice changes nothing. A caller who knows
    that these happened after everything that was put before says `happened_again`: a date
    that is moved there, back and there again is then told three times.

    An event that takes something back also goes to everybody who got that, whatever they
    subscribe to today. Where nothing of it holds, it goes to nobody else.
    """
    new: list[Event] = []
    deliveries = 0
    for event in events:
        if happened_again:
            event = _next_time(connection, event)
        event = replace(event, answers=_earlier(connection, event))
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
        if not added.rowcount:
            continue
        new.append(event)
        # A dict keeps the order of forewarn.yml and drops a person's second match.
        wanted = dict.fromkeys(_told(connection, event))
        if event.ends_its_subject:
            _take_back(connection, event)
        else:
            wanted |= {
                (s.person, s.channel): None for s in settings.subscriptions if wants(s, event)
            }
        connection.executemany(
            "INSERT INTO deliveries (event, person, channel, state) VALUES (?, ?, ?, 'pending')",
            [(event.id, person, channel) for person, channel in wanted],
        )
        deliveries += len(wanted)
    return Queued(events=tuple(new), deliveries=deliveries)


def _earlier(connection: sqlite3.Connection, event: Event) -> tuple[str, ...]:
    """The ids of the events that this one takes back or corrects, the oldest first.

    What a source showed is not among them: that was seen, whatever is recorded.
    """
    rows = connection.execute(
        "SELECT id FROM events WHERE subject IN (SELECT value FROM json_each(?)) "
        "AND taken_back_by IS NULL AND kind NOT IN (?, ?, ?) AND id != ? ORDER BY rowid",
        (
            json.dumps(event.takes_back),
            EventKind.UNANNOUNCED_DOWNLOAD,
            EventKind.CANCELLED,
            EventKind.MISTAKEN,
            event.id,
        ),
    ).fetchall()
    return tuple(str(row["id"]) for row in rows)


def _told(connection: sqlite3.Connection, event: Event) -> Iterator[tuple[str, str]]:
    """Who got an event that this one answers, and by which channel, or may have got it.

    An attempt whose end nobody knows may have gone through. What was refused for good at an early
    attempt did not.
    """
    rows = connection.execute(
        "SELECT person, channel FROM deliveries "
        "WHERE event IN (SELECT value FROM json_each(?)) AND ("
        "state IN ('sent', 'sending') OR state = 'pending' AND attempts > 0 "
        "OR state = 'failed' AND attempts >= ?) ORDER BY id",
        (json.dumps(event.answers), MOST_ATTEMPTS),
    ).fetchall()
    return ((str(row["person"]), str(row["channel"])) for row in rows)


def _take_back(connection: sqlite3.Connection, event: Event) -> None:
    """See that nothing is sent any more that does not hold."""
    connection.execute(
        "UPDATE events SET taken_back_by = ? WHERE id IN (SELECT value FROM json_each(?))",
        (event.id, json.dumps(event.answers)),
    )
    _drop(connection, to_text(event.at))


def _drop(connection: sqlite3.Connection, moment: str) -> None:
    """Give up what was taken back, also where whoever was sending it is gone."""
    connection.execute(
        "UPDATE deliveries SET state = 'dropped', next_attempt_at = NULL "
        "WHERE (state IN ('pending', 'failed') OR state = 'sending' AND lease_until <= ?) "
        "AND event IN (SELECT id FROM events WHERE taken_back_by IS NOT NULL)",
        (moment,),
    )


def _next_time(connection: sqlite3.Connection, event: Event) -> Event:
    """The event under its own id, or with `-2`, `-3`, … where that has been told already."""
    (times,) = connection.execute(
        "SELECT count(*) FROM events WHERE id = ? OR id LIKE ? || '-%'", (event.id, event.id)
    ).fetchone()
    return replace(event, id=f"{event.id}-{times + 1}") if times else event


def wants(subscription: Subscription, event: Event) -> bool:
    """Whether an event is one that the subscription asks for."""
    products, kinds = subscription.products, subscription.events
    return (
        (not products or not set(products).isdisjoint(event.products))
        and (not kinds or event.kind in kinds)
        and event.severity.rank >= subscription.least_severity.rank
    )


def claim(
    state: State, *, now: datetime, due: datetime | None = None, holder: str = "", limit: int = 50
) -> list[Delivery]:
    """Take up to `limit` rows that are due at `due` (default `now`), oldest first.

    They are the caller's for `LEASE`; a row whose lease ran out is taken over. No row is given
    to two callers.
    """
    moment = to_text(now)
    with state.transaction() as connection:
        connection.execute(
            "UPDATE deliveries SET state = 'failed', error = ? "
            "WHERE state = 'sending' AND lease_until <= ? AND attempts >= ?",
            (_DIED, moment, MOST_ATTEMPTS),
        )
        _drop(connection, moment)
        claimed = connection.execute(
            """
            UPDATE deliveries
            SET state = 'sending', attempts = attempts + 1, lease_until = ?, lease_by = ?
            WHERE id IN (
                SELECT id FROM deliveries
                WHERE state = 'pending' AND (next_attempt_at IS NULL OR next_attempt_at <= ?)
                   OR state = 'sending' AND lease_until <= ?
                ORDER BY id LIMIT ?
            )
            RETURNING id
            """,
            (to_text(now + LEASE), holder, to_text(due or now), moment, limit),
        ).fetchall()
        marks = ", ".join("?" * len(claimed))
        rows = connection.execute(
            f"{_SELECT} WHERE deliveries.id IN ({marks}) ORDER BY deliveries.id",
            [row["id"] for row in claimed],
        ).fetchall()
    return [_delivery(row) for row in rows]


def renew(state: State, delivery: Delivery, *, now: datetime) -> bool:
    """Hold a claimed row for another `LEASE`; False where somebody else has taken it over."""
    with state.transaction() as connection:
        renewed = connection.execute(
            "UPDATE deliveries SET lease_until = ? "
            "WHERE id = ? AND state = 'sending' AND attempts = ?",
            (to_text(now + LEASE), delivery.id, delivery.attempts),
        )
    return bool(renewed.rowcount)


def settle_sent(state: State, delivery: Delivery, *, now: datetime) -> Delivery:
    """It went. This holds whoever has the row by now: nobody needs to send it again."""
    return _settle(state, replace(delivery, state="sent", sent_at=now, error=None))


def settle_failed(
    state: State, delivery: Delivery, error: str, *, permanent: bool, now: datetime
) -> Delivery:
    """It did not go: `pending` with a later time, or `failed` where trying again is no use.

    A row that somebody else has taken over in the meantime is left to them.
    """
    if permanent or delivery.attempts >= MOST_ATTEMPTS:
        return _settle(state, replace(delivery, state="failed", error=error))
    later = now + backoff(delivery.attempts)
    return _settle(state, replace(delivery, state="pending", error=error, next_attempt_at=later))


def backoff(attempts: int) -> timedelta:
    """How long to wait after that many attempts: one minute, doubled each time, at most 6 h."""
    return min(_FIRST_WAIT * (1 << min(attempts - 1, 10)), _LONGEST_WAIT)


def take_back(state: State, holder: str, *, now: datetime) -> None:
    """Free the rows of a holder that is known to be gone; the next claim takes them."""
    with state.transaction() as connection:
        connection.execute(
            "UPDATE deliveries SET lease_until = ?, error = ? "
            "WHERE state = 'sending' AND lease_by = ?",
            (to_text(now), _DIED, holder),
        )


def holders(state: State) -> tuple[str, ...]:
    """Who holds rows now, alive or not."""
    rows = state.rows("SELECT DISTINCT lease_by FROM deliveries WHERE state = 'sending'")
    return tuple(str(row["lease_by"]) for row in rows)


def revive(state: State) -> None:
    """Make everything that was given up, or that waits for its next attempt, due at once."""
    with state.transaction() as connection:
        connection.execute(
            "UPDATE deliveries SET state = 'pending', attempts = 0, next_attempt_at = NULL "
            "WHERE state IN ('failed', 'pending')"
        )


def deliveries(state: State, *, only: str | None = None) -> tuple[Delivery, ...]:
    """All deliveries, or those of one state, oldest first."""
    condition = "WHERE deliveries.state = ?" if only else ""
    parameters = (only,) if only else ()
    rows = state.rows(f"{_SELECT} {condition} ORDER BY deliveries.id", parameters)
    return tuple(_delivery(row) for row in rows)


def events(state: State) -> tuple[Event, ...]:
    """Every event that was ever put, by the time it happened."""
    rows = state.rows("SELECT content FROM events ORDER BY at, id")
    return tuple(event_from_json(row["content"]) for row in rows)


def _settle(state: State, delivery: Delivery) -> Delivery:
    final = delivery.state == "sent"
    with state.transaction() as connection:
        connection.execute(
            "UPDATE deliveries SET state = ?, next_attempt_at = ?, sent_at = ?, error = ?, "
            "lease_until = NULL, lease_by = NULL "
            "WHERE id = ? AND (? OR state = 'sending' AND attempts = ?)",
            (
                delivery.state,
                _text(delivery.next_attempt_at),
                _text(delivery.sent_at),
                delivery.error,
                delivery.id,
                final,
                delivery.attempts,
            ),
        )
    return delivery


def _delivery(row: sqlite3.Row) -> Delivery:
    return Delivery(
        id=row["id"],
        event=event_from_json(row["content"]),
        person=row["person"],
        channel=row["channel"],
        state=row["state"],
        attempts=row["attempts"],
        next_attempt_at=_moment(row["next_attempt_at"]),
        sent_at=_moment(row["sent_at"]),
        error=row["error"],
    )


def _text(moment: datetime | None) -> str | None:
    return to_text(moment) if moment else None


def _moment(text: str | None) -> datetime | None:
    return to_moment(text) if text else None
