"""What a look at many products needs to know of each, asked for all of them at once.

To ask for each one by itself takes longer than to keep what it shows, and of most products that
are looked at for the first time there is nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from forewarn.store.state.database import listed
from forewarn.store.state.interface import TELL_QUIETLY

if TYPE_CHECKING:
    from forewarn.store.state.database import Connection

_TABLES = ("sightings", "unread", "views", "gone", "events")
_BARE = """
    SELECT p.value FROM json_each(?) AS p
    WHERE NOT EXISTS (SELECT 1 FROM {table} WHERE product = p.value)
"""
_TAKEN = "SELECT id FROM sightings WHERE id IN (SELECT value FROM json_each(?))"
_QUIET = f"SELECT 1 FROM meta WHERE substr(key, 1, {len(TELL_QUIETLY)}) = ? LIMIT 1"  # noqa: S608
_SOURCES = "SELECT * FROM sources WHERE product IN (SELECT value FROM json_each(?))"


class Foreseen:
    """Of which products a table has nothing, and the rows of `sources` of some.

    That holds within the transaction until something is written; whoever writes says so. Of what
    was not asked for, nothing is known.
    """

    def __init__(self) -> None:
        self._bare: set[tuple[str, str]] = set()
        self._sources: dict[str, list[Any]] = {}
        self._free: set[str] = set()
        self.has_nothing_quiet = False

    def ask(self, connection: Connection, products: Iterable[str], ids: Iterable[str]) -> None:
        """Ask for some products, and for some ids of sightings, instead of those before."""
        self._sources = {product: [] for product in products}
        quiet = connection.execute(_QUIET, (TELL_QUIETLY,)).fetchone()
        self.has_nothing_quiet = quiet is None
        chosen = listed(self._sources)
        self._bare = {
            (table, str(row[0]))
            for table in _TABLES
            for row in connection.execute(_BARE.format(table=table), (chosen,))
        }
        for row in connection.execute(_SOURCES, (chosen,)):
            self._sources[row["product"]].append(row)
        self._free = {*ids}
        there = connection.execute(_TAKEN, (listed(self._free),)).fetchall()
        self._free -= {str(row["id"]) for row in there}

    def has_nothing(self, table: str, product: str) -> bool:
        """Whether a table has nothing of a product, for certain."""
        return (table, product) in self._bare

    def sources(self, product: str) -> list[Any] | None:
        """The rows of a product's watched places; None where they have to be asked for."""
        return self._sources.get(product)

    def are_free(self, ids: Iterable[str]) -> bool:
        """Whether no sighting has one of these ids, for certain."""
        return self._free.issuperset(ids)

    def given(self, ids: Iterable[str]) -> None:
        """Sightings have these ids now."""
        self._free.difference_update(ids)

    def written(self, table: str, product: str) -> None:
        """Something of a product was written into a table."""
        self._bare.discard((table, product))

    def places_written(self, product: str | None = None) -> None:
        """Something of a product's watched places was written, or of whoever's."""
        if product is None:
            self._sources.clear()
        else:
            self._sources.pop(product, None)
