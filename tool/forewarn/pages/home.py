"""The home page: what somebody must know today, the most urgent first."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta
from heapq import nsmallest
from typing import Any

from forewarn.model.current import hurts
from forewarn.model.release import Release, Status, Withdrawal
from forewarn.model.sighting import FailingPlace
from forewarn.pages.compatibility.statements import short_breaks, versions_words
from forewarn.pages.html import words
from forewarn.pages.html.elements import (
    NOTHING,
    Html,
    columns,
    day_html,
    esc,
    fmt,
    join,
    link,
    made_before,
    moment_html,
    tag,
)
from forewarn.pages.html.parts import alarms, document, in_order, section, since
from forewarn.pages.products.product import coming_words
from forewarn.pages.products.releases import platforms
from forewarn.pages.unaware import unaware
from forewarn.pages.view import paths
from forewarn.pages.view.page_type import NavPlace, PageType
from forewarn.pages.view.view import Page, View
from forewarn.words.releases import counted
from forewarn.words.watching import trouble_words

_ROWS = 12
_TRACKS = 6  # whose support ends on one day, by name
_SHIPPED_FOR = _WITHDRAWN_FOR = timedelta(days=365)
_ISSUES_FOR = timedelta(days=120)
_SUPPORT_WITHIN = timedelta(days=180)


def pages(view: View) -> Iterator[Page]:
    """The one home page."""
    blocks = [
        tag("h1", esc(view.settings.name), id="top"),
        tag("p", words.text(view, paths.HOME, view.settings.description))
        if view.settings.description
        else "",
        _desk(view),
        alarms(view, paths.HOME, view.live),
        _look(view),
        section("How long nobody knew", "unaware", unaware(view)),
        section("Shipped lately", "shipped", _shipped(view)),
        section("Coming up", "coming", _coming(view)),
        section("Withdrawn", "withdrawn", _withdrawn(view)),
        section("Known issues that hurt now", "known-issues", _issues(view)),
        section("Fixed lately", "fixed", _fixed(view)),
        section("Support ends soon", "support", _support(view)),
    ]
    text = document(
        "Home",
        blocks,
        hide=["navigation", "toc"],
        feed=paths.FEED,
        about=view.settings.description or _described(view),
        scripts=["desk.js"],
    )
    yield Page(src=paths.HOME, text=text)


def _described(view: View) -> str:
    catalogue = view.catalogue
    return (
        f"{counted(sum(view.counts.values()), 'release')} of "
        f"{counted(len(catalogue.products), 'product')}: what is out, what works with what, what "
        "breaks, and what to do."
    )


def _desk(view: View) -> Html:
    """What somebody comes to ask; a script makes fields of it, and without it these are links."""
    src = paths.HOME
    return tag(
        "section",
        tag("div", id="fw-desk"),
        tag(
            "p",
            link(paths.between(src, paths.CHECKER), esc("Does it work with …?")),
            esc(" · "),
            link(paths.between(src, paths.PRODUCTS), esc("Is it out?")),
            esc(" · "),
            link(paths.between(src, paths.KNOWN_ISSUES), esc("Is it a known issue?")),
            class_="fw-desk-links",
        ),
        class_="fw-desk",
        aria_label="Ask",
        data_search_exclude="1",
    )


def _look(view: View) -> Html:
    """As of when the page knows what can be downloaded, and what could not be looked at."""
    watched = any(product.watch for product in view.catalogue.products.values())
    if view.sightings is None or not watched:
        return NOTHING
    look = view.last_look
    as_of = fmt(", as of {}", moment_html(look.at)) if look and look.at else NOTHING
    if look and not look.at:
        said = tag("p", esc("No watched place has been read yet: run forewarn watch."))
    elif view.live:
        text = fmt("What can be downloaded is told{}.", as_of)
        said = tag("p", text, class_="fw-small") if as_of else NOTHING
    else:
        said = tag("p", fmt("✓ No unannounced download is open{}.", as_of), class_="fw-calm")
    failing = _failing(view, look.failing if look else ())
    return join((said, failing, _unread(view, look.unread if look else ())), "\n\n")


def _failing(view: View, places: Sequence[FailingPlace]) -> Html:
    """The places that fail again and again, since when and how."""
    if not places:
        return NOTHING
    items = [
        tag(
            "li",
            fmt(
                "{}: {}, since {}: {} ({})",
                words.product_link(view, paths.HOME, place.product),
                place.source,
                moment_html(place.since),
                trouble_words(place.trouble),
                place.error,
            ),
        )
        for place in places
    ]
    said = "▲ These places fail again and again; what they show now is not known:"
    return fmt("{}\n\n{}", tag("p", esc(said)), tag("ul", *items, class_="fw-list"))


def _unread(view: View, places: Sequence[tuple[str, str]]) -> Html:
    """The places of which nobody knows what they show now."""
    if not places:
        return NOTHING
    items = [
        tag("li", fmt("{}: {}", words.product_link(view, paths.HOME, product), source))
        for product, source in places
    ]
    said = "▲ These places could not be read at the last look; what they show now is not known:"
    return fmt("{}\n\n{}", tag("p", esc(said)), tag("ul", *items, class_="fw-list"))


def _brings(view: View, product: str) -> dict[str, list[tuple[Any, ...]]]:
    """Of a product's releases those that may be shown, with what they are in order by."""
    releases = view.catalogue.releases_of(product)
    since = view.today - _SHIPPED_FOR
    shipped = [
        (-release.released_at.toordinal(), product, release.version)
        for release in releases
        if release.status is Status.SHIPPED
        and release.released_at
        and since <= release.released_at <= view.today
    ]
    coming = [
        ((release.planned_for or date.max).toordinal(), product, release.version)
        for release in releases
        if release.status in (Status.PLANNED, Status.STAGED)
    ]
    # What customers can still have comes first, or it might not be among those that are shown.
    withdrawn = [
        (not again, -release.withdrawn.on.toordinal(), product, release.version)
        for release in releases
        if release.withdrawn
        for again in [view.seen_again(release) is not None]
        if again or release.withdrawn.on >= view.today - _WITHDRAWN_FOR
    ]
    found: dict[str, list[tuple[Any, ...]]] = {
        "shipped": shipped,
        "coming": coming,
        "withdrawn": withdrawn,
        "ends": _ends(view, product),
    }
    return {name: nsmallest(_ROWS, rows) for name, rows in found.items()}


