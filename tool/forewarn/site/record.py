"""What is known of a built site, so that the next build makes only what has changed."""

from __future__ import annotations

import hashlib
import marshal
import os
import struct
import zlib
from collections.abc import Mapping
from dataclasses import field
from pathlib import Path
from typing import Any, NamedTuple

from forewarn.frozen import dataclass
from forewarn.model.audience import Grounds
from forewarn.pages.view.targets import LinkTarget
from forewarn.store.files import open_own, write_atomic

# Of the marshal format, as the cache of the catalogue is, and for the same reason.
_MAGIC = b"fws4"
_HEAD = struct.Struct("<4sQQI")  # magic, inode of the site's folder, length and checksum
_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)


class Task(NamedTuple):
    """A page to render: its path in the tree, its text, and the key of what comes out."""

    src: str
    text: str
    key: str


class Output(NamedTuple):
    """A file of a site: what it was made from (`key`), and what it was when it was written."""

    key: str
    sha: str
    size: int
    mtime_ns: int

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
    return Output(key=key, sha=sha, size=found.st_size, mtime_ns=found.st_mtime_ns)


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
class Made:
    """The pages of one product: what they were made from, and each page's text in one word.

    `asked` is where links led; `uses` is as in `Page`, `brought` as `pages.brought_by` gives it.
    `files` are the product's own in one word, and `grounds` is on what else it hangs what is seen.
    """

    key: str
    asked: Mapping[str, LinkTarget | None]
    pages: Mapping[str, str]
    uses: tuple[str, ...]
    brought: Mapping[str, Any]
    files: str = ""
    grounds: Grounds = Grounds({}, ())


@dataclass(frozen=True, kw_only=True)
class Record:
    """A built site in `folder`: its files by their address, and the products' pages.

    It lies beside the folder, and names its inode, which nobody can choose: a site that came
    with a clone or an archive is not believed. `frames` are what is around pages, as `Frames` keeps
    it, of the site whose settings and theme `frame` has in one word.
    """

    folder: Path
    outputs: Mapping[str, Output] = field(default_factory=dict)
    products: Mapping[str, Made] = field(default_factory=dict)
    frame: str = ""
    frames: Mapping[str, list[str]] = field(default_factory=dict)

    def intact(self) -> dict[str, Output]:
        """The files that are still as they were written."""
        return {
            address: output
            for address, output in self.outputs.items()
            if output.is_at(f"{self.folder}/{address}")
        }

    def save(self) -> None:
        """Keep it beside the site; without it the next build makes every page.

        Raises:
            DataError: the file cannot be written.
        """
        kept = {
            "outputs": {address: tuple(output) for address, output in self.outputs.items()},
            "products": {id: _plain(made) for id, made in self.products.items()},
            "frame": self.frame,
            "frames": dict(self.frames),
        }
        try:
            data = marshal.dumps(kept)
        except ValueError:  # what a page type of somebody's brings is not plain
            return
        head = _HEAD.pack(_MAGIC, self.folder.stat().st_ino, len(data), zlib.crc32(data))
        write_atomic(place_of(self.folder), head + data)


def place_of(folder: Path) -> Path:
    """Where the record of the site in `folder` lies."""
    return folder.with_name(f"{folder.name}.record")


def load(folder: Path) -> Record | None:
    """The record of the site in `folder`; None where there is none that can be believed."""
    try:
        with open_own(place_of(folder)) as file:
            found = file.read()
        magic, inode, length, check = _HEAD.unpack_from(found)
        data = memoryview(found)[_HEAD.size :]
        if (magic, inode, length) != (_MAGIC, folder.stat().st_ino, len(data)):
            return None
        if zlib.crc32(data) != check:
            return None
        kept = marshal.loads(data)  # noqa: S302 - written here, as the inode shows
        return Record(
            folder=folder,
            outputs={address: Output._make(row) for address, row in kept["outputs"].items()},
            products={product: _made(row) for product, row in kept["products"].items()},
            frame=kept["frame"],
            frames=kept["frames"],
        )
    except (OSError, ValueError, KeyError, TypeError, EOFError, struct.error):
        return None


def _plain(made: Made) -> tuple[Any, ...]:
    asked = {
        path: (found.src, found.anchor, found.title) if found else None
        for path, found in made.asked.items()
    }
    answers, partners = made.grounds
    return (
        *(made.key, asked, dict(made.pages), made.uses, dict(made.brought)),
        *(made.files, dict(answers), partners),
    )


def _made(row: tuple[Any, ...]) -> Made:
    key, asked, pages, uses, brought, files, answers, partners = row
    return Made(
        key=key,
        asked={
            path: LinkTarget(src=found[0], anchor=found[1], title=found[2]) if found else None
            for path, found in asked.items()
        },
        pages=pages,
        uses=uses,
        brought=brought,
        files=files,
        grounds=Grounds(answers, partners),
    )
