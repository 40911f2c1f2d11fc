"""Alerts killed on their way from `release ship` to a mail server and a web hook; `make torture`.

Usage: alerts.py [--seed N] [--kills N] [--alerts N] [--fills N]

A release ships, is published and told to many, and the processes that do so are killed again and
again: at every step that has a name, and at random moments. Or the disk is full, or no file may
be longer: for `--fills` amounts of room. Then it is done once more, in peace. Nothing may be lost; only what
was leased at a kill may have come twice, no more than may be under way at once, and under the same
id, by which a receiver drops it.
"""

from __future__ import annotations

import argparse
import random
import re
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter, deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE.parent)]
from run import ENV, forewarn, git  # noqa: E402

from forewarn.model.delivery import DeliveryState  # noqa: E402
from forewarn.store.state.opening import open_state  # noqa: E402
from mail_server import MailServer  # noqa: E402

STEPS = (
    *("reading the records", "derived the events", "queued the events"),
    *("marked the commit as published", "delivering: claimed", "delivering: sending"),
    *("delivering: sent", "delivering: settled", "building the staff site"),
    *("building the public site", "built the sites", "swapped in the staff site"),
    "swapped in the public site",
)
# What may be under way by each channel: what it sends at once, and what is handed over to it.
IN_FLIGHT = {"mail": 4 + 60, "hook": 32 + 60}
SHIP, PUBLISH = ("release", "ship", "recorder", "2.7"), ("publish",)
ENV["FOREWARN_HOOK"] = "whsec_" + "a2s0" * 8
_ID = re.compile(r"(?:<|msg_)[0-9a-f]{20}[._](p\d+)")
_ROOM = "64m"


@dataclass(frozen=True)
class Kill:
    """When a process dies: at a step that it has come to so often, or after some seconds."""

    words: tuple[str, ...]
    step: str = ""
    times: int = 1
    seconds: float = 0


@dataclass
class Life:
    """A knowledge base of whose release people are told, and what comes of it."""

    root: Path
    begun: str
    kills: int = 0
    fills: int = 0
    may_repeat: Counter[tuple[str, str]] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)

    def do(self, words: tuple[str, ...], kill: Kill | None) -> bool:
        """Run a command; whether it was killed."""
        if kill is None:
            done = forewarn(self.root, *words)
            if done.returncode and "has shipped already" not in done.stderr:
                self.faults.append(f"{words[0]} ended with {done.returncode}: {done.stderr}")
            return False
        start = [sys.executable, "-m", "forewarn", "-C", str(self.root), *words]
        if kill.step:
            script = str(HERE.parent / "publish_and_die.py")
            start = [sys.executable, script, str(self.root), kill.step, str(kill.times)]
        with subprocess.Popen(
            start, env=ENV, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        ) as process:
            if not kill.step:
                time.sleep(kill.seconds)
                process.send_signal(signal.SIGKILL)
        if process.returncode != -signal.SIGKILL:
            return False
        self.kills += 1
        self.note_leased()
        return True

    def note_leased(self) -> None:
        if (self.root / ".forewarn" / "state.db").exists():
            with open_state(self.root) as state:
                for row in state.deliveries():
                    if row.state is DeliveryState.LEASED:
                        self.may_repeat[row.channel, row.person] += 1

    def judge(self, people: int, arrived: Counter[str]) -> int:
        """Find what is wrong in the end; how many came more than once."""
        found: dict[tuple[str, str], Counter[str]] = {}
        for id, times in arrived.items():
            name = _ID.match(id)
            if not name:
                self.faults.append(f"nobody is told by {id}")
                continue
            pair = "mail" if id.startswith("<") else "hook", name[1]
            found.setdefault(pair, Counter())[id] = times
        for channel, most in IN_FLIGHT.items():
            lost = [n for n in range(people) if (channel, f"p{n}") not in found]
            if lost:
                self.faults.append(f"{len(lost)} lost by {channel}: {lost[:5]}")
            again = sum(sum(c.values()) - 1 for pair, c in found.items() if pair[0] == channel)
            if again > most * (self.kills + self.fills):
                self.faults.append(f"{again} came again by {channel}")
        for pair, ids in found.items():
            if len(ids) > 1:
                self.faults.append(f"{pair} sees it twice: {ids}")
            if not self.fills and sum(ids.values()) - 1 > self.may_repeat[pair]:
                self.faults.append(f"{pair} got it again without reason")
        with open_state(self.root) as state:
            if (sent := state.count(DeliveryState.SENT)) != state.count() or sent != 2 * people:
                self.faults.append(f"{sent} of {state.count()} are kept as sent")
        if (count := git(self.root, "rev-list", "--count", f"{self.begun}..HEAD")) != "1\n":
            self.faults.append(f"{count} commits")
        if status := git(self.root, "status", "--porcelain"):
            self.faults.append(f"the tree differs: {status!r}")
        return sum(sum(ids.values()) - 1 for ids in found.values())


