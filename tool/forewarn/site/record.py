"""What is known of a built site, so that the next build makes only what has changed."""

from __future__ import annotations

import hashlib
import marshal
import os
import struct
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import field, replace
from functools import partial
from itertools import accumulate, pairwise
from pathlib import Path
from typing import Any, NamedTuple

from forewarn.frozen import dataclass
from forewarn.model.audience import Grounds
from forewarn.pages.view.brought import Brought, packed
from forewarn.pages.view.targets import LinkTarget
from forewarn.store import files
from forewarn.store.files import open_own

# Of the marshal format, as the cache of the catalogue is, and for the same reason.
_MAGIC = b"fws7"
# Magic, inode of the site's folder, length of all and of what is before the products, checksum.
_HEAD = struct.Struct("<4sQQQI")
_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)


class Task(NamedTuple):
    """A page to render: its path in the tree, its text, and the key of what comes out."""

    src: str
    text: str
    key: str


class Output(NamedTuple):
    """A file of a site: what it was made from (`key`), and what it was when it was written.

    Builds share files by hard links, so that one that is in two of them has one `ino`; it is 0
    where that cannot be said.
    """

    key: str
    sha: str
    size: int
    mtime_ns: int
    ino: int = 0

    def is_at(self, path: str) -> bool:
        """Whether the file at `path` is still as it was written."""
        try:
            found = os.lstat(path)
        except OSError:
            return False
        return (found.st_size, found.st_mtime_ns) == (self.size, self.mtime_ns)


def put(path: str, key: str, data: bytes) -> Output:
    """Write a new file of a site, and its folder if need be."""
    try:
        found = write_new(path, data)
    except FileNotFoundError:
        make_folder(path)
        found = write_new(path, data)
    except FileExistsError:
        # An older build may share what is there.
        Path(path).unlink()
        found = write_new(path, data)
    sha = hashlib.sha256(data).hexdigest()
    return Output(key, sha, found.st_size, found.st_mtime_ns, found.st_ino)


def write_new(path: str, data: bytes) -> os.stat_result:
    """Write a file that is not there yet; what it is then."""
    file = os.open(path, _NEW, 0o666)
    try:
        at = 0
        while at < len(data):
            at += os.write(file, data[at:] if at else data)
        return os.fstat(file)
    finally:
        os.close(file)


def make_folder(path: str) -> None:
    """Make the folder of a file, if it is not there."""
    folder = path.rpartition("/")[0]
    try:
        # Mostly what is above it is there: to ask takes longer than to make it.
        os.mkdir(folder)  # noqa: PTH102 - thousands of times
    except FileExistsError:
        return
    except FileNotFoundError:
        Path(folder).mkdir(parents=True, exist_ok=True)


@dataclass(frozen=True, kw_only=True, slots=True)
class Outputs:
    """Files of a site by their address, as bytes that are decoded when somebody asks.

    Those of two builds with the same bytes are the same files, where all are `linked`.
    """

    data: bytes
    linked: bool

    def outputs(self) -> dict[str, Output]:
        """The files by their address."""
        return {address: Output._make(row) for address, row in self.rows().items()}

    def rows(self) -> dict[str, tuple[str, str, int, int, int]]:
        """The same as plain tuples, which is quicker."""
        found: dict[str, tuple[str, str, int, int, int]] = marshal.loads(self.data)  # noqa: S302 - of our own record
        return found


def files_of(outputs: Mapping[str, Output]) -> Outputs:
    """Outputs, packed."""
    rows = {address: tuple(output) for address, output in sorted(outputs.items())}
    return Outputs(data=marshal.dumps(rows), linked=all(row[4] for row in rows.values()))


NONE = files_of({})


# Of each group of pages, by shelf: how many there are, and one word for them; see `search`.
Groups = Mapping[str, Mapping[str, tuple[int, str]]]


@dataclass(frozen=True, kw_only=True, slots=True)
class Made:
    """The pages of one product: what they were made from, and where search keeps each.

    `asked` is where links led; `uses` is as in `Page`, `brought` as `pages.brought_by` gives it.
    `own` are the product's own files in one word, and `grounds` is on what else it hangs what is
    seen; `seen` has both in one word, and what is seen around its neighbours. `files` are what lies
    in the site, and `groups` what search has of them.
    """

    key: str
    asked: Mapping[str, LinkTarget | None]
    pages: Mapping[str, str]
    uses: tuple[str, ...]
    brought: Mapping[str, Any]
    own: str = ""
    seen: tuple[str, str] = ("", "")
    grounds: Grounds = Grounds({}, ())
    files: Outputs = NONE
    groups: Groups = field(default_factory=dict)
    # As it was kept, so that it need not be packed again.
    kept: bytes | memoryview = b""

    def but(self, **changes: Any) -> Made:
        """The same with other values, where they are others."""
        old = {name: getattr(self, name) for name in changes}
        if all(old[name] is value or old[name] == value for name, value in changes.items()):
            return self
        return replace(self, kept=b"", **changes)


