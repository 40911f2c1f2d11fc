"""Files are replaced whole or not at all, and one process at a time may hold a lock."""

from __future__ import annotations

import contextlib
import errno
import os
import re
import stat
import time
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from forewarn.errors import DataError, ForewarnError, Refused

_SUFFIX = ".forewarn"
WRITABLE = "Mount that disk for writing, or work elsewhere"
_POLL = 0.02  # seconds


def write_atomic(path: Path, data: bytes) -> None:
    """Replace `path` with `data`; after a crash it holds the old bytes or the new.

    A file that is there keeps its permissions; a new one gets those that the user's umask leaves.

    Raises:
        DataError: the file cannot be written (a full disk, no permission), or what is there is a
            device or a pipe: in its place others would find a file, /dev/null for one.
    """
    temporary = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        mode = None
        with contextlib.suppress(FileNotFoundError):
            mode = path.stat().st_mode
        if mode is not None and not (stat.S_ISREG(mode) or stat.S_ISDIR(mode)):
            raise DataError(
                "cannot write: it is a device or a pipe, and no file",
                where=str(path),
                help="Name a file; into a device or a pipe goes what is printed, by `> PATH`.",
            )
        temporary = _temporary(path)
        with temporary.open("xb") as file:
            if mode is not None:
                temporary.chmod(stat.S_IMODE(mode))
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except BaseException as error:
        if temporary:
            _remove(temporary)
        if isinstance(error, OSError):
            raise cannot_write(path, error) from error
        raise


def write_new(path: Path, data: bytes, *, synced: bool = True) -> None:
    """Write a file that must not be there; after a crash it is whole or not there.

    One that is not `synced` may be empty after a power cut; syncing takes minutes for a hundred
    thousand files.

    Raises:
        DataError: it is there, or cannot be written.
    """
    temporary = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary = _temporary(path)
        with temporary.open("xb") as file:
            file.write(data)
            if synced:
                file.flush()
                os.fsync(file.fileno())
        try:
            os.link(temporary, path)
        except FileExistsError:
            raise
        except OSError:  # a file system without hard links
            if path.exists():
                raise
            temporary.replace(path)
    except OSError as error:
        raise cannot_write(path, error) from error
    finally:
        if temporary:
            _remove(temporary)


def _remove(temporary: Path) -> None:
    """Take away what was not finished; where the disk refuses, that is told of the file itself.

    One that is mounted for reading only refuses even what is not there.
    """
    with contextlib.suppress(OSError):
        temporary.unlink(missing_ok=True)


def open_own(path: Path | str) -> BinaryIO:
    """Open a file that forewarn wrote, for reading: no link, no pipe and no device in its place.

    A link could lead to what never ends, and from a pipe nothing ever comes.

    Raises:
        OSError: it is none, or cannot be read.
    """
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
    descriptor = os.open(path, flags | getattr(os, "O_BINARY", 0))
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise OSError(errno.EINVAL, "it is no file", str(path))
    return os.fdopen(descriptor, "rb", buffering=0)


def leftovers(folder: Path, name: str = "") -> Iterator[Path]:
    """What a killed process was writing in a folder, of one file or of all."""
    middle = re.escape(name[:40]) if name else ".+"
    pattern = re.compile(rf"\.{middle}\.[0-9a-f]{{8}}{re.escape(_SUFFIX)}")
    with contextlib.suppress(OSError):
        yield from [path for path in folder.iterdir() if pattern.fullmatch(path.name)]


def _temporary(path: Path) -> Path:
    return path.with_name(f".{path.name[:40]}.{os.urandom(4).hex()}{_SUFFIX}")


def cannot_write(path: Path, error: OSError) -> DataError:
    """The error for a file that could not be written."""
    mend = how_to_mend(error) or "Mend what the system says"
    return DataError(
        f"cannot write: {error.strerror or error}",
        where=str(path),
        help=f"{mend}, then run the command again; what was there is as it was.",
    )


def how_to_mend(error: OSError) -> str | None:
    """What to do where a disk or the system refuses to write; None where that is not known."""
    match error.errno:
        case errno.EACCES | errno.EPERM:
            return "Mend its permissions and its folder's, or run the command as their owner"
        case errno.EROFS:
            return WRITABLE
        case errno.ENOSPC | errno.EDQUOT:
            return "Free some space"
        case _:
            return None


def is_read_only(path: Path) -> bool:
    """Whether it lies on a disk that is mounted for reading only, which binds root as well."""
    try:
        return bool(os.statvfs(path if path.exists() else path.parent).f_flag & os.ST_RDONLY)
    except (OSError, AttributeError):  # it is not there, or this system has no such question
        return False


def is_lack_of_room(error: ForewarnError) -> bool:
    """Whether a disk was full, or somebody's share of it; also where a child of ours says so."""
    return any(os.strerror(number) in error.what for number in (errno.ENOSPC, errno.EDQUOT))


@contextlib.contextmanager
def only_one(
    path: Path,
    doing: str,
    *,
    patience: float = 0.0,
    help: str = "Wait until it is done, then run the command again.",
) -> Iterator[int]:
    """Hold a lock file while the block runs; the system frees it if the process dies.

    Yields its descriptor: a child that is given it holds the lock, too, should we die. Another
    process is waited for as long as `patience` (seconds). `help` is what to do where it stays.

    Raises:
        Refused: another process holds it.
        DataError: there can be no such file.
    """
    end = time.monotonic() + patience
    with _lock_file(path) as file:
        while True:
            try:
                _lock(file.fileno())
                break
            except OSError as error:
                if time.monotonic() < end:
                    time.sleep(_POLL)
                    continue
                raise Refused(
                    f"another process is {doing} here",
                    where=str(path),
                    help=help,
                ) from error
        try:
            yield file.fileno()
        finally:
            # What a child of ours has left running must not keep it.
            _unlock(file.fileno())


def _lock_file(path: Path) -> BinaryIO:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.exists() and not path.is_file():
            raise OSError(errno.EINVAL, "it is no file")
        return path.open("a+b")
    except OSError as error:
        raise cannot_write(path, error) from error


if os.name == "nt":
    import msvcrt

    def _lock(descriptor: int) -> None:
        os.lseek(descriptor, 0, os.SEEK_SET)
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined,unused-ignore]

    def _unlock(descriptor: int) -> None:
        os.lseek(descriptor, 0, os.SEEK_SET)
        msvcrt.locking(descriptor, msvcrt.LK_UNLCK, 1)  # type: ignore[attr-defined,unused-ignore]

else:
    import fcntl

    def _lock(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)

    def _unlock(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_UN)
