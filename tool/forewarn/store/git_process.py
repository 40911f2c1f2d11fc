"""Ending a Git process that does not end by itself, and what it started."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess

_SECONDS = 5.0


def end(process: subprocess.Popen[bytes]) -> None:
    """Kill a process that leads a session of its own, and whatever it started in it.

    One that even the system cannot end is not waited for.
    """
    if hasattr(os, "killpg"):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
    else:
        process.kill()
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(_SECONDS)
