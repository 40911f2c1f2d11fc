"""What Git surely does not track, seen in its index: Git itself takes four processes to say so."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

# Whole paths stand in these versions of the index; the fourth shortens them.
_WHOLE_PATHS = (2, 3)
# Parts of an index that is kept in two files, or that has folders in place of files.
_NOT_ALL = (b"link", b"sdir")


def surely_untracked(root: Path, files: Sequence[str]) -> bool:
    """Whether `root` is the top of a repository whose index has none of the files, however it
    spells their letters. False says nothing: then Git has to be asked.
    """
    git = root / ".git"
    try:
        is_one = (git / "HEAD").is_file() and (git / "objects").is_dir()
        if not is_one or not (git / "index").is_file():
            return False
        index = (git / "index").read_bytes().lower()
    except OSError:
        return False
    if index[:4] != b"dirc" or int.from_bytes(index[4:8], "big") not in _WHOLE_PATHS:
        return False
    names = (file.lower().encode() for file in files)
    return not any(part in index for part in (*_NOT_ALL, *names))
