"""The entries that follow from the records as they are now.

What has no date in the records is in none.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date
from functools import partial
from heapq import nlargest, nsmallest
from typing import Any

from forewarn.model.article import Article
from forewarn.model.events.event import EventKind
from forewarn.model.events.severity import Severity, of_issue, of_release, of_support
from forewarn.model.live import Live
from forewarn.model.record import Support
from forewarn.model.release import Release, Status, Withdrawal
from forewarn.model.versions.version import VersionRange
from forewarn.pages.feeds.entry import (
    MOST_OF_PRODUCT,
    MOST_SHOWN,
    Entry,
    last,
    midnight,
    newest,
    of_plain,
    plain,
    rank,
)
from forewarn.pages.html import words
from forewarn.pages.view import paths
from forewarn.pages.view.view import View
from forewarn.words import entries as said


def of_all(view: View) -> list[Entry]:
    """The newest entries of each severity, what is new or was corrected last first.

    Of each there are `MOST_SHOWN`: a large knowledge base has a hundred thousand entries, and
    nothing shows more.
    """
    found: dict[Severity, list[tuple[Any, ...]]] = {severity: [] for severity in Severity}
    by_value = {severity.value: rows for severity, rows in found.items()}
    for product, heads in view.each(brings).items():
        for severity, *head in heads:
            by_value[severity].append((*head, product))
    others = [entry for issue in view.catalogue.known_issues for entry in _of_issue(view, issue)]
    others += unannounced(view)
    for entry in others:
        found[entry.severity].append((*rank(entry), entry))
    shown: list[Entry] = []
    for rows in found.values():
        for *_, key, made in nsmallest(MOST_SHOWN, rows, key=lambda row: row[:3]):
            shown.append(made if isinstance(made, Entry) else _kept(view, made, key))
    return newest(shown)


def brings(view: View, product: str) -> list[tuple[Any, ...]]:
    """Of the entries of a product that may be shown: severity, how new it is, and its key."""
    kept: dict[Severity, list[Entry]] = {severity: [] for severity in Severity}
    for entry in _own(view, product, _told(view.catalogue.releases_of(product), MOST_SHOWN)):
        kept[entry.severity].append(entry)
    shown = (entry for same in kept.values() for entry in newest(same)[:MOST_SHOWN])
    return [(entry.severity.value, *rank(entry)) for entry in shown]


def _kept(view: View, product: str, key: str) -> Entry:
    """The entry of a product with that key, as it is kept in plain values."""

    def make(around: View) -> tuple[Any, ...]:
        version = key.partition("@")[2]
        release = around.catalogue.releases.get((product, version))
        own = _own(around, product, [release] if release else [])
        return plain(next(entry for entry in own if entry.key == key))

    return of_plain(view.kept(product, f"entry {key}", make))


def _own(view: View, product: str, releases: Iterable[Release]) -> Iterator[Entry]:
    for release in releases:
        yield from _of_release(view, release)
    yield from _of_tracks(view, product)


def of_product(view: View, product: str) -> Iterator[Entry]:
    """The entries that concern a product, those of others' releases that break it, too.

    Of what has merely shipped, no more of each track than its feeds show.
    """
    catalogue = view.catalogue
    harming = {
        str(owner): owner
        for owner, statement in view.statements_about(product)
        if statement.verdict.harms and owner.product != product
    }
    tracks: dict[str, list[Release]] = defaultdict(list)
    for release in catalogue.releases_of(product):
        tracks[release.track].append(release)
    for releases in tracks.values():
        for release in _told(releases, MOST_OF_PRODUCT):
            yield from _of_release(view, release)
    for release in harming.values():
        yield from (entry for entry in _of_release(view, release) if product in entry.concerns)
    yield from _of_tracks(view, product)
    for issue in catalogue.known_issues:
        if product in issue.applies or product in issue.fixed_in:
            yield from _of_issue(view, issue)
    yield from (entry for entry in unannounced(view) if entry.product == product)


def _told(releases: Iterable[Release], most: int) -> Iterator[Release]:
    """Releases without those of which a date is all that is known, and that are too old to be told.

    An entry takes long to make, and of a hundred thousand such releases a few are shown.
    """
    dated: list[tuple[int, Release]] = []
    for release in releases:
        if release.bare and release.released_at:
            dated.append((release.released_at.toordinal(), release))
        else:
            yield release
    least = min(nlargest(most, (day for day, _ in dated)), default=0)
    yield from (release for day, release in dated if day >= least)


def unannounced(view: View) -> Iterator[Entry]:
    """Downloads that are out and that the records know nothing of; staff only."""
    return (_of_download(view, live) for live in view.live)


def ranges(
    rows: Iterable[tuple[str, VersionRange]],
) -> dict[str, tuple[VersionRange, ...]]:
    """Ranges by the product that they are of."""
    found: dict[str, tuple[VersionRange, ...]] = {}
    for product, versions in rows:
        found[product] = (*found.get(product, ()), versions)
    return found


def _of_release(view: View, release: Release) -> Iterator[Entry]:
    if release.status in (Status.PLANNED, Status.STAGED):
        yield from _planned(view, release)
    elif release.released_at:
        yield _shipped(view, release, release.released_at)
    if release.withdrawn:
        yield _withdrawn(view, release, release.withdrawn)
    support = release.support
    if support and support.on and release.status is Status.SHIPPED:
        yield _support(view, support, support.on, _about(view, release), view.title(release))


def _about(view: View, release: Release) -> dict[str, Any]:
    """The fields of an entry that say which release it is about."""
    src, anchor = paths.release_place(view.catalogue, release)
    return {
        "product": release.product,
        "version": release.version,
        "track": release.track,
        "src": src,
        "anchor": anchor,
    }


def _planned(view: View, release: Release) -> Iterator[Entry]:
    """A planned release, from the day on which it was announced or else recorded as planned."""
    began = release.announced_at or (release.history[0].on if release.history else None)
    if began is None:
        return
    live = view.live_of(release)
    updated = last(view, began, *(step.on for step in release.history))
    yield Entry(
        key=f"planned:{release}",
        kind=EventKind.PLANNED,
        severity=Severity.NORMAL,
        title=said.planned_title(view.title(release), live),
        at=midnight(began),
        updated=max(updated, live.since) if live else updated,
        tell=partial(said.planned, release, words.live_line(live) if live else "", view.today),
        texts=_texts(view, release),
        **_about(view, release),
    )


def _shipped(view: View, release: Release, day: date) -> Entry:
    harms = [s for s in release.compatibility if s.verdict.harms]
    back, taken = release.reinstated, release.withdrawn
    return Entry(
        key=f"shipped:{release}",
        kind=EventKind.SHIPPED,
        severity=of_release(s.verdict for s in harms),
        title=said.shipped_title(view.title(release)),
        at=midnight(day),
        updated=last(
            view,
            day,
            taken.on if taken else None,
            back.on if back else None,
            *(s.verified.on for s in harms if s.verified),
        ),
        concerns=ranges((s.partner, s.versions) for s in harms),
        tell=partial(said.shipped, view.name, release, harms),
        texts=_texts(view, release),
        **_about(view, release),
    )


def _texts(view: View, release: Release) -> tuple[tuple[str, str], ...]:
    briefing = view.catalogue.briefings.get((release.product, release.version))
    told = (
        ("What is new", release.notes),
        ("Briefing, for staff only", briefing.text if briefing else ""),
    )
    return tuple((heading, text) for heading, text in told if text and not text.isspace())


def _withdrawn(view: View, release: Release, taken: Withdrawal) -> Entry:
    return Entry(
        key=f"withdrawn:{release}",
        kind=EventKind.WITHDRAWN,
        severity=Severity.HIGH,
        title=said.withdrawn_title(view.title(release)),
        at=midnight(taken.on),
        updated=midnight(taken.on),
        tell=lambda: said.withdrawn(taken, view.adviser.recommend(release)),
        **_about(view, release),
    )


def _of_tracks(view: View, product: str) -> Iterator[Entry]:
    record = view.catalogue.products[product]
    for track, support in record.support.items():
        if support.on:
            about = {"product": product, "track": track, "src": paths.product_src(product)}
            yield _support(view, support, support.on, about, f"{record.name} {track}")


def _support(view: View, support: Support, on: date, about: dict[str, Any], what: str) -> Entry:
    """What was decided about support; a later decision is a correction of this one."""
    before = support.earlier[-1] if support.earlier else None
    began = min((s.on for s in (*support.earlier, support) if s.on), default=on)
    name = f"{about['product']}@{about['version']}" if "version" in about else what
    return Entry(
        key=f"support:{name}",
        kind=EventKind.SUPPORT_CHANGED,
        severity=of_support(before, support),
        title=said.support_title(what, support),
        at=midnight(began),
        updated=last(view, began, on),
        tell=partial(said.support, support),
        **about,
    )


def _of_issue(view: View, issue: Article) -> Iterator[Entry]:
    fixed_on = view.catalogue.fixed_on(issue)
    fixed = fixed_on is not None
    for kind, day in (
        (EventKind.KNOWN_ISSUE_OPENED, issue.opened),
        (EventKind.KNOWN_ISSUE_FIXED, fixed_on),
    ):
        if day is None:
            continue
        opened = kind is EventKind.KNOWN_ISSUE_OPENED
        yield Entry(
            key=f"{'opened' if opened else 'fixed'}:{issue.path}",
            kind=kind,
            severity=of_issue(issue, fixed=fixed or not opened),
            title=said.issue_title(issue, fixed=not opened),
            at=midnight(day),
            updated=last(view, day, issue.verified.on if issue.verified else None, fixed_on),
            src=issue.path,
            concerns=ranges((*issue.applies.items(), *issue.fixed_in.items())),
            tell=partial(said.issue, view.name, issue),
            texts=(("", issue.body),),
        )


def _of_download(view: View, found: Live) -> Entry:
    known = found.product in view.catalogue.products
    return Entry(
        key=f"unannounced:{found.product}@{found.version}",
        kind=EventKind.UNANNOUNCED_DOWNLOAD,
        severity=Severity.CRITICAL,
        title=said.download_title(f"{view.name(found.product)} {found.version}"),
        at=found.since,
        updated=max(s.first_seen for s in found.sightings),
        product=found.product,
        version=found.version,
        track=found.record.track if found.record else None,
        src=paths.product_src(found.product) if known else paths.HOME,
        anchor=paths.UNANNOUNCED,
        tell=partial(said.download, found),
    )
