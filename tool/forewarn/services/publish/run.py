"""Publishing: events into the outbox, both sites built and swapped in, then alerts sent."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from forewarn.errors import ForewarnError
from forewarn.frozen import dataclass
from forewarn.model.events.event import Event
from forewarn.model.record import Audience
from forewarn.model.settings import Settings
from forewarn.services.publish.events import derive_between
from forewarn.services.publish.gate import let_through, refuse_other_plan
from forewarn.services.publish.hubs import tell_hubs, told_late
from forewarn.services.publish.plan import is_forward, news, plan_of
from forewarn.services.publish.sites import Sites, Step
from forewarn.services.publish.told import keep_published, published_ref, told_up_to
from forewarn.site.builder import USUAL
from forewarn.store.catalogue.commit import load_commit
from forewarn.store.catalogue.loaded import Loaded
from forewarn.store.git.repository import Repository
from forewarn.store.layout import RECORD_FOLDERS
from forewarn.store.settings import load_settings
from forewarn.store.state.interface import PUBLISHED, State
from forewarn.store.state.opening import only_one, open_state

if TYPE_CHECKING:  # what delivers is loaded where something is to be delivered
    from forewarn.services.alert.delivered import DeliverReport
    from forewarn.services.publish.branch import Branch

# Before the steps of the delivery, which are many: one or more a message.
DELIVERING = "delivering: "


@dataclass(frozen=True, kw_only=True)
class PublishReport:
    """What a publish did.

    `events` are those that are new; `sites` maps an audience to its folder; `rebuilt` is false
    where the sites were up to date. `failure` is what kept the sites from being built, or from
    getting to their branch: the alerts went out all the same. `deliveries` is None where nothing
    was to be delivered. `untold_hubs` are the feeds of which a hub could not be told, each with
    what kept it from that; the next publish tries again. `homeless` are the audiences of which no
    setting says where their site is served.
    """

    commit: str
    events: tuple[Event, ...]
    sites: dict[str, Path]
    branch: Branch | None
    rebuilt: bool
    uncommitted: tuple[str, ...]
    failure: ForewarnError | None
    deliveries: DeliverReport | None
    homeless: tuple[str, ...] = ()
    untold_hubs: tuple[str, ...] = ()


def publish(
    root: Path,
    *,
    to: Path | None,
    send: bool,
    now: Callable[[], datetime],
    environ: Mapping[str, str],
    step: Step,
    accept_vanished: bool = False,
    audiences: tuple[Audience, ...] = tuple(Audience),
    builder: str = USUAL,
    fresh: bool = False,
    branch: Branch | None = None,
    again: bool = False,
    expected: str | None = None,
) -> PublishReport:
    """Publish the checked-out commit of the knowledge base at `root`.

    Events and the mark "published up to here" are kept in one transaction. A run that dies at
    any point is finished by the next one. `environ` is where secrets are read. `step` is told each
    step as it is reached. `accept_vanished` lets many records go at once; why they went is said by
    the commits that removed them. `audiences` are those whose sites are built, by the
    builder of that name; `fresh` builds every page again. `branch` is where the one audience's
    site is committed as well. `again` tells anew what was told before the state was lost or put
    back from a copy. `expected` is the hash of a plan that somebody has agreed to.

    Raises:
        Refused: another publish is running, the state came with the clone, other machines have
            published what this clone lacks, `check` finds an error in the commit, many records
            have vanished since the last publish, or the plan is not the expected one.
        DataError: the repository, its records or the state database cannot be used.
    """
    settings = load_settings(root)
    with (
        only_one(root, "publishing"),
        Repository(root) as repository,
        open_state(root) as state,
    ):
        repository.begin_asking(published_ref(repository), RECORD_FOLDERS)
        commit, loaded, findings = let_through(
            root, repository, state, settings, now(), step, again, accept_vanished
        )
        since = state.mark(PUBLISHED)
        told = None if again else told_up_to(repository, since, commit, now())
        if expected is not None:
            plan = plan_of(
                repository, state, loaded, told or since, commit, settings, findings, now()
            )
            refuse_other_plan(plan, expected)
        events = _queue(repository, state, loaded, commit, settings, now(), step, told)
        keep_published(repository, commit)
        # Before the sites: who is to be warned does not wait for pages, nor for one that fails.
        late = told_late(settings)
        send_by = _sender(root, settings, now, environ, step)
        report = send_by(lambda name: name not in late) if send else None
        uncommitted = repository.uncommitted(RECORD_FOLDERS)
        sites = Sites(
            root=root,
            target=to or root / "site",
            audiences=audiences,
            builder=builder,
            commit=commit,
            today=now().astimezone().date(),
            settings=settings,
            fresh=fresh,
        )
        rebuilt, failure = sites.bring_up_to_date(state, loaded, repository, step)
        hubs: tuple[str, ...] = ()
        if report and late and failure is None:
            report, hubs = _tell_late(state, sites, report, send_by(late.__contains__), environ)
        if branch and failure is None:
            failure = branch.put(repository, sites, step)
    if branch and failure is None:
        failure = branch.share(root, step)
    return PublishReport(
        commit=commit,
        events=events,
        sites={audience.value: sites.place(audience) for audience in audiences},
        branch=branch,
        rebuilt=rebuilt,
        uncommitted=uncommitted,
        failure=failure,
        deliveries=report,
        untold_hubs=hubs,
        homeless=tuple(a.value for a in audiences if a.value not in settings.site_urls),
    )


def _sender(
    root: Path,
    settings: Settings,
    now: Callable[[], datetime],
    environ: Mapping[str, str],
    step: Step,
) -> Callable[[Callable[[str], bool]], DeliverReport]:
    """What sends, by those channels of which a question answers that they are meant."""

    def send_by(by: Callable[[str], bool]) -> DeliverReport:
        from forewarn.services.alert.deliver import deliver

        return deliver(
            root,
            settings,
            now=now,
            environ=environ,
            step=lambda name: step(f"{DELIVERING}{name}"),
            by=by,
            brought_none=True,
        )

    return send_by


def _tell_late(
    state: State,
    sites: Sites,
    before: DeliverReport,
    then: DeliverReport,
    environ: Mapping[str, str],
) -> tuple[DeliverReport, tuple[str, ...]]:
    """Tell hubs of the feeds of which no alert told them; both deliveries, and who is untold."""
    from forewarn.services.alert.delivered import both

    by_alert = {(row.channel, row.person) for row in then.deliveries if row.sent_at}
    return both(before, then), tell_hubs(state, sites, by_alert, environ)


def _queue_as_told(
    repository: Repository,
    state: State,
    settings: Settings,
    since: str | None,
    told: str,
    step: Step,
) -> str:
    """Take as told what was told before the state was lost, or put back from a copy."""
    loaded = load_commit(repository, told)
    derived = derive_between(
        repository,
        since,
        told,
        loaded,
        repository.committed_at(told),
        customers=settings.tells_customers,
    )
    with state.transaction() as change:
        change.put((*derived.events, *derived.customers), settings, told=True)
        change.set_mark(PUBLISHED, told)
    step(f"took as told what was published up to {told[:10]}, of which this state knows nothing")
    return told


def _queue(
    repository: Repository,
    state: State,
    loaded: Loaded,
    commit: str,
    settings: Settings,
    now: datetime,
    step: Step,
    told: str | None,
) -> tuple[Event, ...]:
    """Queue what is new since the mark; up to `told`, where the state knows less, as told."""
    since = state.mark(PUBLISHED)
    if since == commit:
        return ()
    if told:
        since = _queue_as_told(repository, state, settings, since, told, step)
    derived = news(repository, state, loaded, since, commit, settings)
    step("derived the events")
    for finding in derived.unread:
        step(f"{finding.place.file} cannot be read in {(since or commit)[:10]}: no event of it")
    with state.transaction() as change:
        forward = is_forward(repository, since, commit)
        queued = change.put(derived.events, settings, now=now, happened_again=forward)
        change.set_mark(PUBLISHED, commit)
        step("queued the events")
    step("marked the commit as published")
    return tuple(event for event in queued.events if event.told_to is Audience.STAFF)
