"""Sightings and the state of each source, in the state database."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from datetime import date, datetime
from functools import cache
from typing import TYPE_CHECKING, Any

from forewarn.model.sighting import Sighting, SightingState, Unread, UnreadEntry
from forewarn.model.versions.numbers import numbers_of
from forewarn.store.state.interface import DamagedRow
from forewarn.store.state.rows import Row, Shape, moment_or_none, to_moment, to_text
from forewarn.store.state.sought import file_of, files_of

if TYPE_CHECKING:
    from forewarn.store.state.database import Connection, Database

_ALWAYS = (
    *("id", "product", "version", "source", "url", "title", "state", "first_seen", "last_shown"),
    *("numbers", "file"),
)
_AT_TIMES = (
    *("platform", "published", "reason", "arch", "channel", "track", "download", "size", "sha256"),
    *("notes", "digests", "digests_since", "rollout"),
)
_DIFFER = "UPDATE meta SET value = ? WHERE key = 'sightings'"


def of_product(connection: Connection, product: str) -> tuple[Sighting, ...]:
    """The sightings of a product, the newest first, as the caller's transaction sees them."""
    query = f"SELECT * FROM sightings WHERE product = ? {_ORDER}"  # noqa: S608
    return tuple(read_all(connection, "sightings", query, (product,), read_sighting))


def taken_by_others(connection: Connection, product: str, ids: Iterable[str]) -> frozenset[str]:
    """Those of some ids that sightings of other products have."""
    rows = connection.execute(
        "SELECT id FROM sightings WHERE id IN (SELECT value FROM json_each(?)) AND product <> ?",
        (json.dumps([*ids]), product),
    ).fetchall()
    return frozenset(str(row["id"]) for row in rows)


def add(connection: Connection, new: Sequence[Sighting]) -> None:
    """Keep new sightings, inside the caller's transaction, which has to call `differ`."""
    more = [*map(_at_times, new)]
    # What none of them has is not named: to keep nothing in a dozen columns takes half the time.
    there = [n for n, column in enumerate(zip(*more, strict=True)) if column.count(None) < len(new)]
    rows = [
        _always(sighting) + tuple([values[n] for n in there])
        for sighting, values in zip(new, more, strict=True)
    ]
    connection.executemany(_insert(tuple(there)), rows)


@cache
def _insert(there: tuple[int, ...]) -> str:
    names = (*_ALWAYS, *(_AT_TIMES[n] for n in there))
    marks = ", ".join("?" * len(names))
    return f"INSERT INTO sightings ({', '.join(names)}) VALUES ({marks})"  # noqa: S608


def differ(connection: Connection) -> None:
    """Let the word of all sightings be another one: some are added. All else tells that itself."""
    connection.execute(_DIFFER, (os.urandom(8).hex(),))


def _always(sighting: Sighting) -> tuple[object, ...]:
    return (
        sighting.id,
        sighting.product,
        sighting.version,
        sighting.source,
        sighting.url,
        sighting.title,
        str(sighting.state),  # what is not just text takes longer to store
        to_text(sighting.first_seen),
        sighting.first_seen.date().isoformat(),
        numbers_of(sighting.version),
        file_of(sighting.url),
    )


def _at_times(sighting: Sighting) -> tuple[object, ...]:
    return (
        sighting.platform,
        to_text(sighting.published) if sighting.published else None,
        sighting.reason,
        sighting.arch,
        sighting.channel,
        sighting.track,
        sighting.download,
        sighting.size,
        sighting.sha256,
        "\n".join(sighting.notes) or None,
        *_measured(sighting),
    )


def rebuilt(connection: Connection, sighting: Sighting) -> None:
    """Keep what a place shows of a sighting now, inside the caller's transaction."""
    connection.execute(
        "UPDATE sightings SET url = ?, title = ?, published = ?, download = ?, size = ?, "
        "sha256 = ?, notes = ?, file = ?, digests = ?, digests_since = ?, rollout = ? "
        "WHERE id = ?",
        (
            sighting.url,
            sighting.title,
            to_text(sighting.published) if sighting.published else None,
            sighting.download,
            sighting.size,
            sighting.sha256,
            "\n".join(sighting.notes) or None,
            file_of(sighting.url),
            *_measured(sighting),
            sighting.id,
        ),
    )


def _measured(sighting: Sighting) -> tuple[object, ...]:
    """What is known of the bytes, and of who is offered them, as it is stored."""
    return (
        _written(sighting) if sighting.digests or sighting.others else None,
        to_text(sighting.digests_since) if sighting.digests_since else None,
        sighting.rollout,
    )


def _written(sighting: Sighting) -> str:
    """The digests of its download, and, each with its address, those of other files."""
    others = ((*pair, at) for at, digests in sighting.others for pair in digests)
    return json.dumps([*sighting.digests, *others])


