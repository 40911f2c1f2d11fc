"""Whether this clone may speak for a knowledge base of which other machines have clones, too."""

from __future__ import annotations

from pathlib import Path

from forewarn.errors import Refused
from forewarn.store.git.repository import Repository
from forewarn.store.state.interface import PUBLISHED, State


def refuse_stale(root: Path, state: State) -> None:
    """Refuse to go on with a clone that lacks what is published, where the state is shared.

    Its people, audiences and records are of before: it would tell whom nobody wants to be told
    any more, or what was taken back.

    Raises:
        Refused: the published commit is not behind the checked-out one.
        DataError: Git cannot read the clone.
    """
    published = state.mark(PUBLISHED) if state.is_shared else None
    if published is None:
        return
    with Repository(root) as repository:
        head = repository.head()
        if head == published or (head and repository.descends(head, published)):
            return
    here = f"{head[:10]}, which is checked out here, does not have it" if head else "it has none"
    raise Refused(
        f"this clone is behind: {published[:10]} is published, and {here}; so it tells nobody "
        "anything, and other machines do",
        where=str(root),
        help="Pull: `git pull --ff-only`; or let the worker do it: `forewarn worker --pull`.",
    )