def _first(view: View, what: str) -> list[tuple[Any, ...]]:
    """Of all products those that come first."""
    return nsmallest(_ROWS, (row for found in view.each(_brings).values() for row in found[what]))


def _cells(
    view: View, what: str, make: Callable[[View, Release], Sequence[Html]]
) -> list[list[Html]]:
    """What is told of each release that is shown, kept with its product."""
    found = []
    for *_, product, version in _first(view, what):

        def made(around: View, key: tuple[str, str] = (product, version)) -> list[str]:
            return [str(cell) for cell in make(around, around.catalogue.releases[key])]

        cells = view.kept(product, f"{what} {version}", made)
        found.append([made_before(cell) for cell in cells])
    return found


def _shipped(view: View) -> Html:
    rows = _cells(
        view,
        "shipped",
        lambda around, release: (
            words.release_link(around, paths.HOME, release),
            since(around, release),
            esc(", ".join(platforms(release))),
            short_breaks(around, release),
        ),
    )
    if not rows:
        since_when = day_html(view.today - _SHIPPED_FOR)
        return tag("p", fmt("Nothing is recorded as shipped since {}.", since_when))
    heads = ("Release", "Shipped", "Platforms", "Breaks")
    return columns(*zip(heads, map(list, zip(*rows, strict=True)), strict=True))


def _coming(view: View) -> Html:
    rows = _cells(view, "coming", lambda around, r: [coming_words(around, paths.HOME, r)])
    items = (tag("li", said) for (said,) in rows)
    return tag("ul", *items, class_="fw-list") if rows else NOTHING


def _withdrawn(view: View) -> Html:
    def told(around: View, release: Release) -> list[Html]:
        return [_withdrawn_words(around, release, release.withdrawn)] if release.withdrawn else []

    items = [tag("li", *said) for said in _cells(view, "withdrawn", told)]
    return tag("ul", *items, class_="fw-list") if items else NOTHING


