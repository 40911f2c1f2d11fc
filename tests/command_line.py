"""The command line in tests, and a knowledge base that `forewarn init` made."""

from __future__ import annotations

import contextlib
import io
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
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


@contextlib.contextmanager
def own_git() -> Iterator[None]:
    """Git as on a fresh machine, with an author, for what is made before any test runs."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
        patch.setenv("GIT_CONFIG_NOSYSTEM", "1")
        for key, value in AUTHOR.items():
            patch.setenv(key, value)
        yield


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

    def copy(self, to: Path) -> Kb:
        """All that is here once more, there."""
        shutil.copytree(self.root, to, symlinks=True)
        return Kb(to)

    def packed(self) -> Kb:
        """The same in few files, as all that is here is copied again and again."""
        self.git("repack", "-adq")
        for example in (self.root / ".git" / "hooks").glob("*.sample"):
            example.unlink()
        return self

    def object(self, name: str) -> Path:
        """The file of an object of Git, by any of its names, for a test that spoils it."""
        for pack in (self.root / ".git/objects/pack").glob("*.pack"):
            apart = self.root / ".git" / pack.name
            pack.rename(apart)
            with apart.open("rb") as file:
                subprocess.run(
                    ["git", "-C", self.root, "unpack-objects", "-q"], stdin=file, check=True
                )
        id = self.git("rev-parse", name).strip()
        return self.root / ".git/objects" / id[:2] / id[2:]

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
