"""Who would get what, and why somebody got something: asked of the rule that deliveries go by."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from forewarn.errors import UsageError
from forewarn.frozen import dataclass
from forewarn.model.catalogue import Catalogue
from forewarn.model.delivery import Delivery
from forewarn.model.events.about import about
from forewarn.model.events.customers import seen_by_customers
from forewarn.model.events.event import SEEN, Event, EventKind
from forewarn.model.events.fact import CompatibilityChanged, HasShipped, Restated
from forewarn.model.events.release_change import harm, release_event
from forewarn.model.events.severity import Severity, of_release, of_statements
from forewarn.model.matching import Cause, Decision, Outcome, ToldBefore, who_gets
from forewarn.model.record import Audience
from forewarn.model.release import Release, Status, Verdict
from forewarn.model.settings import Settings
from forewarn.model.unrecorded import release_or_stand_in
from forewarn.model.versions.version import InvalidVersion
from forewarn.services.alert.ways import ways_to
from forewarn.services.ask.lookup import ids_by_name, no_product
from forewarn.services.publish.events import events_between
from forewarn.store.settings import load_settings
from forewarn.store.state.opening import open_state, state_is_there

# How urgent an event of a kind is, where that does not follow from what it says.
_SEVERITIES = {
    EventKind.SUPPORT_CHANGED: Severity.LOW,
    EventKind.BACKFILL: Severity.LOW,
    EventKind.WITHDRAWN: Severity.HIGH,
    EventKind.MISTAKEN: Severity.HIGH,
    EventKind.DOWNLOAD_MISSING: Severity.HIGH,
    EventKind.ROLLED_BACK: Severity.HIGH,
    EventKind.PARTIAL_RELEASE: Severity.HIGH,
    EventKind.SOURCE_FROZEN: Severity.HIGH,
    EventKind.UNANNOUNCED_DOWNLOAD: Severity.CRITICAL,
    EventKind.BYTES_CHANGED: Severity.CRITICAL,
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Routed:
    """An event, and what follows from it for everybody; `is_supposed` where it did not happen."""

    event: Event
    decisions: tuple[Decision, ...]
    is_supposed: bool = False

    @property
    def told(self) -> frozenset[str]:
        """The ids of everybody who is told, now or later."""
        return frozenset(one.recipient for one in self.decisions if one.is_told)


@dataclass(frozen=True, kw_only=True, slots=True)
class WhyTold:
    """A delivery, what its line of a file says today, and what would follow for it now.

    `line` is None where no line asked for it, or where there is none any more; `now` where nothing
    follows for that recipient by that channel.
    """

    delivery: Delivery
    line: str | None
    now: Decision | None


def route_event(root: Path, id: str, *, now: datetime) -> Routed:
    """Who would get an event that was told, or is to be told with the next publish.

    Raises:
        UsageError: no event, or more than one, has an id that begins so.
        DataError: the settings, the records or the state database cannot be read.
    """
    settings = load_settings(root)
    if state_is_there(root):
        with open_state(root) as state:
            found = _the_event(id, state.find_events(id) if id else ())
            if found:
                return _routed(found, settings, now, state.told_before(found))
    derived = events_between(root, None, customers=settings.tells_customers)
    coming = (*derived.events, *derived.customers)
    found = _the_event(id, [event for event in coming if event.id.startswith(id)])
    if found is None:
        raise UsageError(
            f"there is no event {id!a}",
            help="`forewarn events` lists those to come, `forewarn deliveries --format json` the "
            "ids of those that were told.",
        )
    return _routed(found, settings, now)


def route_release(
    root: Path,
    product: str,
    version: str,
    kind: EventKind,
    *,
    now: datetime,
    severity: Severity | None = None,
) -> Routed:
    """Who would get an event of a kind about a release, if it happened now.

    Customers who subscribe would get one of their own, made of what they may see then.

    Raises:
        UsageError: there is no such product or version.
        DataError: the settings or the records cannot be read.
    """
    from forewarn.store.catalogue.whole import load_worktree

    settings = load_settings(root)
    catalogue = _as_of(load_worktree(root).catalogue, product, version, kind, now)
    event = suppose(catalogue, product, version, kind, now)
    theirs = _for_customers(catalogue, event, now) if settings.tells_customers else None
    decisions: list[Decision] = []
    for one in filter(None, (event, theirs)):
        found = _who_gets(replace(one, severity=severity or one.severity), settings, now)
        # The lines of the other audience ask for the other event.
        decisions += [d for d in found if not theirs or d.reason is not Cause.AUDIENCE]
    decisions.sort(key=lambda one: not one.is_kept)
    event = replace(event, severity=severity or event.severity)
    return Routed(event=event, decisions=tuple(decisions), is_supposed=True)


def _as_of(
    catalogue: Catalogue, product: str, version: str, kind: EventKind, now: datetime
) -> Catalogue:
    """The catalogue as it is when an event of that kind happens: what ships is no secret then."""
    key = product, version
    release = catalogue.releases.get(key)
    if kind is not EventKind.SHIPPED or release is None or release.status is Status.SHIPPED:
        return catalogue
    shipped = replace(release, status=Status.SHIPPED, released_at=now.astimezone().date())
    return replace(catalogue, releases={**catalogue.releases, key: shipped})


def _for_customers(catalogue: Catalogue, event: Event, now: datetime) -> Event | None:
    """What customers would be told of the same; None where it is nothing that they may see."""
    seen = seen_by_customers(catalogue, now.astimezone().date())
    if event.kind in SEEN or (event.product, event.version) not in seen.releases:
        return None
    found = suppose(seen, event.product, event.version or "", event.kind, now)
    return replace(found, told_to=Audience.PUBLIC, audience=Audience.PUBLIC)


def suppose(
    catalogue: Catalogue, product: str, version: str, kind: EventKind, now: datetime
) -> Event:
    """An event as it would be if it happened now, as far as it matters for who gets it.

    Raises:
        UsageError: there is no such product or version.
    """
    if product not in catalogue.products:
        raise no_product(ids_by_name(catalogue), product)
    try:
        release = release_or_stand_in(catalogue, product, version)
    except InvalidVersion as error:
        raise UsageError(str(error), help="Write the version as its product does.") from error
    if not release.recorded and kind not in SEEN:
        raise UsageError(
            f"{product} {version} is not recorded, so nothing can be told of it but what is seen",
            help=f"Name a version that is recorded, or one of {', '.join(SEEN)}.",
        )
    harming = [s for s in release.compatibility if s.verdict.harms]
    event = release_event(
        catalogue,
        release,
        kind,
        _severity(release, kind),
        now,
        fact=_fact(catalogue, release, kind),
        content={"supposed": now.isoformat()},
        partners=[
            s.partner
            for s in (release.compatibility if kind is EventKind.COMPATIBILITY_CHANGED else harming)
        ],
    )
    return about(catalogue, event)


def _severity(release: Release, kind: EventKind) -> Severity:
    verdicts: list[Verdict] = [s.verdict for s in release.compatibility]
    match kind:
        case EventKind.SHIPPED:
            return of_release(verdicts)
        case EventKind.COMPATIBILITY_CHANGED:
            return of_statements(verdicts)
        case _:
            return _SEVERITIES.get(kind, Severity.NORMAL)


def _fact(
    catalogue: Catalogue, release: Release, kind: EventKind
) -> HasShipped | CompatibilityChanged:
    """What would be told of other products: by that alone a fact decides who gets it."""
    said = [harm(catalogue, s, s.partner, str(s.versions)) for s in release.compatibility]
    if kind is EventKind.COMPATIBILITY_CHANGED:
        rows = (Restated(of=h.of, about=h.about, before=None, after=h.said) for h in said)
        return CompatibilityChanged(changes=tuple(rows))
    shown = kind in (EventKind.PLANNED, EventKind.SHIPPED, *SEEN)
    harms = tuple(h for h in said if shown and h.said.verdict.harms)
    return HasShipped(on=release.released_at, harms=harms)


def why_told(root: Path, id: int, *, now: datetime) -> WhyTold:
    """Why there is a delivery.

    Raises:
        UsageError: there is none of that number.
        DataError: the settings or the state database cannot be read.
    """
    settings = load_settings(root)
    with open_state(root) as state:
        delivery = state.delivery(id)
        told = state.told_before(delivery.event) if delivery else ()
    if delivery is None:
        raise UsageError(
            f"there is no delivery {id}",
            help="`forewarn deliveries` lists them with their numbers.",
        )
    decisions = _who_gets(delivery.event, settings, now, told)
    mine = (d for d in decisions if (d.recipient, d.channel) == (delivery.person, delivery.channel))
    return WhyTold(delivery=delivery, line=_line_of(root, settings, delivery), now=next(mine, None))


def _line_of(root: Path, settings: Settings, delivery: Delivery) -> str | None:
    """What the line that caused a delivery says today; None where it is another's by now."""
    # Of a deputy it goes on with for whom they stand in.
    line, _, absent = (delivery.because or "").partition(" for ")
    asked = line, absent or delivery.person, delivery.channel
    places = (
        row.place
        for row in settings.subscriptions
        if (row.line, row.recipient, row.channel) == asked
    )
    place = next(places, None)
    if place is None:
        return None
    return (root / place.file).read_text(encoding="utf-8").split("\n")[place.line - 1].strip()


