"""Records lie in the knowledge base itself, and behind no link."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path, PurePosixPath

from forewarn.errors import Refused


def within(root: Path, path: str) -> bool:
    """Whether the folders of a record lie in the knowledge base: none of them is a link."""
    return not any((root / above).is_symlink() for above in PurePosixPath(path).parents)


def refuse_beyond_links(root: Path, paths: Iterable[str]) -> None:
    """See that records about to be written lie in the knowledge base itself.

    Git commits nothing behind a link, so a folder of records that is one is nobody's own place.

    Raises:
        Refused: a folder between `root` and one of `paths` is a symbolic link.
    """
    folders = {path.rpartition("/")[0]: path for path in paths}
    for folder, path in folders.items():
        if not within(root, path):
            raise Refused(
                f"{folder} is, or lies behind, a symbolic link, so {path} would be written "
                "somewhere else; nothing was done",
                where=folder,
                help="Put the folder itself in the link's place, then run this again.",
            )
