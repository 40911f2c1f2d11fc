"""A file of Git's own that never ends: whoever reads it takes all memory there is."""

from __future__ import annotations

import contextlib
import os
import stat
from pathlib import Path

from forewarn.errors import DataError
from forewarn.store.git.scratch import git_dir_of

# What Git, or we, read whole, wherever a link there leads.
_READ = (
    "HEAD",
    "commondir",
    "config",
    "config.worktree",
    "index",
    "info/attributes",
    "info/exclude",
    "info/grafts",
    "info/sparse-checkout",
    "objects/info/alternates",
    "packed-refs",
    "shallow",
)


def refuse_endless(root: Path) -> None:
    """Refuse a repository that has a device where Git has a file; it came in an archive.

    Raises:
        DataError: it has.
    """
    git_dir = git_dir_of(root)
    if git_dir is None:
        return
    for name in _READ:
        refuse_device(git_dir / name)
    with contextlib.suppress(OSError), (git_dir / "HEAD").open("rb") as head:
        kind, _, branch = head.read(1000).strip().partition(b": ")
        if kind == b"ref" and branch.startswith(b"refs/heads/"):
            refuse_device(git_dir / os.fsdecode(branch))


def refuse_device(path: Path) -> None:
    """Refuse a device, but for the one that is empty.

    Raises:
        DataError: it is one.
    """
    try:
        mode = path.stat().st_mode
        is_empty = stat.S_ISCHR(mode) and path.samefile(os.devnull)
    except (OSError, ValueError):
        return  # whoever needs it is told
    if not is_empty and (stat.S_ISCHR(mode) or stat.S_ISBLK(mode)):
        raise DataError(
            "this is a device, and Git would read it without end",
            where=str(path),
            help="See who put it there, and remove it; or clone anew.",
        )
