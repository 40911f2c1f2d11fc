"""Writing commands killed at every step and at random moments; `make torture` runs it.

Usage: run.py [--seed N] [--rounds N] [--every N] [--only NAME]

After each kill the same command runs again. Then it must be recorded once, by one commit; the
working tree and the index must agree with that commit; and nothing may be left behind.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent
DIE = HERE.parent / "write_and_die.py"
ENV = {
    **os.environ,
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_NOSYSTEM": "1",
    **{
        f"GIT_{role}_{key}": value
        for role in ("AUTHOR", "COMMITTER")
        for key, value in (("NAME", "Maria Keller"), ("EMAIL", "maria@example.com"))
    },
}
WHY = ("--reason", "a mistake")
URL = "windows=https://downloads.example.com/recorder-2.8.exe"


@dataclass(frozen=True)
class Command:
    """A command, and what its repetition says where the killed one had made its commit."""

    words: tuple[str, ...]
    already: str


COMMANDS = {
    "ship": Command(("release", "ship", "recorder", "2.7"), "has shipped already"),
    "add": Command(("release", "add", "recorder", "2.8", "--download", URL), "already recorded"),
    "stage": Command(("release", "stage", "recorder", "3.0"), "is staged"),
    "plan": Command(
        ("release", "plan", "recorder", "3.0", "2031-02-03"), "is planned for 2031-02-03 already"
    ),
    "withdraw": Command(("release", "withdraw", "recorder", "2.4", *WHY), "is withdrawn"),
    "rename": Command(("release", "rename", "recorder", "2.4", "2.4.1", *WHY), "no release"),
    "remove": Command(("release", "remove", "recorder", "2.4", *WHY), "no release"),
    "correct": Command(
        ("release", "correct", "recorder", "2.4", "--released-at", "2026-01-02", *WHY),
        "has changed",
    ),
    "product": Command(
        ("product", "add", "player", "--name", "Player", "--scheme", "loose"), "already there"
    ),
    "import": Command(
        (
            *("import", "csv", "../table.csv", "--product", "recorder"),
            *("--map", "version=Version", "--map", "released_at=Date"),
        ),
        "",
    ),
}


def forewarn(root: Path, *words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "forewarn", "-C", str(root), *words]
    return subprocess.run(command, env=ENV, capture_output=True, text=True, cwd=root)


def git(root: Path, *words: str) -> str:
    command = ["git", "-C", str(root), *words]
    return subprocess.run(command, env=ENV, capture_output=True, text=True, check=True).stdout


def template(folder: Path) -> Path:
    root = folder / "kb"
    folder.mkdir()
    subprocess.run(
        [sys.executable, "-m", "forewarn", "init", str(root), "--name", "Acme"],
        env=ENV, check=True, capture_output=True,
    )  # fmt: skip
    for words in (
        ("product", "add", "recorder", "--name", "Recorder", "--scheme", "loose"),
        ("release", "add", "recorder", "2.4", "--download", URL.replace("2.8", "2.4")),
        ("release", "ship", "recorder", "2.4"),
        ("release", "add", "recorder", "2.7", "--download", URL.replace("2.8", "2.7")),
        ("release", "add", "recorder", "3.0", "--planned", "2031-01-01"),
    ):
        done = forewarn(root, *words)
        assert done.returncode == 0, done.stderr
    rows = "".join(f"1.{number},2025-01-02\n" for number in range(60))
    (folder / "table.csv").write_text(f"Version,Date\n{rows}")
    return folder


def begin(root: Path, words: tuple[str, ...], *die: str) -> subprocess.Popen[bytes]:
    start = [sys.executable, str(DIE), *die] if die else [sys.executable, "-m", "forewarn"]
    return subprocess.Popen(
        [*start, "-C", str(root), *words],
        env=ENV,
        cwd=root,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


def faults(root: Path, before: str, command: Command) -> list[str]:
    """What is wrong after the command has been repeated."""
    again = forewarn(root, *command.words)
    found = []
    if again.returncode and not (command.already and command.already in again.stderr):
        found.append(f"the repetition ended with {again.returncode}: {again.stderr.strip()[:300]}")
    if "Traceback" in again.stderr:
        found.append("a traceback")
    if (count := git(root, "rev-list", "--count", f"{before}..HEAD").strip()) != "1":
        found.append(f"{count} commits")
    if status := git(root, "status", "--porcelain"):
        found.append(f"the tree differs: {status!r}")
    left = [
        path
        for path in root.rglob("*")
        if path.name.endswith((".lock", ".forewarn")) and path.parts[-2:] != ("forewarn", "lock")
        if path.name not in ("publish.lock", "deliver.lock", ".forewarn")
    ]
    left += [
        path
        for name in ("journal", "before", "index")
        if (path := root / ".git/forewarn" / name).exists()
    ]
    if left:
        found.append(f"left behind: {left}")
    return found


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--rounds", type=int, default=100, help="kills at random moments")
    parser.add_argument("--seconds", type=float, default=1.2, help="the latest of them")
    parser.add_argument("--every", type=int, default=1, help="of the steps, kill at each n-th")
    parser.add_argument("--only", choices=COMMANDS)
    asked = parser.parse_args()
    chance = random.Random(asked.seed)
    count: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as scratch:
        made = template(Path(scratch) / "template")
        before = git(made / "kb", "rev-parse", "HEAD").strip()

        def one(name: str, how: str, number: int, after: float) -> bool:
            """Kill a command once; whether it was still running then."""
            place = Path(scratch) / "now"
            shutil.copytree(made, place, symlinks=True)
            git(place / "kb", "status")
            die = ("any", "-", str(number)) if number else ()
            process = begin(place / "kb", COMMANDS[name].words, *die)
            if number:
                process.wait()
            else:
                time.sleep(after)
            alive = process.poll() in (None, -signal.SIGKILL)
            try:
                if how == "all of it":
                    os.killpg(process.pid, signal.SIGKILL)
                else:
                    process.kill()
            except ProcessLookupError:
                pass
            process.wait()
            for fault in faults(place / "kb", before, COMMANDS[name]):
                count["faults"] += 1
                print(f"{name}, {how}, step {number}, after {after:.3f} s: {fault}", flush=True)
            count["kills"] += alive
            shutil.rmtree(place)
            return alive

        names = [asked.only] if asked.only else list(COMMANDS)
        for name in names:
            number = 1
            while one(name, "itself", number, 0):
                number += asked.every
            print(f"{name}: killed at steps up to {number}", flush=True)
        for _ in range(asked.rounds):
            how = chance.choice(("itself", "all of it"))
            one(chance.choice(names), how, 0, chance.uniform(0.2, asked.seconds))
    print(f"seed {asked.seed}: {count['kills']} kills, {count['faults']} faults")
    raise SystemExit(bool(count["faults"]))


if __name__ == "__main__":
    main()
