"""Whether this clone may speak for a knowledge base of which other machines have clones, too."""

from __future__ import annotations

from pathlib import Path

from forewarn.errors import Refused
from forewarn.store.git.repository import Repository
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
    with Repository(root) as repository:
        head = repository.head()
        has = head == published or (head is not None and repository.descends(head, published))
    return None if has else published


def refuse_stale(root: Path, state: State) -> None:
    """Refuse to go on with a clone that lacks what is published, where the state is shared.

    Its people, audiences and records are of before: it would tell whom nobody wants to be told
    any more, or what was taken back.

    Raises:
        Refused: it does.
        DataError: Git cannot read the clone.
    """
    published = lacks(root, state)
    if published is not None:
        raise Refused(
            f"this clone is behind: {published[:10]} is published, and what is checked out here "
            "does not have it; so it tells nobody anything, and other machines do",
            where=str(root),
            help="Pull: `git pull --ff-only`; or let the worker do it: `forewarn worker --pull`.",
        )
