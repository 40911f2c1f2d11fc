"""What Git said, as a sentence with its mend."""

from __future__ import annotations

import os
import re
from pathlib import Path

from forewarn.errors import DataError
from forewarn.model.secrets import told

_INCOMPLETE = (
    "`git fsck` tells what is damaged or missing; `git fetch --refetch` gets it again from a "
    "complete repository."
)
# The first whose words Git said tells what to do.
_MENDS = (
    ("no space left|out of disk ?space|disk quota", "Make room on the disk, then run this again."),
    (
        "couldn't write|write error|unable to write",
        "Make room on the disk, and see that this user may write there; then run this again.",
    ),
    (
        r"index\.lock|another git process",
        "See that no other git is at work here; then remove the file, and run this again.",
    ),
    (
        "not uptodate|would be overwritten",
        "Files that it changes were changed here and not committed, or are here and not in Git: "
        "`git status` names them. Commit them, or put them aside (`git stash -u`), then run this "
        "again.",
    ),
    (
        "index file|bad index|index uses|bad signature",
        "Make Git's index anew: `rm .git/index && git reset`; your files stay as they are.",
    ),
    (
        "lazy fetching disabled|could not fetch|promisor",
        "This is a partial clone. Get all of it, if you trust its remote: "
        "`git fetch --refetch --no-filter`.",
    ),
    (
        "tree object|bad object|invalid object|missing|corrupt|unable to read|bad tree"
        "|loose object|unable to find|could not read|packfile",
        _INCOMPLETE,
    ),
    (
        r"bad config|config file|config line|invalid key",
        "Mend that file; `git config --list --show-origin` shows which lines Git reads.",
    ),
    ("shallow", "Get all commits: `git fetch --unshallow`."),
)
_OTHERWISE = "Mend what Git names, then run this again."


def bare(root: Path) -> DataError:
    """No working tree, or a folder that only looks like a repository."""
    return DataError(
        "this is a bare repository, or a folder that was made to look like one; "
        "commands need a working tree",
        where=str(root),
        help="Work in a clone of it. If this is a folder in a clone, look who put Git's own files "
        "(HEAD, objects, refs) there.",
    )


def begins_at(root: Path) -> Path | None:
    """The folder at or above `root` that has `.git` in it, resolved."""
    root = root.resolve()
    return next((f for f in (root, *root.parents) if os.path.lexists(f / ".git")), None)


def not_opened(root: Path, error: Exception) -> DataError:
    """Why Git's first answer was no."""
    said = str(error)
    if "safe.bareRepository" in said or "must be run in a work tree" in said:
        return bare(root)
    if "not a git repository" not in said:
        return failed("opening the repository", error)
    found = begins_at(root)
    if found is None:
        return DataError(
            "this is not in a Git repository",
            where=str(root),
            help="Run `git init` here, or make a knowledge base with `forewarn init DIR`.",
        )
    return DataError(
        "Git does not take this for a repository: it is damaged, or made where it no longer is",
        where=str(found / ".git"),
        help="See that HEAD, objects and refs are there, and that HEAD names a branch "
        "(`ref: refs/heads/main`); or clone it anew and copy your changes over.",
    )


def failed(doing: str, error: Exception) -> DataError:
    """What Git said, which is the text of the error."""
    said = str(error).strip()
    if "tell me who you are" in said or "empty ident" in said or "auto-detect email" in said:
        return DataError(
            "Git does not know who you are, so nothing was committed",
            help="Run `git config --global user.name 'Your Name'` and "
            "`git config --global user.email you@example.com`, then run this again.",
        )
    lines = [line for line in said.splitlines() if line.strip() and not line.startswith("hint:")]
    reason = told(" / ".join(line.strip() for line in lines[:3])) or "it gave no reason"
    if re.search("unknown repository|repository format|value for 'extensions", reason):
        return DataError(
            f"the Git of this machine does not know the format of this repository: {reason}",
            help="Install a newer Git (here, `git --version` tells which one): refs kept in "
            "tables need 2.45, SHA-256 objects 2.29. Then run this again.",
        )
    mends = (mend for words, mend in _MENDS if re.search(words, said, re.IGNORECASE))
    return DataError(f"Git failed at {doing}: {reason}", help=next(mends, _OTHERWISE))


def missing(path: str, blob: str) -> DataError:
    """A file whose content is not in this clone."""
    return DataError(
        f"the content of this file, the object {blob[:10]}, is not in this clone",
        where=path,
        help=f"{_INCOMPLETE} In a partial clone get all of it, if you trust its remote: "
        "`git fetch --refetch --no-filter`.",
    )


def no_folder(path: str) -> DataError:
    """A folder of records that is something else in a commit.

    Whatever it leads to is not in the commit: to read nothing would be a false word.
    """
    return DataError(
        "this is no folder but a file or a symbolic link, so its records are not here",
        where=path,
        help="Put the folder itself in its place, and commit it.",
    )