def _withdrawn_words(view: View, release: Release, withdrawal: Withdrawal) -> Html:
    parts = (
        words.status_chip(view, release),
        words.release_link(view, paths.HOME, release),
        fmt("on {}:", day_html(withdrawal.on)),
        words.text(view, paths.HOME, withdrawal.reason),
        fmt("Use instead: {}.", words.instead(view, paths.HOME, release)),
        words.seen_again(view, release),
    )
    return join(parts, " ")


def _issues(view: View) -> Html:
    """The open ones that the latest or supported releases have, the most harmful first."""
    catalogue = view.catalogue
    hurting = [i for i in catalogue.known_issues if hurts(catalogue, i, view.currents)]
    if not hurting:
        return NOTHING
    shown = in_order(view, hurting)[:_ROWS]
    more = len(hurting) - len(shown)
    there = link(paths.between(paths.HOME, paths.KNOWN_ISSUES), esc("all known issues"))
    rest = f"{more} more hurt as well; see" if more else "What is fixed is with"
    table = columns(
        ("Known issue", [words.article_link(view, paths.HOME, issue) for issue in shown]),
        ("What helps", [words.remediation(issue) for issue in shown]),
        ("Applies to", [words.ranges_html(view, paths.HOME, issue.applies) for issue in shown]),
        ("Opened", [day_html(issue.opened) if issue.opened else NOTHING for issue in shown]),
        ("For", [words.audience_chip(view, issue.audience) for issue in shown]),
    )
    return fmt("{}{}", table, tag("p", fmt("{} {}.", rest, there), class_="fw-small"))


def _fixed(view: View) -> Html:
    found = [
        (day, issue)
        for issue in view.catalogue.known_issues
        if (day := view.catalogue.fixed_on(issue)) and view.today - _ISSUES_FOR <= day <= view.today
    ]
    found.sort(key=lambda row: (-row[0].toordinal(), row[1].path))
    shown = found[:_ROWS]
    return columns(
        ("Known issue", [words.article_link(view, paths.HOME, issue) for _, issue in shown]),
        ("Fixed", [day_html(day) for day, _ in shown]),
        ("In", [words.ranges_html(view, paths.HOME, i.fixed_in) for _, i in shown]),
        ("For", [words.audience_chip(view, issue.audience) for _, issue in shown]),
    )


def _support(view: View) -> Html:
    """Tracks, and releases with dates of their own, whose support ends before long."""
    shown = _first(view, "ends")
    return columns(
        ("Product", [words.product_link(view, paths.HOME, product) for _, product, _ in shown]),
        ("Track or releases", [esc(what) for *_, what in shown]),
        ("Support ends", [day_html(date.fromordinal(day)) for day, *_ in shown]),
    )


def _named(tracks: Sequence[str]) -> str:
    """Tracks whose support ends on one day, and of very many how many."""
    more = [f"{len(tracks) - _TRACKS} more"] if len(tracks) > _TRACKS else []
    return ", ".join([*tracks[:_TRACKS], *more])


def _ends(view: View, product: str) -> list[tuple[int, str, str]]:
    until = view.today + _SUPPORT_WITHIN
    tracks: dict[date, list[str]] = defaultdict(list)
    for track, end in view.catalogue.support_ends(product, view.today):
        if end <= until:
            tracks[end].append(track)
    ends = [(day.toordinal(), product, _named(same)) for day, same in tracks.items()]
    own: dict[date, list[Release]] = defaultdict(list)
    for release in view.catalogue.releases_of(product):
        day = release.support.ends if release.support else None
        if day and release.status is Status.SHIPPED and view.today <= day <= until:
            own[day].append(release)
    of_releases = [(day.toordinal(), versions_words(view, same)) for day, same in own.items()]
    return [*ends, *((day, product, said) for day, said in of_releases)]


PAGES = PageType(
    pages=pages, brings=(_brings,), nav=NavPlace(order=0, title="Home", src=paths.HOME)
)
