"""The files of a knowledge base by folder, as they lie in the working tree, and what marks them.

Nothing is read here that the cache has: a file of the working tree is taken for unchanged by its
size, times and inode, as Git's index does it, and one of a commit by its blob id.
"""

from __future__ import annotations

import os
import stat
from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, suppress
from functools import cached_property
from pathlib import Path
from typing import Protocol

from forewarn.errors import DataError
from forewarn.rows import NamedTuple
from forewarn.store.catalogue.listing import Listing, listing, mark_of, packed, within
from forewarn.store.git.scratch import git_dir_of
from forewarn.store.layout import ARTICLES, RECORD_FOLDERS, RELEASES, is_record

# What a file is known by: size, times and inode, or the id of its blob.
Mark = tuple[int, ...] | str
LARGEST = 1_000_000  # bytes; a record is a page, not a dump
# The shards that are no product's; a product's id never begins so.
PRODUCTS, KB = "_products", "_kb"
# A file system may keep times no finer than to two seconds.
_COARSE = 2_000_000_000
_MANY = 10_000  # files, which are looked at in two times what it takes to begin a process
_READ = os.O_RDONLY | getattr(os, "O_BINARY", 0)  # the latter is Windows's


class Content(NamedTuple):
    """A file's bytes, the id of its blob, and its size.

    One that is larger than any record is known by its size alone: `data` is empty.
    """

    data: bytes
    blob: str
    size: int


class Listed(Mapping[str, Mark]):
    """The files of a folder of the working tree, in the order in which they were found there.

    `marks` are what they are known by, packed.
    """

    def __init__(self, paths: list[str], marks: bytes) -> None:
        self.paths = paths
        self.packed = marks

    @cached_property
    def _marks(self) -> dict[str, Mark]:
        return dict(zip(self.paths, unpacked(self.packed), strict=True))

    def __getitem__(self, path: str) -> Mark:
        return self._marks[path]

    @cached_property
    def _names(self) -> frozenset[str]:
        return frozenset(self.paths)

    def __contains__(self, path: object) -> bool:
        return path in self._names

    def __iter__(self) -> Iterator[str]:
        return iter(self.paths)

    def __len__(self) -> int:
        return len(self.paths)


def unpacked(data: bytes) -> Iterator[tuple[int, ...]]:
    """Four numbers for each file.

    Raises:
        ValueError: these are none.
    """
    numbers = array("q")
    numbers.frombytes(data)
    return zip(*[iter(numbers)] * 4, strict=True)


class RecordSource(Protocol):
    """Where records are read from."""

    def read(self, path: str) -> Content:
        """A file.

        Raises:
            DataError: it cannot be read.
        """


def folder_of(path: str) -> str:
    """The folder whose shard a file is in: its product, or one of `PRODUCTS` and `KB`."""
    first, _, rest = path.partition("/")
    product, slash, file = rest.partition("/")
    if first == ARTICLES:
        return KB
    return PRODUCTS if not slash or file == "product.yml" else product


