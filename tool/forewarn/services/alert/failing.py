"""Telling of a watched place that fails for long, and of its end: once each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from forewarn.model.catalogue import Catalogue
from forewarn.model.events.about import about
from forewarn.model.events.event import Event, EventKind, event_id
from forewarn.model.events.fact import SourceFailing, SourceHealed
from forewarn.model.events.severity import Severity
from forewarn.model.product import Product, Watch
from forewarn.model.record import Audience
from forewarn.model.settings import Settings
from forewarn.model.site_path import product_page
from forewarn.model.watching.place import SourceState
from forewarn.services.alert.ways import ways_to

if TYPE_CHECKING:
    from forewarn.store.state.change import Change


def tell_of_place(
    change: Change,
    catalogue: Catalogue,
    settings: Settings,
    product: Product,
    row: Watch,
    kept: SourceState,
    now: datetime,
) -> tuple[SourceState, tuple[Event, ...]]:
    """Queue what there is to tell of a place; what is to be kept of it then, and the new events.

    `kept` is how it is now, with what was told of it before.
    """
    since, after = kept.failing_since, settings.watching.alert_after
    if since is None:
        if kept.told is None:
            return kept, ()
        healed = healed_event(product, row, kept.told, kept.told_since or now, now)
        new = change.put([about(catalogue, healed)], settings, now=now)
        return replace(kept, told=None, told_since=None), new.events
    if kept.told or after is None or now - since < after:
        return kept, ()
    failing = failing_event(product, row, kept, since, now)
    failing = about(catalogue, failing)
    new = change.put([failing], settings, now=now, to=_owner(settings, product))
    return replace(kept, told=failing.id, told_since=since), new.events


def _owner(settings: Settings, product: Product) -> tuple[tuple[str, str], ...]:
    """The product's owner, and a channel that reaches them."""
    way = next(ways_to(settings, product.owner), None) if product.owner else None
    return ((product.owner, way),) if product.owner and way else ()


def failing_event(
    product: Product, row: Watch, kept: SourceState, since: datetime, now: datetime
) -> Event:
    """The event that a place cannot be read since a moment."""
    fact = SourceFailing(
        place=row.source,
        since=since,
        trouble=kept.trouble,
        error=kept.error or "",
        read_at=kept.read_at,
        matched=kept.matched,
    )
    content = {"product": product.id, "place": row.kept_under, "since": since}
    return _event(EventKind.SOURCE_FAILING, product, row, content, fact, now)


def healed_event(product: Product, row: Watch, told: str, since: datetime, now: datetime) -> Event:
    """The event that a place can be read again, for those who got the event `told`."""
    fact = SourceHealed(place=row.source, since=since)
    event = _event(EventKind.SOURCE_HEALED, product, row, {"told in": told}, fact, now)
    return replace(event, answers=(told,))


def _event(
    kind: EventKind,
    product: Product,
    row: Watch,
    content: Mapping[str, object],
    fact: SourceFailing | SourceHealed,
    now: datetime,
) -> Event:
    healed = kind is EventKind.SOURCE_HEALED
    return Event(
        id=event_id(kind, content),
        kind=kind,
        product=product.id,
        version=None,
        name=product.name,
        severity=Severity.LOW if healed else Severity.NORMAL,
        audience=Audience.STAFF,
        at=now,
        fact=fact,
        products=(product.id,),
        page=product_page(product.id),
        platforms=(row.platform,) if row.platform else (),
        thread=place_thread(product.id, row.source),
    )


def place_thread(product: str, source: str) -> str:
    """The mail thread of all that is told of a watched place itself, and of no release."""
    return f"{product} source {source}"
