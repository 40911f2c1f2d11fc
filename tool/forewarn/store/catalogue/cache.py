"""The cache below `.forewarn/cache/`: what was read before, so that it need not be read again.

It is never the truth. A shard is believed only if it was written here, by this code, and is
whole; everything else is as if it were not there. Whoever cannot write it works without it.

A shard is a file for each folder of records: a head, hints, a row for each word by which one of its
records alone is found, a payload in the `marshal` format, and apart from it what is read only when
somebody asks for it. Marshal was the quickest of what
the standard library has, and unlike a pickle it makes nothing but plain values; but it must not
be given what a stranger wrote. So each shard names the inode and the change time of the file
`made-by`, which nobody can choose: a cache that came with a clone or an archive is not believed.
"""

from __future__ import annotations

import marshal
import os
import stat
import struct
import sys
import zlib
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import suppress
from functools import cache, lru_cache, partial
from pathlib import Path
from time import time
from typing import Any, BinaryIO

from forewarn.rows import NamedTuple
from forewarn.store.catalogue.code import stamps
from forewarn.store.files import open_own
from forewarn.store.own import state_folder

_FORMAT = "1"
_MADE_BY = "made-by"
_SUFFIX = ".shard"
_NEW = ".new-"  # what is being written is called so
_LEFT = 3600  # seconds, after which nobody writes it any more
# Magic, inode and change time of `made-by`, the folder's time, length and checksum of the hints,
# how many rows there are and the checksum of their words, length and checksum of the payload and
# of what is apart from it.
_HEAD = struct.Struct("<4sQqqIIIIIIII")
_MAGIC = b"fwc3"
# What a file is known by, the id of its content, where its record lies apart, and its checksum.
_ROW = struct.Struct("<32s20sQQI")
_WORD = 4  # bytes of a word's checksum
_FIRST = 4096  # bytes; the hints of most folders
# The code that decides what a record is read as.
CODE = ("model", "schemes", "store")


class _Preamble(NamedTuple):
    magic: bytes
    inode: int
    changed: int
    folder_time: int
    length: int
    check: int
    rows: int
    rows_check: int
    size: int
    checksum: int
    apart: int
    apart_checksum: int

    @property
    def payload_at(self) -> int:
        """Where the payload begins."""
        return _HEAD.size + self.length + self.rows * (_WORD + _ROW.size)

    @property
    def whole(self) -> int:
        """The size of the file."""
        return self.payload_at + self.size + self.apart


class Hints(NamedTuple):
    """The head of a shard: when its folder last changed, and checksums of words in it."""

    folder_time: int
    words: bytes

    @classmethod
    def of(cls, folder_time: int, words: Iterable[str]) -> Hints:
        """The hints of a folder that holds these words."""
        return cls(folder_time, b"".join(sorted(set(map(_checksum, words)))))

    def may_hold(self, word: str) -> bool:
        """Whether a word is in the folder; a wrong yes is rare, and there is no wrong no."""
        return _sought(word) in self.words


class WordRow(NamedTuple):
    """One record and a word for it: what its file is known by, its content's id, and its place.

    It lies from `start` to `end` in what is apart, and has a checksum of its own.
    """

    word: str
    mark: bytes
    blob: bytes
    start: int
    end: int
    checksum: int


class Alone(NamedTuple):
    """Records that are found alone: the mark of each as it was packed, its blob, and its code."""

    hints: Hints
    records: Sequence[tuple[bytes, str, bytes]]


class Shard(NamedTuple):
    """The payload of a shard, and calls that read what is apart from it: the whole, or a piece.

    They give None where it is not there any more. A piece, from a place to another, is as it lies
    there: whether it is whole is for a checksum in the payload to say.
    """

    payload: dict[str, Any]
    apart: Callable[[], bytes | None]
    piece: Callable[[int, int], bytes | None]


