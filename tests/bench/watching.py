"""The promises about polling: 2,000 feeds on one host of this machine, unchanged and all new.

The peer is nvchecker's regex source on the same server, in the same run. This machine's own
servers are asked as fast as they answer (no host is paced that is loopback), so nothing has to be
set for that. Ten thousand sources are measured for their memory, and for an hour of due polls.
"""

from __future__ import annotations

import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime
from importlib.util import find_spec
from pathlib import Path

from catalogue import Amount, quiet_git
from row import ENVIRONMENT

NAME = "polling"
SCRIPT = "from forewarn.cli import main; main()"
_FEEDS, _MANY, _ENTRIES, _PAIRS, _SOME = 2000, 10_000, 10, 5, 1000
_SETTINGS = "name: Bench\npeople: {}\nchannels: {}\n"
_DUE = "UPDATE sources SET next_poll = NULL"
_ANEW = "UPDATE sources SET state = NULL, baseline_at = NULL; DELETE FROM sightings"


def report(only: str) -> int:
    """Measure all of it, if `only` is a part of NAME; how many promises are missed."""
    if only not in NAME:
        return 0
    if find_spec("nvchecker") is None:
        print(f"{NAME}: not measured, because nvchecker is missing (pip install -e '.[bench]')")
        return 0
    quiet_git()
    missed = 0
    with tempfile.TemporaryDirectory(prefix="polling-bench-") as scratch:
        folder = Path(scratch)
        for amount in (*_against_the_peer(folder), *_with_dead_hosts(folder), *_many(folder)):
            print(amount, flush=True)
            missed += amount.missed
    return missed


def _against_the_peer(folder: Path) -> Iterator[Amount]:
    with farm(1) as port:
        base = knowledge_base(folder / "unchanged", port, _FEEDS)
        peer = _peer(folder / "peer", port, 1)
        first = spent(base, "watch", "--once", "--no-deliver")
        yield Amount(f"first look at {_FEEDS} feeds", first[0], "s", None)
        yield from _ratios(
            f"{_FEEDS} unchanged feeds",
            lambda: spent(base, "watch", "--once", "--no-deliver"),
            peer,
            0.5,
        )
    with farm(_ENTRIES) as port:
        base = knowledge_base(folder / "new", port, _FEEDS)
        peer = _peer(folder / "peer10", port, _ENTRIES)

        def anew() -> tuple[float, float, float]:
            change(base, _ANEW)
            return spent(base, "watch", "--once", "--no-deliver")

        anew()
        yield from _ratios(f"{_FEEDS * _ENTRIES} new entries", anew, peer, 3)


def _ratios(
    name: str,
    ours: Callable[[], tuple[float, float, float]],
    peer: Callable[[], tuple[float, float, float]],
    most: float,
) -> Iterator[Amount]:
    pairs = [(ours(), peer()) for _ in range(_PAIRS)]
    for place, what in enumerate(("wall", "CPU")):
        a = statistics.median(mine[place] for mine, _ in pairs)
        b = statistics.median(other[place] for _, other in pairs)
        yield Amount(f"{name}: {what}", a, "s", None)
        yield Amount(f"{name}: {what} of nvchecker", b, "s", None)
        ratio = statistics.median(mine[place] / other[place] for mine, other in pairs)
        yield Amount(f"{name}: {what}, times nvchecker", ratio, "x", most)


def _with_dead_hosts(folder: Path) -> Iterator[Amount]:
    """How long until the last healthy source is read, where one in twenty hosts is deaf."""
    with farm(1) as port, _deaf() as closed:
        clean = knowledge_base(folder / "clean", port, _SOME)
        mixed = knowledge_base(folder / "dead", port, _SOME, dead=closed)
        _until_read(clean)
        first = _until_read(mixed)
        pairs = [(_until_read(mixed), _until_read(clean)) for _ in range(_PAIRS)]
        name = f"{_SOME} sources, 5 % of their hosts dead: the others are read"
        yield Amount(name, statistics.median(mine for mine, _ in pairs), "s", None)
        yield Amount(f"{name}, at the first look", first, "s", None)
        ratio = statistics.median(mine / other for mine, other in pairs)
        yield Amount(f"{name}, times a clean run", ratio, "x", 1.2)


def _until_read(base: Path) -> float:
    """Seconds from the start of a look until the last source that answers has answered."""
    import sqlite3

    begin = time.time()
    command = [sys.executable, "-c", SCRIPT, "-q", "-C", str(base), "watch", "--once"]
    quiet = subprocess.DEVNULL
    subprocess.run([*command, "--no-deliver"], check=False, stdout=quiet, stderr=quiet)
    connection = sqlite3.connect(base / ".forewarn" / "state.db")
    (last,) = connection.execute("SELECT max(read_at) FROM sources").fetchone()
    connection.close()
    return datetime.fromisoformat(last).timestamp() - begin


