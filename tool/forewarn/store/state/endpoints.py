"""Which channels and recipients fail, since when, and what the operators were told of it."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from forewarn.model.delivery import Delivery, Ended, Fault, NotSent
from forewarn.model.endpoint import Endpoint, Heard, after_failure, whose
from forewarn.store.state.rows import moment_or_none, to_moment, to_text

if TYPE_CHECKING:
    from forewarn.store.state.database import Connection, Database

# The channel itself: no person has an empty name.
_ITSELF = ""


def note(connection: Connection, ended: Iterable[tuple[Delivery, Ended]], now: datetime) -> None:
    """Keep what attempts say of where they went, in the caller's transaction."""
    known: dict[str, dict[str | None, Endpoint]] = {}
    for row, how in ended:
        if row.channel not in known:
            known[row.channel] = _known(connection, row.channel, isinstance(how, NotSent))
        here = known[row.channel]
        if isinstance(how, NotSent):
            if how.tried:
                person = whose(row.person, how)
                after = after_failure(here.get(person), row.channel, person, how, now)
                here[person] = after
                _write(connection, after)
        else:
            for person in (None, row.person):
                before = here.get(person)
                if before and before.works_again is None:
                    here[person] = replace(before, works_again=now, failures=(), rests_until=None)
                    _write(connection, here[person])


def of_channel(state: Database, channel: str) -> tuple[Endpoint, ...]:
    """The endpoints of a channel that fail or failed."""
    rows = state.rows("SELECT * FROM endpoints WHERE channel = ? ORDER BY person", (channel,))
    return tuple(read_endpoint(row) for row in rows)


def every(state: Database) -> tuple[Endpoint, ...]:
    """All endpoints that fail, or work again and nobody was told yet."""
    rows = state.rows("SELECT * FROM endpoints ORDER BY channel, person")
    return tuple(read_endpoint(row) for row in rows)


def mark_told(connection: Connection, one: Endpoint) -> bool:
    """Keep that the operators know how it is; one that works again is forgotten.

    Whether they did not know.
    """
    which = (one.channel, one.person or _ITSELF)
    if one.works_again is not None:
        marked = connection.execute(
            "DELETE FROM endpoints WHERE channel = ? AND person = ?",
            which,
        )
    else:
        marked = connection.execute(
            "UPDATE endpoints SET told = ?1 WHERE channel = ?2 AND person = ?3 AND told < ?1",
            (int(one.to_tell), *which),
        )
    return bool(marked.rowcount)


def resume(connection: Connection, channel: str, now: datetime) -> int:
    """End the quarantine of a channel and of all its recipients; how many were in it or rested.

    What waits for them, or was put off, is due at once.
    """
    found = [read_endpoint(row) for row in _of(connection, channel)]
    resting = [one for one in found if one.is_quarantined or one.rests(now)]
    for one in resting:
        connection.execute(
            "UPDATE endpoints SET quarantined_at = NULL, rests_until = NULL, probes = 0, "
            "failures = '[]', told = ? WHERE channel = ? AND person = ?",
            (min(one.told, Heard.FAILING), channel, one.person or _ITSELF),
        )
    connection.execute(
        "UPDATE deliveries SET next_attempt_at = NULL WHERE channel = ? AND state = 'failed'",
        (channel,),
    )
    return len(resting)


def read_endpoint(row: Any) -> Endpoint:
    """A stored endpoint."""
    return Endpoint(
        channel=row["channel"],
        person=row["person"] or None,
        failing_since=to_moment(row["failing_since"]),
        error=row["error"],
        fault=Fault(row["fault"]),
        failures=tuple(map(to_moment, json.loads(row["failures"]))),
        quarantined_at=moment_or_none(row["quarantined_at"]),
        rests_until=moment_or_none(row["rests_until"]),
        probes=row["probes"],
        told=Heard(row["told"]),
        works_again=moment_or_none(row["works_again"]),
    )


def _known(connection: Connection, channel: str, fails: bool) -> dict[str | None, Endpoint]:
    """The endpoints of a channel; where one fails nobody else counts its failures meanwhile."""
    rows = _of(connection, channel)
    if rows or fails:
        connection.alone(f"endpoints of {channel}")
        rows = _of(connection, channel)
    return {one.person: one for one in map(read_endpoint, rows)}


def _of(connection: Connection, channel: str) -> list[Any]:
    return connection.execute("SELECT * FROM endpoints WHERE channel = ?", (channel,)).fetchall()


def _write(connection: Connection, one: Endpoint) -> None:
    if one.works_again is not None and one.told is not Heard.QUARANTINED:
        mark_told(connection, one)  # it passed, and nobody has to do anything
        return
    connection.execute(
        "INSERT INTO endpoints (channel, person, failing_since, error, fault, failures, "
        "quarantined_at, rests_until, probes, told, works_again) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (channel, person) DO UPDATE SET "
        "failing_since = excluded.failing_since, error = excluded.error, fault = excluded.fault, "
        "failures = excluded.failures, quarantined_at = excluded.quarantined_at, "
        "rests_until = excluded.rests_until, probes = excluded.probes, told = excluded.told, "
        "works_again = excluded.works_again",
        (
            one.channel,
            one.person or _ITSELF,
            to_text(one.failing_since),
            one.error,
            one.fault,
            json.dumps([to_text(time) for time in one.failures]),
            _text(one.quarantined_at),
            _text(one.rests_until),
            one.probes,
            int(one.told),
            _text(one.works_again),
        ),
    )


def _text(moment: datetime | None) -> str | None:
    return to_text(moment) if moment else None
