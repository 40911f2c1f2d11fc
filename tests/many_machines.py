"""Workers as on several machines: processes, each in a clone of its own, that share a database."""

from __future__ import annotations

import os
import signal
import subprocess
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from command_line import AUTHOR
from events_builder import an_event, queue
from forewarn.store.settings import load_settings
from own_process import OwnProcess, forewarn

VARIABLE = "FOREWARN_DATABASE"


class Office:
    """A knowledge base, its clones, and the workers that run in them."""

    def __init__(self, folder: Path, database: str, port: int, people: int) -> None:
        self.folder = folder
        self.environ = {**os.environ, **AUTHOR, VARIABLE: database, "PYTHONUNBUFFERED": "1"}
        self.root = folder / "kb"
        self.running: dict[int, OwnProcess] = {}
        self.starts: Counter[int] = Counter()
        self.root.mkdir()
        named = "".join(
            f"  p{n}: {{name: P {n}, email: p{n}@example.com}}\n" for n in range(people)
        )
        rows = "".join(f"  - {{person: p{n}, channel: mail}}\n" for n in range(people))
        (self.root / "forewarn.yml").write_text(
            f"name: Office\ndatabase: ${{{VARIABLE}}}\npeople:\n{named}channels:\n  mail: "
            f"{{type: email, host: 127.0.0.1, port: {port}, security: none, "
            f"from: kb@example.com}}\nsubscriptions:\n{rows}"
        )
        (self.root / ".gitignore").write_text(".forewarn/\nsite/\n")
        self.git("init", "--quiet", "--initial-branch=main")
        self.commit("Begin")

    def git(self, *words: str, at: Path | None = None) -> str:
        command = ["git", "-C", str(at or self.root), *words]
        return subprocess.run(
            command, env=self.environ, check=True, capture_output=True, text=True
        ).stdout.strip()

    def commit(self, message: str) -> str:
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", f"--message={message}")
        return self.git("rev-parse", "HEAD")

    def queue(self, *numbers: int) -> None:
        """Let events wait to be told to everybody."""
        queue(self.root, load_settings(self.root), *(an_event(n) for n in numbers))

    def clone(self, number: int) -> Path:
        """The clone of a worker, made when it is first asked for."""
        clone = self.folder / f"clone-{number}"
        if not clone.exists():
            self.git("clone", "--quiet", str(self.root), str(clone))
        return clone

    def start(self, number: int, *words: str) -> OwnProcess:
        """Start the worker of a clone."""
        command = ["-C", str(self.clone(number)), "worker", *words]
        with (self.folder / f"worker-{number}.log").open("ab") as said:
            process = forewarn(*command, environ=self.environ, terminal=said.fileno())
        self.running[number] = process
        self.starts[number] += 1
        return process

    def is_at_work(self, number: int) -> bool:
        """Whether a worker has got to work since it was started last."""
        return self.said(number).count("at work") >= self.starts[number]

    def said(self, number: int) -> str:
        """What a worker has said so far."""
        return (self.folder / f"worker-{number}.log").read_text()

    def kill(self, number: int) -> None:
        self.running.pop(number).kill()

    def stop(self, number: int) -> int:
        """Ask a worker to end; its exit code."""
        process = self.running.pop(number)
        process.send_signal(signal.SIGTERM)
        return process.wait().code

    def close(self) -> None:
        for number in [*self.running]:
            self.kill(number)


@contextmanager
def office(folder: Path, database: str, port: int, people: int) -> Iterator[Office]:
    """One, of which no worker outlives the block."""
    opened = Office(folder, database, port, people)
    with ExitStack() as stack:
        stack.callback(opened.close)
        yield opened
