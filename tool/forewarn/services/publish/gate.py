"""What keeps a commit from being published."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from forewarn.errors import DataError, Refused
from forewarn.model.finding import Finding, FindingSeverity
from forewarn.model.settings import Settings
from forewarn.services.alert.clone import refuse_foreign_state
from forewarn.services.check.run import check_catalogue, elsewhere, vanished
from forewarn.services.publish.events import the_head
from forewarn.services.publish.plan import PublishPlan
from forewarn.services.publish.sites import Step
from forewarn.store.catalogue.commit import load_commit
from forewarn.store.catalogue.loaded import Loaded
from forewarn.store.git.repository import Repository
from forewarn.store.layout import RECORD_FOLDERS
from forewarn.store.state.interface import PUBLISHED, State


def let_through(
    root: Path,
    repository: Repository,
    state: State,
    settings: Settings,
    now: datetime,
    step: Step,
    again: bool,
    accept_vanished: bool,
) -> tuple[str, Loaded, tuple[Finding, ...]]:
    """The commit that is to be published, its records, and what is found in them and no error.

    Raises:
        Refused: the state came with the clone, the clone is behind, or a finding is an error.
        DataError: the records cannot be read, or not all of them are in this clone.
    """
    refuse_foreign_state(root, state)
    commit = the_head(repository)
    if not again:
        _refuse_older(repository, state, commit)
    step("reading the records")
    since = state.mark(PUBLISHED)
    if since != commit:
        repository.begin_listing(commit, RECORD_FOLDERS)
    loaded = load_commit(repository, commit)
    findings = check_catalogue(loaded, settings, now.astimezone().date(), remembered=root)
    if since != commit:
        findings += elsewhere(repository, commit, settings)
    if since and since != commit and repository.has(since) and not accept_vanished:
        findings += vanished(repository, since, loaded, settings)
    refuse_errors(repository, loaded, findings, "published")
    if since != commit:
        repository.refuse_incomplete(commit, RECORD_FOLDERS)
    return commit, loaded, findings


def _refuse_older(repository: Repository, state: State, commit: str) -> None:
    """Take nothing back because a clone is behind, where other machines publish as well.

    Raises:
        Refused: what is published is newer, or is not in this clone at all.
    """
    since = state.mark(PUBLISHED)
    if not state.is_shared or since is None or since == commit:
        return
    if not repository.has(since) or repository.descends(since, commit):
        raise Refused(
            f"this clone is behind: {since[:10]} is published, and {commit[:10]} is checked out; "
            "nothing was published",
            where=str(repository.root),
            help="Pull: `git pull --ff-only`. If what is published is in no clone any more, "
            "`forewarn publish --again` begins anew from here.",
        )


def refuse_errors(
    repository: Repository, loaded: Loaded, findings: Sequence[Finding], what: str
) -> None:
    """Refuse to go on with records that hold an error; `what` is what is not done then.

    Raises:
        Refused: a finding is an error.
        DataError: so it is, and a record cannot be read.
    """
    errors = [finding for finding in findings if finding.severity is FindingSeverity.ERROR]
    if not errors:
        return
    first = min(errors, key=lambda f: (f.place.file, f.place.line))
    kind = DataError if loaded.unreadable else Refused
    more = f" (and {len(errors) - 1} more)" if len(errors) > 1 else ""
    unmended = " Commit what you mend." if repository.uncommitted([first.place.file]) else ""
    raise kind(
        f"{first.message}{more}; nothing was {what}",
        where=str(first.place),
        help=f"{first.help} `forewarn check` lists everything.{unmended}",
    )


def refuse_other_plan(plan: PublishPlan, expected: str) -> None:
    """Publish nothing but what somebody has agreed to.

    Raises:
        Refused: the plan is another one by now.
    """
    if plan.hash != expected:
        raise Refused(
            f"the plan is {plan.hash} by now, not {expected}: something was changed since; "
            "nothing was published",
            help="Look at `forewarn publish --plan`, then name the hash that it gives.",
        )
