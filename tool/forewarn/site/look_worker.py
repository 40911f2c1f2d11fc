"""Whether the files and folders of a site are as they were left.

As a process it reads one question and writes one answer. It loads nothing but what Python begins
with: so it is at work when a hundredth of a second has gone by.
"""

from __future__ import annotations

import marshal
import os
import stat
import sys

TYPE_CHECKING = False  # typing's own takes as long as all the rest
if TYPE_CHECKING:
    from collections.abc import Mapping

Stamp = tuple[int, int]
Row = tuple[str, str, int, int, int]
# Of the files of a product: those that are not as they were written, and whether each of the
# others is the very file that was written.
Seen = tuple[list[str], bool]
WHOLE: Seen = [], True
# Of which products not all is as it was, and the folders that somebody has been at.
Answer = tuple[dict[str | None, Seen], list[str]]


def look(top: str, rows: Mapping[str, Row]) -> Seen:
    """See which files below the folder `top` are as they were written."""
    damaged, linked, lstat = list[str](), True, os.lstat
    for address, row in rows.items():
        try:
            found = lstat(f"{top}/{address}")
        except OSError:
            damaged.append(address)
            continue
        if found.st_size == row[2] and found.st_mtime_ns == row[3]:
            linked = linked and found.st_ino == row[4]
        else:
            damaged.append(address)
    return damaged, linked


def stamp(folder: str) -> Stamp | None:
    """Inode and time of a folder; None where there is none."""
    try:
        found = os.lstat(folder)
    except OSError:
        return None
    return (found.st_ino, found.st_mtime_ns) if stat.S_ISDIR(found.st_mode) else None


def question(
    old: str, files: Mapping[str | None, bytes], to: str, folders: Mapping[str, Stamp]
) -> bytes:
    """What to look at: files below the folder `old` by product, and folders below `to`.

    Those of a product are as in `Outputs`; each folder is told with what it was.
    """
    return marshal.dumps((old, dict(files), to, dict(folders)))


def answer(asked: bytes) -> bytes:
    """What there is to be seen."""
    old, files, to, folders = marshal.loads(asked)  # noqa: S302 - of the process that began us
    looked = ((product, look(old, marshal.loads(data))) for product, data in files.items())  # noqa: S302
    touched = [folder for folder, known in folders.items() if stamp(f"{to}/{folder}") != known]
    return marshal.dumps(({product: seen for product, seen in looked if seen != WHOLE}, touched))


def read(told: bytes) -> Answer:
    """An answer.

    Raises:
        ValueError, EOFError, TypeError: it is not whole.
    """
    found: Answer = marshal.loads(told)  # noqa: S302 - of a process of our own
    return found


if __name__ == "__main__":
    sys.stdout.buffer.write(answer(sys.stdin.buffer.read()))
