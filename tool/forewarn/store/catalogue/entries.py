"""Files and the records in them, read only as far as somebody asks."""

from __future__ import annotations

import marshal
from array import array
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cached_property, partial
from itertools import accumulate
from typing import TYPE_CHECKING, Any
from zlib import crc32

from forewarn.model import rule_ids
from forewarn.store.catalogue.cache import Shard, WordRow
from forewarn.store.catalogue.codec import decode, encode
from forewarn.store.catalogue.folders import (
    LARGEST,
    Content,
    Listed,
    Mark,
    RecordSource,
    folder_of,
    unpacked,
)
from forewarn.store.catalogue.listing import packed

if TYPE_CHECKING:
    from forewarn.model.finding import Finding
    from forewarn.store.records import Record

# What a shard that is whole, and was not written by this code, may raise.
NONSENSE = (ValueError, TypeError, LookupError, ImportError, AttributeError, EOFError)
_SEPARATOR = "\0"  # no name of a file holds it
_NO_MARK = (0, 0, 0, 0)
_MARK = 32  # bytes of a packed mark
# Of so many bytes of records, so many are read alone before all of them are.
_MUCH, _FEW = 200_000, 16


class RecordFile:
    """One file: the record that it holds, or None, and what is wrong with it.

    Out of the cache, the record is made when it is asked for first.
    """

    __slots__ = ("_kept", "_record", "_source", "blob", "findings", "path")

    def __init__(
        self, path: str, blob: str, findings: tuple[Finding, ...], source: RecordSource
    ) -> None:
        self.path = path
        self.blob = blob
        self.findings = findings
        self._source = source
        self._kept: Callable[[], bytes | None] | None = None
        self._record: Any = None

    @classmethod
    def parse(cls, path: str, content: Content, source: RecordSource) -> RecordFile:
        """Read the content of a file."""
        from forewarn.store.records import read_record
        from forewarn.store.records.problems import Problems

        problems = Problems(path)
        record = None
        if content.size > LARGEST:
            problems.add(
                None,
                rule_ids.UNREADABLE,
                f"the file has {content.size} bytes; {LARGEST} is the most for a record",
                "Move long material into a file of its own, and link to it.",
            )
        else:
            record = read_record(path, content.data, problems)
        entry = cls(path, content.blob, tuple(problems.findings), source)
        entry._record = record
        return entry

    @classmethod
    def of_code(cls, blob: str, code: bytes, source: RecordSource) -> RecordFile:
        """A usable record as it was kept, which says of what file it is.

        Raises one of `NONSENSE` where it is none.
        """
        record = decode(marshal.loads(code))  # noqa: S302 - see `cache`
        entry = cls(record.place.file, blob, (), source)
        entry._record = record
        return entry

    @property
    def usable(self) -> bool:
        """Whether there is a record, and nothing wrong with it."""
        return not self.findings and (self._kept is not None or self._record is not None)

    @property
    def record(self) -> Record | None:
        """The record, with all of it that could be read."""
        if self._kept is not None:
            try:
                self._record = decode(marshal.loads(self._kept() or b""))  # noqa: S302 - see `cache`
                if self._record.place.file != self.path:
                    raise ValueError(self.path)
            except NONSENSE:
                # The file knows better.
                content = self._source.read(self.path)
                self._record = RecordFile.parse(self.path, content, self._source)._record
            self._kept = None
        record: Record | None = self._record
        return record

    def code(self) -> bytes:
        """The record as it is kept; empty where there is none.

        Raises:
            TypeError: it holds what cannot be kept.
        """
        kept = self._kept() if self._kept else None
        if kept:
            return kept
        record = self.record
        return b"" if record is None else marshal.dumps(encode(record))


