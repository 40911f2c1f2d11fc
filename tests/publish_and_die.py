"""A publish that is killed when it has come to a named step so often, as by a power cut.

Usage: publish_and_die.py ROOT STEP [TIMES]
"""

from __future__ import annotations

import os
import signal
import sys
from datetime import UTC, datetime
from pathlib import Path

from forewarn.services.publish.run import publish


def main(root: str, fatal: str, times: str = "1") -> None:
    left = int(times)

    def step(name: str) -> None:
        nonlocal left
        left -= name == fatal
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    now, environ = (lambda: datetime.now(UTC)), os.environ
    publish(Path(root), to=None, send=True, now=now, environ=environ, step=step)
    raise SystemExit(f"the step {fatal!r} was never reached")


if __name__ == "__main__":
    main(*sys.argv[1:])
