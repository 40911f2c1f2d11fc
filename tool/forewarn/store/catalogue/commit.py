"""Loading all records of a commit, of which no folder is opened before somebody asks for it."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from forewarn.model.release import product_path
from forewarn.store.catalogue.cache import Cache
from forewarn.store.catalogue.folders import KB, PRODUCTS, Commit
from forewarn.store.catalogue.loaded import Loaded, assemble
from forewarn.store.catalogue.parts import Contents, ProductPart
from forewarn.store.catalogue.reader import Earlier, Progress, Reader
from forewarn.store.catalogue.trees import FolderTree, Trees
from forewarn.store.collector import no_collection

if TYPE_CHECKING:
    from forewarn.store.git.repository import Repository

_MANY_FOLDERS = 100  # so many are listed with all others


def load_commit(
    repository: Repository,
    commit: str,
    known: Loaded | None = None,
    progress: Progress | None = None,
) -> Loaded:
    """Load a commit; no folder is opened that is the same in `known`, or in the last one read.

    It is when somebody asks for its releases.
    """
    source = Commit(repository, commit)
    with no_collection():
        cache = Cache(repository.root)
        same = Earlier(known.read, known.parts) if known else None
        reader = Reader(source, cache, progress=progress, known=same)
        kept = Trees(cache)
        ids = source.trees()
        found = {name: _tree(kept, known, name, id) for name, id in ids.items()}
        changed = [name for name, tree in found.items() if tree is None]
        if changed:
            source.list_folders(changed if len(changed) < _MANY_FOLDERS else ())
        products = dict(source.folder(PRODUCTS))
        products |= {product_path(name): t.blob for name, t in found.items() if t and t.blob}
        reader.expect(sum(len(source.folder(name)) for name in changed))
        orders = reader.products(products)
        parts: dict[str, ProductPart] = {}
        for name, tree in sorted(found.items()):
            if tree is None:
                parts[name] = reader.part(name, source.folder(name))
            elif known and known.trees.get(name) is tree:
                parts[name] = known.parts[name]
            else:
                parts[name] = ProductPart(tree.known, partial(_opened, reader, source, name))
        articles = reader.articles(source.folder(KB))
        trees = {
            name: FolderTree(id, str(products.get(product_path(name), "")), parts[name].known)
            for name, id in ids.items()
        }
        if known is None:
            kept.keep(trees)
        return replace(assemble(orders, parts, articles, articles), trees=trees)


def _tree(kept: Trees, known: Loaded | None, name: str, id: str) -> FolderTree | None:
    """What is known of the folder of a commit by the id of its tree."""
    beside = known.trees.get(name) if known else None
    return beside if beside and beside.id == id else kept.find(name, id)


def _opened(reader: Reader, source: Commit, name: str) -> Contents:
    with no_collection():
        return reader.part(name, source.folder(name)).contents
