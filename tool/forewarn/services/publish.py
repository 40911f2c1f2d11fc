"""Publishing: events into the outbox, both sites built and swapped in, then alerts sent."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from forewarn import __version__
from forewarn.errors import DataError, ForewarnError, Refused
from forewarn.model.event import Event
from forewarn.model.finding import Finding, FindingSeverity
from forewarn.model.record import Audience
from forewarn.model.settings import Settings
from forewarn.model.sighting import Sighting
from forewarn.services.check import check_catalogue, vanished
from forewarn.services.deliver import DeliverReport, deliver
from forewarn.services.events import PUBLISHED, derive_between, the_head
from forewarn.services.sightings import list_sightings
from forewarn.site.build import build, fresh, swap
from forewarn.site.tree import write_tree
from forewarn.store import outbox
from forewarn.store.catalogue import Loaded, load_commit
from forewarn.store.files import only_one
from forewarn.store.git import Repository
from forewarn.store.root import STATE_FOLDER
from forewarn.store.settings import load_settings
from forewarn.store.state import State, open_state, set_mark

Step = Callable[[str], None]
# Before the steps of the delivery, which are many: one or more a message.
DELIVERING = "delivering: "


@dataclass(frozen=True, kw_only=True)
class PublishReport:
    """What a publish did.

    `events` are those that are new; `sites` maps an audience to its folder; `rebuilt` is false
    where the sites were up to date. `failure` is what kept the sites from being built: the
    alerts went out all the same. `deliveries` is None where nothing was to be delivered.
    """

    commit: str
    events: tuple[Event, ...]
    sites: dict[str, Path]
    rebuilt: bool
    uncommitted: tuple[str, ...]
    failure: ForewarnError | None
    deliveries: DeliverReport | None


def publish(
    root: Path,
    *,
    to: Path | None,
    send: bool,
    now: Callable[[], datetime],
    environ: Mapping[str, str],
    step: Step,
    accept_vanished: bool = False,
) -> PublishReport:
    """Publish the checked-out commit of the knowledge base at `root`.

    Events and the mark "published up to here" are kept in one transaction. A run that dies at
    any point is finished by the next one. `environ` is where secrets are read. `step` is told each
    step as it is reached. `accept_vanished` lets many records go at once; why they went is said by
    the commits that removed them.

    Raises:
        Refused: another publish is running, `check` finds an error in the commit, or many records
            have vanished since the last publish.
        DataError: the repository, its records or the state database cannot be used.
    """
    settings = load_settings(root)
    target = to or root / "site"
    with only_one(root / STATE_FOLDER / "publish.lock", "publishing"):
        with Repository(root) as repository, open_state(root) as state:
            commit = the_head(repository)
            step("reading the records")
            loaded = load_commit(repository, commit)
            today = now().astimezone().date()
            findings = check_catalogue(loaded, settings, today)
            since = state.mark(PUBLISHED)
            if since and repository.has(since) and not accept_vanished:
                findings += vanished(repository, since, loaded, settings)
            _refuse_errors(repository, loaded, findings)
            events = _queue(repository, state, loaded, commit, settings, step)
            uncommitted = repository.uncommitted(["releases", "kb"])
            sites = _Sites(root, target, commit, today, settings)
            sightings = list_sightings(state, loaded.catalogue)
            rebuilt, failure = sites.bring_up_to_date(state, loaded, sightings, step)
        report = None
        if send:
            report = deliver(
                root,
                settings,
                now=now,
                environ=environ,
                step=lambda name: step(f"{DELIVERING}{name}"),
            )
    return PublishReport(
        commit=commit,
        events=events,
        sites={audience.value: target / audience.value for audience in Audience},
        rebuilt=rebuilt,
        uncommitted=uncommitted,
        failure=failure,
        deliveries=report,
    )


def _refuse_errors(repository: Repository, loaded: Loaded, findings: Sequence[Finding]) -> None:
    errors = [finding for finding in findings if finding.severity is FindingSeverity.ERROR]
    if not errors:
        return
    first = min(errors, key=lambda f: (f.place.file, f.place.line))
    kind = DataError if loaded.unreadable else Refused
    more = f" (and {len(errors) - 1} more)" if len(errors) > 1 else ""
    unmended = " Commit what you mend." if repository.uncommitted([first.place.file]) else ""
    raise kind(
        f"{first.message}{more}; nothing was published",
        where=str(first.place),
        help=f"{first.help} `forewarn check` lists everything.{unmended}",
    )


def _queue(
    repository: Repository,
    state: State,
    loaded: Loaded,
    commit: str,
    settings: Settings,
    step: Step,
) -> tuple[Event, ...]:
    since = state.mark(PUBLISHED)
    if since == commit:
        return ()
    events = derive_between(repository, since, loaded, repository.committed_at(commit))
    step("derived the events")
    with state.transaction() as connection:
        # Between the mark and a commit that descends from it, everything is news by itself.
        forward = since is not None and repository.descends(commit, since)
        queued = outbox.put(connection, events, settings, happened_again=forward)
        set_mark(connection, PUBLISHED, commit)
        step("queued the events")
    step("marked the commit as published")
    return queued.events


class _Sites:
    """Both sites of one commit on one day."""

    def __init__(
        self, root: Path, target: Path, commit: str, today: date, settings: Settings
    ) -> None:
        self._root = root
        self._target = target
        self._commit = commit
        self._today = today
        self._settings = settings

    def bring_up_to_date(
        self, state: State, loaded: Loaded, sightings: Sequence[Sighting], step: Step
    ) -> tuple[bool, ForewarnError | None]:
        """Build and swap in what is out of date; whether it did, and what kept it from it."""
        mark = f"built {self._target.absolute()}"
        key = self._key(sightings)
        there = all((self._target / audience / "index.html").is_file() for audience in Audience)
        if there and state.mark(mark) == key:
            return False, None
        try:
            self._build(loaded, sightings, step)
        except ForewarnError as failure:
            return False, failure
        with state.transaction() as connection:
            set_mark(connection, mark, key)
        return True, None

    def _key(self, sightings: Sequence[Sighting]) -> str:
        """All that the sites are made of, in one word."""
        parts: list[object] = [__version__, self._commit, self._today, *sightings]
        for name in ("forewarn.yml", "mkdocs.yml"):
            with suppress(FileNotFoundError):
                parts.append((self._root / name).read_bytes())
        return hashlib.sha256(repr(parts).encode()).hexdigest()

    def _build(self, loaded: Loaded, sightings: Sequence[Sighting], step: Step) -> None:
        trees = self._root / STATE_FOLDER / "trees"
        shutil.rmtree(trees, ignore_errors=True)  # what a killed run left
        try:
            for audience in Audience:
                step(f"writing the {audience} pages")
                write_tree(
                    self._root,
                    trees / audience,
                    catalogue=loaded.catalogue,
                    settings=self._settings,
                    audience=audience,
                    today=self._today,
                    sightings=tuple(sightings),
                )
            step("building the sites")
            built = {audience: fresh(self._target / audience) for audience in Audience}
            with ThreadPoolExecutor(max_workers=len(Audience)) as pool:
                builds = [
                    pool.submit(build, trees / audience, built[audience], self._today)
                    for audience in Audience
                ]
            for each in builds:
                each.result()
            step("built the sites")
            for audience in Audience:
                swap(built[audience], self._target / audience)
                step(f"swapped in the {audience} site")
        finally:
            shutil.rmtree(trees, ignore_errors=True)
