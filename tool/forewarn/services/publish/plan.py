"""What a publish would do: whom it wakes, what breaks, what becomes public. Nothing is kept."""

from __future__ import annotations

import contextlib
import hashlib
import json
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from forewarn.frozen import dataclass
from forewarn.model.events.event import Event, EventKind
from forewarn.model.events.fact import Harm, harms
from forewarn.model.finding import Finding, FindingSeverity
from forewarn.model.matching import Decision
from forewarn.model.newly_public import newly_public
from forewarn.model.record import Audience
from forewarn.model.settings import Settings
from forewarn.services.ask.sightings import sightings_of
from forewarn.services.check.rules import of_subscriptions
from forewarn.services.check.run import check_catalogue, elsewhere, vanished
from forewarn.services.publish.events import Derived, commits_of, derive_between, still_seen
from forewarn.services.publish.told import told_up_to
from forewarn.store.catalogue.commit import load_commit
from forewarn.store.catalogue.loaded import Loaded
from forewarn.store.git.repository import Repository
from forewarn.store.settings import load_settings
from forewarn.store.state.interface import PUBLISHED, State
from forewarn.store.state.opening import open_state, state_is_there
from forewarn.store.state.sqlite import open_file


@dataclass(frozen=True, kw_only=True, slots=True)
class WouldTell:
    """A new event, and what follows from it for everybody."""

    event: Event
    decisions: tuple[Decision, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class PublishPlan:
    """What publishing would do, from commit `since` (None: nothing was published yet) to `until`.

    `comes` and `leaves` are pages of the public site. `findings` are of the later commit, and of
    who subscribes; `unread` says which records nothing is known of. `is_refused`: an error in the
    commit keeps it from being published.
    """

    since: str | None
    until: str
    tells: tuple[WouldTell, ...]
    comes: tuple[str, ...] = ()
    leaves: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()
    unread: tuple[Finding, ...] = ()
    is_refused: bool = False

    @property
    def told(self) -> frozenset[str]:
        """The ids of everybody who would be told of something."""
        return frozenset(d.recipient for row in self.tells for d in row.decisions if d.is_told)

    @property
    def breaks(self) -> tuple[tuple[Event, Harm], ...]:
        """What breaks or is limited by what is told to staff."""
        events = [row.event for row in self.tells if row.event.told_to is Audience.STAFF]
        return tuple((event, harm) for event in events for harm in harms(event.fact))

    @property
    def has_errors(self) -> bool:
        """Whether a finding is an error, be it in a subscription, which keeps nothing back."""
        return _has_errors(self.findings)

    @property
    def hash(self) -> str:
        """The same for the same consequences, whichever commits they come from, and whenever."""
        told = [
            (row.event.id, d.recipient, d.channel)
            for row in self.tells
            for d in row.decisions
            if d.is_kept
        ]
        findings = sorted({(f.rule, f.place.file, f.message) for f in self.findings})
        events = sorted(row.event.id for row in self.tells)
        content = json.dumps([events, sorted(told), self.comes, self.leaves, findings])
        return hashlib.sha256(content.encode()).hexdigest()[:16]


def make_plan(
    root: Path,
    change: str | None,
    *,
    now: datetime,
    accept_vanished: bool = False,
    again: bool = False,
) -> PublishPlan:
    """The plan of `A..B`; without it, of publishing the checked-out commit in the same way.

    Raises:
        UsageError: a commit is unknown, or there is none yet.
        DataError: the settings, the repository or the state database cannot be read.
    """
    settings = load_settings(root)
    with Repository(root) as repository, _scratch(root) as state:
        mark = state.mark(PUBLISHED)
        since, until = commits_of(repository, change, mark)
        if change is None and not again:
            since = told_up_to(repository, since, until, now) or since
        loaded = load_commit(repository, until)
        today = now.astimezone().date()
        findings = check_catalogue(loaded, settings, today, remembered=root)
        if since != until:
            findings += elsewhere(repository, until, settings)
        if since and since != until and repository.has(since) and not accept_vanished:
            findings += vanished(repository, since, loaded, settings)
        return plan_of(repository, state, loaded, since, until, settings, findings, now)


def plan_of(
    repository: Repository,
    state: State,
    loaded: Loaded,
    since: str | None,
    until: str,
    settings: Settings,
    findings: Sequence[Finding],
    now: datetime,
) -> PublishPlan:
    """The plan of publishing what is loaded of the commit `until`; the state stays as it is."""
    if since == until:
        return PublishPlan(
            since=since,
            until=until,
            tells=(),
            findings=_all(findings, settings, loaded),
            is_refused=_has_errors(findings),
        )
    derived = news(repository, state, loaded, since, until, settings)
    tells: list[WouldTell] = []
    with contextlib.suppress(_NothingKept), state.transaction() as change_:
        change_.put(
            derived.events,
            settings,
            now=now,
            happened_again=is_forward(repository, since, until),
            decided=lambda event, found: tells.append(
                WouldTell(event=event, decisions=tuple(found))
            ),
        )
        raise _NothingKept
    known = since is not None and repository.has(since)
    before = load_commit(repository, since, known=loaded) if since and known else None
    comes: tuple[str, ...] = ()
    leaves: tuple[str, ...] = ()
    if before and since:
        comes, leaves = newly_public(
            before.catalogue,
            loaded.catalogue,
            repository.committed_at(since).date(),
            repository.committed_at(until).date(),
        )
    return PublishPlan(
        since=since,
        until=until,
        tells=tuple(tells),
        comes=comes,
        leaves=leaves,
        findings=_all(findings, settings, loaded),
        unread=derived.unread,
        is_refused=_has_errors(findings),
    )


def news(
    repository: Repository,
    state: State,
    loaded: Loaded,
    since: str | None,
    until: str,
    settings: Settings,
) -> Derived:
    """All that there is to tell from one commit to another, to staff and then to customers."""
    at = repository.committed_at(until)
    derived = derive_between(
        repository, since, until, loaded, at, customers=settings.tells_customers
    )
    events = derived.events
    if any(event.kind is EventKind.MISTAKEN for event in events):
        gone = [s.partition("@")[::2] for event in events for s in event.takes_back if "@" in s]
        seen = sightings_of(state, loaded.catalogue, gone)
        events = tuple(still_seen(event, seen) for event in events)
    return replace(derived, events=(*events, *derived.customers))


def is_forward(repository: Repository, since: str | None, until: str) -> bool:
    """Whether everything between two commits is news by itself: the one descends from the other."""
    return since is not None and repository.has(since) and repository.descends(until, since)


class _NothingKept(Exception):
    """Ends a transaction of which nothing is to be kept."""


def _has_errors(findings: Sequence[Finding]) -> bool:
    return any(finding.severity is FindingSeverity.ERROR for finding in findings)


def _all(findings: Sequence[Finding], settings: Settings, loaded: Loaded) -> tuple[Finding, ...]:
    found = {*findings, *of_subscriptions(settings, loaded.catalogue)}
    return tuple(sorted(found, key=lambda f: (f.place.file, f.place.line, f.rule, f.message)))


@contextlib.contextmanager
def _scratch(root: Path) -> Iterator[State]:
    """The state of a knowledge base, or where there is none yet, an empty one that goes again."""
    if state_is_there(root):
        with open_state(root) as state:
            yield state
        return
    with tempfile.TemporaryDirectory() as folder, open_file(Path(folder) / "state.db") as empty:
        yield empty
