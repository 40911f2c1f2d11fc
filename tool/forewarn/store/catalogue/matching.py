"""Loading the products that may be what is looked for, as far as the cache remembers them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from forewarn.model.catalogue import Catalogue
from forewarn.model.versions.version import InvalidVersion, Scheme
from forewarn.rows import NamedTuple
from forewarn.store.catalogue.entries import Files, ShardFiles
from forewarn.store.catalogue.loaded import Loaded, assemble
from forewarn.store.catalogue.some import ProductsHere, products_here, some_of
from forewarn.store.catalogue.words import word_of_version
from forewarn.store.collector import no_collection


class Sought(NamedTuple):
    """What is looked for: words (see `catalogue.words`), versions by product, products.

    Where it is `borne` by more products than that, no more is loaded of each than the releases of
    its versions; None: never.
    """

    words: Collection[str]
    versions: Mapping[str, Collection[str]]
    products: Collection[str]
    borne: int | None = None


def load_matching(root: Path, choose: Callable[[Catalogue], Sought]) -> Loaded:
    """Load all products, and the releases of those that may match, as the cache remembers them.

    `choose` is given all products, without a release. Matching is a product that had one of the
    words or of its versions when it was last read, that has got or lost a file since, or that is
    wanted by name. What came by an edit since is not seen: only `load_worktree` can say that
    there is nothing.

    Raises:
        DataError: a file cannot be opened.
    """
    with no_collection():
        here = products_here(root)
        wanted = choose(Catalogue(products=here.known.records, schemes=here.known.orders))
        return _bearing(here, wanted) or some_of(here, _may_match(here, wanted), suites=True)


def _bearing(here: ProductsHere, wanted: Sought) -> Loaded | None:
    """The releases of the versions alone, where many products have one; else None."""
    worktree, reader, folders, known = here
    if wanted.borne is None or any(reader.may_hold(name, wanted.words) for name in folders):
        return None
    from forewarn.store.catalogue.bearing import parts_bearing

    parts = parts_bearing(worktree, reader, folders, wanted.versions, known.orders, wanted.borne)
    none = Files({}, ShardFiles(None), {}, worktree)
    loaded = assemble(known, parts, none, none) if parts else None
    if loaded is None or loaded.unread(parts):
        return None
    reader.keep_hints()
    return replace(loaded, borne=True)


def _may_match(here: ProductsHere, wanted: Sought) -> set[str]:
    worktree, reader, folders, known = here
    found = set(wanted.products)
    for name in folders:
        versions = wanted.versions.get(name)
        asked = set(wanted.words)
        if versions and name in known.orders:
            asked.update(_version_words(versions, known.orders[name]))
        time = worktree.folder_time(name)
        if reader.may_bear(name, time, asked, versions=bool(versions)):
            found.add(name)
    return found


def _version_words(versions: Collection[str], scheme: Scheme) -> Iterator[str]:
    for version in versions:
        with suppress(InvalidVersion):
            yield word_of_version(version, scheme)
