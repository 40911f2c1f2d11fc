"""Whose state a database has: two knowledge bases in one would tell each other's news."""

from __future__ import annotations

import contextlib
import functools
from pathlib import Path

from forewarn.errors import DataError
from forewarn.store.git.repository import Repository
from forewarn.store.root import SETTINGS_FILE
from forewarn.store.state.interface import PUBLISHED, State

# Under these keys stand the first commit of the knowledge base, which each whole clone has, and
# the folder in which it lies: one repository may hold more than one.
BELONGS, FOLDER = "knowledge base", "folder of the knowledge base"
_APART = (
    "Give each a schema of its own: `…?options=-csearch_path%3DNAME` at the end of the address."
)


def refuse_others(root: Path, state: State, where: str) -> None:
    """Refuse a state that another knowledge base has in this database; one of nobody is ours.

    Who has no commit, or not the whole history, is not known: nothing is refused or kept then.
    One that lay in another folder before lies where it is now.

    Raises:
        DataError: it is another's, or the database cannot be used.
    """
    owner = state.mark(BELONGS)
    if owner is None:
        first = _first_commit(root, state.mark(PUBLISHED))
        if first is None:
            return
        owner = _kept(state, BELONGS, None, first)
    here = _refuse_unless_ours(root, owner, where)
    folder = state.mark(FOLDER)
    if here is not None and folder is None:
        folder = _kept(state, FOLDER, None, here)
    if here is None or folder is None or folder == here:
        return
    if _lies_in(root, folder):
        raise DataError(
            "this database has the state of another knowledge base of the same repository, which "
            f"lies in {folder!a}; this one lies in {here!a}",
            where=where,
            help=f"{_APART} Where it is this one's all the same: take the row '{FOLDER}' out of "
            "the table `meta` in that schema.",
        )
    _kept(state, FOLDER, folder, here)


def _kept(state: State, key: str, before: str | None, value: str) -> str:
    """What stands under a key after `value` was put there in the place of `before`."""
    # Who may only read reads all the same.
    with contextlib.suppress(DataError), state.transaction() as change:
        found = state.mark(key)
        if found is not None and found != before:
            return found
        change.set_mark(key, value)
    return value


def _first_commit(root: Path, published: str | None) -> str | None:
    with contextlib.suppress(DataError), Repository(root) as repository:
        # What is published elsewhere may be another's, or only not have come yet.
        if not repository.is_shallow() and (published is None or repository.has(published)):
            return repository.first_after(None)
    return None


def _lies_in(root: Path, folder: str) -> bool:
    """Whether a knowledge base lies in that folder of what is checked out here."""
    with contextlib.suppress(DataError), Repository(root) as repository:
        head = repository.head()
        file = SETTINGS_FILE if folder == "." else f"{folder}/{SETTINGS_FILE}"
        return head is not None and repository.holds(head, file)
    return True


@functools.lru_cache(maxsize=8)
def _refuse_unless_ours(root: Path, owner: str, where: str) -> str | None:
    """Where in its repository this one lies; None where Git cannot say it."""
    try:
        with Repository(root) as repository:
            ours = repository.has(owner) or repository.is_shallow() or repository.head() is None
            folder = repository.folder
    except DataError:
        return None  # what cannot be read of Git is told by whoever needs it
    if not ours:
        raise DataError(
            "this database has the state of another knowledge base, whose first commit "
            f"({owner[:10]}) is not in this clone",
            where=where,
            help=f"{_APART} Where this is the same one, and its whole history was rewritten: "
            f"take the row '{BELONGS}' out of the table `meta` in that schema.",
        )
    return folder
