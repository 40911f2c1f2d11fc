"""The events of support: its end has moved, for a release or for a whole track."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

from forewarn.model.catalogue import Catalogue
from forewarn.model.events.event import Event, EventKind, Severity, event_id, fact
from forewarn.model.events.release_change import release_event, title_of
from forewarn.model.record import Support
from forewarn.model.release import Release, Status
from forewarn.model.site_path import product_page

_STAGES = ("Active support until", "Security support until", "Extended support until")


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
            _severity(was, now),
            at,
            title=_title(title_of(after, new), now),
            content=_content(was, now),
            facts=_facts(was, now),
        )


def track_events(before: Catalogue, after: Catalogue, at: datetime) -> Iterator[Event]:
    """The tracks whose support has moved, by product and then in the product's order."""
    for key in sorted(before.products.keys() & after.products.keys()):
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
                severity=_severity(was, now),
                audience=product.audience,
                at=at,
                title=_title(f"{product.name} {track}", now),
                products=(key,),
                page=product_page(key),
                facts=(("Track", track), *_facts(was, now)),
            )


def _title(what: str, now: Support) -> str:
    if now.ends:
        return f"Support of {what} now ends on {now.ends}"
    return f"Support of {what} {'has ended' if now.ended else 'has no known end any more'}"


def _severity(was: Support, now: Support) -> Severity:
    """What ends sooner than people were told is not just for their information."""
    return Severity.NORMAL if _end(now) < _end(was) else Severity.LOW


def _end(support: Support) -> date:
    return date.min if support.ended else support.ends or date.max


def _content(was: Support, now: Support) -> dict[str, object]:
    return {"from": was.terms, "to": now.terms}


def _facts(was: Support, now: Support) -> tuple[tuple[str, str], ...]:
    stages = zip(_STAGES, was.terms[:3], now.terms[:3], strict=True)
    return (
        *(
            (label, f"{then or 'no date'} → {until or 'no date'}")
            for label, then, until in stages
            if then != until
        ),
        *((("Ended", "no → yes" if now.ended else "yes → no"),) if was.ended != now.ended else ()),
        *fact("Reason", now.reason),
        *fact("Decided on", now.on),
    )
