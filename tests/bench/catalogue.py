"""The promises about a large knowledge base: half a thousand products, a hundred thousand releases.

It is made once a run, of the public data of endoflife.date that lies beside this repository, in a
scratch folder; that takes a minute. A tenth of it is made as well, to see how the numbers grow.
"""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from row import Row, python

_SHARED = os.environ.get("FOREWARN_SHARED_DATA") or Path(__file__).parents[3] / "shared" / "data"
DATA = Path(_SHARED) / "endoflife"
NAME = "large catalogue"
SCRIPT = "from forewarn.cli import start; start()"
# In both knowledge bases; the second has more releases than any other product.
_ALWAYS = ("nodejs", "laravel")
_LARGEST = "renovate"
_SHA256 = "9f2c" * 16
_DOWNLOAD = f"""\
downloads:
  - {{platform: windows, url: "https://downloads.example.com/node-22.1.0.exe", sha256: {_SHA256}}}
---
"""
_QUESTIONS = {
    "compat A@V B@V": ("compat", "nodejs@22.1.0", "laravel@11.0.0"),
    "release show": ("release", "show", "nodejs", "22.1.0"),
    "identify SHA256": ("identify", _SHA256),
    "identify FILE NAME": ("identify", "node-22.1.0.exe"),
    "identify PRODUCT VERSION": ("identify", "nodejs 22.1.0"),
}
_RUNS = 5
_GIT = {
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_AUTHOR_NAME": "Bench",
    "GIT_AUTHOR_EMAIL": "bench@example.com",
    "GIT_COMMITTER_NAME": "Bench",
    "GIT_COMMITTER_EMAIL": "bench@example.com",
}


@dataclass(frozen=True)
class Base:
    """A knowledge base, and how many releases it has."""

    root: Path
    releases: int

    def ask(self, *words: str) -> Callable[[], object]:
        """A run of forewarn here."""
        return python("-c", SCRIPT, "-C", str(self.root), *words)

    def forget(self) -> None:
        """Take the cache away."""
        shutil.rmtree(self.root / ".forewarn" / "cache", ignore_errors=True)

    def edit(self) -> None:
        """Change one record, as an editor does."""
        path = self.root / "releases" / "laravel" / "11.0.0.md"
        path.write_text(path.read_text() + "\n")


@dataclass(frozen=True)
class Amount:
    """One measured number of ours; `most` is what was promised, None where nothing was."""

    name: str
    value: float
    unit: str
    most: float | None

    @property
    def missed(self) -> bool:
        return self.most is not None and self.value > self.most

    def __str__(self) -> str:
        most = "" if self.most is None else f"most {self.most:g} {self.unit}"
        shown = f"{self.value:.2f}" if self.value >= 0.1 else f"{self.value:.4f}"
        return f"{self.name:<46}{shown:>9} {self.unit:<4}{most:>16}" + (
            "  MISSED" if self.missed else ""
        )


def report(only: str, show: Callable[[Row], bool]) -> int:
    """Measure all of it, if `only` is a part of NAME, `show`ing the rows; how many are missed."""
    if only not in NAME:
        return 0
    if not DATA.is_dir():
        print(f"{NAME}: not measured, because {DATA} is missing")
        return 0
    quiet_git()
    with bases() as (large, small):
        missed = sum(show(row) for row in rows(large, small))
        for amount in amounts(large, small):
            print(amount, flush=True)
            missed += amount.missed
    return missed


def quiet_git() -> None:
    """Git with an author, and with nobody's settings."""
    os.environ.update(_GIT)


@contextmanager
def bases() -> Iterator[tuple[Base, Base]]:
    """The large knowledge base and a tenth of it, for as long as the block runs."""
    with tempfile.TemporaryDirectory(prefix="speed-bench-") as folder:
        print(f"{NAME}: made of {DATA.name} in a scratch folder; takes a minute", flush=True)
        large = Path(folder) / "large"
        _forewarn("init", str(large))
        _forewarn("-C", str(large), "import", "endoflife", str(DATA))
        record = large / "releases" / "nodejs" / "22.1.0.md"
        record.write_text(record.read_text().removesuffix("---\n") + _DOWNLOAD)
        small = Path(folder) / "small"
        _forewarn("init", str(small))
        _copy_a_tenth(large, small)
        found = Base(large, _count(large)), Base(small, _count(small))
        print(", ".join(f"{base.releases} releases in {base.root.name}" for base in found))
        time.sleep(2.5)  # what was written just now is read again, in case it changes in this tick
        yield found


