"""Following the branch that a clone has checked out, as far as that goes without a merge."""

from __future__ import annotations

from pathlib import Path

from forewarn.errors import Refused
from forewarn.store.files import only_one
from forewarn.store.git.push import fetch
from forewarn.store.git.repository import Repository
from forewarn.store.git.writer import one_writer
from forewarn.store.own import state_folder

# How long another worker in the same clone may take (seconds).
_PATIENCE = 60.0


def follow(root: Path) -> str | None:
    """Take over what the remote's branch has more than this clone; the new commit, if any.

    Raises:
        Refused: there are commits here that the remote does not have, or no branch is checked out.
        DataError: Git or the remote refuses.
    """
    with (
        only_one(state_folder(root, "pull.lock"), "pulling", patience=_PATIENCE),
        Repository(root) as repository,
    ):
        repository.refuse_unless_on_a_branch()
        branch = repository.branch() or ""
        remote = repository.remote_of(branch) or "origin"
        theirs = fetch(repository, branch, remote)
        here = repository.head()
        if here == theirs:
            return None
        if here and not repository.descends(theirs, here):
            if repository.descends(here, theirs):
                return None
            raise Refused(
                f"this clone cannot follow {remote}: {branch} has commits here that are not there",
                where=str(root),
                help=f"See them with `git log {remote}/{branch}..{branch}`; push them from a clone "
                "that people work in, and make this one anew.",
            )
        with one_writer(root):
            repository.move_to(theirs)
        return theirs
