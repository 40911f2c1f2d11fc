"""The promises about mail: one a person, each durably settled, against sending and nothing else.

The same sink for all, a process of its own; the peers send the same number of messages: smtplib in
a bare loop over one connection, and Apprise, one notification a person.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from catalogue import Amount, _measure
from load import SCRIPT
from row import ENVIRONMENT

NAME = "mail"
_MAILS, _FEW, _ROUNDS = 10_000, 100, 3
_SINK = """
import asyncio
from aiosmtpd.smtp import SMTP

class Sink:
    async def handle_DATA(self, server, session, envelope):
        return "250 fine"

async def main():
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(Sink(), hostname="sink"), "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()

asyncio.run(main())
"""
_BARE = """
import smtplib, sys
port, count, data = int(sys.argv[1]), int(sys.argv[2]), open(sys.argv[3], "rb").read()
with smtplib.SMTP("127.0.0.1", port) as smtp:
    for number in range(count):
        smtp.sendmail("kb@example.com", [f"p{number}@example.com"], data)
"""
_APPRISE = """
import sys
import apprise
port, count, data = int(sys.argv[1]), int(sys.argv[2]), open(sys.argv[3]).read()
for number in range(count):
    one = apprise.Apprise()
    url = f"mailto://127.0.0.1:{port}?from=kb@example.com&to=p{number}@example.com&mode=insecure"
    assert one.add(url)
    assert one.notify(title="recorder 2.7: shipped", body=data)
"""


def report(only: str) -> int:
    """Measure, if `only` is a part of NAME; how many promises are missed."""
    if only not in NAME:
        return 0
    missed = 0
    with _sink() as port, tempfile.TemporaryDirectory(prefix="mail-bench-") as scratch:
        folder = Path(scratch)
        for amount in (*_rates(folder, port), *_memory(folder, port)):
            print(amount, flush=True)
            missed += amount.missed
    return missed


def _rates(folder: Path, port: int) -> Iterator[Amount]:
    """Mails a second of ours and of the peers, in turn."""
    base = _make(folder / "rates", port, _MAILS)
    _run(base, "deliver")
    data = _one_mail(folder, base)
    taken: dict[str, list[float]] = {"ours": [], "bare": [], "apprise": []}
    for _ in range(_ROUNDS):
        _again(base)
        taken["ours"].append(_seconds("-c", SCRIPT, "-C", str(base), "deliver") / _MAILS)
        words = (str(port), str(_MAILS), str(data))
        taken["bare"].append(_seconds("-c", _BARE, *words) / _MAILS)
        words = (str(port), str(_FEW), str(data))
        taken["apprise"].append(_seconds("-c", _APPRISE, *words) / _FEW)
    ours = statistics.median(taken["ours"])
    yield Amount(f"{_MAILS} mails, one a person, settled", 1 / ours, "/s", None)
    for peer, most in (("bare", 1 / 1.2), ("apprise", 1 / 20)):
        theirs = statistics.median(taken[peer])
        yield Amount(f"the same by {peer}: ours takes", ours / theirs, "x", most)


def _memory(folder: Path, port: int) -> Iterator[Amount]:
    """What the process takes at most, for a thousand mails and for a hundred thousand."""
    few = _measure(_make(folder / "few", port, 1000), "deliver")[1]
    many = _measure(_make(folder / "many", port, 1000, alerts=100), "deliver")[1]
    yield Amount("1,000 mails: memory", few, "MiB", None)
    yield Amount("100,000 mails: memory, to that of 1,000", many / few, "x", 1.5)


def _make(root: Path, port: int, people: int, alerts: int = 1) -> Path:
    channel = (
        f"{{type: email, host: 127.0.0.1, port: {port}, security: none, from: kb@example.com}}"
    )
    return queue_alerts(root, channel, people, alerts)


def queue_alerts(root: Path, channel: str, people: int, alerts: int) -> Path:
    """A knowledge base in which alerts wait for so many people, to go by that channel."""
    from forewarn.store.settings import load_settings

    sys.path.insert(0, str(Path(__file__).parent.parent))
    from events_builder import an_event, queue

    root.mkdir()
    named = "".join(
        f"  p{n}: {{name: Person {n}, email: p{n}@example.com}}\n" for n in range(people)
    )
    rows = "".join(f"  - {{person: p{n}, channel: out}}\n" for n in range(people))
    (root / "forewarn.yml").write_text(
        f"name: Bench\npeople:\n{named}channels:\n  out: {channel}\nsubscriptions:\n{rows}"
    )
    queue(root, load_settings(root), *map(an_event, range(alerts)))
    return root


def _again(base: Path) -> None:
    """Let everything wait once more."""
    from state_builder import open_tables

    with open_tables(base) as state, state.transaction() as connection:
        connection.execute(
            "UPDATE deliveries SET state = 'pending', attempts = 0, sent_at = NULL, "
            "message_id = NULL, thread_id = NULL, assurance = NULL, tried_at = NULL"
        )


def _one_mail(folder: Path, base: Path) -> Path:
    """A file with the message that the peers send: as long as ours."""
    from forewarn.channels.interface import Message
    from forewarn.channels.message import Sender, compose
    from forewarn.store.settings import load_settings
    from forewarn.store.state.opening import open_state

    with open_state(base) as state:
        (event,) = state.events()
    person = load_settings(base).people["p0"]
    mail = compose(Message(events=(event,)), person, Sender(name="Bench", address="kb@example.com"))
    file = folder / "mail.eml"
    file.write_bytes(mail.data)
    return file


@contextmanager
def _sink() -> Iterator[int]:
    command = [sys.executable, "-c", _SINK]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield int(process.stdout.readline())
        finally:
            process.kill()


def _run(root: Path, *words: str) -> None:
    command = [sys.executable, "-c", SCRIPT, "-C", str(root), *words]
    subprocess.run(command, check=True, capture_output=True)


def _seconds(*words: str) -> float:
    begin = time.perf_counter()
    subprocess.run([sys.executable, *words], check=True, capture_output=True, env=ENVIRONMENT)
    return time.perf_counter() - begin
