"""Who is alive: a name that exists as long as a process does, however the process ends.

A lease alone would make the next run wait for minutes after a crash.
"""

from __future__ import annotations

import contextlib
import os
import re
import secrets
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from forewarn.errors import Refused
from forewarn.store.files import only_one
from forewarn.words.days import moment_digits


@contextlib.contextmanager
def living(folder: Path) -> Iterator[str]:
    """A name nobody else has. While the block runs, `alive` says so; afterwards it does not."""
    name = secrets.token_hex(8)
    path = folder / name
    try:
        with only_one(path, "using this name"):
            yield name
    finally:
        path.unlink(missing_ok=True)


def alive(folder: Path, name: str) -> bool:
    """Whether the process that has this name still runs. A dead one's file is removed."""
    if not re.fullmatch("[0-9a-f]{16}", name):
        return False  # nobody's; a damaged row may hold anything
    path = folder / name
    try:
        with only_one(path, "using this name"):
            pass
    except Refused:
        return True
    path.unlink(missing_ok=True)
    return False


def lock_holders(path: Path) -> tuple[str, ...]:
    """The processes that have a database file or its companions locked: which, and since when.

    Linux tells; elsewhere there is no answer.
    """
    inodes = set()
    for name in (path.name, f"{path.name}-shm"):
        with contextlib.suppress(OSError):
            inodes.add(str(path.with_name(name).stat().st_ino))
    found: dict[int, str] = {}
    with contextlib.suppress(OSError, ValueError, IndexError):
        for line in Path("/proc/locks").read_text().splitlines():
            words = line.split()
            # 1: POSIX ADVISORY WRITE 4711 fd:01:131 0 EOF
            if len(words) > 6 and words[3] == "WRITE" and words[5].split(":")[-1] in inodes:
                pid = int(words[4])
                found.setdefault(pid, _described(pid))
    return tuple(found.values())


def _described(pid: int) -> str:
    """A process as the user knows it."""
    said = f"process {pid}"
    with contextlib.suppress(OSError, ValueError, IndexError, StopIteration):
        folder = Path(f"/proc/{pid}")
        words = (folder / "cmdline").read_bytes().decode("utf-8", "replace").split("\0")
        # After the name, which may hold spaces: the 22nd field is when it began, after the boot.
        fields = (folder / "stat").read_text().rpartition(")")[2].split()
        lines = Path("/proc/stat").read_text().splitlines()
        boot = next(int(line.split()[1]) for line in lines if line.startswith("btime "))
        began = datetime.fromtimestamp(boot + int(fields[19]) / os.sysconf("SC_CLK_TCK"), UTC)
        command = " ".join(" ".join(words).split())[:80]
        said += f" ({command}), which runs since {moment_digits(began)}"
    return said
