"""What was announced and does not hold: the events that take it back.

They go to whoever was told, and to nobody else: who never heard of it has nothing to unlearn.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from forewarn.model.article import Article
from forewarn.model.catalogue import Catalogue
from forewarn.model.events import identity
from forewarn.model.events.correction import corrections
from forewarn.model.events.event import Event, EventKind, event_id
from forewarn.model.events.fact import (
    HAPPENED,
    IssueGone,
    Known,
    NotShipped,
    ProductGone,
    Removed,
    Renamed,
    recorded,
)
from forewarn.model.events.move import Log, Moves
from forewarn.model.events.release_change import release_event, release_events
from forewarn.model.events.severity import Severity
from forewarn.model.record import Audience
from forewarn.model.release import Release, Status
from forewarn.model.site_path import product_page, release_page


def took_back(old: Release, new: Release) -> bool:
    """Whether a release that was out is, by its record, not out at all."""
    return old.status in HAPPENED and new.status not in HAPPENED


def not_shipped_event(
    after: Catalogue, old: Release, new: Release, log: Log, at: datetime
) -> Event:
    """The event that a release was put back to planned or staged: it had not shipped."""
    event = release_event(
        after,
        new,
        EventKind.MISTAKEN,
        Severity.HIGH,
        at,
        fact=NotShipped(was=recorded(old), now=recorded(new)),
        content={"was": _state(old), "now": [new.status, new.planned_for]},
        answers_earlier=True,
    )
    return _with_why(event, log, new.place.file)


def gone_events(moves: Moves, at: datetime) -> Iterator[Event]:
    """The events of the releases whose records are not there any more, or have another name."""
    told = [old for old in moves.gone if _announced(old)]
    grouped = [*_of_products(moves, told, at)]
    yield from (event for _, event in grouped)
    elsewhere = {product for product, _ in grouped}
    for old in told:
        new = moves.pairs.get((old.product, old.version))
        if new:
            yield from _renamed(moves, old, new, elsewhere, at)
        elif old.product not in elsewhere:
            yield _removed(moves, old, at)


def issue_gone_event(after: Catalogue, old: Article, log: Log, at: datetime) -> Event:
    """The event that an open known issue is not recorded any more, or as another kind."""
    products = tuple(sorted(old.applies))
    now = after.articles.get(old.path)
    page = f"kb/{old.slug}/"
    event = Event(
        id=event_id(EventKind.MISTAKEN, {"article": old.path, "title": old.title}),
        kind=EventKind.MISTAKEN,
        product=products[0] if products else "",
        version=None,
        name=after.name_of(products[0]) if products else "",
        severity=Severity.NORMAL,
        audience=old.audience,
        at=at,
        fact=IssueGone(title=old.title, now=now.kind if now else None),
        products=products,
        page=page if now else (product_page(products[0]) if products else ""),
        takes_back=(page,),
        thread=page,
    )
    return _with_why(event, log, old.path)


def _announced(old: Release) -> bool:
    """Whether somebody may have been told of it; nobody is of what is staged without a day."""
    return old.status in (*HAPPENED, Status.PLANNED) or old.planned_for is not None


def _of_products(
    moves: Moves, told: Sequence[Release], at: datetime
) -> Iterator[tuple[str, Event]]:
    """One event for a product that went with several releases, instead of one for each."""
    for product in dict.fromkeys(old.product for old in told):
        if product in moves.after.products:
            continue
        to = moves.products.get(product)
        rows = [
            old
            for old in told
            if old.product == product and _moved_to(moves, old) == (to, old.version if to else None)
        ]
        if len(rows) > 1:
            yield product, _product_event(moves, product, to, rows, at)


def _moved_to(moves: Moves, old: Release) -> tuple[str | None, str | None]:
    new = moves.pairs.get((old.product, old.version))
    return (new.product, new.version) if new else (None, None)


def _product_event(
    moves: Moves, product: str, to: str | None, rows: Sequence[Release], at: datetime
) -> Event:
    staff = moves.before.products[product].audience is Audience.STAFF
    event = Event(
        id=event_id(
            EventKind.MISTAKEN, {"product": product, "now": to, "releases": [*map(str, rows)]}
        ),
        kind=EventKind.MISTAKEN,
        product=product,
        version=None,
        name=moves.before.name_of(product),
        severity=Severity.HIGH,
        audience=Audience.STAFF if staff else Audience.PUBLIC,
        at=at,
        fact=ProductGone(
            versions=tuple(old.version for old in rows),
            now=to,
            now_name=moves.after.name_of(to) if to else None,
        ),
        products=(product, *((to,) if to else ())),
        page=product_page(to) if to else "products/",
        takes_back=tuple(map(str, rows)),
        # The newest is the one that people remember.
        thread=str(max(rows, key=lambda r: (r.released_at or at.date(), r.version))),
    )
    return _with_why(event, moves.log, rows[0].place.file)


def _renamed(
    moves: Moves, old: Release, new: Release, elsewhere: set[str], at: datetime
) -> Iterator[Event]:
    after = moves.after
    as_it_was = replace(old, product=new.product, version=new.version, track=new.track)
    if not _same_name(moves, old, new) and old.product not in elsewhere:
        yield _renamed_event(moves, old, new, as_it_was, at)
    for event in release_events(after, as_it_was, new, at):
        # What was corrected with the name is told with it; the first date is no other one.
        if event.kind is not EventKind.CORRECTED or _same_name(moves, old, new):
            yield event


def _same_name(moves: Moves, old: Release, new: Release) -> bool:
    """Whether a release has only got another spelling of its version."""
    if old.product != new.product:
        return False
    scheme = moves.after.schemes[new.product]
    return bool(scheme.key(old.version) == scheme.key(new.version))


def _renamed_event(
    moves: Moves, old: Release, new: Release, as_it_was: Release, at: datetime
) -> Event:
    after = moves.after
    happened = old.status in HAPPENED
    event = release_event(
        after,
        new,
        EventKind.MISTAKEN if happened else EventKind.CANCELLED,
        Severity.HIGH if happened else Severity.NORMAL,
        at,
        fact=Renamed(
            was=_named(moves.before, old),
            now=_named(after, new),
            changes=corrections(as_it_was, new, after.schemes) if happened else (),
        ),
        content={"was": [str(old), _state(old)], "now": [str(new), _state(new)]},
    )
    event = replace(
        event,
        product=old.product,
        version=old.version,
        name=moves.before.name_of(old.product),
        track=old.track,
        platforms=tuple(dict.fromkeys((*old.platforms, *new.platforms))),
        products=tuple(dict.fromkeys((old.product, new.product))),
        takes_back=(str(old),),
    )
    return _with_why(event, moves.log, old.place.file, new.place.file)


def _removed(moves: Moves, old: Release, at: datetime) -> Event:
    before, after = moves.before, moves.after
    happened = old.status in HAPPENED
    # Whether it is the same one nobody can know: both facts are told.
    near = moves.perhaps(old)
    stays = old.product in after.products
    event = release_event(
        before,
        old,
        EventKind.MISTAKEN if happened else EventKind.CANCELLED,
        Severity.HIGH if happened else Severity.NORMAL,
        at,
        fact=Removed(was=recorded(old), near=tuple(_named(after, new) for new in near)),
        content={"was": _state(old), "now": None},
        answers_earlier=True,
    )
    page = _page(after, near, old) if stays else "products/"
    return _with_why(replace(event, page=page), moves.log, old.place.file)


def _named(catalogue: Catalogue, release: Release) -> Known:
    return Known(
        product=release.product,
        name=catalogue.name_of(release.product),
        version=release.version,
        recorded=recorded(release),
    )


def _page(after: Catalogue, near: Sequence[Release], old: Release) -> str:
    return release_page(after, near[0]) if near else product_page(old.product)


def _state(release: Release) -> str:
    return identity.of_state(recorded(release))


def _with_why(event: Event, log: Log, *paths: str) -> Event:
    """An event with why, in somebody's words; where nobody wrote it, with the commit."""
    reason = next((log.reasons[path] for path in paths if path in log.reasons), None)
    commit = next((log.commits[path] for path in paths if path in log.commits), None)
    return replace(event, reason=reason, commit=None if reason else commit)
