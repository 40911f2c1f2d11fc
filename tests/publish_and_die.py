"""A publish that is killed at a named step, as by a power cut. Run by test_publish.

Usage: publish_and_die.py ROOT STEP
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

    def step(name: str) -> None:
        if name == fatal:
            os.kill(os.getpid(), signal.SIGKILL)

    publish(root, to=None, send=True, now=lambda: datetime.now(UTC), environ=os.environ, step=step)
    raise SystemExit(f"the step {fatal!r} was never reached")


if __name__ == "__main__":
    main()
