"""What sightings were made of, in the state database; each answer is kept once."""

from __future__ import annotations

import gzip
import hashlib
import json
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from forewarn.model.watching.proof import Exchange, Proof
from forewarn.store.state.rows import Shape, to_moment, to_text

if TYPE_CHECKING:
    from forewarn.store.state.database import Connection, Database

_INSERT = "INSERT INTO proofs VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING"


def keep(connection: Connection, ids: Iterable[str], proof: Proof) -> None:
    """Keep an answer as what these sightings were made of, inside the caller's transaction."""
    parts = [_plain(part) for part in proof.parts]
    moment = to_text(proof.at)
    bodies = b"".join(part.body for part in proof.parts)
    text = json.dumps([moment, parts]).encode() + bodies
    key = hashlib.sha256(text).hexdigest()[:20]
    connection.executemany(
        _INSERT,
        [
            (key, number, moment, *parts[number], gzip.compress(part.body, 6, mtime=0), part.length)
            for number, part in enumerate(proof.parts)
        ],
    )
    rows = [(id, key) for id in ids]
    connection.executemany("INSERT INTO proven VALUES (?, ?) ON CONFLICT DO NOTHING", rows)


def of(state: Database, sighting: str) -> tuple[Proof, ...]:
    """What a sighting was made of, and what else was kept of it since, the oldest first."""
    query = (
        "SELECT proofs.* FROM proofs JOIN proven ON proven.proof = proofs.id "
        "WHERE proven.sighting = ? ORDER BY proofs.at, proofs.id, proofs.part"
    )
    found: dict[str, list[tuple[Any, Exchange]]] = {}
    for row in state.rows(query, (sighting,)):
        part = Shape.of("proofs").read(row, read_part)
        found.setdefault(row["id"], []).append((row["at"], part))
    return tuple(
        Proof(at=to_moment(rows[0][0]), parts=tuple(part for _, part in rows))
        for rows in found.values()
    )


def forget(connection: Connection, sightings: Iterable[str]) -> None:
    """Take away what was kept for these sightings alone."""
    rows = [(id,) for id in sightings]
    connection.executemany("DELETE FROM proven WHERE sighting = ?", rows)
    if rows:
        connection.execute("DELETE FROM proofs WHERE id NOT IN (SELECT proof FROM proven)")


def _plain(part: Exchange) -> tuple[object, ...]:
    return part.url, part.status, part.peer, json.dumps(part.hops), json.dumps(part.headers)


def read_part(row: Any) -> Exchange:
    """A stored part."""
    try:
        body = gzip.decompress(row["body"])
    except (OSError, EOFError) as error:
        raise ValueError("its body is damaged") from error
    return Exchange(
        url=row["url"],
        status=row["status"],
        peer=row["peer"],
        hops=tuple((str(a), int(b), str(c)) for a, b, c in json.loads(row["hops"])),
        headers=tuple((str(name), str(value)) for name, value in json.loads(row["headers"])),
        body=body,
        length=row["length"],
    )
