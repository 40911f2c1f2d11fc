"""The outbox: what is to be told to whom. The deliveries table is the truth and the queue.

A row is `pending`, then `sending` while one process holds it, then `sent`, `pending` again or
`failed`; or `dropped`, where what it tells was taken back before it was sent. The number of
attempts is raised when a row is claimed, not when it is settled: it says who holds the row, and an
attempt that killed its process counts.

No clock is trusted: one that was set back must not make an alert wait, and one that is ahead must
not take a row from a process that lives.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any

from forewarn.model.events.event import Delivery, Event, EventKind
from forewarn.model.matching import who_gets
from forewarn.model.receipt import Assurance, Receipt
from forewarn.model.retry import MOST_ATTEMPTS, latest_sane, next_attempt
from forewarn.model.settings import Settings
from forewarn.store.state.database import Database, Shape, to_moment, to_text
from forewarn.store.state.event_json import event_from_json, event_to_json
from forewarn.store.state.interface import LEASE, DamagedRow, Queued

_DIED = "the process that was sending it ended before it was done"
# Database and error of a new row, by whether it is one of an event that people were told before.
_AS_TOLD = {
    False: ("pending", None),
    True: ("sent", "taken as told when the state database was built anew"),
}
_SELECT = """
    SELECT deliveries.*, events.content
    FROM deliveries LEFT JOIN events ON events.id = deliveries.event
"""


def put(
    connection: sqlite3.Connection,
    events: Iterable[Event],
    settings: Settings,
    *,
    happened_again: bool = False,
    told: bool = False,
) -> Queued:
    """As `interface.Change.put` says, in the caller's transaction."""
    new: list[Event] = []
    deliveries = 0
    for event in events:
        if happened_again:
            event = _next_time(connection, event)
        event = replace(event, answers=event.answers or _earlier(connection, event))
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
        wanted = who_gets(event, settings.subscriptions, _told(connection, event))
        if event.ends_its_subject:
            _take_back(connection, event)
        connection.executemany(
            "INSERT INTO deliveries (event, person, channel, state, error) VALUES (?, ?, ?, ?, ?)",
            [(event.id, one.person, one.channel, *_AS_TOLD[told]) for one in wanted],
        )
        deliveries += len(wanted)
    return Queued(events=tuple(new), deliveries=deliveries)


def told_in(connection: sqlite3.Connection, ids: Iterable[str]) -> tuple[Event, ...]:
    """The alerts in which these sightings were told and that hold, the oldest first."""
    rows = connection.execute(
        "SELECT content FROM events WHERE taken_back_by IS NULL AND id IN "
        "(SELECT told_in FROM sightings WHERE id IN (SELECT value FROM json_each(?))) "
        "ORDER BY rowid",
        (json.dumps([*ids]),),
    ).fetchall()
    return tuple(event_from_json(row["content"]) for row in rows)


