"""A channel that hangs holds up its own messages, and nobody else's."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from events_builder import an_event, queue
from forewarn.store.settings import load_settings
from plugin_article import InstalledPlugin, install_module

pytestmark = pytest.mark.slow

SETTINGS = """\
name: Example Support
people: {{maria: {{name: Maria, email: maria@example.com}}}}
channels:
  files: {{type: folder}}
  stuck: {{type: stuck, how: {how}}}
subscriptions:
  - {{person: maria, channel: stuck}}
  - {{person: maria, channel: files}}
"""
STUCK = """
import asyncio
import time

from forewarn.channels.interface import Channel


class Stuck(Channel):
    def __init__(self, how):
        self.how = how

    @classmethod
    def from_options(cls, read, around):
        return cls(read.choice("how", *"waits blocks opens raises nonsense leaves".split()))

    async def __aenter__(self):
        if self.how == "opens":
            time.sleep(300)
        return self

    async def __aexit__(self, *error):
        if self.how == "leaves":
            time.sleep(300)

    async def send(self, message, recipient):
        match self.how:
            case "blocks":
                time.sleep(300)
            case "waits":
                await asyncio.sleep(300)
            case "raises":
                raise ValueError("hunter2")
"""
DELIVER = """
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

from forewarn.services.alert.deliver import deliver
from forewarn.store.settings import load_settings

root = Path(sys.argv[1])
now, limit = lambda: datetime.now(UTC), timedelta(seconds=2)
report = deliver(root, load_settings(root), now=now, environ={}, limit=limit)
for row in report.deliveries:
    print(row.channel, row.state, row.error, row.receipt and row.receipt.assurance.value, sep="|")
"""


@pytest.fixture
def stuck(tmp_path: Path) -> InstalledPlugin:
    return install_module(tmp_path / "site", "channels", "stuck", STUCK, "Stuck")


def delivered(stuck: InstalledPlugin, root: Path, how: str, events: int = 5) -> list[str]:
    """What becomes of that many events for each of the two channels, in the order of settling."""
    root.mkdir()
    (root / "forewarn.yml").write_text(SETTINGS.format(how=how))
    queue(root, load_settings(root), *(an_event(number) for number in range(events)))
    done = stuck.python("-c", DELIVER, str(root))
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


@pytest.mark.parametrize(
    ("how", "said"),
    [
        ("waits", {"channel 'stuck' took too long": 2}),
        ("blocks", {"channel 'stuck' took too long": 1}),
        ("opens", {"channel 'stuck' took too long": 1}),
    ],
)
def test_what_another_channel_sends_does_not_wait_for_one_that_hangs(
    stuck: InstalledPlugin, tmp_path: Path, how: str, said: dict[str, int]
) -> None:
    rows = [line.split("|") for line in delivered(stuck, tmp_path / "kb", how)]
    assert [row[0] for row in rows] == ["files"] * 5 + ["stuck"] * 5
    assert {(row[1], row[3]) for row in rows if row[0] == "files"} == {("sent", "delivered")}
    errors = Counter(row[2] for row in rows if row[0] == "stuck" and row[1] == "failed")
    assert errors.total() == 5
    assert said.items() <= errors.items()
    assert all("left alone in this run" in error for error in errors.keys() - said.keys())


def test_a_fault_in_a_channel_is_its_own_and_its_words_are_kept_nowhere(
    stuck: InstalledPlugin, tmp_path: Path
) -> None:
    rows = sorted(delivered(stuck, tmp_path / "kb", "raises", 1))
    assert rows == [
        "files|sent|None|delivered",
        "stuck|failed|channel 'stuck' has a fault of its own: ValueError|None",
    ]
    for file in (tmp_path / "kb" / ".forewarn").rglob("*"):
        assert file.is_dir() or b"hunter2" not in file.read_bytes()


@pytest.mark.parametrize("how", ["nonsense", "leaves"])
def test_a_message_went_though_its_channel_gives_no_receipt_or_never_lets_go(
    stuck: InstalledPlugin, tmp_path: Path, how: str
) -> None:
    assert sorted(delivered(stuck, tmp_path / "kb", how, 1)) == [
        "files|sent|None|delivered",
        "stuck|sent|None|None",
    ]
