"""Whose state a database has: two knowledge bases in one would tell each other's news."""

from __future__ import annotations

import contextlib
import functools
from pathlib import Path

from forewarn.errors import DataError
from forewarn.store.git.repository import Repository
from forewarn.store.state.interface import PUBLISHED, State

# Under this key stands the first commit of the knowledge base, which each whole clone has.
BELONGS = "knowledge base"


def refuse_others(root: Path, state: State, where: str) -> None:
    """Refuse a state that another knowledge base has in this database; one of nobody is ours.

    Who has no commit, or not the whole history, is not known: nothing is refused or kept then.

    Raises:
        DataError: it is another's, or the database cannot be used.
    """
    owner = state.mark(BELONGS)
    if owner is None:
        first = _first_commit(root, state.mark(PUBLISHED))
        if first is None:
            return
        # Who may only read reads all the same.
        with contextlib.suppress(DataError), state.transaction() as change:
            owner = state.mark(BELONGS) or first
            change.set_mark(BELONGS, owner)
    if owner is not None:
        _refuse_unless_ours(root, owner, where)


def _first_commit(root: Path, published: str | None) -> str | None:
    with contextlib.suppress(DataError), Repository(root) as repository:
        # What is published elsewhere may be another's, or only not have come yet.
        if not repository.is_shallow() and (published is None or repository.has(published)):
            return repository.first_after(None)
    return None


@functools.lru_cache(maxsize=8)
def _refuse_unless_ours(root: Path, owner: str, where: str) -> None:
    try:
        with Repository(root) as repository:
            ours = repository.has(owner) or repository.is_shallow() or repository.head() is None
    except DataError:
        return  # what cannot be read of Git is told by whoever needs it
    if not ours:
        raise DataError(
            "this database has the state of another knowledge base, whose first commit "
            f"({owner[:10]}) is not in this clone",
            where=where,
            help="Give each a schema of its own: `…?options=-csearch_path%3DNAME` at the end of "
            "the address. Where this is the same one, and its whole history was rewritten: "
            f"take the row '{BELONGS}' out of the table `meta` in that schema.",
        )