def _routed(
    event: Event, settings: Settings, now: datetime, told: Iterable[ToldBefore] = ()
) -> Routed:
    return Routed(event=event, decisions=_who_gets(event, settings, now, told))


def _who_gets(
    event: Event, settings: Settings, now: datetime, told: Iterable[ToldBefore] = ()
) -> tuple[Decision, ...]:
    """What follows from an event by the subscriptions, and for a product's owner without one."""
    found, owner = who_gets(event, settings, now, told), event.owner
    by_line = any(one.is_told and one.recipient == owner for one in found)
    if event.kind is not EventKind.SOURCE_FAILING or owner is None or by_line:
        return found
    way = next(ways_to(settings, owner), None)
    if way is None:
        return found
    theirs = Decision(recipient=owner, channel=way, outcome=Outcome.AT_ONCE, reason=Cause.OWNER)
    return (theirs, *found)


def _the_event(id: str, found: Iterable[Event]) -> Event | None:
    """The only one of some.

    Raises:
        UsageError: there are several.
    """
    rows = [*found]
    exact = [event for event in rows if event.id == id]
    if len(rows) > 1 and not exact:
        raise UsageError(
            f"{len(rows)} events begin with {id!a}",
            help=f"Give more of it: {', '.join(event.id for event in rows[:5])}.",
        )
    return next(iter(exact or rows), None)