class Worktree:
    """The files as they lie in the working tree, committed or not."""

    def __init__(self, root: Path) -> None:
        """Take the files at `root`.

        Raises:
            DataError: some are not checked out: nobody may take them for records that are not.
        """
        self._root = root
        self._times: dict[str, int] = {}
        git_dir = git_dir_of(root)
        if git_dir is not None and (git_dir / "info/sparse-checkout").exists():
            from forewarn.store.git.repository import Repository

            with Repository(root) as repository:
                repository.refuse_hidden(RECORD_FOLDERS)

    def folders(self) -> dict[str, Mapping[str, Mark]]:
        """Every folder of records with its files."""
        products = self.products()
        found: dict[str, Mapping[str, Mark]] = {PRODUCTS: self.product_files(products)}
        files = 0
        waiting = iter(products)
        for product in waiting:
            found[product] = self.folder(product)
            files += len(found[product])
            if files > _MANY and len(found) < len(products) / 2:
                found |= self._listed_by_two([*waiting])
        return found | {KB: self.folder(KB)}

    def _listed_by_two(self, products: Sequence[str]) -> Iterator[tuple[str, Mapping[str, Mark]]]:
        from forewarn.store.catalogue.listing_process import listed_beside

        with listed_beside(f"{self._root}/{RELEASES}") as others:
            for product in products:
                other = others.take(product)
                yield product, self._listed(product, other) if other else self.folder(product)

    def products(self) -> list[str]:
        """The names of the folders below `releases/` that may be products'.

        Raises:
            DataError: `releases` is no folder, or cannot be read.
        """
        with suppress(FileNotFoundError), _top(self._root / RELEASES) as entries:
            # A folder that is called like one of our own shards would take its place.
            return sorted(
                entry.name
                for entry in entries
                if entry.is_dir(follow_symlinks=False) and entry.name not in (PRODUCTS, KB)
            )
        return []

    def product_files(self, products: list[str]) -> dict[str, Mark]:
        """What is in the shard of all products: each product.yml, and what is misplaced."""
        found: dict[str, Mark] = {}
        with suppress(FileNotFoundError), _top(self._root / RELEASES) as entries:
            for entry in entries:
                if is_record(f"{RELEASES}/{entry.name}") and entry.is_file(follow_symlinks=False):
                    found[f"{RELEASES}/{entry.name}"] = mark_of(entry.stat(follow_symlinks=False))
        return found | self.marks(f"{RELEASES}/{product}/product.yml" for product in products)

    def folder(self, name: str) -> Mapping[str, Mark]:
        """The files of one folder, a product's or `KB`."""
        if name == KB:
            with suppress(FileNotFoundError), _top(self._root / ARTICLES):
                return dict(self._below(ARTICLES))
            return {}
        here = f"{self._root}/{RELEASES}/{name}"
        try:
            return self._listed(name, listing(here))
        except (FileNotFoundError, NotADirectoryError):
            return Listed([], b"")
        except PermissionError as error:
            raise _closed(here, error) from error

    def _listed(self, name: str, found: Listing) -> Listed:
        here = f"{RELEASES}/{name}"
        self._times[name], files, marks, folders = found
        below = [row for folder in folders for row in self._below(f"{here}/{folder}")]
        paths = [*(f"{here}/{file}" for file in files), *(path for path, _ in below)]
        return Listed(paths, marks + packed([number for _, mark in below for number in mark]))

    def paths(self, name: str) -> list[str]:
        """What is named as a record in a product's folder, in the order of `folder`.

        None of them is looked at: one may be no file by now.
        """
        here = f"{RELEASES}/{name}"
        names: list[str] = []
        with suppress(OSError):
            names = os.listdir(f"{self._root}/{here}")  # noqa: PTH208 - it is text
        # Cut off, for to call a method of each of ten thousand takes twice the time.
        paths = [f"{here}/{file}" for file in names if file[-3:] == ".md"]
        others = [f"{here}/{file}" for file in names if file[-3:] != ".md"]
        paths += (path for other in others for path, _ in self._below(other))
        return paths

    def are(self, name: str, marks: Mapping[str, bytes]) -> bool:
        """Whether some files in a product's folder are what they are known by, packed."""
        before = f"{RELEASES}/{name}/"
        numbers: list[int] = []
        with suppress(OSError), within(f"{self._root}/{before}") as (_, look):
            for path in marks:
                numbers += mark_of(look(path.removeprefix(before)))
            return packed(numbers) == b"".join(marks.values())
        return False

    def stems(self, name: str) -> list[str]:
        """The names of the records right in a product's folder, without their ends."""
        with suppress(OSError):
            names = os.listdir(f"{self._root}/{RELEASES}/{name}")  # noqa: PTH208 - it is text
            return sorted(file.removesuffix(".md") for file in names if file.endswith(".md"))
        return []

    def marks(self, paths: Iterable[str]) -> dict[str, Mark]:
        """Those of some paths at which a file is, and what it is known by."""
        found: dict[str, Mark] = {}
        for path in paths:
            with suppress(OSError, ValueError):
                status = os.lstat(f"{self._root}/{path}")
                if stat.S_ISREG(status.st_mode):
                    found[path] = mark_of(status)
        return found

    def listed_at(self, name: str) -> int:
        """What `folder_time` was just before the folder was listed."""
        return self._times.get(name, 0)

    def folder_time(self, name: str) -> int:
        """When a file was last added to a product's folder or taken out of it."""
        with suppress(OSError):
            return os.lstat(f"{self._root}/{RELEASES}/{name}").st_mtime_ns
        return 0

    def read(self, path: str) -> Content:
        """A file, with the id that Git would give it."""
        try:
            # A file object takes twice the time, of a hundred thousand files half a second.
            file = os.open(f"{self._root}/{path}", _READ)
            try:
                status = os.fstat(file)
                if status.st_size > LARGEST:
                    return Content(b"", f"{status.st_size} {status.st_mtime_ns}", status.st_size)
                data = os.read(file, status.st_size + 1)
                while len(data) < status.st_size and (more := os.read(file, LARGEST)):
                    data += more
            finally:
                os.close(file)
        except FileNotFoundError as error:
            raise DataError(
                "it went while the records were read",
                where=path,
                help="Somebody is at work on them: run the command again.",
            ) from error
        except OSError as error:
            raise DataError(
                f"cannot be read: {error.strerror}",
                where=path,
                help="Mend the file's permissions.",
            ) from error
        return Content(data, blob_id(data), len(data))

    def _below(self, folder: str) -> Iterator[tuple[str, tuple[int, ...]]]:
        # Text and directory entries: a `Path` for each of a hundred thousand files takes seconds.
        waiting = [folder]
        while waiting:
            here = waiting.pop()
            with (
                suppress(FileNotFoundError, NotADirectoryError),
                _scan(f"{self._root}/{here}") as entries,
            ):
                for entry in entries:
                    relative = f"{here}/{entry.name}"
                    if entry.is_dir(follow_symlinks=False):
                        waiting.append(relative)
                    elif is_record(relative) and entry.is_file(follow_symlinks=False):
                        yield relative, mark_of(entry.stat(follow_symlinks=False))


