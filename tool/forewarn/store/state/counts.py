"""How many deliveries there are and were, and what of them is forgotten: the counts stay."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from forewarn.model.accounts import Tally
from forewarn.model.delivery import DeliveryState
from forewarn.model.events.event import EventKind
from forewarn.model.retry import FEWEST_OF_ALL
from forewarn.store.state.rows import moment_or_none, to_moment, to_text

if TYPE_CHECKING:
    from forewarn.store.state.database import Connection, Database

_FORGOTTEN = "(forgotten)"


def tallies(state: Database) -> tuple[Tally, ...]:
    """How many deliveries by each channel stand how, those that were shortened with them."""
    rows = state.rows(
        "SELECT channel, state, sum(number) AS number, sum(again) AS again, max(last_at) AS last "
        "FROM (SELECT channel, state, count(*) AS number, sum(duplicates) AS again, "
        "max(sent_at) AS last_at FROM deliveries GROUP BY channel, state "
        "UNION ALL SELECT channel, state, number, 0, last_at FROM counts) AS counted "
        "GROUP BY channel, state ORDER BY channel, state"
    )
    return tuple(
        Tally(
            channel=row["channel"],
            state=DeliveryState(row["state"]),
            number=int(row["number"]),
            duplicates=int(row["again"]),
            last_at=moment_or_none(row["last"]),
        )
        for row in rows
    )


def oldest_waiting(state: Database) -> dict[str, datetime]:
    """When the oldest event happened that waits to be told, by channel."""
    rows = state.rows(
        "SELECT channel, min(at) AS at FROM deliveries JOIN events ON events.id = event "
        "WHERE deliveries.state IN ('pending', 'leased', 'failed', 'held') GROUP BY channel"
    )
    return {str(row["channel"]): to_moment(row["at"]) for row in rows}


def shorten(state: Database, *, before: datetime, limit: int) -> int:
    """Of up to `limit` deliveries settled before a moment keep who was told of what; how many."""
    old = state.rows(
        "SELECT deliveries.id, event FROM deliveries JOIN events ON events.id = event "
        "WHERE deliveries.id IN (SELECT id FROM deliveries "
        "WHERE +state IN ('sent', 'dead', 'suppressed') ORDER BY id LIMIT ?) "
        "AND COALESCE(sent_at, tried_at, events.at) < ?",
        (limit, to_text(before)),
    )
    if not old:
        return 0
    ids = [int(row["id"]) for row in old]
    with state.transaction() as connection:
        connection.execute(
            "INSERT INTO told SELECT event, person, channel FROM deliveries "
            "WHERE id IN (SELECT CAST(value AS BIGINT) FROM json_each(?)) "
            "AND (+state = 'sent' OR +state = 'dead' AND attempts >= ?) "
            "ON CONFLICT DO NOTHING",
            (json.dumps(ids), FEWEST_OF_ALL),
        )
        # Whoever happens to send one of them again at this moment keeps it.
        _count_and_delete(connection, ids)
        _empty(connection, sorted({str(row["event"]) for row in old}))
    return len(old)


def forget(state: Database, person: str, words: Sequence[str]) -> int:
    """Erase a recipient and what names their address; how many deliveries there were.

    `words` are their addresses. What waited for them counts as suppressed.
    """
    with state.erasing() as connection:
        connection.execute(
            "UPDATE deliveries SET state = 'suppressed' WHERE person = ? "
            "AND state IN ('pending', 'failed', 'held', 'leased')",
            (person,),
        )
        found = connection.execute(
            "SELECT id, event FROM deliveries WHERE person = ?", (person,)
        ).fetchall()
        _count_and_delete(connection, [int(row["id"]) for row in found])
        _empty(connection, sorted({str(row["event"]) for row in found}))
        told = connection.execute("DELETE FROM told WHERE person = ?", (person,)).rowcount
        connection.execute("DELETE FROM endpoints WHERE person = ?", (person,))
        for table, column in (
            ("deliveries", "error"),
            ("deliveries", "reason"),
            ("endpoints", "error"),
        ):
            for word in words:
                connection.execute(
                    f"UPDATE {table} SET {column} = replace({column}, ?, ?) "  # noqa: S608
                    f"WHERE replace({column}, ?, '') <> {column}",
                    (word, _FORGOTTEN, word),
                )
        _erase_in_events(connection, person, words)
    return len(found) + told


def _count_and_delete(connection: Connection, ids: Sequence[int]) -> None:
    chosen = json.dumps([*ids])
    connection.execute(
        "INSERT INTO counts (event, channel, state, number, first_at, last_at) "
        "SELECT event, channel, state, count(*), min(sent_at), max(sent_at) FROM deliveries "
        "WHERE id IN (SELECT CAST(value AS BIGINT) FROM json_each(?)) "
        "AND +state IN ('sent', 'dead', 'suppressed') GROUP BY event, channel, state "
        "ON CONFLICT (event, channel, state) DO UPDATE SET "
        "number = counts.number + excluded.number, "
        "first_at = CASE WHEN counts.first_at IS NULL OR excluded.first_at < counts.first_at "
        "THEN excluded.first_at ELSE counts.first_at END, "
        "last_at = CASE WHEN counts.last_at IS NULL OR excluded.last_at > counts.last_at "
        "THEN excluded.last_at ELSE counts.last_at END",
        (chosen,),
    )
    connection.execute(
        "DELETE FROM deliveries WHERE id IN (SELECT CAST(value AS BIGINT) FROM json_each(?)) "
        "AND +state IN ('sent', 'dead', 'suppressed')",
        (chosen,),
    )


def _empty(connection: Connection, events: Sequence[str]) -> None:
    """Let go the content of events that nothing is kept of any more but who was told."""
    connection.execute(
        "UPDATE events SET content = '' WHERE id IN (SELECT value FROM json_each(?)) "
        "AND NOT EXISTS (SELECT 1 FROM deliveries WHERE event = events.id)",
        (json.dumps([*events]),),
    )


def _erase_in_events(connection: Connection, person: str, words: Sequence[str]) -> None:
    """Take a recipient out of what the operators were told of them."""

    def without(value: Any) -> Any:
        match value:
            case dict():
                return {key: without(part) for key, part in value.items()}
            case list():
                return [without(part) for part in value]
            case str() if value == person:
                return _FORGOTTEN
            case str():
                for word in words:
                    value = value.replace(word, _FORGOTTEN)
        return value

    rows = connection.execute(
        "SELECT id, content FROM events WHERE kind = ? AND content != ''",
        (EventKind.UNDELIVERED,),
    ).fetchall()
    for row in rows:
        content = json.loads(row["content"])
        told = {**content, "fact": without(content.get("fact"))}
        if told != content:
            connection.execute(
                "UPDATE events SET content = ? WHERE id = ?", (json.dumps(told), row["id"])
            )
