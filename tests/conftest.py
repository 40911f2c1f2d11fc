"""What every test stands on: real repositories, the real command line, nothing from outside."""

from __future__ import annotations

import contextlib
import io
import json
import os
import subprocess
import sys
from collections.abc import Callable, Generator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from forewarn.cli import main

AUTHOR = {
    "GIT_AUTHOR_NAME": "Maria Keller",
    "GIT_AUTHOR_EMAIL": "maria@example.com",
    "GIT_COMMITTER_NAME": "Maria Keller",
    "GIT_COMMITTER_EMAIL": "maria@example.com",
}


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """With FOREWARN_NO_SKIPS set, as in CI, a test that would be skipped fails."""
    report = yield
    if os.environ.get("FOREWARN_NO_SKIPS") and report.skipped and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"skipped where nothing may be: {report.longrepr}"
    return report


@pytest.fixture(autouse=True)
def _own_git(monkeypatch: pytest.MonkeyPatch) -> None:
    """Git as on a fresh machine, with an author."""
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    for key, value in AUTHOR.items():
        monkeypatch.setenv(key, value)


@dataclass(frozen=True)
class Ran:
    """What a command printed and its exit code."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


def run(*words: str) -> Ran:
    """Run a forewarn command in this process, as its console script does."""
    out, err = io.StringIO(), io.StringIO()
    before = sys.argv
    sys.argv = ["forewarn", *words]
    try:
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            main()
    except SystemExit as stop:
        code = int(stop.code or 0)
    finally:
        sys.argv = before
    return Ran(code, out.getvalue(), err.getvalue())


class Kb:
    """A knowledge base that `forewarn init` made, and the commands in it."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def run(self, *words: str, code: int = 0) -> Ran:
        """Run a command here; it must end with `code`."""
        ran = run("-C", str(self.root), *words)
        assert ran.code == code, f"exit {ran.code}\n{ran.out}\n{ran.err}"
        return ran

    def git(self, *words: str) -> str:
        done = subprocess.run(
            ["git", "-C", str(self.root), *words], capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def write(self, path: str, text: str) -> Path:
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
        return file

    def read(self, path: str) -> str:
        return (self.root / path).read_text(encoding="utf-8")

    def commit(self, message: str = "By hand") -> str:
        self.git("add", "-A")
        self.git("commit", "-q", "-m", message)
        return self.head

    @property
    def head(self) -> str:
        return self.git("rev-parse", "HEAD").strip()

    def mails(self) -> list[Path]:
        return sorted((self.root / ".forewarn" / "mail").glob("*.eml"))


@pytest.fixture
def kb(tmp_path: Path) -> Kb:
    """A new knowledge base without products."""
    root = tmp_path / "kb"
    ran = run("init", str(root), "--name", "Acme support")
    assert ran.code == 0, ran.err
    return Kb(root)


@pytest.fixture
def acme(kb: Kb) -> Kb:
    """Recorder and player, both shipped at 2.4; the player must keep up with the recorder."""
    for product, name in (("recorder", "Recorder"), ("player", "Player")):
        kb.run("product", "add", product, "--name", name, "--scheme", "loose")
        url = f"windows=https://downloads.example.com/{product}-2.4.exe"
        kb.run("release", "add", product, "2.4", "--download", url)
        kb.run("release", "ship", product, "2.4")
    path = kb.root / "releases/recorder/product.yml"
    path.write_text(path.read_text() + "lockstep: [player]\n")
    kb.commit("The player must keep up")
    return kb


@pytest.fixture
def recorder_27(acme: Kb) -> Kb:
    """Recorder 2.7 is staged and says what it breaks, and nothing of a remedy."""
    url = "windows=https://downloads.example.com/recorder-2.7.exe"
    acme.run("release", "add", "recorder", "2.7", "--download", url)
    add_to_record(acme, "releases/recorder/2.7.md", BREAKS)
    return acme


BREAKS = """\
compatibility:
  - with: player
    versions: "<2.7"
    about: playing recordings made by this version
    verdict: breaks
"""
REMEDY = "    remedy: Update the player to 2.7.\n"


def add_to_record(kb: Kb, path: str, text: str) -> None:
    """Add lines at the end of a record's front matter."""
    head, fence, body = kb.read(path).rpartition("---\n")
    kb.write(path, f"{head}{text}{fence}{body}")


@pytest.fixture
def edit() -> Callable[[Kb, str, str], None]:
    return add_to_record
