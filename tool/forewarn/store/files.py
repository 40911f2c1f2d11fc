"""Files are replaced whole or not at all, and one process at a time may hold a lock."""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

from forewarn.errors import DataError, Refused


def write_atomic(path: Path, data: bytes) -> None:
    """Replace `path` with `data`; after a crash it holds the old bytes or the new.

    Raises:
        DataError: the file cannot be written (a full disk, no permission).
    """
    temporary = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name[:40]}.")
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).chmod(path.stat().st_mode if path.exists() else 0o644)
        Path(temporary).replace(path)
    except OSError as error:
        if temporary:
            Path(temporary).unlink(missing_ok=True)
        raise cannot_write(path, error) from error


def cannot_write(path: Path, error: OSError) -> DataError:
    """The error for a file that could not be written."""
    return DataError(
        f"cannot write: {error.strerror or error}",
        where=str(path),
        help="Free some space or mend the permissions, then run the command again; "
        "nothing was changed.",
    )


@contextlib.contextmanager
def only_one(path: Path, doing: str) -> Iterator[None]:
    """Hold a lock file while the block runs; the system frees it if the process dies.

    Raises:
        Refused: another process holds it.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a+b") as file:
        try:
            _lock(file.fileno())
        except OSError as error:
            raise Refused(
                f"another process is {doing} here",
                where=str(path),
                help="Wait until it is done, then run the command again.",
            ) from error
        yield


if os.name == "nt":
    import msvcrt

    def _lock(descriptor: int) -> None:
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined,unused-ignore]

else:
    import fcntl

    def _lock(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