class _Products(Mapping[str, Made]):
    """Products as they are kept, each read when somebody asks for it."""

    def __init__(self, rows: Mapping[str, memoryview]) -> None:
        self._rows = rows
        self._made: dict[str, Made] = {}

    def __getitem__(self, product: str) -> Made:
        if product not in self._made:
            self._made[product] = _made(self._rows[product])
        return self._made[product]

    def __iter__(self) -> Iterator[str]:
        return iter(self._rows)

    def __len__(self) -> int:
        return len(self._rows)


@dataclass(frozen=True, kw_only=True)
class Record:
    """A built site in `folder`: the products' pages, and all other files.

    It lies beside the folder, and names its inode, which nobody can choose: a site that came
    with a clone or an archive is not believed. `frames` are what is around pages, as `Frames` keeps
    it, of the site whose settings and theme `frame` has in one word. `shelves` says where search
    keeps the pages of `files`, and `folders` has inode and time of each folder of the site.
    `together` are files that were made of the same, by what that was, of code that is `code`.
    """

    folder: Path
    files: Outputs = NONE
    products: Mapping[str, Made] = field(default_factory=dict)
    shelves: Mapping[str, str] = field(default_factory=dict)
    folders: Callable[[], dict[str, tuple[int, int]]] = dict
    together: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    code: str = ""
    frame: str = ""
    frames: Mapping[str, list[str]] = field(default_factory=dict)

    def save(self) -> None:
        """Keep it beside the site; without it the next build makes every page.

        Raises:
            DataError: the file cannot be written.
        """
        try:
            products = {id: _packed(made) for id, made in self.products.items()}
            kept = {
                "files": (self.files.data, self.files.linked),
                "products": {id: len(row) for id, row in products.items()},
                "shelves": dict(self.shelves),
                "folders": marshal.dumps(self.folders()),
                "together": dict(self.together),
                "code": self.code,
                "frame": self.frame,
                "frames": dict(self.frames),
            }
            pieces = [marshal.dumps(kept), *products.values()]
        except ValueError:  # what a page type of somebody's brings is not plain
            return
        length, check = sum(map(len, pieces)), 0
        for piece in pieces:
            check = zlib.crc32(piece, check)
        head = _HEAD.pack(_MAGIC, self.folder.stat().st_ino, length, len(pieces[0]), check)
        place = place_of(self.folder)
        place.unlink(missing_ok=True)
        # What is cut short is not believed, so that nobody need wait for the disk.
        files.write_new(place, b"".join([head, *pieces]), synced=False)


def place_of(folder: Path) -> Path:
    """Where the record of the site in `folder` lies."""
    return folder.with_name(f"{folder.name}.record")


def load(folder: Path) -> Record | None:
    """The record of the site in `folder`; None where there is none that can be believed."""
    try:
        with open_own(place_of(folder)) as file:
            found = file.read()
        magic, inode, length, begin, check = _HEAD.unpack_from(found)
        data = memoryview(found)[_HEAD.size :]
        if (magic, inode, length) != (_MAGIC, folder.stat().st_ino, len(data)):
            return None
        if zlib.crc32(data) != check:
            return None
        kept = marshal.loads(data[:begin])  # noqa: S302 - written here, as the inode shows
        return Record(
            folder=folder,
            files=Outputs(data=kept["files"][0], linked=kept["files"][1]),
            products=_Products(_cut(data[begin:], kept["products"])),
            shelves=kept["shelves"],
            folders=partial(marshal.loads, kept["folders"]),
            together=kept["together"],
            code=kept["code"],
            frame=kept["frame"],
            frames=kept["frames"],
        )
    except (OSError, ValueError, KeyError, TypeError, EOFError, struct.error):
        return None


def _cut(data: memoryview, lengths: Mapping[str, int]) -> dict[str, memoryview]:
    """Pieces of data that lie one behind the other, not copied."""
    ends = [*accumulate(lengths.values(), initial=0)]
    return {
        name: data[begin:end] for name, (begin, end) in zip(lengths, pairwise(ends), strict=True)
    }


def _packed(made: Made) -> bytes | memoryview:
    if made.kept:
        return made.kept
    asked = {
        path: (found.src, found.anchor, found.title) if found else None
        for path, found in made.asked.items()
    }
    answers, partners = made.grounds
    brought = packed(made.brought)
    row = (
        *(made.key, asked, dict(made.pages), made.uses),
        {name: len(data) for name, data in brought.items()},
        *(made.own, made.seen, dict(answers), partners),
        *(made.files.data, made.files.linked, dict(made.groups)),
    )
    return b"".join([marshal.dumps(row), *brought.values()])


def _made(kept: memoryview) -> Made:
    row = marshal.loads(kept)  # noqa: S302 - of our own record
    key, asked, pages, uses, lengths, own, seen, answers, partners, data, linked, groups = row
    # Most of it is what is brought, of which little is read again: it is not copied.
    brought = _cut(kept[len(kept) - sum(lengths.values()) :], lengths)
    return Made(
        kept=kept,
        key=key,
        asked={
            path: LinkTarget(src=found[0], anchor=found[1], title=found[2]) if found else None
            for path, found in asked.items()
        },
        pages=pages,
        uses=uses,
        brought=Brought(brought),
        own=own,
        seen=seen,
        grounds=Grounds(answers, partners),
        files=Outputs(data=data, linked=linked),
        groups=groups,
    )
