"""Events are a diff: what follows from the change between two catalogues."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta

from forewarn.model.catalogue import Catalogue
from forewarn.model.events.about import about
from forewarn.model.events.event import Event
from forewarn.model.events.fact import HAPPENED
from forewarn.model.events.issue_change import issue_events
from forewarn.model.events.mistake import (
    gone_events,
    issue_gone_event,
    not_shipped_event,
    took_back,
)
from forewarn.model.events.move import Log, Moves, issue_moves, issues_gone
from forewarn.model.events.release_change import release_events
from forewarn.model.events.support_change import support_events, track_events
from forewarn.model.release import Release, product_path
from forewarn.model.shelf import ReleaseKey

# What shipped within these days is news, however it came into the records.
JUST_SHIPPED = timedelta(days=2)
# Releases that first appear in the records long after they shipped are history, not news, where
# an importer recorded them, or where many appear at once: somebody brought in a product's past.
# A few that a person records are told, however old.
_OLD = timedelta(days=30)
_MOST_OLD_TOLD = 10


_NO_LOG = Log()


def derive(
    before: Catalogue,
    after: Catalogue,
    at: datetime,
    log: Log = _NO_LOG,
    among: Collection[str] | None = None,
) -> tuple[Event, ...]:
    """The events between two catalogues: what is taken back, then what else has changed.

    `at` is when the later one was committed, in UTC; it dates the events and is not part of
    their ids. `log` is what the commits between the two say. Nothing follows from a record that
    could not be read in one of them. `among` are the products of which something can have
    changed, where that is known; of the others nothing is looked at.
    """
    if among is None:
        among = perhaps_changed(before, after)
    moves = Moves(before=before, after=after, log=log, among=among)
    events: list[Event] = [*gone_events(moves, at)]
    keys = [
        (product, version)
        for product in sorted(among)
        for version in sorted(after.versions_of(product) if product in after.products else ())
        if (product, version) not in moves.successors
        and _was_read(after.releases[product, version], log)
    ]
    known = _with_history(before, after, keys, at.date())
    for key in keys:
        old, new = known.releases.get(key), after.releases[key]
        if old == new:
            continue
        if old and took_back(old, new):
            events.append(not_shipped_event(after, old, new, log, at))
            continue
        found = [*release_events(after, old, new, at), *support_events(known, after, old, new, at)]
        reason = log.reasons.get(new.place.file)
        events.extend(replace(event, reason=reason) for event in found)
    events.extend(track_events(known, after, among, at))
    events.extend(_of_issues(known, after, among, at, log))
    return tuple(about(after, event) for event in events)


def _was_read(release: Release, log: Log) -> bool:
    """Whether a release could be read before, if it was there."""
    return log.unread_before.isdisjoint((release.place.file, product_path(release.product)))


def _of_issues(
    known: Catalogue, after: Catalogue, among: Collection[str], at: datetime, log: Log
) -> Iterator[Event]:
    moved = issue_moves(known, after, log)
    for old in issues_gone(known, after, moved, log):
        yield issue_gone_event(after, old, log, at)
    for issue in after.known_issues:
        as_it_was = known.articles.get(issue.path) == issue and not any(
            product in among for product in issue.fixed_in
        )
        if issue.path not in log.unread_before and not as_it_was:
            old_path = moved[issue.path].path if issue.path in moved else issue.path
            yield from issue_events(known, after, issue, at, old_path)


def history(after: Catalogue, on: date) -> Catalogue:
    """What to compare a catalogue with when nothing was ever published: all but the latest news.

    Everything counts as known but the releases that shipped within the last days.
    """
    cut = on - JUST_SHIPPED
    return replace(
        after,
        releases={
            key: release
            for key, release in after.releases.items()
            if release.released_at is None or release.released_at < cut
        },
    )


def perhaps_changed(before: Catalogue, after: Catalogue) -> frozenset[str]:
    """The products of which a record, or a release's, may not be as it was."""
    products = before.products.keys() | after.products.keys()
    return frozenset(product for product in products if not after.has_same(before, product))


def _with_history(
    before: Catalogue, after: Catalogue, keys: Iterable[ReleaseKey], on: date
) -> Catalogue:
    """What counts as known: what was, and the history that has been brought in since."""
    appeared = (key for key in keys if key not in before.releases)
    silent = {key: after.releases[key] for key in _history(before, after, appeared, on)}
    if not silent:
        return before
    schemes = {product: after.schemes[product] for product, _ in silent}
    return replace(before, schemes=schemes | dict(before.schemes)).with_releases(silent)


def _history(
    before: Catalogue, after: Catalogue, appeared: Iterable[ReleaseKey], on: date
) -> set[ReleaseKey]:
    """Those of the releases that just appeared that happened too long ago to be told."""
    imported, old = set(), set()
    for key in appeared:
        new = after.releases[key]
        happened = new.withdrawn.on if new.withdrawn else new.released_at
        if new.status not in HAPPENED or happened is None:
            continue
        window = _OLD if new.product in before.products else JUST_SHIPPED
        if new.imported and new.imported - happened > JUST_SHIPPED:
            imported.add(key)
        elif on - happened > window:
            old.add(key)
    return imported | old if len(old) > _MOST_OLD_TOLD else imported
