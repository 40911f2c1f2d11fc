"""What a program of ours started, also what left its group: found by a mark, and ended."""

from __future__ import annotations

import contextlib
import os
import secrets
import signal
import time
from pathlib import Path

# Whatever a program starts inherits this variable, unless it goes to the length of clearing it.
MARK = "FOREWARN_STARTED_BY"
_PROC = Path("/proc")
# A process that was killed is seen for another moment, and one that forks may have been faster.
_LOOKS, _BETWEEN = 100, 0.01


def new_mark() -> str:
    """A mark that nothing else bears."""
    return secrets.token_hex(16)


def end_all(leader: int, mark: str) -> None:
    """Kill the group of a session's leader, and where the system shows it, all that bear the mark.

    What even the system cannot end is not waited for.
    """
    if hasattr(os, "killpg"):
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(leader, signal.SIGKILL)
    for _ in range(_LOOKS):
        left = _marked(f"{MARK}={mark}".encode())
        if not left:
            return
        for pid in left:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.kill(pid, signal.SIGKILL)
        time.sleep(_BETWEEN)


def _marked(variable: bytes) -> list[int]:
    found = []
    for folder in _PROC.glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if variable in (folder / "environ").read_bytes().split(b"\0"):
                found.append(int(folder.name))
    return found
