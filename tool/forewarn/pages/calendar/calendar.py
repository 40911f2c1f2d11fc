"""The calendar: a page by month, and calendar files of everything and of each product."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from itertools import groupby

from forewarn.pages.calendar import dates
from forewarn.pages.calendar.dates import Date, DateKind
from forewarn.pages.calendar.ical import calendar
from forewarn.pages.compatibility.statements import versions_words
from forewarn.pages.feeds.follow import calendar_links
from forewarn.pages.html import filters, words
from forewarn.pages.html.elements import (
    NOTHING,
    Html,
    chip,
    columns,
    day_html,
    day_words,
    esc,
    fmt,
    join,
    link,
    tag,
)
from forewarn.pages.html.parts import document, heading
from forewarn.pages.view import paths
from forewarn.pages.view.find import as_list
from forewarn.pages.view.page_type import NavPlace, PageType
from forewarn.pages.view.view import Page, View

# What comes later than this is in the calendar files alone.
_AHEAD = timedelta(days=731)
_CHIPS = {
    DateKind.PLANNED: ("planned", "○"),
    DateKind.PROMISED: ("limited", "!"),
    DateKind.SUPPORT_ENDS: ("over", "■"),
}
# A calendar of everything is fetched by every subscriber: it holds no more than the next of these.
_MOST = 2000


def pages(view: View) -> Iterator[Page]:
    """The page, and the calendar of everything."""
    rows = dates.of_all(view)
    yield Page(src=paths.CALENDAR, text=_page(view, rows))
    text = calendar(view, view.settings.name, rows[:_MOST])
    yield Page(src=paths.CALENDAR_FILE, text=text)


def product_pages(view: View, product: str) -> Iterator[Page]:
    """A product's calendar."""
    title = f"{view.name(product)} · {view.settings.name}"
    text = calendar(view, title, dates.of_product(view, product))
    yield Page(src=paths.product_calendar(product), text=text)


def _page(view: View, rows: Sequence[Date]) -> str:
    coming = [row for row in rows if view.today <= row.day <= view.today + _AHEAD]
    later = sum(row.day > view.today + _AHEAD for row in rows)
    overdue = [
        row for row in rows if row.day < view.today and row.kind is not DateKind.SUPPORT_ENDS
    ]
    months = [_month(view, "Overdue", "overdue", overdue)] if overdue else []
    for (year, month), group in groupby(coming, key=lambda row: (row.day.year, row.day.month)):
        title = day_words(date(year, month, 1)).partition(" ")[2]
        months.append(_month(view, title, f"m{year}-{month:02}", list(group)))
    more = link(paths.between(paths.CALENDAR, paths.SUBSCRIBE), esc("one product"))
    whole = calendar_links(view, paths.CALENDAR, paths.CALENDAR_FILE, view.settings.name)
    blocks = [
        heading(esc("Calendar")),
        tag("p", esc("What is planned, what was promised, and whose support ends.")),
        tag("p", fmt("In your own calendar: {}, or that of {}.", whole, more), class_="fw-small"),
        filters.filtered(join(months, "\n"), noun="dates", choices=_choices(view, rows))
        if months
        else tag("p", esc("No date ahead is recorded.")),
        tag("p", esc(f"{later} later dates are in the calendar files."), class_="fw-small")
        if later
        else "",
    ]
    return document(
        "Calendar",
        blocks,
        hide=["navigation", "toc"],
        find=as_list(),
        scripts=[filters.SCRIPT],
    )


def _choices(view: View, rows: Iterable[Date]) -> list[filters.Choice]:
    products = {row.product for row in rows if row.product}
    names = sorted((view.name(id).casefold(), id) for id in products)
    kinds = [kind for kind in DateKind if any(row.kind is kind for row in rows)]
    return [
        filters.Choice(
            key="product", label="Product", options=[(i, view.name(i)) for _, i in names]
        ),
        filters.Choice(
            key="kind", label="Why", options=[(kind, kind.capitalize()) for kind in kinds]
        ),
    ]


def _month(view: View, title: str, anchor: str, rows: Sequence[Date]) -> Html:
    groups = [list(group) for _, group in groupby(sorted(rows, key=_alike), key=_alike)]
    groups.sort(key=lambda group: (group[0].day, group[0].title, group[0].key))
    shown = columns(
        ("Day", [day_html(group[0].day) for group in groups]),
        ("What", [_what(view, group) for group in groups]),
        marks=[
            filters.mark(product=[group[0].product or ""], kind=[group[0].kind]) for group in groups
        ],
    )
    return tag("section", tag("h2", esc(title), id=anchor), shown, class_="fw-month")


def _alike(row: Date) -> tuple[date, str, str, str]:
    """Releases of a product whose support ends together are one row."""
    together = row.kind is DateKind.SUPPORT_ENDS and row.version
    return row.day, row.product or "", row.stage, "" if together else row.key


def _what(view: View, group: Sequence[Date]) -> Html:
    first = group[0]
    name, src, anchor = first.name, first.src, first.anchor
    if len(group) > 1 and first.product:
        releases = [view.catalogue.releases[first.product, row.version or ""] for row in group]
        name = f"{view.name(first.product)} {versions_words(view, releases)}"
        src, anchor = paths.product_src(first.product), ""
    kind, sign = _CHIPS[first.kind]
    return join(
        (
            chip(kind, sign, esc(first.kind)),
            words.staff_chip() if first.inside and view.staff else NOTHING,
            chip(*words.STATES[words.LIVE], esc(words.LIVE)) if first.live else NOTHING,
            link(paths.between(paths.CALENDAR, src, anchor), esc(name)),
            esc(f"{first.stage} support") if first.stage else NOTHING,
        ),
        " ",
    )


PAGES = PageType(
    pages=pages,
    product_pages=product_pages,
    nav=NavPlace(order=60, title="Calendar", src=paths.CALENDAR),
)
