"""Deliveries killed at random moments; `make torture` runs it.

Usage: deliver.py [--seed N] [--kills N] [--alerts N]

A thousand alerts are to go by mail, and the process that sends them is killed again and again.
Then nothing may be lost, and only what was leased at a kill may have come twice: with the same
Message-ID, by which a receiver drops it.
"""

from __future__ import annotations

import argparse
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

TESTS = Path(__file__).parent.parent
sys.path.insert(0, str(TESTS))
from events_builder import a_subscription, an_email_channel, an_event, queue, settings_of  # noqa: E402
from forewarn.model.delivery import DeliveryState  # noqa: E402
from forewarn.store.state.sqlite import open_state  # noqa: E402
from mail_server import MailServer  # noqa: E402


def main() -> None:
    """Kill, look, and kill again; exit 1 where an alert is lost or came twice without reason."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=random.randrange(1 << 30))
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--alerts", type=int, default=1000)
    asked = parser.parse_args()
    print(f"seed {asked.seed}")
    chance = random.Random(asked.seed)
    with tempfile.TemporaryDirectory(prefix="torture-") as folder, MailServer() as server:
        root = Path(folder)
        mail = an_email_channel(server.port)
        kb = settings_of(a_subscription(channel="mail"), channels=[mail])
        queue(root, kb, *(an_event(n) for n in range(asked.alerts)))
        may_repeat: Counter[str] = Counter()
        kills = 0
        while kills < asked.kills and _unsent(root):
            kills += _killed_once(root, server.port, chance)
            may_repeat.update(_leased(root))
        assert _run(root, server.port).wait() == 0
        arrived = Counter(id[1:21] for id in server.ids)
    lost = {an_event(n).id for n in range(asked.alerts)} - arrived.keys()
    twice = {id: times for id, times in arrived.items() if times - 1 > may_repeat[id]}
    repeated = sum(times - 1 for times in arrived.values())
    print(f"{kills} kills: {len(lost)} lost, {repeated} came again, {len(twice)} without reason")
    sys.exit(1 if lost or twice else 0)


def _run(root: Path, port: int) -> subprocess.Popen[bytes]:
    script = str(TESTS / "deliver_and_die.py")
    return subprocess.Popen([sys.executable, script, str(root), str(port), "never", "0", "4"])


def _killed_once(root: Path, port: int, chance: random.Random) -> bool:
    """Whether it was still at work when its moment had come."""
    process = _run(root, port)
    time.sleep(chance.uniform(0.2, 1.0))
    process.send_signal(signal.SIGKILL)
    return process.wait() == -signal.SIGKILL


def _unsent(root: Path) -> int:
    with open_state(root) as state:
        return state.count() - state.count(DeliveryState.SENT)


def _leased(root: Path) -> list[str]:
    with open_state(root) as state:
        return [row.event.id for row in state.deliveries() if row.state is DeliveryState.LEASED]


if __name__ == "__main__":
    main()
