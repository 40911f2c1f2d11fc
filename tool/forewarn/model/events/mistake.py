"""What was announced and does not hold: the events that take it back.

They go to whoever was told, and to nobody else: who never heard of it has nothing to unlearn.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from forewarn.model.article import Article
from forewarn.model.catalogue import Catalogue
from forewarn.model.events.correction import corrections
from forewarn.model.events.event import Event, EventKind, Severity, event_id, fact
from forewarn.model.events.move import Log, Moves
from forewarn.model.events.release_change import release_event, release_events, title_of
from forewarn.model.record import Audience
from forewarn.model.release import Release, Status
from forewarn.model.site_path import product_page, release_page

HAPPENED = (Status.SHIPPED, Status.WITHDRAWN)
_NAMED = 20
Facts = tuple[tuple[str, str], ...]


def took_back(old: Release, new: Release) -> bool:
    """Whether a release that was out is, by its record, not out at all."""
    return old.status in HAPPENED and new.status not in HAPPENED


def not_shipped_event(
    after: Catalogue, old: Release, new: Release, log: Log, at: datetime
) -> Event:
    """The event that a release was put back to planned or staged: it had not shipped."""
    return release_event(
        after,
        new,
        EventKind.MISTAKEN,
        Severity.HIGH,
        at,
        title=f"{title_of(after, new)} was announced by mistake: it has not shipped",
        content={"was": _state(old), "now": [new.status, new.planned_for]},
        facts=(
            ("Was told", _state(old)),
            ("What holds", _state(new)),
            *_why(log, new.place.file),
        ),
        answers_earlier=True,
    )


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
    return Event(
        id=event_id(EventKind.MISTAKEN, {"article": old.path, "title": old.title}),
        kind=EventKind.MISTAKEN,
        product=products[0] if products else "",
        version=None,
        severity=Severity.NORMAL,
        audience=old.audience,
        at=at,
        title=f"No known issue any more: {old.title}",
        products=products,
        page=page if now else (product_page(products[0]) if products else ""),
        facts=(
            ("What holds", f"it is a {now.kind} now" if now else "it is not recorded any more"),
            *_why(log, old.path),
        ),
        takes_back=(page,),
        thread=page,
    )


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
    name = moves.before.name_of(product)
    versions = ", ".join(old.version for old in rows[:_NAMED])
    more = f" and {len(rows) - _NAMED} more" if len(rows) > _NAMED else ""
    what = f"{moves.after.name_of(to)} (`{to}`)" if to else None
    staff = moves.before.products[product].audience is Audience.STAFF
    title = f"{name} (`{product}`) was recorded by mistake"
    return Event(
        id=event_id(
            EventKind.MISTAKEN, {"product": product, "now": to, "releases": [*map(str, rows)]}
        ),
        kind=EventKind.MISTAKEN,
        product=product,
        version=None,
        severity=Severity.HIGH,
        audience=Audience.STAFF if staff else Audience.PUBLIC,
        at=at,
        title=f"{title}: it is {what}" if what else f"{title}, with its releases",
        products=(product, *((to,) if to else ())),
        page=product_page(to) if to else "products/",
        facts=(
            ("Was told of", f"{name} {versions}{more}"),
            ("What holds", f"the same releases, as {what}" if what else "none of them is recorded"),
            *_why(moves.log, rows[0].place.file),
        ),
        takes_back=tuple(map(str, rows)),
        # The newest is the one that people remember.
        thread=str(max(rows, key=lambda r: (r.released_at or at.date(), r.version))),
    )


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
    was, now = title_of(moves.before, old), title_of(after, new)
    if was == now:
        now = f"{now} of the product `{new.product}`, not of `{old.product}`"
    happened = old.status in HAPPENED
    kind = EventKind.MISTAKEN if happened else EventKind.CANCELLED
    how = "was announced by mistake" if happened else "is not planned any more"
    it_is = f"it is {now}" if new.status in HAPPENED or not happened else f"{now} is to come"
    event = release_event(
        after,
        new,
        kind,
        Severity.HIGH if happened else Severity.NORMAL,
        at,
        title=f"{was} {how}: {it_is}",
        content={"was": [str(old), _state(old)], "now": [str(new), _state(new)]},
        facts=(
            ("Was told", f"{was}, {_state(old)}"),
            ("What holds", f"{title_of(after, new)}, {_state(new)}"),
            *(
                (row.label, f"{row.before} → {row.after}")
                for row in (corrections(as_it_was, new, after.schemes) if happened else ())
            ),
            *_why(moves.log, old.place.file, new.place.file),
        ),
    )
    return replace(
        event,
        product=old.product,
        version=old.version,
        products=tuple(dict.fromkeys((old.product, new.product))),
        takes_back=(str(old),),
    )


def _removed(moves: Moves, old: Release, at: datetime) -> Event:
    before, after = moves.before, moves.after
    title = title_of(before, old)
    happened = old.status in HAPPENED
    near = moves.perhaps(old)
    stays = old.product in after.products
    event = release_event(
        before,
        old,
        EventKind.MISTAKEN if happened else EventKind.CANCELLED,
        Severity.HIGH if happened else Severity.NORMAL,
        at,
        title=f"{title} was announced by mistake: it is not recorded any more"
        if happened
        else f"{title} is not planned any more",
        content={"was": _state(old), "now": None},
        facts=(
            ("Was told", _state(old)),
            ("What holds", f"there is no release {old.version} in the records"),
            # Whether it is the same one nobody can know: both facts are told.
            *(("Recorded now", f"{title_of(after, new)}, {_state(new)}") for new in near),
            *_why(moves.log, old.place.file),
        ),
        answers_earlier=True,
    )
    return replace(event, page=_page(after, near, old) if stays else "products/")


def _page(after: Catalogue, near: Sequence[Release], old: Release) -> str:
    return release_page(after, near[0]) if near else product_page(old.product)


def _state(release: Release) -> str:
    if release.status not in HAPPENED:
        day = f", planned for {release.planned_for}" if release.planned_for else ""
        return f"{release.status}, not shipped{day}"
    gone = f", withdrawn on {release.withdrawn.on}" if release.withdrawn else ""
    return f"shipped on {release.released_at}{gone}"


def with_reason(event: Event, log: Log, path: str) -> Event:
    """An event with the reason that somebody gave for the change of a file, if one was given."""
    reason = fact("Reason", log.reasons.get(path))
    told = any(label == "Reason" for label, _ in event.facts)
    return event if told or not reason else replace(event, facts=(*event.facts, *reason))


def _why(log: Log, *paths: str) -> Facts:
    """Why, in somebody's words; where nobody wrote it, what the commit says."""
    reason = next((log.reasons[path] for path in paths if path in log.reasons), None)
    commit = next((log.commits[path] for path in paths if path in log.commits), None)
    return fact("Reason", reason) or fact("Commit", commit)
