"""The promises about how fast an alert travels: from a release that ships to whoever waits for it.

To a mail server and an HTTP server on this machine, each a process of its own. The sites are built
after the alerts have gone, so that no site is in these numbers.
"""

from __future__ import annotations

import base64
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from catalogue import Amount, quiet_git
from load import SCRIPT
from mail import queue_alerts
from row import ENVIRONMENT

NAME = "alerts travel"
_PEOPLE, _ROUNDS, _POSTS = 1000, 5, 10_000
_KEY = {"FOREWARN_HOOK": "whsec_" + base64.b64encode(b"k" * 32).decode()}
_MAIL_SINK = f"""
import asyncio, time
from aiosmtpd.smtp import SMTP

class Sink:
    count = 0

    async def handle_DATA(self, server, session, envelope):
        self.count += 1
        if self.count in (1, {_PEOPLE}):
            print(time.time(), flush=True)
        self.count %= {_PEOPLE}
        return "250 fine"

async def main():
    loop, sink = asyncio.get_running_loop(), Sink()
    server = await loop.create_server(lambda: SMTP(sink, hostname="sink"), "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()

asyncio.run(main())
"""
# No more than what must be read: a receiver that takes longer is not what is measured.
_HTTP_SINK = """
import asyncio

class Sink(asyncio.Protocol):
    def connection_made(self, transport):
        self.transport, self.data = transport, b""

    def data_received(self, data):
        self.data += data
        while (end := self.data.find(b"\\r\\n\\r\\n")) >= 0:
            length = self.data[:end].lower().partition(b"content-length:")[2]
            whole = end + 4 + int(length.split(b"\\r\\n", 1)[0])
            if len(self.data) < whole:
                return
            self.data = self.data[whole:]
            self.transport.write(b"HTTP/1.1 204 No Content\\r\\n\\r\\n")

async def main():
    server = await asyncio.get_running_loop().create_server(Sink, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()

asyncio.run(main())
"""


def report(only: str) -> int:
    """Measure, if `only` is a part of NAME; how many promises are missed."""
    if only not in NAME:
        return 0
    quiet_git()
    missed = 0
    with tempfile.TemporaryDirectory(prefix="alerts-bench-") as scratch:
        for amount in (*_from_ship_to_mail(Path(scratch)), *_posts(Path(scratch))):
            print(amount, flush=True)
            missed += amount.missed
    return missed


def _from_ship_to_mail(folder: Path) -> Iterator[Amount]:
    """From the beginning of `release ship` until the first mail is accepted, and the last."""
    first, last = [], []
    with _sink(_MAIL_SINK) as (port, lines):
        root = _recorder(folder / "ships", port)
        for number in range(_ROUNDS):
            begin = time.time()
            _run(root, "release", "ship", "recorder", f"2.{number}")
            _run(root, "publish")
            first.append(float(next(lines)) - begin)
            last.append(float(next(lines)) - begin)
    yield Amount("ship to the first mail accepted", statistics.median(first), "s", 1)
    yield Amount(f"ship to {_PEOPLE} mails accepted", statistics.median(last), "s", 3)


def _posts(folder: Path) -> Iterator[Amount]:
    """Posts to one receiver, each signed and settled."""
    with _sink(_HTTP_SINK) as (port, _):
        channel = (
            f"{{type: webhook, url: 'http://127.0.0.1:{port}/', key: '${{FOREWARN_HOOK}}', "
            "allow_private: true}"
        )
        root = queue_alerts(folder / "posts", channel, _PEOPLE, _POSTS // _PEOPLE)
        begin = time.perf_counter()
        _run(root, "deliver")
        rate = _POSTS / (time.perf_counter() - begin)
    yield Amount(f"{_POSTS} webhooks, signed and settled", rate, "/s", None)
    yield Amount("seconds for 2,000 of them", 2000 / rate, "s", 1)


def _recorder(root: Path, port: int) -> Path:
    """A knowledge base with releases to ship, and people who are told by mail."""
    _run(root.parent, "init", str(root), inside=False)
    named = "".join(
        f"  p{n}: {{name: Person {n}, email: p{n}@example.com}}\n" for n in range(_PEOPLE)
    )
    rows = "".join(f"  - {{person: p{n}, channel: mail}}\n" for n in range(_PEOPLE))
    (root / "forewarn.yml").write_text(
        f"name: Bench\npeople:\n{named}channels:\n  mail: {{type: email, host: 127.0.0.1, "
        f"port: {port}, security: none, from: kb@example.com}}\n"
    )
    folder = root / "releases" / "recorder"
    folder.mkdir(parents=True)
    (folder / "product.yml").write_text("name: Recorder\nscheme: loose\n")
    for number in range(_ROUNDS):
        url = f"https://downloads.example.com/recorder-2.{number}.exe"
        (folder / f"2.{number}.md").write_text(
            f"---\nstatus: planned\ndownloads:\n  - {{platform: windows, url: {url}}}\n---\n"
        )
    for words in (("add", "--all"), ("commit", "--quiet", "--message", "records")):
        subprocess.run(["git", *words], cwd=root, check=True)
    _run(root, "publish")
    # They subscribe when the plans are known, of which they would be told as well.
    (root / "subscriptions").mkdir()
    (root / "subscriptions" / "all.yml").write_text(f"subscriptions:\n{rows}")
    return root


@contextmanager
def _sink(script: str) -> Iterator[tuple[int, Iterator[str]]]:
    """The port that a server listens at, and the lines that it prints."""
    command = [sys.executable, "-c", script]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield int(process.stdout.readline()), iter(process.stdout)
        finally:
            process.kill()


def _run(root: Path, *words: str, inside: bool = True) -> None:
    command = [sys.executable, "-c", SCRIPT, *(("-C", str(root)) if inside else ()), *words]
    environ = {**ENVIRONMENT, **_KEY, **{k: v for k, v in os.environ.items() if "GIT_" in k}}
    done = subprocess.run(command, capture_output=True, text=True, env=environ)
    if done.returncode:
        raise SystemExit(f"{' '.join(words)}: {done.stderr}")
