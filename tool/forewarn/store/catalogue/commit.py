"""Loading all records of a commit, of which no folder is opened before somebody asks for it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from forewarn import schemes
from forewarn.model.release import product_path
from forewarn.store.catalogue.cache import Cache
from forewarn.store.catalogue.folders import KB, LARGEST, PRODUCTS, Content, Mark, folder_of
from forewarn.store.catalogue.loaded import Loaded, assemble
from forewarn.store.catalogue.parts import Contents, Judged, ProductPart
from forewarn.store.catalogue.reader import Earlier, ProductFiles, Progress, Reader
from forewarn.store.catalogue.trees import FolderTree, Trees
from forewarn.store.collector import no_collection
from forewarn.store.layout import ARTICLES, RECORD_FOLDERS, RELEASES, is_record

if TYPE_CHECKING:
    from forewarn.store.git.repository import Repository

_ONE_BY_ONE = 8  # folders that are listed when somebody asks
_MANY_FOLDERS = 100  # so many are listed with all others


class Commit:
    """The files of a commit, of which no more folders are listed than somebody asks for."""

    def __init__(self, repository: Repository, commit: str) -> None:
        self._repository = repository
        self._commit = commit
        self._blobs: dict[str, str] = {}
        self._listed: dict[str, dict[str, Mark]] = {}
        self._looks = 0

    def trees(self) -> dict[str, str]:
        """The folders below `releases/` with the ids of their trees, which say all of them.

        Raises:
            DataError: Git refuses, or `releases` is no folder there.
        """
        loose: dict[str, Mark] = {}
        trees: dict[str, str] = {}
        for entry in self._repository.entries(self._commit, RELEASES):
            if entry.is_folder:
                trees[entry.path.rpartition("/")[2]] = entry.id
            elif is_record(entry.path):
                self._blobs[entry.path] = loose[entry.path] = entry.id
        self._listed[PRODUCTS] = loose
        return trees

    def folder(self, name: str) -> dict[str, Mark]:
        """The files of one folder, a product's or `KB`; of `PRODUCTS`, all that are listed."""
        if name not in self._listed and name != PRODUCTS:
            # One by one as long as that is likely to be less work than all at once.
            self._looks += 1
            self.list_folders([name] if self._looks <= _ONE_BY_ONE else ())
        return self._listed.get(name, {})

    def list_folders(self, names: Sequence[str] = ()) -> None:
        """List some folders, as many as they are, at once; all of them where none is named."""
        places = [ARTICLES if name == KB else f"{RELEASES}/{name}" for name in names]
        for name in names:
            self._listed[name] = {}
        for blob in self._repository.blobs(self._commit, places or RECORD_FOLDERS):
            if is_record(blob.path):
                self._blobs[blob.path] = blob.id
                self._listed.setdefault(folder_of(blob.path), {})[blob.path] = blob.id

    def read(self, path: str) -> Content:
        """A file."""
        if path not in self._blobs:
            self.list_folders()
        blob = self._blobs[path]
        from forewarn.store.git.objects import TooLarge

        try:
            data = self._repository.read(blob, most=LARGEST)
        except TooLarge as error:
            return Content(b"", blob, error.size)
        return Content(data, blob, len(data))


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
        # Of another state at hand, what was kept last is that state itself.
        kept = None if known else Trees(cache)
        ids = source.trees()
        found = {name: _tree(kept, known, name, id) for name, id in ids.items()}
        changed = [name for name, tree in found.items() if tree is None]
        if changed:
            source.list_folders(changed if len(changed) < _MANY_FOLDERS else ())
        products = dict(source.folder(PRODUCTS))
        products |= {product_path(name): t.blob for name, t in found.items() if t and t.blob}
        reader.expect(sum(len(source.folder(name)) for name in changed))
        records = reader.products(products)
        records = records._replace(orders=dict(records.orders))
        parts: dict[str, ProductPart] = {}
        for name, tree in sorted(found.items()):
            if tree is None:
                parts[name] = reader.part(name, source.folder(name))
            elif known and known.trees.get(name) is tree:
                parts[name] = known.parts[name]
            else:
                part = ProductPart(tree.known, partial(_opened, reader, source, name))
                if tree.judged and tree.judged[0] == _schemes_of(part, records):
                    part.believe(tree.judged[1], records.orders)
                parts[name] = part
        articles = reader.articles(source.folder(KB))
        loaded = assemble(records, parts, articles, articles)
        trees = {
            name: FolderTree(
                id,
                str(products.get(product_path(name), "")),
                parts[name].known,
                _judged(parts[name], records),
            )
            for name, id in ids.items()
        }
        if kept:
            kept.keep(trees)
        return replace(loaded, trees=trees)


def _tree(kept: Trees | None, known: Loaded | None, name: str, id: str) -> FolderTree | None:
    """What is known of the folder of a commit by the id of its tree."""
    if kept:
        return kept.find(name, id)
    beside = known.trees.get(name) if known else None
    return beside if beside and beside.id == id else None


def _judged(part: ProductPart, records: ProductFiles) -> tuple[Sequence[str], Judged] | None:
    """What the ranges of a part were found to be, for the next time."""
    written = _schemes_of(part, records)
    return None if written is None else (written, part.judged(records.orders))


def _schemes_of(part: ProductPart, records: ProductFiles) -> list[str] | None:
    """How the products that the ranges of a part are over have written their schemes.

    None where one of these is not forewarn's own: its code may be another the next time.
    """
    written = [records.records.scheme_of(partner) for partner in part.known.ranges]
    return written if all(map(schemes.is_own, filter(None, set(written)))) else None


def _opened(reader: Reader, source: Commit, name: str) -> Contents:
    with no_collection():
        return reader.part(name, source.folder(name)).contents
