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


def main() -> None:
    root, fatal = Path(sys.argv[1]), sys.argv[2]
    left = int(sys.argv[3]) if len(sys.argv) > 3 else 1

    def step(name: str) -> None:
        nonlocal left
        left -= name == fatal
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    publish(root, to=None, send=True, now=lambda: datetime.now(UTC), environ=os.environ, step=step)
    raise SystemExit(f"the step {fatal!r} was never reached")


if __name__ == "__main__":
    main()