class ShardFiles:
    """What a shard holds of the files of a folder: their marks, blobs, records and findings.

    Each is as it was written until somebody asks for it. A mark that is all zeros is none: the
    file is not known as it lies in the working tree.

    Raises one of `NONSENSE` where it holds something else.
    """

    def __init__(self, shard: Shard | None) -> None:
        payload = shard.payload if shard else {}
        self._paths: str = payload.get("paths", "")
        self._packed: bytes = payload.get("marks", b"")
        self._blobs: str = payload.get("blobs", "")
        self._ends: bytes = payload.get("ends", bytes(8))
        self._sums: bytes = payload.get("sums", bytes(4))
        self.findings: dict[str, Any] = payload.get("findings", {})
        if not (
            isinstance(self._paths, str)
            and isinstance(self._blobs, str)
            and isinstance(self._packed, bytes)
            and isinstance(self._ends, bytes)
            and isinstance(self._sums, bytes)
            and isinstance(self.findings, dict)
        ):
            raise TypeError("these are no files")
        count = self._paths.count(_SEPARATOR) + 1 if self._paths else 0
        # After the files comes what was made of them.
        lengths = (
            len(self._packed) == _MARK * count,
            len(self._ends) == 8 * (count + 1),
            len(self._sums) == 4 * (count + 1),
        )
        if not all(lengths) or (count and self._blobs.count(_SEPARATOR) + 1 != count):
            raise ValueError("these are of different files")
        self.derived: Any = payload.get("derived")
        self._alone = 0
        self._read_apart = shard.apart if shard else None
        self._read_piece = shard.piece if shard else None

    def knows(self, files: Mapping[str, Mark]) -> bool:
        """Whether these are the very files, by their marks or by their blobs."""
        if isinstance(files, Listed) and files.packed == self._packed:
            # Compared as one text: of a hundred thousand files, the names alone are much.
            return _SEPARATOR.join(files.paths) == self._paths
        return files == self.marks or files == self.blobs

    def listed(self, paths: list[str]) -> Listed | None:
        """The files as they were, if those are their paths; None where one came or went."""
        same = _SEPARATOR.join(paths) == self._paths
        return Listed(paths, self._packed) if same else None

    def packed(self, path: str) -> bytes:
        """What a file was known by, packed."""
        place = self._places[path]
        return self._packed[_MARK * place : _MARK * (place + 1)]

    @cached_property
    def paths(self) -> list[str]:
        """The paths of the files, in the order in which they were listed."""
        return self._paths.split(_SEPARATOR) if self._paths else []

    @cached_property
    def marks(self) -> dict[str, Mark | None]:
        """What each file was known by; None for one of which that is not sure."""
        rows = (mark if any(mark) else None for mark in unpacked(self._packed))
        return dict(zip(self.paths, rows, strict=True))

    @cached_property
    def _ids(self) -> list[str]:
        return self._blobs.split(_SEPARATOR)

    @cached_property
    def blobs(self) -> dict[str, str]:
        """The id of each file's content."""
        return dict(zip(self.paths, self._ids, strict=False))

    @cached_property
    def _places(self) -> dict[str, int]:
        return {path: place for place, path in enumerate(self.paths)}

    @cached_property
    def _bounds(self) -> array[int]:
        bounds = array("q", [0])
        bounds.frombytes(self._ends)
        return bounds

    @cached_property
    def _apart(self) -> bytes | None:
        return self._read_apart() if self._read_apart else None

    def code(self, place: int) -> bytes | None:
        """A record by its place among the files, as it was kept; None where it is there no more."""
        if self._bounds[-1] > _MUCH and self._alone < _FEW:
            self._alone += 1
            found = self._code_alone(place)
            if found is not None:
                return found
        return self._apart and self._apart[self._bounds[place] : self._bounds[place + 1]]

    def _code_alone(self, place: int) -> bytes | None:
        """The same, where no other record is read."""
        start, end = self._bounds[place : place + 2]
        code = self._read_piece(start, end) if self._read_piece else None
        kept = self._sums[4 * place : 4 * (place + 1)]
        return code if code is not None and _sum_of(code) == kept else None

    @property
    def contents(self) -> bytes | None:
        """What was made of the files, as it was kept; None where it is there no more."""
        return self.code(len(self.paths)) if self._paths else None

    @property
    def free(self) -> bool:
        """Whether no file is known as it lies in the working tree: all came from a commit."""
        return not any(self._packed)

    def without_record(self) -> set[str]:
        """The files that hold no record."""
        bounds = self._bounds
        return {path for place, path in enumerate(self.paths) if bounds[place] == bounds[place + 1]}

    def entry(self, path: str, source: RecordSource) -> RecordFile:
        """The file at a path, of which nothing but its mark has changed."""
        return self._entry(path, self._places[path], source, self.code)

    def known(self, path: str, mark: Mark, source: RecordSource) -> RecordFile | None:
        """The file at a path, if it is the very one by its mark; no other file is looked at."""
        around = f"{_SEPARATOR}{self._paths}{_SEPARATOR}"
        before, found, _ = around.partition(f"{_SEPARATOR}{path}{_SEPARATOR}")
        place = before.count(_SEPARATOR)
        kept = self._packed[_MARK * place : _MARK * (place + 1)]
        if not (found and any(kept) and isinstance(mark, tuple) and packed(mark) == kept):
            return None
        return self._entry(path, place, source, self._code_alone)

    def _entry(
        self,
        path: str,
        place: int,
        source: RecordSource,
        code: Callable[[int], bytes | None],
    ) -> RecordFile:
        findings = self.findings.get(path)
        entry = RecordFile(path, self._ids[place], decode(findings) if findings else (), source)
        if self._bounds[place] < self._bounds[place + 1]:
            entry._kept = partial(code, place)
        return entry