class HookServer:
    """Counts the ids of the messages that are posted to it, while used as a context."""

    def __init__(self) -> None:
        self.ids: list[str] = []
        outer = self

        class Hook(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                self.rfile.read(int(self.headers["Content-Length"]))
                outer.ids.append(self.headers["webhook-id"])
                self.send_response(204)
                self.end_headers()

            def log_message(self, format: str, *values: object) -> None:
                return

        class Server(ThreadingHTTPServer):
            daemon_threads = True

            def handle_error(self, request: Any, client_address: Any) -> None:
                return  # whoever posted was killed

        self._server = Server(("127.0.0.1", 0), Hook)
        self.port = int(self._server.server_address[1])

    def __enter__(self) -> HookServer:
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *error: object) -> None:
        self._server.shutdown()
        self._server.server_close()


def main() -> None:
    """Kill, look, and kill again; exit 1 where an alert is lost or came twice without reason."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--alerts", type=int, default=1000)
    parser.add_argument("--fills", type=int, default=20)
    asked = parser.parse_args()
    people = asked.alerts // 2
    chance = random.Random(asked.seed)
    totals: Counter[str] = Counter()
    with (
        tempfile.TemporaryDirectory(prefix="torture-") as folder,
        MailServer() as mail,
        HookServer() as hook,
    ):
        made = _template(Path(folder) / "made", people, mail.port, hook.port)
        seconds = _seconds_alone(made, Path(folder) / "alone")

        def ended(life: Life) -> None:
            _settled(mail, hook)
            again = life.judge(people, Counter([*mail.ids, *hook.ids]))
            mail.messages.clear()
            mail.raw.clear()
            hook.ids.clear()
            for fault in life.faults:
                print(fault, flush=True)
            totals.update(
                kills=life.kills, fills=life.fills, again=again, faults=len(life.faults), lives=1
            )

        _settled(mail, hook)
        mail.messages.clear()
        hook.ids.clear()
        steps = deque(STEPS)
        while totals["kills"] < asked.kills:
            life = _life(made, Path(folder) / "kb")
            _killed(life, _plan(chance, steps, people, seconds))
            ended(life)
            shutil.rmtree(life.root)
        for _ in range(asked.fills):
            with _small_disk(Path(folder) / "disk", made, chance) as life:
                if life is None:
                    print("the disk was not filled: that takes root, and a tmpfs")
                    break
                _filled(life)
                ended(life)
            life = _life(made, Path(folder) / "kb")
            _limited(life, int(2 ** chance.uniform(12, 23)))
            ended(life)
            shutil.rmtree(life.root)
    print(
        f"seed {asked.seed}: {totals['lives']} times {2 * people} alerts, {totals['kills']} kills, "
        f"{totals['fills']} commands could not write: {totals['again']} came again, "
        f"{totals['faults']} faults"
    )
    sys.exit(1 if totals["faults"] else 0)


def _template(root: Path, people: int, mail: int, hook: int) -> Path:
    forewarn(root.parent, "init", str(root), "--name", "Acme")
    url = "windows=https://downloads.example.com/recorder-2.7.exe"
    for words in (
        ("product", "add", "recorder", "--name", "Recorder", "--scheme", "loose"),
        ("release", "add", "recorder", "2.7", "--download", url),
        PUBLISH,
    ):
        done = forewarn(root, *words)
        assert done.returncode == 0, done.stderr
    named = "".join(
        f"  p{n}: {{name: Person {n}, email: p{n}@example.com}}\n" for n in range(people)
    )
    rows = "".join(
        f"  - {{person: p{n}, channel: {channel}}}\n"
        for n in range(people)
        for channel in IN_FLIGHT
    )
    (root / "forewarn.yml").write_text(
        f"name: Acme\npeople:\n{named}channels:\n"
        f"  mail: {{type: email, host: 127.0.0.1, port: {mail}, security: none, "
        "from: kb@example.com}\n"
        f"  hook: {{type: webhook, url: 'http://127.0.0.1:{hook}/', key: '${{FOREWARN_HOOK}}', "
        f"allow_private: true}}\nsubscriptions:\n{rows}"
    )
    git(root, "commit", "--quiet", "--all", "--message", "Everybody wants to know")
    return root


def _life(made: Path, root: Path) -> Life:
    shutil.copytree(made, root, symlinks=True)
    git(root, "status")
    return Life(root, git(root, "rev-parse", "HEAD").strip())


def _seconds_alone(made: Path, root: Path) -> float:
    """How long a publish takes in peace."""
    life = _life(made, root)
    life.do(SHIP, None)
    begin = time.monotonic()
    life.do(PUBLISH, None)
    assert not life.faults, life.faults
    shutil.rmtree(root)
    return time.monotonic() - begin


def _plan(chance: random.Random, steps: deque[str], people: int, seconds: float) -> Iterator[Kill]:
    """The kills of one life: of the ship, at a step of the publish, and at random moments."""
    if chance.random() < 0.5:
        yield Kill(SHIP, seconds=chance.uniform(0.1, seconds / 2))
    if steps:
        step = steps.popleft()
        often = step in ("delivering: sending", "delivering: sent", "delivering: settled")
        yield Kill(PUBLISH, step, chance.randrange(1, people) if often else 1)
    for _ in range(3):
        yield Kill(PUBLISH, seconds=chance.uniform(0.1, seconds))


def _killed(life: Life, plan: Iterator[Kill]) -> None:
    """Ship and publish, killed as planned until nothing more is."""
    kills = list(plan)
    for words in (SHIP, PUBLISH):
        for kill in kills:
            if kill.words == words:
                life.do(words, kill)
        life.do(words, None)


@contextmanager
def _small_disk(place: Path, made: Path, chance: random.Random) -> Iterator[Life | None]:
    """The knowledge base on a disk on which little room is left."""
    used = sum(-(-path.lstat().st_size // 4096) + 1 for path in made.rglob("*")) * 4096
    left = int(4096 * 2 ** chance.uniform(0, 12))
    place.mkdir()
    size = f"size={used + left}"
    if subprocess.run(
        ["mount", "-t", "tmpfs", "-o", size, "tmpfs", place], capture_output=True
    ).returncode:
        yield None
        return
    try:
        yield _life(made, place / "kb")
    finally:
        subprocess.run(["umount", place], check=True)
        place.rmdir()


def _filled(life: Life) -> None:
    """Ship and publish with too little room, and then with enough."""
    for words in (SHIP, PUBLISH):
        done = forewarn(life.root, *words)
        if done.returncode == 0:
            continue
        life.fills += 1
        said = done.stderr
        if "Traceback" in said or not re.search(r"disk is full|No space left|no room", said):
            life.faults.append(f"{words[0]} on a full disk ended with {done.returncode}: {said}")
    subprocess.run(
        ["mount", "-o", f"remount,size={_ROOM}", life.root.parent], check=True, capture_output=True
    )
    for words in (SHIP, PUBLISH):
        life.do(words, None)


def _limited(life: Life, most: int) -> None:
    """Ship and publish where no file may have more bytes than that, and then without a limit."""
    for words in (SHIP, PUBLISH):
        done = subprocess.run(
            [sys.executable, "-m", "forewarn", "-C", str(life.root), *words],
            env=ENV,
            capture_output=True,
            text=True,
            preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (most, most)),
        )
        life.fills += bool(done.returncode)
        if "Traceback" in done.stderr or (done.returncode and "error: " not in done.stderr):
            life.faults.append(f"{words[0]} with files of {most} bytes: {done.stderr}")
    for words in (SHIP, PUBLISH):
        life.do(words, None)


def _settled(mail: MailServer, hook: HookServer) -> None:
    """Until the servers have taken all that is under way to them."""
    before = -1
    while (now := len(mail.ids) + len(hook.ids)) != before:
        before = now
        time.sleep(0.3)


if __name__ == "__main__":
    main()