@contextmanager
def _deaf() -> Iterator[int]:
    """A port of this machine on which connections are neither taken nor refused."""
    with socket.socket() as listening, ExitStack() as waiting:
        listening.bind(("", 0))
        listening.listen(0)
        port = listening.getsockname()[1]
        for _ in range(4):
            each = waiting.enter_context(socket.socket())
            each.setblocking(False)
            each.connect_ex(("127.0.0.1", port))
        yield port


def _many(folder: Path) -> Iterator[Amount]:
    with farm(1) as port:
        base = knowledge_base(folder / "many", port, _MANY)
        spent(base, "watch", "--once", "--no-deliver")
        seconds = 0.0
        for _ in range(4):  # an hour of quarters
            change(base, _DUE)
            wall, _, peak = spent(base, "watch", "--due", "--no-deliver")
            seconds += wall
        yield Amount(f"{_MANY} sources: memory", peak, "MiB", 300)
        yield Amount(f"{_MANY} sources: an hour of due polls", seconds / 60, "min", 10)


def knowledge_base(root: Path, port: int, feeds: int, dead: int | None = None) -> Path:
    """A knowledge base of that many products, each with one feed.

    With a `dead` port, every twentieth is there, at an address of its own.
    """
    _run("init", str(root))
    (root / "forewarn.yml").write_text(_SETTINGS)
    for number in range(feeds):
        folder = root / "releases" / f"p{number:05d}"
        folder.mkdir(parents=True)
        place = f"127.0.0.1:{port}"
        if dead and number % 20 == 0:
            place = f"127.1.{number // 200}.{number % 200 + 1}:{dead}"
        url = f"http://{place}/p{number:05d}.xml"
        (folder / "product.yml").write_text(
            f"name: P{number:05d}\nscheme: loose\n"
            f"watch:\n  - {{type: feed, url: '{url}', allow_private: true}}\n"
        )
    for words in (("add", "--all"), ("commit", "--quiet", "--message", "records")):
        subprocess.run(["git", *words], cwd=root, check=True)
    return root


def _peer(root: Path, port: int, entries: int) -> Callable[[], tuple[float, float, float]]:
    """nvchecker, which reads the same feeds by a pattern."""
    root.mkdir()
    rows = "".join(
        f'[p{n:05d}]\nsource = "regex"\nurl = "http://127.0.0.1:{port}/p{n:05d}.xml"\n'
        f"regex = 'p{n:05d} ([0-9.]+)'\n"
        for n in range(_FEEDS)
    )
    place = root / "nvchecker.toml"
    head = f'[__config__]\noldver = "{root}/old.json"\nnewver = "{root}/new.json"\n'
    place.write_text(f"{head}max_concurrency = 20\n{rows}")
    command = [sys.executable, "-m", "nvchecker", "--logger", "json", "-c", str(place)]
    return lambda: _spent(command)


def spent(base: Path, *words: str) -> tuple[float, float, float]:
    """Wall and CPU seconds of a command, with its children, and its peak of memory in MiB."""
    return _spent([sys.executable, "-c", SCRIPT, "-q", "-C", str(base), *words])


_CHILD = """
import resource, subprocess, sys, time
begin = time.perf_counter()
subprocess.run(sys.argv[1:], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
wall = time.perf_counter() - begin
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(wall, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)
"""


def _spent(command: list[str]) -> tuple[float, float, float]:
    done = subprocess.run(
        [sys.executable, "-c", _CHILD, *command],
        check=True,
        capture_output=True,
        text=True,
        env=ENVIRONMENT,
    )
    wall, cpu, peak = map(float, done.stdout.split())
    return wall, cpu, peak


def change(base: Path, script: str) -> None:
    """Change the state of a knowledge base by SQL."""
    import sqlite3

    connection = sqlite3.connect(base / ".forewarn" / "state.db")
    connection.executescript(script)
    connection.close()


@contextmanager
def farm(entries: int) -> Iterator[int]:
    """A server of feeds with that many entries each; its port."""
    command = [sys.executable, str(Path(__file__).parent / "feed_farm.py"), str(entries)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdin and process.stdout
        yield int(process.stdout.readline())
        process.stdin.close()


def _run(*words: str) -> None:
    command = [sys.executable, "-c", SCRIPT, "-q", *words]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
