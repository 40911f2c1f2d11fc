"""Whether this clone may speak for a knowledge base of which other machines have clones, too."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from forewarn.errors import DataError, Refused
from forewarn.store.own import came_with_the_clone
from forewarn.store.root import STATE_FILE, STATE_FOLDER
from forewarn.store.state.interface import PUBLISHED, State


def lacks(root: Path, state: State) -> str | None:
    """The published commit, where other machines share the state and this clone does not have it.

    That is, where it is not the one that is checked out and lies not behind that.

    Raises:
        DataError: Git cannot read the clone.
    """
    published = state.mark(PUBLISHED) if state.is_shared else None
    if published is None:
        return None
    from forewarn.store.git.repository import Repository

    with Repository(root) as repository:
        head = repository.head()
        has = head == published or (head is not None and repository.descends(head, published))
    return None if has else published


def refuse_foreign_state(root: Path, state: State) -> None:
    """Refuse a state that came with the clone: its author would decide what was told already.

    Where Git does not talk to this user, as in a folder of somebody else's, it is this machine's.

    Raises:
        Refused: it did.
    """
    tracked: tuple[str, ...] = ()
    with suppress(DataError):
        if not state.is_shared:
            tracked = came_with_the_clone(root, [f"{STATE_FOLDER}/{STATE_FILE}"])
    for file in tracked:
        raise Refused(
            "the state came with the clone: whoever committed it would decide what was seen and "
            "told already",
            where=str(root / file),
            help=f"Take it out of Git: `git rm --cached -- {file}`, and commit that. If it is not "
            "this machine's own, move the file away as well; then run this again.",
        )


def refuse_unfit_clone(root: Path, state: State, *, brought_none: bool = False) -> None:
    """Refuse to watch or tell from a clone that brought a state, or that lacks what is published.

    The people, audiences and records of one that is behind, where the state is shared, are of
    before: it would tell whom nobody wants to be told any more, or what was taken back.
    `brought_none`: Git was asked already, and it brought no state.

    Raises:
        Refused: it did, or it does.
        DataError: Git cannot read the clone.
    """
    if not brought_none:
        refuse_foreign_state(root, state)
    published = lacks(root, state)
    if published is not None:
        raise Refused(
            f"this clone is behind: {published[:10]} is published, and what is checked out here "
            "does not have it; so it tells nobody anything, and other machines do",
            where=str(root),
            help="Pull: `git pull --ff-only`; or let the worker do it: `forewarn worker --pull`.",
        )
