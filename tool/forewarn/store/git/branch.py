"""A folder committed as the whole of a branch, without touching the working tree or the index."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

from forewarn.errors import Refused
from forewarn.store.git.repository import Repository

# The branch goes to everybody; it need not tell who published, and where.
NOBODY = ("forewarn", "forewarn@localhost")


def commit_folder(
    repository: Repository,
    folder: Path,
    branch: str,
    message: str,
    author: tuple[str, str] = NOBODY,
) -> str:
    """Make the files of `folder` the next commit of `branch`, which nobody works on.

    The branch moves in one step, and only from where it was when this began. A host that serves
    a branch is told to take it as it is (`.nojekyll`). `author` is whose name and mail address the
    commit bears. Returns the commit's id, which is the old
    one where nothing has changed.

    Raises:
        Refused: the branch is checked out.
        DataError: Git refuses, or somebody else moved the branch meanwhile.
    """
    ref = f"refs/heads/{branch}"
    if repository.branch() == branch:
        raise Refused(
            f"the branch {branch} is checked out; its files would be replaced by the site",
            where=str(repository.root),
            help="Name a branch that is only for the site, gh-pages for example.",
        )
    before = repository.plumb(
        "looking up the branch", "for-each-ref", "--format=%(objectname)", ref
    )
    doing = "adding the site"
    with tempfile.TemporaryDirectory(prefix="forewarn-") as scratch:
        index = {"GIT_INDEX_FILE": str(Path(scratch) / "index")}
        empty = Path(scratch) / "empty"
        empty.touch()
        place = ("-C", str(folder), f"--work-tree={folder}")
        # Files as they are: no line endings changed, nothing ignored.
        plain = ("-c", "core.autocrlf=false", "-c", "core.safecrlf=false")
        repository.plumb(doing, *place, *plain, "add", "--all", "--force", ".", env=index)
        nothing = repository.plumb(doing, "hash-object", "-w", "--stdin", given=empty)
        row = f"100644,{nothing},.nojekyll"
        repository.plumb(doing, "update-index", "--add", "--cacheinfo", row, env=index)
        tree = repository.plumb(doing, "write-tree", env=index)
    if before and repository.plumb(doing, "rev-parse", f"{before}^{{tree}}") == tree:
        return before
    name, address = author
    parent = ("-p", before) if before else ()
    whose = {
        f"GIT_{role}_{key}": text
        for role in ("AUTHOR", "COMMITTER")
        for key, text in (("NAME", name), ("EMAIL", address), ("DATE", f"{int(time.time())} +0000"))
    }
    words = ("commit-tree", "--no-gpg-sign", tree, *parent, "-m", message)
    commit = repository.plumb("committing", *words, env=whose)
    repository.plumb("moving the branch", "update-ref", ref, commit, before or "0" * len(commit))
    return commit
