"""What every importer does: add what is new, leave what is here, and say what was left out."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path, PurePosixPath
from typing import Self

from forewarn.model.product import Product
from forewarn.model.release import product_path
from forewarn.store.files import cannot_write
from forewarn.store.git import Repository
from forewarn.store.records import read_record
from forewarn.store.yaml_reader import Problems

# What is being done, how much of it is done, and how much there is.
Step = Callable[[str, int, int], None]
_STEP_EVERY = 1000


class Reason(StrEnum):
    """Why something was left out, or is not here as it was there."""

    meaning: str

    def __new__(cls, value: str, meaning: str) -> Self:
        """A reason's word, and the sentence for people."""
        member = str.__new__(cls, value)
        member._value_ = value
        member.meaning = meaning
        return member

    UNREADABLE = "unreadable", "files that could not be read"
    WRONG_SHAPE = "wrong-shape", "parts of a file that are not of the expected shape"
    NO_PRODUCT = "no-product", "versions of products that no file describes"
    UNSAFE_NAME = "unsafe-name", "names that cannot be a file or a track here"
    SAME_FILE = "same-file", "versions that would share a file on Windows or macOS"
    NOT_A_VERSION = "not-a-version", "versions that the product's scheme refuses"
    BAD_DATE = "bad-date", "dates that are none"
    NO_DATE = "no-date", "versions without a date"
    SHARED = "shared", "cycles without a release, as their latest is another cycle's"
    EQUAL = "equal", "versions that are recorded in another, equal spelling"
    NO_CYCLE = "no-cycle", "versions of no listed cycle (they are on the track `other`)"
    OPEN_END = "open-end", "ends of active support, where security support has no known end"
    EXTENDED_OPEN = "extended-open", "cycles whose extended support goes on without a known end"
    NO_END_DATE = "no-end-date", "stages of support that ended on an unknown day"
    NO_PLACE = "no-place", "values that a record has no key for"
    BAD_LINK = "bad-link", "links that are no web address"
    UNKNOWN_TRACK = "unknown-track", "versions on a track that product.yml here does not have"
    UNREADABLE_HERE = "unreadable-here", "products whose product.yml here cannot be read"
    DIFFERS = "differs", "records here that say something else (they were left alone)"


@dataclass(frozen=True, kw_only=True, slots=True)
class LeftOut:
    """Something that could not be carried over, or not as it was; `count` of them."""

    reason: Reason
    product: str
    item: str
    why: str
    count: int = 1


class Notes:
    """What is left out of one product, as it is met."""

    def __init__(self, product: str) -> None:
        self.product = product
        self.rows: list[LeftOut] = []

    def add(self, reason: Reason, item: str, why: str, count: int = 1) -> None:
        """Keep one row, in characters that can be shown whatever the files held."""
        item, why = (text if text.isprintable() else ascii(text) for text in (item, why))
        row = LeftOut(reason=reason, product=self.product, item=item, why=why, count=count)
        self.rows.append(row)


@dataclass(frozen=True, kw_only=True)
class Present:
    """What the knowledge base has of one product; `files` maps a folded name to the name."""

    product: Product | None
    folder: Path
    files: Mapping[str, str]


def present(root: Path, notes: Notes) -> Present | None:
    """What is here of a product; None (and a note) where its product.yml cannot be read."""
    path = root / product_path(notes.product)
    folder = path.parent
    files = [entry.name for entry in folder.iterdir()] if folder.is_dir() else []
    names = {name.casefold(): name for name in files}
    if path.name not in files:
        return Present(product=None, folder=folder, files=names)
    problems = Problems(product_path(notes.product))
    record = read_record(problems.file, path.read_bytes(), problems)
    if not isinstance(record, Product) or problems.findings:
        finding = problems.findings[0]
        notes.add(Reason.UNREADABLE_HERE, str(finding.place), finding.message)
        return None
    return Present(product=record, folder=folder, files=names)


def differs(path: Path, data: bytes) -> bool:
    """Whether a file holds something else, line ends aside."""
    return path.read_bytes().replace(b"\r\n", b"\n") != data


def add_new(
    root: Path,
    repository: Repository,
    files: Mapping[str, bytes],
    unfinished: Collection[str],
    message: str,
    step: Step,
) -> str:
    """Write files that are not there yet and commit just them; returns the commit's id.

    `unfinished` are files that an import wrote which died before its commit; they go along. If
    this fails, none of `files` is left.

    Raises:
        DataError: a file is there or cannot be written, or Git refuses.
    """
    ours = {*files, *unfinished}
    others = {_folder(path) for path in repository.uncommitted(("releases",)) if path not in ours}
    written: list[Path] = []
    folders: list[Path] = []
    try:
        for done, (path, data) in enumerate(files.items()):
            if done % _STEP_EVERY == 0:
                step("writing files", done, len(files))
            _write_new(root / path, data, written, folders)
        step("writing files", len(files), len(files))
        step("committing", 0, 1)
        commit = repository.commit(_to_commit(ours, others), message)
    except BaseException:
        _remove(written, folders)
        raise
    step("committing", 1, 1)
    return commit


def _write_new(path: Path, data: bytes, written: list[Path], folders: list[Path]) -> None:
    """Write a file that must not be there, and remember what to remove if all is given up.

    It is not synced to the disk and renamed as a replaced record is: that takes minutes for a
    hundred thousand files, and here nothing can be lost. No file is replaced, what a crash left
    undone is done by the next import, and until the commit none of it is history.
    """
    try:
        if not path.parent.is_dir():
            path.parent.mkdir(parents=True)
            folders.append(path.parent)
        with path.open("xb") as file:
            written.append(path)
            file.write(data)
    except OSError as error:
        raise cannot_write(path, error) from error


def _remove(written: Iterable[Path], folders: Iterable[Path]) -> None:
    for path in written:
        path.unlink(missing_ok=True)
    for folder in folders:
        # A folder in which somebody has put a file of his own meanwhile stays.
        with suppress(OSError):
            folder.rmdir()


def _to_commit(paths: Iterable[str], others: set[str]) -> list[str]:
    """The paths for the commit: a folder for all its files where nothing else changed in it.

    Git compares every file of the repository with every path it is given, so that a hundred
    thousand paths would take it hours.
    """
    return sorted({path if _folder(path) in others else _folder(path) for path in paths})


def _folder(path: str) -> str:
    return PurePosixPath(path).parent.as_posix()
