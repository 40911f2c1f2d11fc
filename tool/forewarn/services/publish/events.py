"""The events between two commits, computed from Git alone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from forewarn.errors import DataError, UsageError
from forewarn.frozen import dataclass
from forewarn.model.events.change import derive, history
from forewarn.model.events.customers import customer_events
from forewarn.model.events.event import Event, EventKind, StillShown
from forewarn.model.events.move import Log
from forewarn.model.finding import Finding
from forewarn.model.sighting import Sighting, SightingState
from forewarn.store.catalogue.commit import load_commit
from forewarn.store.catalogue.folders import KB, PRODUCTS
from forewarn.store.catalogue.loaded import Loaded
from forewarn.store.git.repository import Repository
from forewarn.store.layout import RECORD_FOLDERS
from forewarn.store.state.interface import PUBLISHED
from forewarn.store.state.opening import open_state

# The trailer of a commit that takes something back, and says why.
REASON = "Forewarn-Reason"


@dataclass(frozen=True, kw_only=True, slots=True)
class Derived:
    """The events between two commits, and those for customers where they were asked for.

    `unread` says which records could not be read in one of the two: of these nothing is known.
    """

    events: tuple[Event, ...]
    customers: tuple[Event, ...] = ()
    unread: tuple[Finding, ...] = ()


def events_between(root: Path, change: str | None, *, customers: bool = False) -> Derived:
    """The events of `A..B`; without it, from the last published commit to the checked-out one.

    Raises:
        UsageError: a commit is unknown, or there is none yet.
        DataError: the repository or the state database cannot be read.
    """
    with Repository(root) as repository:
        mark = None
        if change is None:
            with open_state(root) as state:
                mark = state.mark(PUBLISHED)
        since, until = commits_of(repository, change, mark)
        after = load_commit(repository, until)
        at = repository.committed_at(until)
        return derive_between(repository, since, until, after, at, customers=customers)


def commits_of(
    repository: Repository, change: str | None, mark: str | None
) -> tuple[str | None, str]:
    """The commits of `A..B`; without it, the last published one, `mark`, and the checked-out one.

    Raises:
        UsageError: a commit is unknown, or there is none yet.
    """
    if change is None:
        return mark, the_head(repository)
    first, dots, last = change.partition("..")
    if not dots or not first or last.startswith("."):
        raise UsageError(f"{change!a} is not written A..B", help="Write it like HEAD~1..HEAD.")
    return repository.resolve(first), repository.resolve(last or "HEAD")


def derive_between(
    repository: Repository,
    since: str | None,
    until: str,
    after: Loaded,
    at: datetime,
    *,
    customers: bool = False,
) -> Derived:
    """The events from commit `since` (None: nothing was published yet) to `until`.

    `after` is the catalogue of `until`. With `customers`, also those for them.
    """
    if since is None or not repository.has(since):
        known = history(after.catalogue, at.date())
        events = derive(known, after.catalogue, at)
        return Derived(
            events=events,
            customers=customer_events(known, after.catalogue, at, Log(), events)
            if customers
            else (),
            unread=after.unread(articles=True),
        )
    before = load_commit(repository, since, known=after)
    log = _log(repository, since, until, before, after)
    events = derive(before.catalogue, after.catalogue, at, log)
    return Derived(
        events=events,
        customers=customer_events(
            before.catalogue,
            after.catalogue,
            at,
            log,
            events,
            repository.committed_at(since).date(),
        )
        if customers
        else (),
        unread=tuple(dict.fromkeys((*before.unread(articles=True), *after.unread(articles=True)))),
    )


def still_seen(event: Event, sightings: Iterable[Sighting]) -> Event:
    """An event that takes a release back, with what a source shows of it all the same.

    That it is not recorded must not become the word that customers cannot have it.
    """
    if event.kind is not EventKind.MISTAKEN:
        return event
    subjects = set(event.takes_back)
    shown = (
        StillShown(product=s.product, version=s.version, url=s.url, first_seen=s.first_seen)
        for s in sightings
        if f"{s.product}@{s.version}" in subjects and s.state is not SightingState.DISMISSED
    )
    return replace(event, shown=tuple(shown))


def _log(repository: Repository, since: str, until: str, before: Loaded, after: Loaded) -> Log:
    """What the commits between two catalogues say of the files that went or were corrected."""
    reasons: dict[str, str] = {}
    for entry in repository.log(since, until, RECORD_FOLDERS, grep=REASON):
        reason = _reason(entry.message)
        for old, new in entry.touched if reason else ():
            reasons[old] = reason
            if new:
                reasons[new] = reason
    renamed: dict[str, str] = {}
    commits: dict[str, str] = {}
    gone = [path for path in _in_other_folders(before, after) if path not in after.read]
    if gone:
        for entry in repository.log(since, until, RECORD_FOLDERS, gone=True):
            for old, new in entry.touched:
                commits[old] = f"{entry.id[:10]} by {entry.author}: {entry.message.splitlines()[0]}"
                if new:
                    renamed[old] = new
        direct = repository.renamed(since, until, RECORD_FOLDERS)
        renamed = {path: _now(path, renamed, after) or direct.get(path, "") for path in gone}
    return Log(
        renamed={old: new for old, new in renamed.items() if new},
        reasons=reasons,
        commits=commits,
        unread_before=before.unreadable,
        unread_after=after.unreadable,
    )


def _in_other_folders(before: Loaded, after: Loaded) -> Iterator[str]:
    """The files of the folders that are not the same in two commits, as they were."""
    for name in (PRODUCTS, KB, *before.parts):
        old, new = before.trees.get(name), after.trees.get(name)
        if old is None or new is None or old.id != new.id:
            yield from before.read.of_folder(name) or ()


def _now(path: str, renamed: Mapping[str, str], after: Loaded) -> str | None:
    """Where a file that was renamed, perhaps several times, is now."""
    seen = {path}
    while path in renamed and renamed[path] not in seen:
        path = renamed[path]
        if path in after.read:
            return path
        seen.add(path)
    return None


def _reason(message: str) -> str:
    """What a commit gives as its reason, in a line of its own."""
    rows = (line.partition(":") for line in message.splitlines())
    return next((rest.strip() for key, _, rest in rows if key.strip() == REASON), "")


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
