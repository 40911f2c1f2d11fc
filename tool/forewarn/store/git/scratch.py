"""Where commands keep what they are at, inside Git's own folder; every command looks there."""

from __future__ import annotations

import contextlib
from pathlib import Path

from forewarn.errors import Refused

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


def scratch_of(git_dir: Path, *names: str) -> Path:
    """The folder for that, or what is in it by name.

    Raises:
        Refused: there is a symbolic link. Git's folder may have come in an archive, and what is
            there is written over and removed.
    """
    place = git_dir / "forewarn"
    for at in (place, *(place.joinpath(*names[: n + 1]) for n in range(len(names)))):
        if at.is_symlink():
            raise Refused(
                "this is a symbolic link, which forewarn never makes there; nothing was done",
                where=str(at),
                help="See who put it there, remove the link, then run this again.",
            )
    return place.joinpath(*names)


def is_unfinished(git_dir: Path) -> bool:
    """Whether a command is writing now, or died while it was."""
    return scratch_of(git_dir, JOURNAL).is_file()


def is_beginning(git_dir: Path) -> bool:
    """Whether a knowledge base is being made here, or was when that command died."""
    return scratch_of(git_dir, BEGINNING).is_file()
