"""What is known of a built site, so that the next build makes only what has changed."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import asdict, field
from pathlib import Path
from typing import Any, NamedTuple

from forewarn.frozen import dataclass
from forewarn.pages.view.targets import LinkTarget
from forewarn.store.files import write_atomic

_VERSION = 2


class Task(NamedTuple):
    """A page to render: its path in the tree, its text, and the key of what comes out."""

    src: str
    text: str
    key: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Output:
    """A file of a site: what it was made from (`key`), and what it was when it was written."""

    key: str
    sha: str
    size: int
    mtime_ns: int


def put(path: Path, key: str, data: bytes) -> Output:
    """Write a new file of a site, whose folder is there."""
    # An older build may share what is there.
    path.unlink(missing_ok=True)
    path.write_bytes(data)
    found = path.stat()
    sha = hashlib.sha256(data).hexdigest()
    return Output(key=key, sha=sha, size=found.st_size, mtime_ns=found.st_mtime_ns)


@dataclass(frozen=True, kw_only=True, slots=True)
class Made:
    """The pages of one product: what they were made from, and each page's text in one word.

    `asked` is where links led; `uses` is as in `Page`.
    """

    key: str
    asked: Mapping[str, LinkTarget | None]
    pages: Mapping[str, str]
    uses: tuple[str, ...]


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
            if _is(f"{self.folder}/{address}", output)
        }

    def prune(self) -> dict[str, Output]:
        """The same, in a site that is to be built over: every other file is removed."""
        kept = {}
        for place, _, names in os.walk(self.folder):
            below = place.removeprefix(str(self.folder))[1:]
            for name in names:
                address = f"{below}/{name}".lstrip("/")
                path, output = f"{place}/{name}", self.outputs.get(address)
                if output is not None and _is(path, output):
                    kept[address] = output
                else:
                    Path(path).unlink()
        return kept

    def save(self) -> None:
        """Keep it beside the site.

        Raises:
            DataError: the file cannot be written.
        """
        data = {
            "version": _VERSION,
            "inode": self.folder.stat().st_ino,
            "outputs": {
                address: [o.key, o.sha, o.size, o.mtime_ns] for address, o in self.outputs.items()
            },
            "products": {product: asdict(made) for product, made in self.products.items()},
            "frame": self.frame,
            "frames": self.frames,
        }
        write_atomic(place_of(self.folder), json.dumps(data, separators=(",", ":")).encode())


def place_of(folder: Path) -> Path:
    """Where the record of the site in `folder` lies."""
    return folder.with_name(f"{folder.name}.json")


def load(folder: Path) -> Record | None:
    """The record of the site in `folder`; None where there is none that can be believed."""
    try:
        data = json.loads(place_of(folder).read_bytes())
        if (data["version"], data["inode"]) != (_VERSION, folder.stat().st_ino):
            return None
        return Record(
            folder=folder,
            outputs={
                address: Output(key=key, sha=sha, size=size, mtime_ns=mtime_ns)
                for address, (key, sha, size, mtime_ns) in data["outputs"].items()
            },
            products={product: _made(row) for product, row in data["products"].items()},
            frame=data["frame"],
            frames=data["frames"],
        )
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _made(row: dict[str, Any]) -> Made:
    return Made(
        key=row["key"],
        asked={
            path: LinkTarget(**found) if found else None for path, found in row["asked"].items()
        },
        pages=row["pages"],
        uses=tuple(row["uses"]),
    )


def _is(path: str, output: Output) -> bool:
    try:
        found = os.lstat(path)
    except OSError:
        return False
    return (found.st_size, found.st_mtime_ns) == (output.size, output.mtime_ns)
