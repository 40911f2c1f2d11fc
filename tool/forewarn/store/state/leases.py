"""Who sends what: rows are claimed by one process, and settled by whoever holds them.

The number of attempts is raised when a row is claimed, not when it is settled: an attempt that
killed its process counts. Each claim has a token of its own, so that a process that was stopped
and comes back cannot settle what another has taken since. That a message went is true all the
same: then nobody needs to send it again, and where somebody did, that is counted.

No clock is trusted: one that was set back must not make an alert wait, and one that is ahead must
not take a row from a process that lives.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Collection, Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from forewarn.model.delivery import Delivery, DeliveryState, Ended, NotSent
from forewarn.model.retry import LONGEST, MOST_OF_ALL, Retry, next_attempt
from forewarn.model.schedule import LONGEST_WAIT
from forewarn.store.state import endpoints
from forewarn.store.state.event_json import told_to
from forewarn.store.state.interface import LEASE, DamagedRow
from forewarn.store.state.ledger import SELECT, one_delivery
from forewarn.store.state.outbox import suppress_taken_back
from forewarn.store.state.rows import Shape, to_text

if TYPE_CHECKING:
    from forewarn.model.receipt import Receipt
    from forewarn.store.state.database import Connection, Database

_DIED = "the process that was sending it ended before it was done"
# Who claims the first row of a message that is due has all of them: no two may share one.
_IS_FIRST = (
    "(batch IS NULL OR id = (SELECT min(other.id) FROM deliveries AS other "
    "WHERE other.batch = deliveries.batch AND +other.state IN ('pending', 'failed') "
    "AND (other.next_attempt_at IS NULL OR other.next_attempt_at <= ?6)))"
)
# What two clocks may differ by before a time looks wrong.
_SLACK = timedelta(minutes=1)


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
    only: str | None = None,
    without: Collection[str] = (),
    lives: Callable[[str], bool] | None = None,
    damaged: Callable[[DamagedRow], None] = lambda row: None,
) -> list[Delivery]:
    """Take up to `limit` rows of a channel that are due at `due` (default `now`), in their order.

    `only` one person's, or those of all `without` some. What goes in one message is taken whole,
    also beyond the limit.

    They are the caller's for `LEASE`. No row is given to two callers. Where `lives` can tell
    whether a holder is alive, a row is never taken from one that is, and always from one that is
    not; else a row whose lease ran out is taken over. A row that is damaged is given up, and
    `damaged` is told.
    """
    whom = (only, json.dumps([*without]))
    with state.transaction() as connection:
        here = connection.clock(now)
        moment = to_text(min(due or here, here))
        _free(connection, here, lives)
        _undo_leaps(connection, here)
        _collect(connection, channel, moment, whom)

    token, begun = secrets.token_hex(8), list[bool]()
    broken: list[DamagedRow] = []

    def take(connection: Connection) -> list[Delivery]:
        # Begun anew, it may be that it was kept and that nobody heard of it.
        if begun and (kept := _held_by(connection, token)):
            return kept
        begun.append(True)
        broken.clear()
        while rows := _due(connection, channel, moment, whom, limit):
            suppress_taken_back(connection, {row["event"] for row in rows if row["taken_back_by"]})
            ids = [row["id"] for row in rows if not row["taken_back_by"]]
            claimed = _take(connection, ids, (holder, token), connection.clock(now), broken)
            if claimed:
                return claimed
        return []

    claimed = state.together(take)
    for row in broken:
        damaged(row)
    return claimed


def renew(state: Database, delivery: Delivery, *, now: datetime) -> bool:
    """Hold a claimed row for another `LEASE`; False where somebody else has taken it over."""

    def again(connection: Connection) -> bool:
        renewed = connection.execute(
            "UPDATE deliveries SET lease_until = ? WHERE id = ? AND state = 'leased' AND claim = ?",
            (to_text(connection.clock(now) + LEASE), delivery.id, delivery.claim),
        )
        return bool(renewed.rowcount)

    return state.together(again)


def settle(
    state: Database,
    ended: Iterable[tuple[Delivery, Ended]],
    *,
    now: datetime,
    retry: Retry = Retry.QUEUE,
) -> list[Delivery]:
    """Keep how attempts ended, all of it in one transaction; the rows as they are then.

    What went is sent, whoever has the row by now; where another had sent it already, that is
    counted as a duplicate. That it did not go counts only for who still holds the row.
    """
    rows = tuple(ended)
    begun: list[datetime] = []

    def keep(connection: Connection) -> list[Delivery]:
        again = bool(begun)
        begun.append(begun[0] if again else connection.clock(now))
        here = begun[0]
        kept, counted = [], []
        batches: set[int | None] = set()
        for row, how in rows:
            settled, holds = _keep(connection, row, how, here, retry, again)
            kept.append(settled)
            # A message that tells many events is one.
            if holds and (row.batch is None or row.batch not in batches):
                counted.append((row, how))
            batches.add(row.batch)
        endpoints.note(connection, counted, here)
        return kept

    return state.together(keep)


def suppress(state: Database, rows: Iterable[tuple[Delivery, str]]) -> None:
    """Let claimed rows not be sent at all, each for a reason."""
    values = [(why, row.id, row.claim) for row, why in rows]
    state.together(
        lambda connection: connection.executemany(
            "UPDATE deliveries SET state = 'suppressed', reason = ?, next_attempt_at = NULL, "
            "claim = NULL, lease_until = NULL, lease_by = NULL "
            "WHERE id = ? AND state = 'leased' AND claim = ?",
            values,
        )
    )


def give_back(state: Database, rows: Iterable[Delivery]) -> None:
    """Let go claimed rows that were not tried: they are as they were before."""
    values = [(row.id, row.claim) for row in rows]
    state.together(
        lambda connection: connection.executemany(
            "UPDATE deliveries SET state = CASE WHEN attempts > 1 THEN 'failed' ELSE 'pending' "
            "END, attempts = attempts - 1, claim = NULL, lease_until = NULL, lease_by = NULL "
            "WHERE id = ? AND state = 'leased' AND claim = ?",
            values,
        )
    )


def revive(
    state: Database, ids: Iterable[int] | None = None, *, only: DeliveryState | None = None
) -> int:
    """Make due at once what is dead or failed, or only some of it; how many."""
    change = (
        "UPDATE deliveries SET state = 'pending', attempts = 0, next_attempt_at = NULL, "
        "tried_at = NULL, reported = 0 "
        "WHERE state IN ('dead', 'failed') AND (CAST(?1 AS TEXT) IS NULL OR state = ?1)"
    )
    with state.transaction() as connection:
        if ids is None:
            return connection.execute(change, (only,)).rowcount
        return sum(connection.execute(f"{change} AND id = ?2", (only, id)).rowcount for id in ids)


def _keep(
    connection: Connection, row: Delivery, how: Ended, now: datetime, retry: Retry, again: bool
) -> tuple[Delivery, bool]:
    """The row as it is then, and whether how it ended counts."""
    failed = isinstance(how, NotSent)
    settled = _failed(row, how, now, retry) if isinstance(how, NotSent) else _sent(row, how, now)
    if _write(connection, settled, "state = 'leased' AND claim = ?", row.claim):
        if failed:
            suppress_taken_back(connection, (row.event.id,))
        return settled, True
    if not failed and not _write(connection, settled, "state != 'sent'"):
        connection.execute(
            # What this very attempt has kept already, though nobody heard of it, is none.
            "UPDATE deliveries SET duplicates = duplicates + 1 "
            "WHERE id = ? AND NOT (? AND sent_at = ?)",
            (row.id, again, to_text(now)),
        )
    found = connection.execute(f"{SELECT} WHERE deliveries.id = ?", (row.id,)).fetchone()
    return one_delivery(found) if found else settled, not failed


def _failed(row: Delivery, how: NotSent, now: datetime, retry: Retry) -> Delivery:
    later = next_attempt(
        row.attempts,
        now,
        retry=retry,
        key=f"{row.event.id} {row.person} {row.channel}",
        asked=how.retry_after,
        permanent=how.permanent,
    )
    return replace(
        row,
        state=DeliveryState.FAILED if later else DeliveryState.DEAD,
        error=how.error,
        next_attempt_at=later,
        tried_at=now,
        claim=None,
    )


def _sent(row: Delivery, receipt: Receipt | None, now: datetime) -> Delivery:
    return replace(
        row,
        state=DeliveryState.SENT,
        next_attempt_at=None,
        tried_at=now,
        sent_at=now,
        error=None,
        receipt=receipt,
        claim=None,
    )


def _write(connection: Connection, row: Delivery, condition: str, *values: str | None) -> bool:
    """Keep a row that was settled, where the condition holds; whether it does."""
    receipt = row.receipt
    written = connection.execute(
        "UPDATE deliveries SET state = ?, next_attempt_at = ?, tried_at = ?, sent_at = ?, "  # noqa: S608
        "error = ?, message_id = ?, thread_id = ?, assurance = ?, claim = NULL, "
        f"lease_until = NULL, lease_by = NULL WHERE id = ? AND {condition}",
        (
            row.state,
            to_text(row.next_attempt_at) if row.next_attempt_at else None,
            to_text(row.tried_at) if row.tried_at else None,
            to_text(row.sent_at) if row.sent_at else None,
            row.error,
            receipt.message if receipt else None,
            receipt.thread if receipt else None,
            receipt.assurance.value if receipt else None,
            row.id,
            *values,
        ),
    )
    return bool(written.rowcount)


def _free(connection: Connection, now: datetime, lives: Callable[[str], bool] | None) -> None:
    """Let go what a process held that is gone; what was tried often enough is given up."""
    held = connection.execute(
        "SELECT DISTINCT lease_by FROM deliveries WHERE state = 'leased'"
    ).fetchall()
    for (holder,) in held:
        known = lives is not None and bool(holder)
        if known and lives and lives(str(holder)):
            continue
        connection.execute(
            "UPDATE deliveries SET state = CASE WHEN attempts >= ? THEN 'dead' ELSE 'failed' "
            "END, next_attempt_at = NULL, tried_at = ?, error = ?, claim = NULL "
            "WHERE state = 'leased' AND COALESCE(lease_by, '') = ? AND (? OR lease_until <= ?)",
            (MOST_OF_ALL, to_text(now), _DIED, holder or "", known, to_text(now)),
        )


def _undo_leaps(connection: Connection, now: datetime) -> None:
    """Make due what failed later than now, or is put off for ever: the clock was set back since."""
    connection.execute(
        "UPDATE deliveries SET next_attempt_at = NULL, tried_at = NULL "
        "WHERE state = 'failed' AND tried_at > ?",
        (to_text(now + _SLACK),),
    )
    for state, longest in (
        (DeliveryState.PENDING, LONGEST),
        (DeliveryState.FAILED, LONGEST),
        (DeliveryState.HELD, LONGEST_WAIT),
    ):
        connection.execute(
            "UPDATE deliveries SET state = CASE state WHEN 'held' THEN 'pending' ELSE state END, "
            "next_attempt_at = NULL WHERE state = ? AND next_attempt_at > ?",
            (state, to_text(now + longest)),
        )


def _collect(
    connection: Connection, channel: str, moment: str, whom: tuple[str | None, str]
) -> None:
    """Bind together what was held for a recipient and is due now: it goes in one message.

    It does so whenever it is tried: another message would not be known as its repeat. What is for
    customers is a message of its own.
    """
    rows = connection.execute(
        "SELECT deliveries.id, event, person "
        "FROM deliveries JOIN events ON events.id = event WHERE channel = ?1 AND state = 'held' "
        "AND next_attempt_at <= ?4 AND taken_back_by IS NULL "
        "AND (CAST(?2 AS TEXT) IS NULL OR person = ?2) "
        "AND person NOT IN (SELECT value FROM json_each(?3)) ORDER BY deliveries.id",
        (channel, *whom, moment),
    ).fetchall()
    if not rows:
        return
    events = json.dumps(sorted({row["event"] for row in rows}))
    audience = {
        row["id"]: told_to(row["content"])
        for row in connection.execute(
            "SELECT id, content FROM events WHERE id IN (SELECT value FROM json_each(?))", (events,)
        )
    }
    first: dict[tuple[str, str | None], int] = {}
    whose = [(row["id"], (row["person"], audience[row["event"]])) for row in rows]
    for id, key in whose:
        first.setdefault(key, id)
    connection.executemany(
        "UPDATE deliveries SET state = 'pending', next_attempt_at = NULL, batch = ? WHERE id = ?",
        [(first[key], id) for id, key in whose],
    )


def _due(
    connection: Connection,
    channel: str,
    moment: str,
    whom: tuple[str | None, str],
    limit: int,
) -> list[Any]:
    """Rows that are due: those never tried, then those put off or held, as an index has them.

    However many wait, no more are looked at.
    """
    query = (
        "WITH due AS (SELECT id FROM deliveries WHERE channel = ?1 AND state = ?2 "  # noqa: S608
        "AND (CAST(?3 AS TEXT) IS NULL OR person = ?3) "
        "AND person NOT IN (SELECT value FROM json_each(?4)) "
        f"AND {_IS_FIRST} AND next_attempt_at {{}} LIMIT ?5 /*postgres FOR UPDATE SKIP LOCKED*/) "
        "SELECT deliveries.id, event, batch, taken_back_by FROM due "
        "JOIN deliveries ON deliveries.id = due.id LEFT JOIN events ON events.id = event "
        "ORDER BY deliveries.id"
    )
    now, later = (
        query.format("IS NULL ORDER BY id"),
        query.format("<= ?6 ORDER BY next_attempt_at, id"),
    )
    rows: list[Any] = []
    for state, is_put_off in (
        (DeliveryState.PENDING, False),
        (DeliveryState.FAILED, False),
        (DeliveryState.FAILED, True),
        (DeliveryState.HELD, True),
        (DeliveryState.PENDING, True),
    ):
        rest = limit - len(rows)
        if rest:
            parameters = (channel, state, *whom, rest, moment)
            rows += connection.execute(later if is_put_off else now, parameters).fetchall()
    return rows + _beside(connection, rows)


def _beside(connection: Connection, rows: list[Any]) -> list[Any]:
    """What goes in one message with some of these rows and is not among them."""
    batches = {row["batch"] for row in rows if row["batch"] is not None}
    if not batches:
        return []
    there = {row["id"] for row in rows}
    found = connection.execute(
        "WITH beside AS (SELECT id FROM deliveries "
        "WHERE batch IN (SELECT CAST(value AS BIGINT) FROM json_each(?)) "
        "AND +state IN ('pending', 'failed') ORDER BY id /*postgres FOR UPDATE*/) "
        "SELECT deliveries.id, event, batch, taken_back_by FROM beside "
        "JOIN deliveries ON deliveries.id = beside.id LEFT JOIN events ON events.id = event "
        "ORDER BY deliveries.id",
        (json.dumps(sorted(batches)),),
    ).fetchall()
    return [row for row in found if row["id"] not in there]


def _held_by(connection: Connection, token: str) -> list[Delivery]:
    """What was claimed with a token."""
    rows = connection.execute(
        f"{SELECT} WHERE deliveries.state = 'leased' AND claim = ? ORDER BY deliveries.id",
        (token,),
    ).fetchall()
    return [one_delivery(row) for row in rows]


def _take(
    connection: Connection,
    ids: list[int],
    by: tuple[str, str],
    now: datetime,
    damaged: list[DamagedRow],
) -> list[Delivery]:
    """Claim rows; those that are damaged are given up, and are put where the others are not."""
    these = json.dumps(ids)
    connection.execute(
        "UPDATE deliveries SET state = 'leased', attempts = CASE WHEN attempts > 0 "
        "THEN attempts + 1 ELSE 1 END, lease_until = ?, "
        "lease_by = ?, claim = ? WHERE id IN (SELECT CAST(value AS BIGINT) FROM json_each(?))",
        (to_text(now + LEASE), *by, these),
    )
    rows = connection.execute(
        f"{SELECT} WHERE deliveries.id IN (SELECT CAST(value AS BIGINT) FROM json_each(?)) "  # noqa: S608
        "ORDER BY deliveries.id",
        (these,),
    ).fetchall()
    shape = Shape.of("deliveries")
    claimed = []
    for row in rows:
        try:
            claimed.append(shape.read(row, one_delivery))
        except DamagedRow as error:
            connection.execute(
                "UPDATE deliveries SET state = 'dead', error = ? WHERE id = ?",
                (error.what, row["id"]),
            )
            damaged.append(error)
    return claimed
