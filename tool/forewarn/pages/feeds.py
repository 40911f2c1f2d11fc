"""Atom feeds: everything, and each product. Ids follow from what an entry tells, for good."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from forewarn.model.article import Article
from forewarn.model.release import Release, Status
from forewarn.pages import paths, words
from forewarn.pages.html import esc
from forewarn.pages.view import Page, Unannounced, View

_MOST = 200


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One thing that happened. `key` is its identity, `src` and `anchor` where it is told."""

    key: str
    title: str
    at: datetime
    lines: tuple[tuple[str, str], ...]
    products: tuple[str, ...]
    src: str
    anchor: str = ""


def pages(view: View) -> Iterator[Page]:
    """A feed of everything."""
    entries = _sorted(_entries(view))
    yield Page(src=paths.FEED, text=_feed(view, paths.FEED, view.settings.name, "", entries))


def product_pages(view: View, product: str) -> Iterator[Page]:
    """A product's own feed."""
    src = paths.product_feed(product)
    title = f"{view.name(product)} · {view.settings.name}"
    found = [entry for entry in _entries(view, product) if product in entry.products]
    yield Page(src=src, text=_feed(view, src, title, product, _sorted(found)))


def _sorted(entries: Iterable[Entry]) -> list[Entry]:
    return sorted(entries, key=lambda e: (-e.at.timestamp(), e.key))


def _entries(view: View, product: str | None = None) -> Iterator[Entry]:
    catalogue = view.catalogue
    releases = catalogue.releases_of(product) if product else catalogue.releases.values()
    for release in releases:
        yield from _of_release(view, release)
    for issue in catalogue.known_issues:
        yield from _of_issue(view, issue)
    for found in view.unannounced:
        yield _of_download(view, found)


def _of_release(view: View, release: Release) -> Iterator[Entry]:
    src, anchor = paths.release_place(view.catalogue, release)
    name = view.title(release)

    def entry(what: str, title: str, day: date, *lines: tuple[str, str]) -> Entry:
        return Entry(
            key=f"{what}:{release}",
            title=title,
            at=_midnight(day),
            lines=lines,
            products=(release.product,),
            src=src,
            anchor=anchor,
        )

    if release.status in (Status.PLANNED, Status.STAGED) and release.announced_at:
        when = words.shown_text(release.planned_for)
        yield entry("planned", f"{name} is planned", release.announced_at, ("Planned for", when))
    if release.released_at and release.status in (Status.SHIPPED, Status.WITHDRAWN):
        platforms = ", ".join(dict.fromkeys(d.platform for d in release.downloads))
        lines = [("Platforms", platforms)] if platforms else []
        yield entry(
            "shipped", f"{name} shipped", release.released_at, *lines, *_breaks(view, release)
        )
    if release.withdrawn:
        back = release.withdrawn
        lines = [("Reason", back.reason)]
        if back.replacement:
            lines.append(("Use instead", back.replacement))
        yield entry("withdrawn", f"{name} was withdrawn", back.on, *lines)


def _breaks(view: View, release: Release) -> Iterator[tuple[str, str]]:
    for side in view.breaking(release):
        statement = side.statement
        other = (
            words.plain_range(view.name(statement.partner), statement.versions)
            if side.own
            else view.title(side.owner)
        )
        about = f": {statement.about}" if statement.about else ""
        yield (words.VERDICTS[statement.verdict][1].capitalize(), f"{other}{about}")
        if statement.remedy:
            yield ("What to do", statement.remedy)


def _of_issue(view: View, issue: Article) -> Iterator[Entry]:
    applies = "; ".join(words.plain_range(view.name(p), v) for p, v in issue.applies.items())
    fixed = "; ".join(words.plain_range(view.name(p), v) for p, v in issue.fixed_in.items())
    products = tuple(dict.fromkeys((*issue.applies, *issue.fixed_in)))
    for what, word, day in (
        ("opened", "Known issue", issue.opened),
        ("fixed", "Fixed", view.fixed_on(issue)),
    ):
        if day:
            yield Entry(
                key=f"{what}:{issue.path}",
                title=f"{word}: {issue.title}",
                at=_midnight(day),
                lines=tuple(
                    (label, value)
                    for label, value in (("Applies to", applies), ("Fixed in", fixed))
                    if value
                ),
                products=products,
                src=issue.path,
            )


def _of_download(view: View, found: Unannounced) -> Entry:
    platforms = sorted({s.platform for s in found.sightings if s.platform})
    return Entry(
        key=f"unannounced:{found.product}@{found.version}",
        title=f"Unannounced: {view.name(found.product)} {found.version} is on a download site",
        at=found.first.first_seen,
        lines=(
            ("First seen", f"{found.first.first_seen:%Y-%m-%d %H:%M} UTC"),
            ("Platforms", ", ".join(platforms) or "none named"),
            ("Where", found.first.url),
        ),
        products=(found.product,),
        src=paths.product_src(found.product)
        if found.product in view.catalogue.products
        else paths.HOME,
        anchor=paths.UNANNOUNCED,
    )


def _feed(view: View, src: str, title: str, key: str, entries: Iterable[Entry]) -> str:
    shown = list(entries)[:_MOST]
    updated = max((entry.at for entry in shown), default=_midnight(view.today))
    home = paths.HOME if not key else paths.product_src(key)
    lines = [
        '<?xml version="1.0" encoding="utf-8"?>',
        '<feed xmlns="http://www.w3.org/2005/Atom">',
        f"<id>{_id(view, f'feed:{view.audience}:{key}')}</id>",
        f"<title>{esc(title)}</title>",
        f"<updated>{_stamp(updated)}</updated>",
        f"<author><name>{esc(view.settings.name)}</name></author>",
        f'<link rel="alternate" type="text/html" href="{esc(_address(view, src, home))}"/>',
    ]
    if _base(view):
        lines.append(f'<link rel="self" href="{esc(_address(view, src, src))}"/>')
    for entry in shown:
        lines += _entry(view, src, entry)
    return "\n".join([*lines, "</feed>", ""])


def _entry(view: View, src: str, entry: Entry) -> list[str]:
    items = "".join(f"<li>{esc(label)}: {esc(value)}</li>" for label, value in entry.lines)
    return [
        "<entry>",
        f"<id>{_id(view, entry.key)}</id>",
        f"<title>{esc(entry.title)}</title>",
        f"<updated>{_stamp(entry.at)}</updated>",
        '<link rel="alternate" type="text/html" '
        f'href="{esc(_address(view, src, entry.src, entry.anchor))}"/>',
        f'<content type="html">{esc(f"<ul>{items}</ul>" if items else entry.title)}</content>',
        "</entry>",
    ]


def _base(view: View) -> str:
    return view.settings.site_urls.get(view.audience.value, "")


def _address(view: View, src: str, target: str, anchor: str = "") -> str:
    """Absolute where it is known where the site is served, else relative to the feed."""
    base = _base(view)
    if base:
        return paths.with_anchor(base + paths.url(target), anchor)
    return paths.between(src, target, anchor)


def _id(view: View, key: str) -> str:
    return uuid.uuid5(uuid.NAMESPACE_URL, f"forewarn:{view.settings.name}:{key}").urn


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)


def _stamp(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%S}Z"
