"""The promises about a state database that has grown: old alerts, waiting ones, and sightings.

Two knowledge bases with the same few records, of which the state of one is large: 100,000
deliveries that wait, 1,000,000 that were settled and 2,000,000 sightings; the other has a
thousand of each. The rows are made by SQL: what is measured is what the commands do with them.
"""

from __future__ import annotations

import shutil
import socket
import sqlite3
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from catalogue import Amount, _measure, quiet_git
from row import Row, python

from forewarn.model.events.event import Event, EventKind
from forewarn.model.events.fact import HasShipped
from forewarn.model.events.severity import Severity
from forewarn.model.record import Audience
from forewarn.model.versions.numbers import numbers_of
from forewarn.store.state import sought
from forewarn.store.state.event_json import event_to_json
from forewarn.store.state.rows import to_text
from state_builder import open_tables

NAME = "large state"
SCRIPT = "from forewarn.cli import start; start()"
_WAITING, _SETTLED, _SIGHTINGS, _FEW = 100_000, 1_000_000, 2_000_000, 1000
_PRODUCTS = 200
_SETTINGS = """\
name: Bench
people:
  maria: {{name: Maria Keller, email: maria@example.com}}
channels:
  inbox: {{type: folder, path: .forewarn/mail}}
  mail: {{type: email, host: 127.0.0.1, port: {port}, from: alerts@example.com, security: none}}
subscriptions:
  - {{person: maria, channel: inbox}}
"""
_FEED = """\
<feed xmlns="http://www.w3.org/2005/Atom"><title>Product 000</title><id>urn:x</id>
<updated>2026-05-04T00:00:00Z</updated>
<entry><title>Product 000 1.0</title><id>urn:x:1</id><updated>2026-05-04T00:00:00Z</updated>
<link href="https://downloads.example.com/product000-1.0.exe"/></entry></feed>
"""
_COMMANDS = {
    "deliver, nothing due": ("deliver",),
    "deliveries": ("deliveries",),
    "watch": ("watch", "--once"),
    "publish, nothing new": ("publish",),
    "release show": ("release", "show", "product001", "1.0"),
    "sightings --open": ("sightings", "--open"),
    "identify a version": ("identify", "Product 001 1.0"),
}


def report(only: str, show: Callable[[Row], bool]) -> int:
    """Measure all of it, if `only` is a part of NAME, `show`ing the rows; how many are missed."""
    if only not in NAME:
        return 0
    quiet_git()
    with tempfile.TemporaryDirectory(prefix="speed-bench-") as folder:
        missed = 0
        with _feed(Path(folder) / "feed") as address:
            small = _make(Path(folder) / "small", address)
            large = Path(folder) / "large"
            shutil.copytree(small, large, symlinks=True)
            _fill(small, _FEW, _FEW, _FEW)
            _fill(large, _WAITING, _SETTLED, _SIGHTINGS)
            for base in (small, large):
                _run(base, "publish")
                _run(base, "watch", "--once")
            for name, words in _COMMANDS.items():
                missed += show(
                    Row(
                        name=name,
                        ours=python("-c", SCRIPT, "-C", str(large), *words),
                        peer_name="with a thousand",
                        peer=python("-c", SCRIPT, "-C", str(small), *words),
                        most=2,
                    )
                )
        for amount in _server_down(small, large):
            print(amount, flush=True)
            missed += amount.missed
    return missed


def _server_down(small: Path, large: Path) -> Iterator[Amount]:
    """All that wait are due, and the mail server does not answer."""
    taken = {}
    for base, count in ((small, _FEW), (large, _WAITING)):
        with closing(sqlite3.connect(base / ".forewarn" / "state.db")) as state, state:
            state.execute("UPDATE deliveries SET channel = 'mail' WHERE state = 'failed'")
        taken[base] = _measure(base, "deliver", "--retry")
        seconds, mebibytes = taken[base]
        yield Amount(f"deliver {count}, server down", seconds, "s", None)
        yield Amount(f"deliver {count}, server down: memory", mebibytes, "MiB", None)
    for what, (more, less) in zip(
        ("seconds a mail", "memory"), zip(taken[large], taken[small], strict=True), strict=True
    ):
        a_mail = _WAITING / _FEW if what != "memory" else 1
        yield Amount(f"server down, {what}: 100,000 to 1,000", more / less / a_mail, "x", 1.5)