def _earlier(connection: sqlite3.Connection, event: Event) -> tuple[str, ...]:
    """The ids of the events that this one takes back or corrects, the oldest first.

    What a source showed is not among them: that was seen, whatever is recorded.
    """
    if not event.takes_back:
        return ()
    rows = connection.execute(
        "SELECT id FROM events WHERE subject IN (SELECT value FROM json_each(?)) "
        "AND taken_back_by IS NULL AND kind NOT IN (?, ?, ?) AND id != ? ORDER BY +rowid",
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
    if not event.answers:
        return iter(())
    answers = json.dumps(event.answers)
    rows = connection.execute(
        "SELECT person, channel, 0 AS id FROM told "
        "WHERE event IN (SELECT value FROM json_each(?)) "
        "UNION ALL SELECT person, channel, id FROM deliveries "
        "WHERE event IN (SELECT value FROM json_each(?)) AND ("
        # The plus keeps SQLite from looking through all that wait, for the few of these events.
        "+state IN ('sent', 'sending') OR +state = 'pending' AND attempts > 0 "
        "OR +state = 'failed' AND attempts >= ?) ORDER BY id",
        (answers, answers, MOST_ATTEMPTS),
    ).fetchall()
    return ((str(row["person"]), str(row["channel"])) for row in rows)


def _take_back(connection: sqlite3.Connection, event: Event) -> None:
    """See that nothing is sent any more that does not hold.

    An alert of several versions holds while one of them stands.
    """
    connection.execute(
        "UPDATE events SET taken_back_by = ? WHERE id IN (SELECT value FROM json_each(?)) "
        "AND id NOT IN (SELECT told_in FROM sightings WHERE told_in IS NOT NULL "
        "AND state IN ('open', 'accepted'))",
        (event.id, json.dumps(event.answers)),
    )
    _drop(connection, event.answers)


def _drop(connection: sqlite3.Connection, events: Iterable[str]) -> None:
    """Give up what of these events waits and was taken back."""
    connection.execute(
        "UPDATE deliveries SET state = 'dropped', next_attempt_at = NULL "
        "WHERE event IN (SELECT value FROM json_each(?)) AND +state IN ('pending', 'failed') "
        "AND (SELECT taken_back_by FROM events WHERE id = deliveries.event) IS NOT NULL",
        (json.dumps(tuple(events)),),
    )


def _next_time(connection: sqlite3.Connection, event: Event) -> Event:
    """The event under its own id, or with `-2`, `-3`, … where that has been told already."""
    # What begins with the id and a hyphen: a range of the primary key; `.` is what follows `-`.
    (times,) = connection.execute(
        "SELECT (SELECT count(*) FROM events WHERE id = ?1) + "
        "(SELECT count(*) FROM events WHERE id >= ?1 || '-' AND id < ?1 || '.')",
        (event.id,),
    ).fetchone()
    return replace(event, id=f"{event.id}-{times + 1}") if times else event


def channels(state: Database) -> tuple[str, ...]:
    """The channels by which anything was ever to be sent, without a look at each delivery."""
    return state.distinct("deliveries", "channel")


def claim(
    state: Database,
    *,
    channel: str,
    now: datetime,
    due: datetime | None = None,
    holder: str = "",
    limit: int = 50,
    lives: Callable[[str], bool] | None = None,
    damaged: Callable[[DamagedRow], None] = lambda row: None,
) -> list[Delivery]:
    """Take up to `limit` rows of a channel that are due at `due` (default `now`), in their order.

    They are the caller's for `LEASE`. No row is given to two callers. Where `lives` can tell
    whether a holder is alive, a row is never taken from one that is, and always from one that is
    not; else a row whose lease ran out is taken over. A row that is damaged is given up, and
    `damaged` is told.
    """
    with state.transaction() as connection:
        _free(connection, now, lives)
        _undo_leaps(connection, now)
        while rows := _due(connection, channel, to_text(due or now), limit):
            _drop(connection, {row["event"] for row in rows if row["taken_back_by"]})
            ids = [row["id"] for row in rows if not row["taken_back_by"]]
            claimed = _take(connection, ids, holder, now, damaged)
            if claimed:
                return claimed
    return []


def _free(
    connection: sqlite3.Connection, now: datetime, lives: Callable[[str], bool] | None
) -> None:
    """Let go what a process held that is gone; what was tried often enough is given up."""
    held = connection.execute(
        "SELECT DISTINCT lease_by FROM deliveries WHERE state = 'sending'"
    ).fetchall()
    for (holder,) in held:
        known = lives is not None and bool(holder)
        if known and lives and lives(str(holder)):
            continue
        connection.execute(
            "UPDATE deliveries SET state = CASE WHEN attempts >= ? THEN 'failed' ELSE 'pending' "
            "END, next_attempt_at = NULL, error = ? "
            "WHERE state = 'sending' AND lease_by IS ? AND (? OR lease_until <= ?)",
            (MOST_ATTEMPTS, _DIED, holder, known, to_text(now)),
        )


def _undo_leaps(connection: sqlite3.Connection, now: datetime) -> None:
    """Make due what is put off for longer than it can have been: the clock was set back since."""
    # By number: for a span of numbers SQLite would look through all that wait, at each claim.
    exact = [("=", attempts) for attempts in range(MOST_ATTEMPTS + 1)]
    for compared, attempts in (("<", 0), *exact, (">", MOST_ATTEMPTS)):
        connection.execute(
            "UPDATE deliveries INDEXED BY deliveries_waiting SET next_attempt_at = NULL "  # noqa: S608
            "WHERE state = 'pending' AND next_attempt_at IS NOT NULL "
            f"AND attempts {compared} ? AND next_attempt_at > ?",
            (attempts, to_text(latest_sane(attempts, now))),
        )


def _due(
    connection: sqlite3.Connection, channel: str, moment: str, limit: int
) -> list[sqlite3.Row]:
    """Rows that are due: those never put off, then those that were put off, as an index has them.

    However many wait, no more are looked at.
    """
    query = (
        "SELECT deliveries.id, event, taken_back_by FROM deliveries "
        "LEFT JOIN events ON events.id = event WHERE deliveries.id IN ("
        "SELECT id FROM deliveries WHERE channel = ? AND state = 'pending' AND next_attempt_at {} "
        "LIMIT ?) "
        "ORDER BY deliveries.id"
    )
    rows = connection.execute(query.format("IS NULL ORDER BY id"), (channel, limit)).fetchall()
    rest = limit - len(rows)
    if rest:
        later = query.format("<= ? ORDER BY next_attempt_at, id")
        rows += connection.execute(later, (channel, moment, rest)).fetchall()
    return rows


def _take(
    connection: sqlite3.Connection,
    ids: list[int],
    holder: str,
    now: datetime,
    damaged: Callable[[DamagedRow], None],
) -> list[Delivery]:
    """Claim rows; those that are damaged are given up, and are not among what is returned."""
    marks = ", ".join("?" * len(ids))
    connection.execute(
        "UPDATE deliveries SET state = 'sending', attempts = max(attempts, 0) + 1, "  # noqa: S608
        f"lease_until = ?, lease_by = ? WHERE id IN ({marks})",
        (to_text(now + LEASE), holder, *ids),
    )
    rows = connection.execute(
        f"{_SELECT} WHERE deliveries.id IN ({marks}) ORDER BY deliveries.id", ids
    ).fetchall()
    shape = Shape.of("deliveries")
    claimed = []
    for row in rows:
        try:
            claimed.append(shape.read(row, _delivery))
        except DamagedRow as error:
            connection.execute(
                "UPDATE deliveries SET state = 'failed', error = ? WHERE id = ?",
                (error.what, row["id"]),
            )
            damaged(error)
    return claimed


def renew(state: Database, delivery: Delivery, *, now: datetime) -> bool:
    """Hold a claimed row for another `LEASE`; False where somebody else has taken it over."""
    with state.transaction() as connection:
        renewed = connection.execute(
            "UPDATE deliveries SET lease_until = ? "
            "WHERE id = ? AND state = 'sending' AND attempts = ?",
            (to_text(now + LEASE), delivery.id, delivery.attempts),
        )
    return bool(renewed.rowcount)


def settle_sent(
    state: Database, delivery: Delivery, receipt: Receipt | None = None, *, now: datetime
) -> Delivery:
    """It went. This holds whoever has the row by now: nobody needs to send it again."""
    sent = replace(delivery, state="sent", sent_at=now, error=None, receipt=receipt)
    return _settle(state, sent)


def receipts(state: Database, delivery: Delivery) -> tuple[Receipt, ...]:
    """What its recipient got by its channel of the events that this one answers, oldest first."""
    if not delivery.event.answers:
        return ()
    rows = state.rows(
        "SELECT message_id, thread_id, assurance FROM deliveries "
        "WHERE event IN (SELECT value FROM json_each(?)) AND person = ? AND channel = ? "
        "AND message_id IS NOT NULL ORDER BY sent_at, id",
        (json.dumps(delivery.event.answers), delivery.person, delivery.channel),
    )
    found = (_receipt(row) for row in rows)
    return tuple(receipt for receipt in found if receipt)


def settle_failed(
    state: Database, delivery: Delivery, error: str, *, permanent: bool, now: datetime
) -> Delivery:
    """It did not go: `pending` with a later time, or `failed` where trying again is no use.

    A row that somebody else has taken over in the meantime is left to them.
    """
    return _settle(state, _failed(delivery, error, permanent, now))


def settle_failed_together(
    state: Database, failures: Iterable[tuple[Delivery, str, bool]], *, now: datetime
) -> list[Delivery]:
    """The same for many in one transaction: each with its error, and whether that is permanent.

    Until then their rows are held: of a process that dies before, the next run tries them again.
    """
    settled = [_failed(delivery, error, permanent, now) for delivery, error, permanent in failures]
    if settled:
        with state.transaction() as connection:
            for delivery in settled:
                _keep(connection, delivery)
    return settled


def _failed(delivery: Delivery, error: str, permanent: bool, now: datetime) -> Delivery:
    later = next_attempt(delivery.attempts, now, permanent=permanent)
    state_now = "pending" if later else "failed"
    return replace(delivery, state=state_now, error=error, next_attempt_at=later)


def revive(state: Database) -> None:
    """Make everything that was given up, or that waits for its next attempt, due at once."""
    with state.transaction() as connection:
        connection.execute(
            "UPDATE deliveries SET state = 'pending', attempts = 0, next_attempt_at = NULL "
            "WHERE state IN ('failed', 'pending')"
        )


def shorten(state: Database, *, before: datetime, limit: int) -> int:
    """Of up to `limit` deliveries settled before a moment keep who was told of what; how many."""
    moment = to_text(before)
    old = state.rows(
        "SELECT deliveries.id, event FROM deliveries JOIN events ON events.id = event "
        "WHERE deliveries.id IN (SELECT id FROM deliveries "
        "WHERE +state IN ('sent', 'failed', 'dropped') ORDER BY id LIMIT ?) "
        "AND COALESCE(sent_at, events.at) < ?",
        (limit, moment),
    )
    if not old:
        return 0
    ids = json.dumps([row["id"] for row in old])
    of = json.dumps(sorted({row["event"] for row in old}))
    with state.transaction() as connection:
        connection.execute(
            "INSERT OR IGNORE INTO told SELECT event, person, channel FROM deliveries "
            "WHERE id IN (SELECT value FROM json_each(?)) "
            "AND (+state = 'sent' OR +state = 'failed' AND attempts >= ?)",
            (ids, MOST_ATTEMPTS),
        )
        # Whoever happens to send one of them again at this moment keeps it.
        connection.execute(
            "DELETE FROM deliveries WHERE id IN (SELECT value FROM json_each(?)) "
            "AND +state IN ('sent', 'failed', 'dropped')",
            (ids,),
        )
        connection.execute(
            "UPDATE events SET content = '' WHERE id IN (SELECT value FROM json_each(?)) "
            "AND NOT EXISTS (SELECT 1 FROM deliveries WHERE event = events.id)",
            (of,),
        )
    return len(old)


def count(state: Database, only: str | None = None) -> int:
    """How many deliveries there are, or how many of one state."""
    condition = "WHERE state = ?" if only else ""
    parameters = (only,) if only else ()
    rows = state.rows(f"SELECT count(*) FROM deliveries {condition}", parameters)  # noqa: S608
    return int(rows[0][0])


def deliveries(
    state: Database,
    *,
    only: str | None = None,
    newest: int | None = None,
    damaged: Callable[[DamagedRow], None] | None = None,
) -> tuple[Delivery, ...]:
    """All deliveries, or those of one state, or the `newest` of them, oldest first.

    Raises:
        DamagedRow: a row cannot be read, and there is no `damaged` to be told of it.
    """
    condition = "WHERE state = ?" if only else ""
    parameters: tuple[object, ...] = (only,) if only else ()
    if newest is not None:
        condition = (
            f"WHERE deliveries.id IN (SELECT id FROM deliveries {condition} "  # noqa: S608
            "ORDER BY id DESC LIMIT ?)"
        )
        parameters += (newest,)
    query = f"{_SELECT} {condition} ORDER BY deliveries.id"
    found = []
    for row in state.sound("deliveries", query, parameters, _delivery):
        if not isinstance(row, DamagedRow):
            found.append(row)
        elif damaged is None:
            raise row
        else:
            damaged(row)
    return tuple(found)


def events(state: Database) -> tuple[Event, ...]:
    """Every event whose content is still kept, by the time it happened."""
    query = "SELECT content FROM events WHERE content != '' ORDER BY at, id"
    read = state.sound("events", query, (), lambda row: event_from_json(row["content"]))
    return tuple(event for event in read if isinstance(event, Event))


def _settle(state: Database, delivery: Delivery) -> Delivery:
    with state.transaction() as connection:
        _keep(connection, delivery)
    return delivery


def _keep(connection: sqlite3.Connection, delivery: Delivery) -> None:
    final = delivery.state == "sent"
    connection.execute(
        "UPDATE deliveries SET state = ?, next_attempt_at = ?, sent_at = ?, error = ?, "
        "message_id = ?, thread_id = ?, assurance = ?, lease_until = NULL, lease_by = NULL "
        "WHERE id = ? AND (? OR state = 'sending' AND attempts = ?)",
        (
            delivery.state,
            _text(delivery.next_attempt_at),
            _text(delivery.sent_at),
            delivery.error,
            *_parts(delivery.receipt),
            delivery.id,
            final,
            delivery.attempts,
        ),
    )
    if not final:
        _drop(connection, (delivery.event.id,))


def _delivery(row: sqlite3.Row) -> Delivery:
    return read_delivery(row, event_from_json(row["content"]))


def read_delivery(row: sqlite3.Row, event: Any) -> Delivery:
    """A stored delivery of an event."""
    return Delivery(
        id=row["id"],
        event=event,
        person=row["person"],
        channel=row["channel"],
        state=row["state"],
        attempts=row["attempts"],
        next_attempt_at=_moment(row["next_attempt_at"]),
        sent_at=_moment(row["sent_at"]),
        error=row["error"],
        receipt=_receipt(row),
    )


def _receipt(row: sqlite3.Row) -> Receipt | None:
    if row["message_id"] is None:
        return None
    assurance = Assurance(row["assurance"])
    return Receipt(message=row["message_id"], thread=row["thread_id"], assurance=assurance)


def _parts(receipt: Receipt | None) -> tuple[str | None, str | None, str | None]:
    if receipt is None:
        return None, None, None
    return receipt.message, receipt.thread, receipt.assurance.value


def _text(moment: datetime | None) -> str | None:
    return to_text(moment) if moment else None


def _moment(text: str | None) -> datetime | None:
    return to_moment(text) if text else None
