"""The watched places, and the records for when something new is seen at one.

While nothing is, a look needs no record: all that it asks of them stands in one file of the cache.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from datetime import timedelta
from functools import cache, cached_property
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from forewarn.errors import ForewarnError
from forewarn.model.watching.place import reading_of
from forewarn.store.catalogue.gist import Gist

if TYPE_CHECKING:
    from forewarn.model.catalogue import Catalogue
    from forewarn.model.product import Product, Watch
    from forewarn.model.settings import Settings
    from forewarn.store.state.interface import State

# What decides how a row is asked, beside what decides how a record is read.
CODE = ("sources", "services/watch", "options.py", "patterns.py")
_OWN = "forewarn.sources."
# What each part of a row may be.
_NOTHING = type(None)
_KINDS = (
    *((str,), (str,), (str,), (str,), (str, _NOTHING), (float, _NOTHING), (str,)),
    *((tuple, _NOTHING), (int,)),
)
_FIRST = 7


class WatchedRow(NamedTuple):
    """A watched row, in plain values.

    `key` is what its state is kept under, `source` what names it to people, `number` where it
    stands in `watch:` of its product. `seconds` are its interval, if it has one of its own;
    `reading` is by what its entries are read. `first` is the address that its source asks first
    and believes where it says that nothing has changed: the address, its headers, whether it may
    be a private one, and what people are told of it; None where that is not known without the
    row's variables.
    """

    product: str
    key: str
    source: str
    type: str
    host: str | None
    seconds: float | None
    reading: str
    first: tuple[str, Mapping[str, str], bool, str] | None
    number: int

    @property
    def interval(self) -> timedelta | None:
        """How often it is asked, where its row says so."""
        return None if self.seconds is None else timedelta(seconds=self.seconds)

    def row_in(self, catalogue: Catalogue) -> tuple[Product, Watch] | None:
        """Its product and its row as they are recorded; None where they are others by now."""
        product = catalogue.products.get(self.product)
        if product is None or self.number >= len(product.watch):
            return None
        row = product.watch[self.number]
        same = row.kept_under == self.key and reading_of(product) == self.reading
        return (product, row) if same else None


class WatchedFacts(NamedTuple):
    """What a look that finds nothing new has to know of the records, in plain values.

    `unreadable` are the files of products that cannot be read, `lockstep` for how many seconds it
    is looked back at each product that must keep working with others, `to_come` the versions of
    each watched product that a record says are not out, and `per_second` is how often a host is
    asked.
    """

    places: tuple[WatchedRow, ...]
    unreadable: tuple[str, ...]
    lockstep: Mapping[str, float]
    to_come: Mapping[str, tuple[str, ...]]
    per_second: float


class WatchedRecords:
    """The records and the settings, which are loaded when somebody asks for them."""

    def __init__(self, facts: WatchedFacts, load: Callable[[], LoadedRecords]) -> None:
        self.facts = facts
        self._load = load

    @cached_property
    def _known(self) -> LoadedRecords:
        return self._load()

    @property
    def catalogue(self) -> Catalogue:
        """All records."""
        return self._known.catalogue

    @property
    def settings(self) -> Settings:
        """The settings."""
        return self._known.settings

    @property
    def unreadable(self) -> frozenset[str]:
        """The paths of records that are not in the catalogue because they cannot be read."""
        return self._known.unreadable

    def to_come(self, state: State) -> Iterator[tuple[str, str]]:
        """The versions of sighted products that a record says are not out."""
        known, watched = self.facts.to_come, {place.product for place in self.facts.places}
        for product in state.sighted_products():
            if product in watched:
                versions = known.get(product, ())
            else:
                versions = _to_come(self.catalogue, product)
            for version in versions:
                yield product, version


class LoadedRecords(NamedTuple):
    """What was loaded; see `WatchedRecords`."""

    catalogue: Catalogue
    settings: Settings
    unreadable: frozenset[str]


def records_of(
    catalogue: Catalogue, settings: Settings, unreadable: frozenset[str] = frozenset()
) -> WatchedRecords:
    """What is loaded already."""
    known = LoadedRecords(catalogue, settings, unreadable)
    return WatchedRecords(_facts(known), lambda: known)


def records_at(root: Path) -> WatchedRecords:
    """The records and settings as they lie at `root`.

    Raises:
        DataError: they cannot be read.
    """
    gist = Gist(root, CODE)
    facts = _kept(gist.read())
    if facts is not None:
        return WatchedRecords(facts, lambda: _loaded(root))
    gist.begin()
    known = _loaded(root)
    facts = _facts(known)
    gist.keep((tuple(map(tuple, facts.places)), *facts[1:]))
    return WatchedRecords(facts, lambda: known)


def _kept(plain: Any) -> WatchedFacts | None:
    """What was kept, where it is what is kept of records."""
    with suppress(ValueError, TypeError, IndexError, AttributeError):
        places, unreadable, lockstep, to_come, per_second = plain
        kinds = {(*map(type, row), *map(type, row[_FIRST] or ())) for row in places}
        sound = all(map(_are_of_a_row, kinds))
        texts = {*map(type, (*unreadable, *lockstep, *to_come, *chain(*to_come.values())))}
        numbers = {*map(type, (per_second, *lockstep.values()))}
        if sound and texts <= {str} and numbers <= {int, float} and per_second > 0:
            rows = tuple(map(WatchedRow._make, places))
            return WatchedFacts(rows, tuple(unreadable), lockstep, to_come, per_second)
    return None


def _are_of_a_row(kinds: tuple[type, ...]) -> bool:
    own, first = kinds[: len(_KINDS)], kinds[len(_KINDS) :]
    fits = all(kind in may_be for kind, may_be in zip(own, _KINDS, strict=True))
    return fits and first == (() if own[_FIRST] is _NOTHING else (str, dict, bool, str))


def _loaded(root: Path) -> LoadedRecords:
    from forewarn.store.catalogue.whole import load_worktree
    from forewarn.store.settings import load_settings

    settings, loaded = load_settings(root), load_worktree(root)
    return LoadedRecords(loaded.catalogue, settings, loaded.unreadable)


def _facts(known: LoadedRecords) -> WatchedFacts:
    from forewarn.model.watching.due import lockstep_products

    catalogue = known.catalogue
    watched = [product for product in catalogue.products.values() if product.watch]
    to_come = {product.id: _to_come(catalogue, product.id) for product in watched}
    return WatchedFacts(
        places=tuple(
            _place(product, row, number)
            for product in watched
            for number, row in enumerate(product.watch)
        ),
        unreadable=tuple(sorted(p for p in known.unreadable if p.endswith("/product.yml"))),
        lockstep={id: back.total_seconds() for id, back in lockstep_products(catalogue).items()},
        to_come={product: versions for product, versions in to_come.items() if versions},
        per_second=known.settings.watching.per_second,
    )


def _to_come(catalogue: Catalogue, product: str) -> tuple[str, ...]:
    from forewarn.model.live import is_to_come

    return tuple(r.version for r in catalogue.releases_of(product) if is_to_come(r))


def _place(product: Product, row: Watch, number: int) -> WatchedRow:
    return WatchedRow(
        product=product.id,
        key=row.kept_under,
        source=row.source,
        type=row.type,
        host=row.host,
        seconds=row.interval.total_seconds() if row.interval else None,
        reading=reading_of(product),
        first=_first(row),
        number=number,
    )


def _first(row: Watch) -> tuple[str, Mapping[str, str], bool, str] | None:
    """What is asked first, where none of the row's options is a variable."""
    from forewarn import sources

    if row.type not in _own_types():
        return None
    try:
        options, _ = sources.options_of(row, {})
        address = sources.kind_of(row).first(options)
    except ForewarnError:
        return None
    if address is None:
        return None
    return address.url, address.headers, address.allow_private, address.document


@cache
def _own_types() -> frozenset[str]:
    """The types that are forewarn's: what somebody else's code does may be another tomorrow."""
    from forewarn import plugins

    found = [origin for group in ("sources", "presets") for origin in plugins.origins(group)]
    strange = {name for name, module, _ in found if not module.startswith(_OWN)}
    return frozenset(name for name, _, _ in found) - strange
