"""What was told before the state that we have: it was put back from a copy, or is gone.

Where a publish got to is kept in the state, and as a ref in this repository (it is never pushed).
Where the ref is further than the state, what lies between was queued once. What is old by now was
told then; the last of it may have been lost on its way, and is told once more, under the same ids.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from forewarn.store.git.repository import Repository
from forewarn.store.state.interface import PUBLISHED_REF

# For so long an alert may have waited to be sent; what was queued before that has been told.
STILL_NEWS = timedelta(days=2)


def published_ref(repository: Repository) -> str:
    """The ref that says up to where this knowledge base was published from here."""
    return repository.own_ref(PUBLISHED_REF)


def told_up_to(repository: Repository, since: str | None, commit: str, now: datetime) -> str | None:
    """The commit up to which everything was told, although the state knows no more than `since`.

    None where the state knows best. `commit` is the one that is published now.
    """
    got_to = repository.ref(published_ref(repository))
    if got_to is None or got_to == since or not repository.descends(commit, got_to):
        return None
    if since is not None and not repository.descends(got_to, since):
        return None
    old = repository.newest_before(got_to, now - STILL_NEWS)
    if old is None or old == since:
        return None
    return old if since is None or repository.descends(old, since) else None


def keep_published(repository: Repository, commit: str) -> None:
    """Keep in the repository, too, how far was published.

    Raises:
        DataError: Git refuses.
    """
    ref = published_ref(repository)
    if repository.ref(ref) != commit:
        repository.set_ref(ref, commit)
