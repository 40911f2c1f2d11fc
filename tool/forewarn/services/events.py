"""The events between two commits, computed from Git alone."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from forewarn.errors import DataError, UsageError
from forewarn.model.catalogue import Catalogue
from forewarn.model.change import derive, history
from forewarn.model.event import Event
from forewarn.store.catalogue import Loaded, load_commit
from forewarn.store.git import Repository
from forewarn.store.state import open_state

PUBLISHED = "published_commit"


def events_between(root: Path, change: str | None) -> tuple[Event, ...]:
    """The events of `A..B`; without it, from the last published commit to the checked-out one.

    Raises:
        UsageError: a commit is unknown, or there is none yet.
        DataError: the repository or the state database cannot be read.
    """
    with Repository(root) as repository:
        if change is None:
            with open_state(root) as state:
                mark = state.mark(PUBLISHED)
            since, until = mark, the_head(repository)
        else:
            first, dots, last = change.partition("..")
            if not dots or not first or last.startswith("."):
                raise UsageError(
                    f"{change!a} is not written A..B", help="Write it like HEAD~1..HEAD."
                )
            since, until = repository.resolve(first), repository.resolve(last or "HEAD")
        after = load_commit(repository, until)
        return derive_between(repository, since, after, repository.committed_at(until))


def derive_between(
    repository: Repository, since: str | None, after: Loaded, at: datetime
) -> tuple[Event, ...]:
    """The events from commit `since` (None: nothing was published yet) to a loaded catalogue."""
    before: Catalogue
    if since is None or not repository.has(since):
        before = history(after.catalogue, at.date())
    else:
        before = load_commit(repository, since, known=after).catalogue
    return derive(before, after.catalogue, at)


def the_head(repository: Repository) -> str:
    """The checked-out commit.

    Raises:
        DataError: there is no commit yet.
    """
    head = repository.head()
    if head is None:
        raise DataError(
            "this repository has no commits yet",
            where=str(repository.root),
            help="Commit the knowledge base first: `git add -A && git commit`.",
        )
    return head