def blob_id(data: bytes) -> str:
    """The id that Git gives a file."""
    from hashlib import sha1

    return sha1(b"blob %d\0" % len(data) + data, usedforsecurity=False).hexdigest()


def settled(mark: Mark, now: int) -> bool:
    """Whether a file that changes from `now` on is sure to get another mark.

    A file that was written at the very moment in which it was read may be written again in the
    same tick of the clock, and nothing but its content would show it. Git calls it racily clean.
    """
    return isinstance(mark, str) or max(mark[:2]) < now - _COARSE


def _scan(folder: str) -> AbstractContextManager[Iterator[os.DirEntry[str]]]:
    try:
        return os.scandir(folder)
    except PermissionError as error:
        raise _closed(folder, error) from error


def _closed(folder: str, error: OSError) -> DataError:
    return DataError(
        f"cannot be read: {error.strerror}", where=folder, help="Mend the folder's permissions."
    )


def _top(folder: Path) -> AbstractContextManager[Iterator[os.DirEntry[str]]]:
    """What lies in a folder of records; one that is something else is never one without records.

    Raises:
        FileNotFoundError: there is none.
        DataError: it is no folder, or cannot be read.
    """
    try:
        return _scan(str(folder))
    except FileNotFoundError:
        raise
    except OSError as error:
        raise DataError(
            f"this is no folder, so its records are not here: {error.strerror}",
            where=str(folder),
            help="Put the folder itself in its place: `git status` shows what is missing.",
        ) from error
