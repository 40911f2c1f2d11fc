"""Loading all records of the working tree, as they lie there or as they would after a change."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path

from forewarn.model.shelf import Lazy
from forewarn.store.catalogue.cache import Cache
from forewarn.store.catalogue.folders import (
    KB,
    LARGEST,
    PRODUCTS,
    Content,
    Mark,
    Worktree,
    blob_id,
    folder_of,
)
from forewarn.store.catalogue.loaded import Loaded, assemble
from forewarn.store.catalogue.overview import Overview
from forewarn.store.catalogue.reader import Earlier, Progress, Reader
from forewarn.store.collector import no_collection

_MANY_UNREAD = 20_000  # files, which to read takes longer than to begin a process


def load_worktree(
    root: Path, progress: Progress | None = None, begin: Callable[[], None] | None = None
) -> Loaded:
    """Load the files as they lie in the working tree, committed or not.

    Where many files are not in the cache, another process reads as well. It is begun by `begin`,
    if it has more to do than that, and else ends with the reading.

    Raises:
        DataError: a file cannot be opened.
    """
    worktree = Worktree(root)
    with no_collection():
        reader = Reader(worktree, Cache(root), progress=progress)
        folders = worktree.folders()
        reader.expect(sum(map(len, folders.values())))
        reader.products(folders[PRODUCTS])  # and with them the cache is this code's own
        with _read_beside(root, folders, begin):
            loaded = _whole(reader, folders)
        reader.keep_only(folders)
    return loaded


def load_from_the_end(root: Path) -> Loaded:
    """The same, the last product first, for a process beside one that begins with the first.

    What one of them has read the other finds in the cache.

    Raises:
        DataError: a file cannot be opened.
    """
    worktree = Worktree(root)
    with no_collection():
        names = worktree.products()
        listed = Lazy(
            (PRODUCTS, *names, KB),
            lambda name: (
                worktree.product_files(names) if name == PRODUCTS else worktree.folder(name)
            ),
        )
        return _whole(Reader(worktree, Cache(root)), listed, from_the_end=True)


def _read_beside(
    root: Path, folders: Mapping[str, Mapping[str, Mark]], begin: Callable[[], None] | None
) -> AbstractContextManager[None]:
    """Another process that reads as well, if many files are not in the cache at all."""
    if sum(map(len, folders.values())) < _MANY_UNREAD:
        return nullcontext()
    # Not the reader's: what that has once not found, it does not look for again.
    kept = Overview(Cache(root))
    unread = sum(len(files) for name, files in folders.items() if kept.find(name) is None)
    if unread < _MANY_UNREAD:
        return nullcontext()
    if begin:
        begin()
        return nullcontext()
    from forewarn.store.catalogue.beside import reading_beside

    return reading_beside(root)


class Changed:
    """The working tree as it would be with other bytes in some files; None for one that is gone."""

    def __init__(self, root: Path, files: Mapping[str, bytes | None]) -> None:
        self._worktree = Worktree(root)
        self._files = files

    def folders(self) -> dict[str, dict[str, Mark]]:
        """Every folder of records with its files."""
        found = {name: dict(files) for name, files in self._worktree.folders().items()}
        for path, data in self._files.items():
            folder = found.setdefault(folder_of(path), {})
            folder.pop(path, None)
            if data is not None:
                folder[path] = blob_id(data)
        return {name: dict(sorted(files.items())) for name, files in found.items()}

    def read(self, path: str) -> Content:
        """A file."""
        data = self._files.get(path)
        if data is None:
            return self._worktree.read(path)
        return Content(data if len(data) <= LARGEST else b"", blob_id(data), len(data))


def load_changed(root: Path, known: Loaded, files: Mapping[str, bytes | None]) -> Loaded:
    """Load the files as they would lie in the working tree, some of them changed or gone.

    What is as in `known`, the working tree as it is, is not read again.

    Raises:
        DataError: a file cannot be opened.
    """
    changed = Changed(root, files)
    with no_collection():
        same = Earlier(known.read, known.parts)
        return _whole(Reader(changed, Cache(root), known=same), changed.folders())


def _whole(
    reader: Reader, folders: Mapping[str, Mapping[str, Mark]], *, from_the_end: bool = False
) -> Loaded:
    known = reader.products(folders[PRODUCTS])
    known = known._replace(orders=dict(known.orders))
    names = sorted(name for name in folders if name not in (PRODUCTS, KB))
    turn = reversed(names) if from_the_end else names
    parts = {name: reader.part(name, folders[name]) for name in turn}
    articles = reader.articles(folders[KB])
    return assemble(known, {name: parts[name] for name in names}, articles, articles)
