"""Where commands keep what they are at, inside Git's own folder; every command looks there."""

from __future__ import annotations

import contextlib
from pathlib import Path

JOURNAL = "journal"
# Of a knowledge base that is being made; it holds the commit that was checked out before, if any.
BEGINNING = "beginning"


def git_dir_of(root: Path) -> Path | None:
    """Git's own folder of the working tree that `root` is in; found without asking Git."""
    for folder in (root, *root.parents):
        place = folder / ".git"
        if place.is_dir():
            return place
        if place.is_file():
            with contextlib.suppress(OSError, UnicodeDecodeError):
                found = place.read_text(encoding="utf-8").strip()
                return folder / found.removeprefix("gitdir: ")
            return None
    return None


def scratch_of(git_dir: Path) -> Path:
    """The folder for that."""
    return git_dir / "forewarn"


def is_unfinished(git_dir: Path) -> bool:
    """Whether a command is writing now, or died while it was."""
    return (scratch_of(git_dir) / JOURNAL).is_file()


def is_beginning(git_dir: Path) -> bool:
    """Whether a knowledge base is being made here, or was when that command died."""
    return (scratch_of(git_dir) / BEGINNING).is_file()
