"""Places inside a knowledge base that forewarn writes to, and that are not in Git."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from forewarn.errors import DataError, Refused
from forewarn.store.git.unlisted import surely_untracked
from forewarn.store.root import STATE_FOLDER


def state_folder(root: Path, *below: str) -> Path:
    """The folder of this machine's state, or a path below it.

    Raises:
        Refused: it is a link that came with the clone.
    """
    return own_place(root, root.joinpath(STATE_FOLDER, *below))


def own_place(root: Path, place: Path) -> Path:
    """`place`, which is about to be written to; it need not be below `root`.

    Whoever runs forewarn may put a link there, to a larger disk or to a web server's folder. A
    link that is committed was put there by whoever made the clone, and could lead anywhere.

    Raises:
        Refused: `place`, or a folder between `root` and it, is a link that came with the clone.
        DataError: there is such a link, and Git cannot be asked about it.
    """
    links = []
    if place.is_relative_to(root):
        at = root
        for part in place.relative_to(root).parts:
            at = at / part
            try:
                is_link = at.is_symlink()
            except PermissionError:  # whoever may not look there cannot write there, and is told
                break
            if is_link and not _is_build(at):
                links.append(at.relative_to(root).as_posix())
    # Git is asked only where there is a link at all: every command comes by here.
    for link in came_with_the_clone(root, links) if links else ():
        raise Refused(
            "this is a symbolic link that came with the clone; forewarn would write to where "
            "it leads, so nothing was done",
            where=str(root / link),
            help=f"Take it out of Git: `git rm --cached -- {link}`, remove the link, then run "
            "this again.",
        )
    return place


def came_with_the_clone(root: Path, files: Sequence[str]) -> tuple[str, ...]:
    """Those of the files (relative to `root`) that Git tracks; none where there is no repository.

    Raises:
        DataError: there is one, and Git cannot be asked.
    """
    if surely_untracked(root, files):
        return ()
    from forewarn.store.git.repository import Repository

    try:
        with Repository(root) as repository:
            return repository.tracked(files)
    except DataError:
        # Where there is a repository, a file may be of it until Git says that it is not.
        if any((folder / ".git").exists() for folder in (root, *root.parents)):
            raise
        return ()


def _is_build(link: Path) -> bool:
    return (
        re.fullmatch(rf"\.builds[/\\]{re.escape(link.name)}-\d+", str(link.readlink())) is not None
    )
