"""A process that delivers and is killed at the n-th occurrence of a step; run by a test.

Arguments: the knowledge base, the port of the mail server, the step, its number, and how many
connections there are to the server: one, unless told otherwise.
"""

from __future__ import annotations

import os
import signal
import sys
from datetime import UTC, datetime
from pathlib import Path

from events_builder import a_subscription, an_email_channel, settings_of
from forewarn.services.alert.deliver import deliver


def main(root: str, port: str, fatal: str, number: str, connections: str = "1") -> None:
    left = int(number)

    def step(name: str) -> None:
        nonlocal left
        left -= name == fatal
        if name == fatal and left == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    channel = an_email_channel(int(port), connections=connections)
    kb = settings_of(a_subscription(channel=channel.id), channels=[channel])
    deliver(Path(root), kb, now=lambda: datetime.now(UTC), environ={}, step=step)


if __name__ == "__main__":
    main(*sys.argv[1:])