def mark_told(connection: Connection, ids: Iterable[str], event: str) -> None:
    """Keep by which event people were told of these sightings."""
    connection.executemany(
        "UPDATE sightings SET told_in = ? WHERE id = ?", [(event, id) for id in ids]
    )


def keep_unread(
    connection: Connection,
    product: str,
    source: str,
    place: str,
    entries: Iterable[Unread],
    at: datetime,
) -> tuple[UnreadEntry, ...]:
    """Keep what cannot be read in a source now, and forget what could not before; the new ones."""
    there = {
        row["entry"]: row["first_seen"]
        for row in connection.execute(
            "SELECT entry, first_seen FROM unread WHERE product = ? AND source = ?",
            (product, source),
        )
    }
    connection.execute("DELETE FROM unread WHERE product = ? AND source = ?", (product, source))
    new = []
    for one in {entry.key: entry for entry in entries}.values():
        since = there.get(one.key) or to_text(at)
        connection.execute(
            "INSERT INTO unread VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (product, source, one.key, place, one.title, one.url, one.why, since),
        )
        if one.key not in there:
            new.append(_unread(product, place, one, since))
    return tuple(new)


def forget_unread(connection: Connection, watched: Collection[tuple[str, str]]) -> None:
    """Forget what could not be read in sources that are not watched any more."""
    for row in connection.execute("SELECT DISTINCT product, source FROM unread").fetchall():
        if (row["product"], row["source"]) not in watched:
            connection.execute("DELETE FROM unread WHERE product = ? AND source = ?", tuple(row))


def all_unread(state: Database) -> tuple[UnreadEntry, ...]:
    """The entries that are in a source now and cannot be read, the newest first."""
    query = "SELECT * FROM unread ORDER BY first_seen DESC, product, source, rowid"
    return tuple(whole(state.sound("unread", query, (), read_unread)))


def unread_of(connection: Connection, product: str) -> tuple[UnreadEntry, ...]:
    """Those of a product, as the caller's transaction sees them."""
    query = "SELECT * FROM unread WHERE product = ?"
    return tuple(read_all(connection, "unread", query, (product,), read_unread))


def told(connection: Connection, product: str) -> set[tuple[str, str | None]]:
    """The versions, each with its channel, whose download people were already told of."""
    from forewarn.model.events.event import EventKind

    sighted = connection.execute(
        "SELECT version, channel FROM sightings WHERE product = ? AND told_in IS NOT NULL "
        "AND state <> 'witnessed'",
        (product,),
    )
    # Before sightings knew by which event they were told, there was one event for each version.
    others = connection.execute(
        "SELECT version, NULL FROM events WHERE kind = ? AND product = ? AND NOT EXISTS "
        "(SELECT 1 FROM sightings WHERE product = events.product AND told_in = events.id)",
        (EventKind.UNANNOUNCED_DOWNLOAD, product),
    )
    return {(row[0], row[1]) for row in (*sighted, *others)}


def all_sightings(state: Database) -> tuple[Sighting, ...]:
    """Every sighting, the newest first."""
    query = f"SELECT * FROM sightings {_ORDER}"  # noqa: S608
    return tuple(whole(state.sound("sightings", query, (), read_sighting)))


def standing(
    state: Database, versions: Iterable[tuple[str, str]], urls: Iterable[str], files: Iterable[str]
) -> tuple[Sighting, ...]:
    """What is open or accepted, and all that may be one of these; see `State.standing`."""
    # Most products are not watched, and one may have ten thousand versions.
    seen = {*products(state)}
    pairs = sorted({(product, numbers_of(v)) for product, v in versions if product in seen})
    names = sorted({*files, *files_of(urls)})
    query = f"""
        SELECT * FROM sightings WHERE rowid IN (
            SELECT rowid FROM sightings WHERE state IN ('open', 'accepted')
            UNION
            SELECT s.rowid FROM json_each(?) AS v CROSS JOIN sightings AS s
            ON s.product = json_extract(v.value, '$[0]')
            AND s.numbers = json_extract(v.value, '$[1]')
            UNION
            SELECT s.rowid FROM json_each(?) AS f CROSS JOIN sightings AS s
            ON s.file = f.value AND s.state <> 'known'
        ) {_ORDER}
    """  # noqa: S608
    values = (json.dumps(pairs), json.dumps(names))
    return tuple(whole(state.sound("sightings", query, values, read_sighting)))


def products(state: Database) -> tuple[str, ...]:
    """The products that have sightings, without a look at each of those."""
    return state.distinct("sightings", "product")


def word_of_all(state: Database) -> str:
    """A word that is another one whenever a sighting is added, changed or gone."""
    return state.mark("sightings") or ""


