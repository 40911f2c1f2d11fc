"""Events for customers: derived from what the public may see, and from nothing else."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date, datetime

from forewarn.model.article import Kind
from forewarn.model.audience import announced_by, visible
from forewarn.model.catalogue import Catalogue
from forewarn.model.events.change import derive, perhaps_changed
from forewarn.model.events.event import Event, EventKind, event_id
from forewarn.model.events.fact import CompatibilityChanged, Corrected, Fact
from forewarn.model.events.move import Log
from forewarn.model.record import Audience

# What customers were told of is another thread than what staff were: no event of the one answers
# an event of the other.
THEIRS = "public "


def customer_events(
    before: Catalogue,
    after: Catalogue,
    at: datetime,
    log: Log,
    staff: Iterable[Event],
    since: date | None = None,
) -> tuple[Event, ...]:
    """The events between what customers could see of two catalogues, as of `at`.

    Who changed what, and why, is not told to them. Nor is what has only been hidden from them:
    `staff` are the events that staff are told of the same change. `since` is the day of the
    earlier catalogue: what was to be announced later has been announced in the meantime.
    """
    files = replace(log, reasons={}, commits={})
    was, now = announced_by(before, since or at.date()), announced_by(after, at.date())
    # What they may see of a product that has not changed may be put otherwise, as when a file that
    # it names is public by now: that is nothing to tell.
    among = perhaps_changed(was, now)
    found = derive(visible(was, Audience.PUBLIC), visible(now, Audience.PUBLIC), at, files, among)
    return tuple(_of_customers(found, after, staff))


def seen_by_customers(catalogue: Catalogue, on: date) -> Catalogue:
    """What customers may see of a catalogue on a day."""
    return visible(announced_by(catalogue, on), Audience.PUBLIC)


def _of_customers(
    events: Iterable[Event], after: Catalogue, staff: Iterable[Event]
) -> Iterator[Event]:
    theirs = {(event.kind, event.subject): event.fact for event in staff}
    for event in events:
        if event.ends_its_subject and any(_stands(after, s) for s in event.takes_back):
            continue
        told: Event | None = event
        if isinstance(event.fact, CompatibilityChanged | Corrected):
            told = _really_changed(event, theirs.get((event.kind, event.subject)))
        if told is None:
            continue
        yield replace(
            told,
            id=event_id(event.kind, {"for": "customers", "of": event.id}),
            told_to=Audience.PUBLIC,
            audience=Audience.PUBLIC,
            thread=THEIRS + event.subject,
            takes_back=tuple(THEIRS + subject for subject in event.takes_back),
        )


def _really_changed(event: Event, staff: Fact | None) -> Event | None:
    """An event with those changes alone that staff are told of; None where that is none."""
    match event.fact, staff:
        case CompatibilityChanged(changes=rows), CompatibilityChanged(changes=all_):
            known = {(row.of, row.about) for row in all_}
            kept = tuple(row for row in rows if (row.of, row.about) in known)
            return replace(event, fact=CompatibilityChanged(changes=kept)) if kept else None
        case Corrected(changes=found), Corrected(changes=every):
            parts = {(row.part, row.of) for row in every}
            left = tuple(row for row in found if (row.part, row.of) in parts)
            return replace(event, fact=Corrected(changes=left)) if left else None
        case _:
            return None


def _stands(after: Catalogue, subject: str) -> bool:
    """Whether what a subject is about is recorded all the same."""
    product, at, version = subject.partition("@")
    if at:
        return (product, version) in after.releases
    article = after.articles.get(f"{subject.rstrip('/')}.md")
    return article is not None and article.kind is Kind.KNOWN_ISSUE


def may_still_be_told(event: Event, seen: Catalogue) -> bool:
    """Whether customers may still be told of an event, by what they may see by now.

    What takes something back names nothing that they were not told of.
    """
    if not set(event.products) <= seen.products.keys() and not event.ends_its_subject:
        return False
    if event.kind in (EventKind.KNOWN_ISSUE_OPENED, EventKind.KNOWN_ISSUE_FIXED):
        return f"{event.page.rstrip('/')}.md" in seen.articles
    if event.version is None or event.ends_its_subject:
        return True
    return (event.product, event.version) in seen.releases