class Cache:
    """The cache of the knowledge base at `root`."""

    def __init__(self, root: Path) -> None:
        self._folder = state_folder(root, "cache")
        self._place = f"{self._folder}/"
        self._code = _stamp()
        self._nonce = self._find_nonce()

    def read(self, name: str) -> Shard | None:
        """A shard; None where there is none to believe."""
        with suppress(OSError, ValueError, EOFError, TypeError):
            with open_own(self._path(name)) as file:
                found = self._begin(file)
                if found is None:
                    return None
                head, _ = found
                file.seek(head.payload_at)
                data = file.read(head.size)
            if len(data) == head.size and zlib.crc32(data) == head.checksum:
                payload = marshal.loads(data)  # noqa: S302 - written here, see above
                if isinstance(payload, dict):
                    return Shard(
                        payload, partial(self._apart, name, head), partial(self._piece, name, head)
                    )
        return None

    def mark(self, name: str) -> tuple[int, ...] | None:
        """What the file of a shard is known by, as a file of records is; None where it is none."""
        with suppress(OSError, ValueError):
            found = os.lstat(self._path(name))
            if self._nonce is not None and stat.S_ISREG(found.st_mode):
                return found.st_mtime_ns, found.st_ctime_ns, found.st_size, found.st_ino
        return None

    def hints(self, name: str) -> Hints | None:
        """The hints of a shard; None where there is none to believe."""
        with suppress(OSError), open_own(self._path(name)) as file:
            found = self._begin(file)
            if found:
                return Hints(found[0].folder_time, found[1])
        return None

    def alone(self, name: str, words: Collection[str]) -> Alone | None:
        """The records that are found by one of some words, and no others of a shard."""
        with suppress(OSError, struct.error), open_own(self._path(name)) as file:
            begun = self._begin(file)
            if begun is None:
                return None
            head, hints = begun
            file.seek(_HEAD.size + head.length)
            all_words = file.read(head.rows * _WORD)
            if zlib.crc32(all_words) != head.rows_check:
                return None
            found = []
            for place in _places(all_words, map(_sought, words)):
                file.seek(_HEAD.size + head.length + len(all_words) + place * _ROW.size)
                mark, blob, start, end, checksum = _ROW.unpack(file.read(_ROW.size))
                file.seek(head.payload_at + head.size + start)
                code = file.read(max(0, min(end, head.apart) - start))
                if zlib.crc32(code) != checksum:
                    return None
                found.append((mark, blob.hex(), code))
            return Alone(Hints(head.folder_time, hints), found)
        return None

    def write(
        self,
        name: str,
        payload: dict[str, Any],
        hints: Hints,
        apart: bytes = b"",
        rows: Collection[WordRow] = (),
    ) -> None:
        """Write a shard, whole or not at all, if that can be done."""
        with suppress(OSError, ValueError):
            if self._nonce is None:
                self._nonce = self._settle_here()
            data = marshal.dumps(payload)
            words = b"".join([_checksum(row.word) for row in rows])
            head = _HEAD.pack(
                _MAGIC,
                *self._nonce,
                hints.folder_time,
                len(hints.words),
                zlib.crc32(hints.words),
                len(rows),
                zlib.crc32(words),
                len(data),
                zlib.crc32(data),
                len(apart),
                zlib.crc32(apart),
            )
            table = b"".join([_ROW.pack(*row[1:]) for row in rows])
            self._replace(name + _SUFFIX, head + hints.words + words + table + data + apart)

    def keep_only(self, names: set[str]) -> None:
        """Remove the shards of folders that are gone; those whose names begin with _ are none's.

        And what a process left that was killed while it wrote one.
        """
        with suppress(OSError):
            for path in self._folder.glob(f"*{_SUFFIX}"):
                name = path.name.removesuffix(_SUFFIX)
                if name not in names and not name.startswith("_"):
                    path.unlink()
            for path in self._folder.glob(f"{_NEW}*"):
                if path.stat().st_mtime < time() - _LEFT:
                    path.unlink()

    def now(self) -> int:
        """The file system's time in nanoseconds, which need not be this computer's.

        0 where the cache cannot be written: then nothing seems to lie in the past.
        """
        from tempfile import TemporaryFile

        with suppress(OSError):
            self._folder.mkdir(parents=True, exist_ok=True)
            with TemporaryFile(dir=self._folder) as file:
                return os.fstat(file.fileno()).st_mtime_ns
        return 0

    def _begin(self, file: BinaryIO) -> tuple[_Preamble, bytes] | None:
        """The head and the hints; None where it is not to be believed.

        No more is read of a file than its head says, so that hints cost no more than they hold.
        """
        if self._nonce is None:
            return None
        data = file.read(_FIRST)
        if len(data) < _HEAD.size:
            return None
        head = _Preamble(*_HEAD.unpack_from(data))
        if head.magic != _MAGIC or (head.inode, head.changed) != self._nonce:
            return None
        if os.fstat(file.fileno()).st_size != head.whole:
            return None
        words = _read(file, data[_HEAD.size :], head.length)
        if len(words) != head.length or zlib.crc32(words) != head.check:
            return None
        return head, words

    def _apart(self, name: str, head: _Preamble) -> bytes | None:
        """What is apart in the very shard that has this head."""
        with suppress(OSError), open_own(self._path(name)) as file:
            if file.read(_HEAD.size) == _HEAD.pack(*head):
                file.seek(head.payload_at + head.size)
                data = file.read(head.apart)
                if len(data) == head.apart and zlib.crc32(data) == head.apart_checksum:
                    return data
        return None

    def _piece(self, name: str, head: _Preamble, start: int, end: int) -> bytes | None:
        """A part of it, which nobody has looked at."""
        if not 0 <= start <= end <= head.apart:
            return None
        with suppress(OSError), open_own(self._path(name)) as file:
            if file.read(_HEAD.size) == _HEAD.pack(*head):
                file.seek(head.payload_at + head.size + start)
                return file.read(end - start)
        return None

    def _path(self, name: str) -> str:
        # A `Path` for each of hundreds takes longer than to look there.
        return f"{self._place}{name}{_SUFFIX}"

    def _find_nonce(self) -> tuple[int, int] | None:
        """What only a cache that was made here, by this code, can know."""
        try:
            with open_own(self._folder / _MADE_BY) as file:
                status = os.fstat(file.fileno())
                same = file.read() == self._code
        except OSError:
            return None
        return (status.st_ino, status.st_ctime_ns) if same else None

    def _settle_here(self) -> tuple[int, int]:
        self._folder.mkdir(parents=True, exist_ok=True)
        self._replace(".gitignore", b"*\n")
        self._replace(_MADE_BY, self._code)
        nonce = self._find_nonce()
        if nonce is None:
            raise OSError("another forewarn has made the cache its own")
        return nonce

    def _replace(self, name: str, data: bytes) -> None:
        # Not `write_atomic`: a cache need not survive a power cut, and waiting for the disk
        # takes longer than all the rest. The checksum tells of a half-written file.
        # The name comes first: a signal between the two would leave a file that nobody removes.
        temporary = self._folder / f"{_NEW}{os.urandom(4).hex()}"
        try:
            with open(temporary, "xb", opener=_for_us_alone) as file:
                file.write(data)
            temporary.replace(self._folder / name)
        except BaseException:
            with suppress(OSError):
                temporary.unlink()
            raise


def _for_us_alone(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _read(file: BinaryIO, begun: bytes, length: int) -> bytes:
    """So many bytes of a file, of which the first were read already."""
    if len(begun) >= length:
        return begun[:length]
    return begun + file.read(length - len(begun))


def _places(words: bytes, sought: Iterable[bytes]) -> Iterator[int]:
    """Where one of some words is among all of them."""
    for word in sought:
        at = words.find(word)
        while at >= 0:
            if at % _WORD == 0:
                yield at // _WORD
            at = words.find(word, at + 1)


def _checksum(word: str) -> bytes:
    return zlib.crc32(word.encode("utf-8", "surrogatepass")).to_bytes(4, "little")


_sought = lru_cache(maxsize=2000)(_checksum)  # one word is looked for in hundreds of folders


@cache
def _stamp() -> bytes:
    """The code that reads records, and what is installed, as this process has found it."""
    lines = [_FORMAT, str(sys.implementation.cache_tag), *stamps(CODE)]
    for path in sys.path:
        if path.endswith(("site-packages", "dist-packages")):
            with suppress(OSError):
                lines.append(f"{path} {os.stat(path).st_mtime_ns}")  # noqa: PTH116 - it is text
    return "\n".join(lines).encode("utf-8", "surrogateescape")