def keep_shown(
    connection: Connection, ids: Iterable[str], day: date, by: str | None = None
) -> None:
    """Keep that these are shown on this day, and by which reader of all that there is."""
    connection.executemany(
        "UPDATE sightings SET last_shown = ?1, shown_by = ?3 "
        "WHERE id = ?2 AND (COALESCE(last_shown, '') <> ?1 "
        "OR COALESCE(shown_by, '') <> COALESCE(?3, ''))",
        [(day.isoformat(), id, by) for id in ids],
    )


def not_shown_since(connection: Connection, product: str, day: date) -> tuple[str, ...]:
    """The ids of a product's sightings that no source that was read showed on this day or after."""
    query = "SELECT id FROM sightings WHERE product = ? AND last_shown < ?"
    return tuple(str(row["id"]) for row in connection.execute(query, (product, day.isoformat())))


def forget(connection: Connection, ids: Iterable[str]) -> None:
    """Take sightings away, inside the caller's transaction."""
    from forewarn.store.state import proofs  # it reads gzip, and hashes

    rows = [(id,) for id in ids]
    connection.executemany("DELETE FROM sightings WHERE id = ?", rows)
    connection.executemany("DELETE FROM gone WHERE sighting = ?", rows)
    proofs.forget(connection, (id for (id,) in rows))


def find(state: Database, prefix: str) -> tuple[Sighting, ...]:
    """The sightings whose id begins with `prefix`."""
    query = f"SELECT * FROM sightings WHERE id >= ? AND id < ? {_ORDER}"  # noqa: S608
    values = (prefix, f"{prefix}\U0010ffff")
    return tuple(whole(state.sound("sightings", query, values, read_sighting)))


def decide(
    connection: Connection,
    sighting: Sighting,
    decision: SightingState,
    reason: str | None = None,
) -> bool:
    """Keep a person's decision; False where the sighting's state is no longer the given one."""
    cursor = connection.execute(
        "UPDATE sightings SET state = ?, reason = ? WHERE id = ? AND state = ?",
        (decision, reason, sighting.id, sighting.state),
    )
    return cursor.rowcount == 1


_ORDER = "ORDER BY first_seen DESC, product, version, id"


def whole(rows: Iterator[Row | DamagedRow]) -> Iterator[Row]:
    """Rows of which each counts: an answer without one would be a false word."""
    for row in rows:
        if isinstance(row, DamagedRow):
            raise row
        yield row


def read_all(
    connection: Connection,
    table: str,
    query: str,
    parameters: tuple[object, ...],
    read: Callable[[Any], Row],
) -> list[Row]:
    """The same, as the caller's transaction sees them."""
    shape = Shape.of(table)
    return [shape.read(row, read) for row in connection.execute(query, parameters)]


def read_sighting(row: Any) -> Sighting:
    """A stored sighting."""
    digests, others = _digests(row["digests"])
    return Sighting(
        id=row["id"],
        product=row["product"],
        version=row["version"],
        source=row["source"],
        url=row["url"],
        title=row["title"],
        state=SightingState(row["state"]),
        first_seen=to_moment(row["first_seen"]),
        platform=row["platform"],
        published=moment_or_none(row["published"]),
        reason=row["reason"],
        arch=row["arch"],
        channel=row["channel"],
        track=row["track"],
        download=row["download"],
        size=row["size"],
        sha256=row["sha256"],
        notes=tuple((row["notes"] or "").splitlines()),
        digests=digests,
        digests_since=moment_or_none(row["digests_since"]),
        rollout=row["rollout"],
        others=others,
    )


_Digests = tuple[tuple[str, str], ...]


def _digests(text: str | None) -> tuple[_Digests, tuple[tuple[str, _Digests], ...]]:
    """The digests of a download, and those of other files."""
    if not text:
        return (), ()
    own: list[tuple[str, str]] = []
    others: list[tuple[str, dict[str, str]]] = []
    for name, digest, *at in json.loads(text):
        if not at:
            own.append((str(name), str(digest)))
            continue
        # Of several files nobody may know the address.
        if not others or others[-1][0] != str(*at) or str(name) in others[-1][1]:
            others.append((str(*at), {}))
        others[-1][1][str(name)] = str(digest)
    return tuple(own), tuple((address, tuple(pairs.items())) for address, pairs in others)


def read_unread(row: Any) -> UnreadEntry:
    """A stored entry that cannot be read."""
    return UnreadEntry(
        product=row["product"],
        source=row["place"],
        title=row["title"],
        url=row["url"],
        why=row["why"],
        first_seen=to_moment(row["first_seen"]),
    )


def _unread(product: str, place: str, one: Unread, since: str) -> UnreadEntry:
    return UnreadEntry(
        product=product,
        source=place,
        title=one.title,
        url=one.url,
        why=one.why,
        first_seen=to_moment(since),
    )