class Files(Mapping[str, RecordFile]):
    """The files of a folder: those in `read` were read, the others are as they were kept.

    `marks` are what the files were known by when the folder was opened.
    """

    def __init__(
        self,
        marks: Mapping[str, Mark],
        kept: ShardFiles,
        read: dict[str, RecordFile],
        source: RecordSource,
    ) -> None:
        self.marks = marks
        self._kept = kept
        self._source = source
        self._made = read

    def __getitem__(self, path: str) -> RecordFile:
        made = self._made.get(path)
        if made is None:
            if path not in self.marks:
                raise KeyError(path)
            made = self._made[path] = self._kept.entry(path, self._source)
        return made

    def __contains__(self, path: object) -> bool:
        return path in self.marks

    def __iter__(self) -> Iterator[str]:
        return iter(self.marks)

    def __len__(self) -> int:
        return len(self.marks)

    def blob(self, path: str) -> str:
        """The id of a file's content, found without making its entry."""
        made = self._made.get(path)
        return made.blob if made else self._kept.blobs[path]

    def unusable(self) -> list[str]:
        """The files without a usable record, found without making one."""
        kept, made = self._kept, self._made
        doubtful = {*kept.without_record(), *kept.findings, *made}
        return sorted(path for path in doubtful if path in self.marks and not self[path].usable)

    def are_as_kept(self, marks: Mapping[str, Mark]) -> bool:
        """Whether these are the very files that were kept, by what they are known by now."""
        return self._kept.knows(marks)

    def packed(self, paths: Iterable[str]) -> dict[str, bytes]:
        """What some files were known by when they were kept, packed."""
        return {path: self._kept.packed(path) for path in paths}

    @property
    def contents(self) -> bytes | None:
        """What was made of the files when they were kept; None where it is there no more."""
        return self._kept.contents

    def word(self) -> str:
        """The content of all of them in one word, found without making one."""
        lines = sorted(f"{self.blob(path)} {path}" for path in self.marks)
        return word_of("\n".join(lines))

    def payload(
        self,
        marks: Mapping[str, Mark | None],
        derived: Any,
        contents: bytes,
        words: Iterable[tuple[str, str]] = (),
    ) -> tuple[dict[str, Any], bytes, list[WordRow]]:
        """All of it for a shard, with the marks by which the files are to be known; what is apart.

        `words` are those by which a file is found alone, each with its path, and make the rows.

        Raises:
            TypeError: a record holds what cannot be kept.
        """
        rows = [self[path] for path in marks]
        codes = [*(entry.code() for entry in rows), contents]
        rows_of = (mark if isinstance(mark, tuple) else _NO_MARK for mark in marks.values())
        numbers = packed([number for row in rows_of for number in row])
        ends = array("q", accumulate(map(len, codes)))
        payload = {
            "paths": _SEPARATOR.join(marks),
            "marks": numbers,
            "blobs": _SEPARATOR.join(entry.blob for entry in rows),
            "ends": ends.tobytes(),
            "sums": b"".join(map(_sum_of, codes)),
            "findings": {entry.path: encode(entry.findings) for entry in rows if entry.findings},
            "derived": derived,
        }
        found = []
        places = {path: place for place, path in enumerate(marks)} if words else {}
        for word, path in words:
            place, entry = places[path], self[path]
            mark, code = numbers[_MARK * place : _MARK * (place + 1)], codes[place]
            # One without a mark came from a commit, where a blob may have a longer id.
            blob = bytes.fromhex(entry.blob) if any(mark) else b""
            found.append(
                WordRow(word, mark, blob, ends[place] - len(code), ends[place], crc32(code))
            )
        return payload, b"".join(codes), found


class AllFiles(Mapping[str, RecordFile]):
    """The files of several folders, by path; `count` is how many, where that is known already."""

    def __init__(self, folders: Mapping[str, Files], count: int | None = None) -> None:
        self._folders = folders
        self._count = count

    def __getitem__(self, path: str) -> RecordFile:
        return self._folders[folder_of(path)][path]

    def blob(self, path: str) -> str:
        """The id of a file's content, found without making its entry."""
        return self._folders[folder_of(path)].blob(path)

    def of_folder(self, name: str) -> Files | None:
        """The files of one folder, if it is there."""
        return self._folders.get(name)

    def __contains__(self, path: object) -> bool:
        return isinstance(path, str) and path in self._folders.get(folder_of(path), ())

    def __iter__(self) -> Iterator[str]:
        return (path for files in self._folders.values() for path in files)

    def __len__(self) -> int:
        if self._count is None:
            self._count = sum(map(len, self._folders.values()))
        return self._count


def _sum_of(code: bytes) -> bytes:
    return crc32(code).to_bytes(4, "little")


def word_of(text: str) -> str:
    """A text in one word, the same for no other."""
    from hashlib import sha256  # slow to import, and most questions need none

    return sha256(text.encode("utf-8", "surrogateescape")).hexdigest()
