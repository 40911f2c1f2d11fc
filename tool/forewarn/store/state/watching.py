"""How watched places looked, and what is not there any more, in the state database."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any

from forewarn.model.sighting import Reach, Sighting
from forewarn.model.unaware import Unaware
from forewarn.model.watching.view import EmptyPage, Glimpse, VersionNamed
from forewarn.store.state.rows import Shape, moment_or_none, to_moment, to_text
from forewarn.store.state.sightings import read_sighting

if TYPE_CHECKING:
    from forewarn.model.watching.due import Away
    from forewarn.store.state.database import Connection, Database

_KEEP_VIEW = """
    INSERT INTO views VALUES (?, ?, ?) ON CONFLICT (product, source) DO UPDATE SET
        view = excluded.view WHERE views.view <> excluded.view
"""


def view(connection: Connection, product: str, source: str) -> Glimpse | None:
    """How a watched row looked when it was read last, if that is kept."""
    rows = connection.execute(
        "SELECT * FROM views WHERE product = ? AND source = ?", (product, source)
    ).fetchall()
    return Shape.of("views").read(rows[0], read_view) if rows else None


def views(connection: Connection) -> tuple[tuple[str, str, Glimpse], ...]:
    """How each watched row looked of which that is kept: product, its key, its view."""
    rows = connection.execute("SELECT * FROM views ORDER BY product, source").fetchall()
    return tuple(
        (row["product"], row["source"], Shape.of("views").read(row, read_view)) for row in rows
    )


def keep_view(connection: Connection, product: str, source: str, now: Glimpse | None) -> None:
    """Keep how a watched row looks now; None where nothing can follow from it."""
    if now is None:
        connection.execute("DELETE FROM views WHERE product = ? AND source = ?", (product, source))
    else:
        connection.execute(_KEEP_VIEW, (product, source, json.dumps(_plain(now))))


def shown_by(connection: Connection, product: str, reader: str) -> frozenset[str]:
    """The ids of what a source has shown, read in one way."""
    rows = connection.execute(
        "SELECT id FROM sightings WHERE product = ? AND shown_by = ?", (product, reader)
    )
    return frozenset(str(row["id"]) for row in rows)


def keep_away(connection: Connection, product: str, ids: Iterable[str], at: datetime) -> None:
    """Keep that these are not shown any more, since a poll at a moment."""
    moment = to_text(at)
    connection.executemany(
        "INSERT INTO gone (sighting, product, since, read_at, polls) VALUES (?, ?, ?, ?, 1) "
        "ON CONFLICT (sighting) DO NOTHING",
        [(id, product, moment, moment) for id in ids],
    )


def keep_back(connection: Connection, product: str, ids: Collection[str]) -> None:
    """Forget of what is shown again that it was away; what was asked of it is not asked again."""
    rows = connection.execute("SELECT sighting FROM gone WHERE product = ?", (product,)).fetchall()
    back = [(row["sighting"],) for row in rows if row["sighting"] in ids]
    connection.executemany("DELETE FROM gone WHERE sighting = ? AND told IS NULL", back)
    connection.executemany("UPDATE gone SET polls = 0 WHERE sighting = ?", back)


def away(connection: Connection) -> tuple[Away, ...]:
    """All that is away and of which nobody was asked."""
    rows = connection.execute(
        "SELECT sightings.*, gone.since AS away_since, gone.read_at AS away_read_at, gone.polls "
        "FROM gone JOIN sightings ON sightings.id = gone.sighting "
        "WHERE gone.told IS NULL AND gone.polls > 0 ORDER BY gone.product, gone.sighting"
    ).fetchall()
    return tuple(Shape.of("sightings").read(row, _read_away) for row in rows)


def count_away(connection: Connection, rows: Iterable[Away]) -> None:
    """Keep in how many polls these were away."""
    connection.executemany(
        "UPDATE gone SET polls = ?, read_at = ? WHERE sighting = ?",
        [(row.polls, to_text(row.read_at), row.sighting.id) for row in rows],
    )


def asked(connection: Connection, ids: Iterable[str], event: str) -> None:
    """Keep that somebody was asked what became of these."""
    connection.executemany(
        "UPDATE gone SET told = ? WHERE sighting = ?", [(event, id) for id in ids]
    )


def told_since(connection: Connection, since: datetime) -> tuple[Sighting, ...]:
    """The open and accepted sightings since a moment that name a platform and that were told."""
    rows = connection.execute(
        "SELECT * FROM sightings WHERE state IN ('open', 'accepted') AND first_seen >= ? "
        "AND platform IS NOT NULL AND told_in IS NOT NULL ORDER BY product",
        (to_text(since),),
    ).fetchall()
    return tuple(Shape.of("sightings").read(row, read_sighting) for row in rows)


def of_products_since(
    connection: Connection, products: Iterable[str], since: datetime
) -> tuple[Sighting, ...]:
    """The sightings of some products since a moment."""
    rows = connection.execute(
        "SELECT * FROM sightings WHERE product IN (SELECT value FROM json_each(?)) "
        "AND first_seen >= ?",
        (json.dumps(sorted(products)), to_text(since)),
    ).fetchall()
    return tuple(Shape.of("sightings").read(row, read_sighting) for row in rows)


def unaware(state: Database, newest: int) -> tuple[Unaware, ...]:
    """The latest versions of which people were alerted as unannounced, the newest first.

    What fills in the past, what nobody can download for sure and what was no release is left out.
    """
    # What is joined with an empty text is in no index: of millions of sightings few have been told,
    # and of a million deliveries a handful are of one event. They are found by that.
    query = (
        "SELECT product, version, min(first_seen) AS seen, min(published) AS dated, "
        "min(told_at) AS told FROM ("
        "SELECT sightings.product || '' AS product, sightings.version || '' AS version, "
        "first_seen, published, (SELECT min(sent_at) FROM deliveries "
        "WHERE event = sightings.told_in AND state || '' = 'sent') AS told_at "
        "FROM sightings JOIN events ON events.id = sightings.told_in "
        "WHERE told_in IS NOT NULL AND events.kind IN (?, ?) "
        "AND sightings.state NOT IN ('dismissed', 'witnessed')) AS alerted "
        "GROUP BY product, version ORDER BY seen DESC, product, version LIMIT ?"
    )
    from forewarn.model.events.event import EventKind

    kinds = EventKind.UNANNOUNCED_DOWNLOAD.value, EventKind.PROMOTED.value
    return tuple(
        Unaware(
            product=row["product"],
            version=row["version"],
            seen=to_moment(row["seen"]),
            dated=moment_or_none(row["dated"]),
            told=moment_or_none(row["told"]),
        )
        for row in state.rows(query, (*kinds, newest))
    )


def shipped_at(state: Database, product: str, version: str | None) -> datetime | None:
    """When a release was published as shipped first; None where it was not."""
    query = "SELECT min(at) AS at FROM events WHERE product = ? AND kind = ? AND version = ?"
    from forewarn.model.events.event import EventKind

    rows = state.rows(query, (product, EventKind.SHIPPED.value, version))
    return moment_or_none(rows[0]["at"]) if rows else None


def _read_away(row: Any) -> Away:
    from forewarn.model.watching.due import Away  # hardly ever is anything away

    return Away(
        sighting=read_sighting(row),
        since=to_moment(row["away_since"]),
        polls=row["polls"],
        read_at=to_moment(row["away_read_at"]),
    )


def read_away(row: Any) -> None:
    """A stored row of `gone`, as far as it can be read by itself."""
    to_moment(row["since"])
    to_moment(row["read_at"])


def _plain(now: Glimpse) -> dict[str, Any]:
    return {
        "source": now.source,
        "reach": now.reach.value,
        "read_at": to_text(now.read_at),
        "named": [[n.version, to_text(n.since), n.platform, n.channel] for n in now.named],
        "pages": [[e.version, e.url, e.title, to_text(e.since)] for e in now.empty],
        "dated": to_text(now.dated) if now.dated else None,
        "valid_until": to_text(now.valid_until) if now.valid_until else None,
    }


def read_view(row: Any) -> Glimpse:
    """How a watched row looked."""
    kept = json.loads(row["view"])
    return Glimpse(
        source=kept["source"],
        reach=Reach(kept["reach"]),
        read_at=to_moment(kept["read_at"]),
        named=tuple(
            VersionNamed(
                version=version, since=to_moment(since), platform=platform, channel=channel
            )
            for version, since, platform, channel in kept["named"]
        ),
        empty=tuple(
            EmptyPage(version=version, url=url, title=title, since=to_moment(since))
            for version, url, title, since in kept["pages"]
        ),
        dated=moment_or_none(kept["dated"]),
        valid_until=moment_or_none(kept["valid_until"]),
    )
