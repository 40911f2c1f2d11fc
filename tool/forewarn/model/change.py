"""Events are a diff: what follows from the change between two catalogues."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime, timedelta

from forewarn.model.catalogue import Catalogue
from forewarn.model.event import Event
from forewarn.model.issue_change import issue_events
from forewarn.model.release import Status
from forewarn.model.release_change import release_events
from forewarn.model.shelf import ReleaseKey
from forewarn.model.support_change import support_events, track_events

# What shipped within these days is news, however it came into the records.
JUST_SHIPPED = timedelta(days=2)
# Releases that first appear in the records long after they shipped are history, not news, where
# an importer recorded them, or where many appear at once: somebody brought in a product's past.
# A few that a person records are told, however old.
_OLD = timedelta(days=30)
_MOST_OLD_TOLD = 10

_HAPPENED = (Status.SHIPPED, Status.WITHDRAWN)


def derive(before: Catalogue, after: Catalogue, at: datetime) -> tuple[Event, ...]:
    """The events between two catalogues, by product and version, by track, then by article.

    `at` is when the later one was committed, in UTC; it dates the events and is not part of
    their ids. A record that vanished is no event: disappearing is not withdrawing.
    """
    events: list[Event] = []
    keys = _perhaps_changed(before, after)
    known = _with_history(before, after, keys, at.date())
    for key in keys:
        old, new = known.releases.get(key), after.releases[key]
        if old != new:
            events.extend(release_events(after, old, new, at))
            events.extend(support_events(known, after, old, new, at))
    events.extend(track_events(known, after, at))
    for issue in after.known_issues:
        events.extend(issue_events(known, after, issue, at))
    return tuple(events)


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


def _perhaps_changed(before: Catalogue, after: Catalogue) -> list[ReleaseKey]:
    """The releases that may not be as they were, by product and version."""
    products = (p for p in after.products if not after.shelf.same_as(before.shelf, p))
    return sorted((product, v) for product in products for v in after.versions_of(product))


def _with_history(
    before: Catalogue, after: Catalogue, keys: Iterable[ReleaseKey], on: date
) -> Catalogue:
    """What counts as known: what was, and the history that has been brought in since."""
    appeared = (key for key in keys if key not in before.releases)
    silent = {key: after.releases[key] for key in _history(before, after, appeared, on)}
    if not silent:
        return before
    return replace(
        before,
        releases={**before.releases, **silent},
        schemes={**after.schemes, **before.schemes},
    )


def _history(
    before: Catalogue, after: Catalogue, appeared: Iterable[ReleaseKey], on: date
) -> set[ReleaseKey]:
    """Those of the releases that just appeared that happened too long ago to be told."""
    imported, old = set(), set()
    for key in appeared:
        new = after.releases[key]
        happened = new.withdrawn.on if new.withdrawn else new.released_at
        if new.status not in _HAPPENED or happened is None:
            continue
        window = _OLD if new.product in before.products else JUST_SHIPPED
        if new.imported and new.imported - happened > JUST_SHIPPED:
            imported.add(key)
        elif on - happened > window:
            old.add(key)
    return imported | old if len(old) > _MOST_OLD_TOLD else imported
