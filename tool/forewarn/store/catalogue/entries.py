"""Files and the records in them, read only as far as somebody asks."""

from __future__ import annotations

import marshal
from collections.abc import Iterator, Mapping
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from forewarn.model import rule_ids
from forewarn.store.catalogue.codec import decode, encode
from forewarn.store.catalogue.folders import LARGEST, Content, Mark, RecordSource, folder_of

if TYPE_CHECKING:
    from forewarn.model.finding import Finding
    from forewarn.store.records import Record

# What a shard that is whole, and was not written by this code, may raise.
NONSENSE = (ValueError, TypeError, LookupError, ImportError, AttributeError, EOFError)


class RecordFile:
    """One file: the record that it holds, or None, and what is wrong with it.

    Out of the cache, the record is made when it is asked for first.
    """

    __slots__ = ("_code", "_record", "_source", "blob", "findings", "path")

    def __init__(
        self, path: str, blob: str, findings: tuple[Finding, ...], source: RecordSource
    ) -> None:
        self.path = path
        self.blob = blob
        self.findings = findings
        self._source = source
        self._code: bytes | None = None
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

    @property
    def usable(self) -> bool:
        """Whether there is a record, and nothing wrong with it."""
        return not self.findings and (self._code is not None or self._record is not None)

    @property
    def record(self) -> Record | None:
        """The record, with all of it that could be read."""
        if self._code is not None:
            try:
                self._record = decode(marshal.loads(self._code))  # noqa: S302 - see `cache`
                if self._record.place.file != self.path:
                    raise ValueError(self.path)
            except NONSENSE:
                # The file knows better.
                content = self._source.read(self.path)
                self._record = RecordFile.parse(self.path, content, self._source)._record
            self._code = None
        record: Record | None = self._record
        return record


class ShardFiles:
    """What a shard holds of the files of a folder: their marks, blobs, records and findings.

    Raises one of `NONSENSE` where it holds something else.
    """

    def __init__(self, payload: Mapping[str, Any] | None) -> None:
        payload = payload or {}
        # Not copied: of a hundred thousand files, that would be much.
        self.marks: dict[str, Mark | None] = payload.get("marks", {})
        self.blobs: dict[str, str] = payload.get("blobs", {})
        self.codes: dict[str, bytes | None] = payload.get("codes", {})
        self.findings: dict[str, Any] = payload.get("findings", {})
        if not all(
            isinstance(v, dict) for v in (self.marks, self.blobs, self.codes, self.findings)
        ):
            raise TypeError("these are no files")
        self.derived: Any = payload.get("derived")
        if not self.marks.keys() == self.blobs.keys() == self.codes.keys():
            raise ValueError("these are of different files")

    @property
    def free(self) -> bool:
        """Whether no file is known as it lies in the working tree: all came from a commit."""
        return not any(self.marks.values())

    def entry(self, path: str, source: RecordSource) -> RecordFile:
        """The file at a path, of which nothing but its mark has changed."""
        findings = self.findings.get(path)
        entry = RecordFile(path, self.blobs[path], decode(findings) if findings else (), source)
        entry._code = self.codes[path]
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
        doubtful = {path for path, code in kept.codes.items() if code is None}
        doubtful.update(kept.findings, made)
        return sorted(path for path in doubtful if path in self.marks and not self[path].usable)

    def word(self) -> str:
        """The content of all of them in one word, found without making one."""
        lines = sorted(f"{self.blob(path)} {path}" for path in self.marks)
        return sha256("\n".join(lines).encode("utf-8", "surrogateescape")).hexdigest()

    def payload(self, marks: Mapping[str, Mark | None], derived: Any) -> dict[str, Any]:
        """All of it for a shard, with the marks by which the files are to be known.

        Raises:
            TypeError: a record holds what cannot be kept.
        """
        codes = {}
        findings = {}
        for path in marks:
            entry = self._made.get(path)
            if entry is None:
                codes[path] = self._kept.codes[path]
            elif entry._code is None and entry.record is not None:
                codes[path] = marshal.dumps(encode(entry.record))
            else:
                codes[path] = entry._code
            found = self[path].findings if entry or path in self._kept.findings else ()
            if found:
                findings[path] = encode(found)
        return {
            "marks": dict(marks),
            "blobs": {path: self.blob(path) for path in marks},
            "codes": codes,
            "findings": findings,
            "derived": derived,
        }


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
