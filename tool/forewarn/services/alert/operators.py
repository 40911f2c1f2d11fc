"""Telling the operators that alerts do not get through: by another channel than the one that fails.

What happens is kept with the deliveries that it happened to, and told from there: a run that dies
before it told is made good by the next.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from forewarn.frozen import dataclass
from forewarn.model.endpoint import Endpoint
from forewarn.model.events.event import Event, EventKind, event_id
from forewarn.model.events.fact import DeliveryTrouble, GivenUp, Undelivered
from forewarn.model.events.plain import plain
from forewarn.model.events.severity import Severity
from forewarn.model.record import Audience
from forewarn.model.settings import Settings
from forewarn.services.alert.ways import ways_to
from forewarn.store.catalogue.owners import product_owners
from forewarn.store.state.interface import State

if TYPE_CHECKING:
    from forewarn.store.state.change import Change

_NAMED = 5
_BECAUSE = "operators"
_SEVERITY = {
    DeliveryTrouble.FAILS: Severity.NORMAL,
    DeliveryTrouble.QUARANTINED: Severity.HIGH,
    DeliveryTrouble.GIVEN_UP: Severity.HIGH,
    DeliveryTrouble.WORKS_AGAIN: Severity.LOW,
}


@dataclass(frozen=True, kw_only=True, slots=True)
class _Notice:
    """Something to be told, and what keeps that it was."""

    fact: Undelivered
    of: str
    keep: Callable[[Change], bool]


def tell_operators(
    state: State, settings: Settings, root: Path, now: datetime
) -> tuple[bool, tuple[Undelivered, ...]]:
    """Queue what they do not know yet; whether anything was, and what nobody can be told.

    That is tried again by the next run: there may be another channel by then.

    Raises:
        DataError: the state database cannot be used.
    """
    queued = False
    untold = []
    for matter in [*_matters(state, now)]:
        to = _whom(settings, root, matter.fact, _failing(state))
        if not to:
            untold.append(matter.fact)
            continue
        with state.transaction() as change:
            # Another process may have told them just now.
            if matter.keep(change):
                change.post(_event(settings, matter, now), to, _BECAUSE)
        queued = True
    return queued, tuple(untold)


def _matters(state: State, now: datetime) -> Iterator[_Notice]:
    for endpoint in state.endpoints():
        if endpoint.works_again is not None:
            yield _of_endpoint(endpoint, DeliveryTrouble.WORKS_AGAIN)
        elif endpoint.told < endpoint.to_tell:
            trouble = (
                DeliveryTrouble.QUARANTINED if endpoint.is_quarantined else DeliveryTrouble.FAILS
            )
            yield _of_endpoint(endpoint, trouble)
    for channel in state.channels():
        count, first = state.unreported(channel, _NAMED)
        if count:
            yield _Notice(
                fact=Undelivered(
                    trouble=DeliveryTrouble.GIVEN_UP,
                    channel=channel,
                    count=count,
                    first=tuple(
                        GivenUp(
                            delivery=row.id,
                            recipient=row.person,
                            product=row.event.product,
                            version=row.event.version,
                            happened=row.event.kind,
                            error=row.error or "",
                        )
                        for row in first
                    ),
                ),
                of=f"{channel} {first[0].id if first else ''} {count} {now.isoformat()}",
                keep=lambda change, channel=channel: change.mark_reported(channel),  # type: ignore[misc]
            )


def _of_endpoint(endpoint: Endpoint, trouble: DeliveryTrouble) -> _Notice:
    since = endpoint.works_again or endpoint.quarantined_at or endpoint.failing_since
    return _Notice(
        fact=Undelivered(
            trouble=trouble,
            channel=endpoint.channel,
            recipient=endpoint.person,
            since=since,
            error=None if trouble is DeliveryTrouble.WORKS_AGAIN else endpoint.error,
        ),
        of=f"{endpoint.channel} {endpoint.person or ''} {since.isoformat()}",
        keep=lambda change: change.mark_endpoint_told(endpoint),
    )


def _event(settings: Settings, matter: _Notice, now: datetime) -> Event:
    trouble = matter.fact.trouble
    return Event(
        id=event_id(EventKind.UNDELIVERED, {"trouble": plain(trouble), "of": matter.of}),
        kind=EventKind.UNDELIVERED,
        product="",
        version=None,
        name=settings.name,
        severity=_SEVERITY[trouble],
        audience=Audience.STAFF,
        at=now,
        fact=matter.fact,
        products=(),
        page="",
        thread=f"channel {matter.fact.channel}",
    )


def _failing(state: State) -> frozenset[tuple[str, str | None]]:
    """Where messages do not get through at the moment."""
    return frozenset(
        (one.channel, one.person) for one in state.endpoints() if one.works_again is None
    )


def _whom(
    settings: Settings, root: Path, fact: Undelivered, failing: frozenset[tuple[str, str | None]]
) -> list[tuple[str, str]]:
    """The operators, and who misses the messages, each by a channel that is another and works."""
    people = list(settings.operators or product_owners(root))
    if fact.recipient and not settings.is_customer(fact.recipient):
        people.append(fact.recipient)
    found = []
    for person in dict.fromkeys(people):
        for name in ways_to(settings, person):
            works = not {(name, None), (name, person)} & failing
            if name != fact.channel and works:
                found.append((person, name))
                break
    return found