def _make(root: Path, feed: str) -> Path:
    _run(root.parent, "init", str(root), inside=False)
    (root / "forewarn.yml").write_text(_SETTINGS.format(port=_closed_port()))
    for number in range(_PRODUCTS):
        folder = root / "releases" / f"product{number:03d}"
        folder.mkdir(parents=True)
        watch = f"watch:\n  - {{type: feed, url: '{feed}', allow_private: true}}\n"
        (folder / "product.yml").write_text(
            f"name: Product {number:03d}\nscheme: loose\ntracks: [stable]\n"
            f"{'' if number else watch}"
        )
        (folder / "1.0.md").write_text("---\nstatus: shipped\nreleased_at: 2026-05-04\n---\n")
    for words in (("add", "--all"), ("commit", "--quiet", "--message", "records")):
        subprocess.run(["git", *words], cwd=root, check=True)
    _run(root, "publish")
    return root


def _fill(root: Path, waiting: int, settled: int, sightings: int) -> None:
    """Add deliveries of alerts, and sightings that the records answer."""
    with open_tables(root):
        pass  # made, or brought to the newest format
    now = datetime.now(UTC)
    path = root / ".forewarn" / "state.db"
    with closing(sqlite3.connect(path)) as state, state:
        for pragma in ("synchronous = OFF", "journal_mode = OFF", "cache_size = -1000000"):
            state.execute(f"PRAGMA {pragma}")
        state.execute(
            "INSERT INTO events (id, kind, product, version, subject, severity, at, content) "  # noqa: S608
            f"{_NUMBERS} SELECT {_replaced(8)} FROM counted",
            {"count": waiting + settled, "mark": _MARK, **_named(_event(now))},
        )
        state.execute(
            "INSERT INTO deliveries (event, person, channel, state, attempts, next_attempt_at, "  # noqa: S608
            f"sent_at) {_NUMBERS} SELECT 'e' || n, 'maria', 'inbox', "
            "iif(n <= :settled, 'sent', 'failed'), iif(n <= :settled, 1, 12), "
            "iif(n <= :settled, NULL, :later), iif(n <= :settled, :now, NULL) FROM counted",
            {
                "count": waiting + settled,
                "settled": settled,
                "now": to_text(now),
                "later": to_text(now + timedelta(hours=5)),
            },
        )
        version, url = f"0.{_MARK}", f"https://x.example/0.{_MARK}"
        kept = (version, url, numbers_of(version), sought.file_of(url))
        state.execute(
            "INSERT INTO sightings (id, product, source, title, state, first_seen, last_shown, "  # noqa: S608
            f"version, url, numbers, file) {_NUMBERS} SELECT printf('s%07d', n), "
            "printf('product%03d', n % :products), 'https://x.example/', '1.0', 'known', :now, "
            f":today, {_replaced(4)} FROM counted",
            {
                "count": sightings,
                "products": _PRODUCTS,
                "now": to_text(now),
                "today": now.date().isoformat(),
                "mark": _MARK,
                **_named(kept),
            },
        )


# Rows are made of one, in which a number stands for that of each: a million made here take minutes.
_MARK = "987654321"
_NUMBERS = (
    "WITH RECURSIVE counted(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM counted WHERE n < :count)"
)


def _event(now: datetime) -> tuple[str | None, ...]:
    event = Event(
        id=f"e{_MARK}",
        kind=EventKind.SHIPPED,
        product="product001",
        version=f"0.{_MARK}",
        severity=Severity.NORMAL,
        audience=Audience.PUBLIC,
        at=now,
        name="Product 001",
        fact=HasShipped(on=None),
        products=("product001",),
        page="products/product001/",
    )
    return (
        event.id, event.kind.value, event.product, event.version, event.subject,
        event.severity.value, to_text(event.at), event_to_json(event),
    )  # fmt: skip


def _replaced(count: int) -> str:
    """So many columns, each a text with the number of its row."""
    return ", ".join(f"replace(:c{place}, :mark, n)" for place in range(count))


def _named(texts: tuple[str | None, ...]) -> dict[str, str | None]:
    return {f"c{place}": text for place, text in enumerate(texts)}


@contextmanager
def _feed(folder: Path) -> Iterator[str]:
    folder.mkdir()
    (folder / "feed.xml").write_text(_FEED)

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, format: str, *args: object) -> None:
            """Nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/feed.xml"
    finally:
        server.shutdown()
        server.server_close()


def _closed_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def _run(root: Path, *words: str, inside: bool = True) -> None:
    place = ("-C", str(root)) if inside else ()
    subprocess.run(
        [sys.executable, "-c", SCRIPT, *place, *words],
        check=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )
