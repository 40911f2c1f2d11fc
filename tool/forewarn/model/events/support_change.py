"""The events of support: its end has moved, for a release or for a whole track."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace
from datetime import datetime

from forewarn.model.catalogue import Catalogue
from forewarn.model.events.event import Event, EventKind, event_id
from forewarn.model.events.fact import SupportMoved
from forewarn.model.events.release_change import release_event
from forewarn.model.events.severity import of_support
from forewarn.model.record import Support
from forewarn.model.release import Release, Status
from forewarn.model.site_path import product_page


def support_events(
    before: Catalogue, after: Catalogue, old: Release | None, new: Release, at: datetime
) -> Iterator[Event]:
    """Whether the support of a release that is out has moved by what its own record says."""
    if old is None or new.status is not Status.SHIPPED or old.support == new.support:
        return
    was, now = before.support_of(old), after.support_of(new)
    if was and now and was.terms != now.terms:
        yield release_event(
            after,
            new,
            EventKind.SUPPORT_CHANGED,
            of_support(was, now),
            at,
            fact=_moved(was, now),
            content=_content(was, now),
        )


def track_events(
    before: Catalogue, after: Catalogue, among: Collection[str], at: datetime
) -> Iterator[Event]:
    """The tracks of some products whose support has moved, by product and then in its order."""
    for key in sorted(before.products.keys() & after.products.keys() & set(among)):
        product = after.products[key]
        for track, now in product.support.items():
            was = before.products[key].support.get(track)
            if was is None or was.terms == now.terms:
                continue
            yield Event(
                id=event_id(
                    EventKind.SUPPORT_CHANGED,
                    {"product": key, "track": track, **_content(was, now)},
                ),
                kind=EventKind.SUPPORT_CHANGED,
                product=key,
                version=None,
                name=product.name,
                severity=of_support(was, now),
                audience=product.audience,
                owner=product.owner,
                at=at,
                fact=_moved(was, now),
                products=(key,),
                page=product_page(key),
                track=track,
            )


def _content(was: Support, now: Support) -> dict[str, object]:
    return {"from": was.terms, "to": now.terms}


def _moved(was: Support, now: Support) -> SupportMoved:
    return SupportMoved(before=replace(was, earlier=()), after=replace(now, earlier=()))
