"""Who is alive: a name that exists as long as a process does, however the process ends.

A lease alone would make the next run wait for minutes after a crash.
"""

from __future__ import annotations

import contextlib
import secrets
from collections.abc import Iterator
from pathlib import Path

from forewarn.errors import Refused
from forewarn.store.files import only_one


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
    path = folder / name
    try:
        with only_one(path, "using this name"):
            pass
    except Refused:
        return True
    path.unlink(missing_ok=True)
    return False