def rows(large: Base, small: Base) -> Iterator[Row]:
    """Questions where nothing has changed, against the time to import Click."""
    for base in (large, small):
        base.ask("check")()
        for name, words in _QUESTIONS.items():
            yield Row(
                name=f"{name}, of {base.releases}",
                ours=base.ask(*words),
                peer_name="import click",
                peer=python("-c", "import click"),
                most=3,
            )
    versions = sorted(path.stem for path in (large.root / "releases" / _LARGEST).glob("*.*.md"))
    yield Row(
        name=f"release show, {len(versions)} of one product",
        ours=large.ask("release", "show", _LARGEST, versions[len(versions) // 2]),
        peer_name="import click",
        peer=python("-c", "import click"),
        most=3,
    )


def amounts(large: Base, small: Base) -> Iterator[Amount]:
    """Seconds and memory of what reads everything, and how they grow."""
    cold = {}
    for base in (large, small):
        base.forget()
        seconds, mebibytes = _measure(base.root, "check")
        cold[base] = seconds
        yield Amount(f"cold check of {base.releases}", seconds, "s", 8)
        yield Amount(f"cold check of {base.releases}: memory", mebibytes, "MiB", 1.2 * 1024)
    growth = (cold[large] / large.releases) / (cold[small] / small.releases)
    # A tenth more is noise; beyond that the growth is more than linear.
    yield Amount("cold check, a release: 100,000 to 10,000", growth, "x", 1.1)
    time.sleep(2.5)
    warm = {}
    for base in (large, small):
        _measure(base.root, "check")
        warm[base] = statistics.median(_after_an_edit(base) for _ in range(_RUNS))
        yield Amount(f"check of {base.releases}, one changed", warm[base], "s", 0.8)
    yield Amount("release show: 100,000 to 10,000", _flatness(large, small), "x", 1.2)
    for number in range(3):
        version = f"99.0.{number}"
        seconds, _ = _measure(large.root, "release", "add", "laravel", version, "--track", "other")
        yield Amount(f"release add {version} to {large.releases}", seconds, "s", None)


def _after_an_edit(base: Base) -> float:
    base.edit()
    return _measure(base.root, "check")[0]


def _flatness(large: Base, small: Base) -> float:
    words = ("release", "show", "nodejs", "22.1.0")
    pairs = [
        (_measure(large.root, *words)[0], _measure(small.root, *words)[0]) for _ in range(_RUNS * 2)
    ]
    return statistics.median(a / b for a, b in pairs)


_CHILD = f"""
import resource, subprocess, sys, time
begin = time.perf_counter()
done = subprocess.run([sys.executable, "-c", {SCRIPT!r}, *sys.argv[1:]],
                      stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
if done.returncode not in (0, 1, 3):
    sys.exit(done.stderr)
print(time.perf_counter() - begin, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""


def _measure(root: Path, *words: str) -> tuple[float, float]:
    """Seconds and peak memory in MiB of one run in a knowledge base.

    In a child of its own, whose children are then this run alone.
    """
    done = subprocess.run(
        [sys.executable, "-c", _CHILD, "-C", str(root), *words],
        check=True,
        capture_output=True,
        text=True,
    )
    seconds, peak = done.stdout.split()
    per_mebibyte = 1024 * 1024 if sys.platform == "darwin" else 1024
    return float(seconds), int(peak) / per_mebibyte


def _forewarn(*words: str) -> None:
    subprocess.run(
        [sys.executable, "-c", SCRIPT, *words],
        check=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def _copy_a_tenth(large: Path, small: Path) -> None:
    wanted = _count(large) // 10
    rest = (path.name for path in sorted((large / "releases").iterdir()))
    for product in (*_ALWAYS, *(name for name in rest if name not in (*_ALWAYS, _LARGEST))):
        if _count(small) >= wanted:
            return
        shutil.copytree(large / "releases" / product, small / "releases" / product)


def _count(root: Path) -> int:
    return sum(1 for _ in (root / "releases").glob("*/*.md"))
