"""The calendar: a page by month, and calendar files of everything and of each product."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from itertools import groupby

from forewarn.frozen import dataclass
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
    esc,
    fmt,
    join,
    link,
    tag,
)
from forewarn.pages.html.parts import document, heading, section
from forewarn.pages.view import paths
from forewarn.pages.view.find import as_list
from forewarn.pages.view.page_type import NavPlace, PageType
from forewarn.pages.view.view import Page, View
from forewarn.words.days import day_words
from forewarn.words.releases import counted

# More than these on one page are not looked through; so many months have pages of their own.
_ROOM, _MONTHS = 120, 24
_CHIPS = {
    DateKind.PLANNED: ("planned", "○"),
    DateKind.PROMISED: ("limited", "!"),
    DateKind.SUPPORT_ENDS: ("over", "■"),
}
# A calendar of everything is fetched by every subscriber: it holds no more than the next of these.
_MOST = 2000


def pages(view: View) -> Iterator[Page]:
    """The page, those of what it has no room for, and the calendar file of everything."""
    rows = dates.of_all(view)
    yield from _pages(view, rows)
    text = calendar(view, view.settings.name, rows[:_MOST])
    yield Page(src=paths.CALENDAR_FILE, text=text)


def product_pages(view: View, product: str) -> Iterator[Page]:
    """A product's calendar."""
    title = f"{view.name(product)} · {view.settings.name}"
    text = calendar(view, title, dates.of_product(view, product))
    yield Page(src=paths.product_calendar(product), text=text)


def _pages(view: View, rows: Sequence[Date]) -> Iterator[Page]:
    """All dates where one page has room for them; else the next, and a page for each later month.

    Years from now, one for each year.
    """
    periods = [*_periods(view, rows)]
    here, count = 0, 0
    for period in periods:
        count += len(period.groups)
        if here and count > _ROOM:
            break
        here += 1
    later = periods[here:]
    yield Page(src=paths.CALENDAR, text=_page(view, periods[:here], later))
    for place, period in enumerate(later):
        beside = [*later[max(place - 1, 0) : place], *later[place + 1 : place + 2]]
        yield Page(src=period.src, text=_later_page(view, period, beside))


@dataclass(frozen=True, kw_only=True)
class _Period:
    """A month, a year that is far away, or what is overdue; rows that are told as one together."""

    title: str
    anchor: str
    groups: Sequence[Sequence[Date]]

    @property
    def src(self) -> str:
        """Its own page, where it has one."""
        return f"calendar/{self.anchor.removeprefix('m')}.md"


def _periods(view: View, rows: Sequence[Date]) -> Iterator[_Period]:
    past = [row for row in rows if row.day < view.today and row.kind is not DateKind.SUPPORT_ENDS]
    if past:
        yield _Period(title="Overdue", anchor="overdue", groups=_grouped(past))
    coming = (row for row in rows if row.day >= view.today)
    for (year, month), found in groupby(coming, key=lambda row: _period(view, row.day)):
        title = day_words(date(year, month, 1)).partition(" ")[2] if month else str(year)
        anchor = f"m{year}-{month:02}" if month else f"m{year}"
        yield _Period(title=title, anchor=anchor, groups=_grouped([*found]))


def _period(view: View, day: date) -> tuple[int, int]:
    near = (day.year - view.today.year) * 12 + day.month - view.today.month < _MONTHS
    # The rest of the year in which the months end has them, too.
    last = (view.today.year * 12 + view.today.month - 1 + _MONTHS) // 12
    return (day.year, day.month) if near or day.year == last else (day.year, 0)


def _page(view: View, here: Sequence[_Period], later: Sequence[_Period]) -> str:
    src = paths.CALENDAR
    more = link(paths.between(src, paths.SUBSCRIBE, "mine"), esc("some products"))
    whole = calendar_links(view, src, paths.CALENDAR_FILE, view.settings.name)
    months = [_month(view, src, period) for period in here]
    shown = [row for period in here for group in period.groups for row in group]
    blocks = [
        heading(esc("Calendar")),
        tag("p", esc("What is planned, what was promised, and whose support ends.")),
        tag("p", fmt("In your own calendar: {}, or that of {}.", whole, more), class_="fw-small"),
        filters.filtered(join(months, "\n"), noun="dates", choices=_choices(view, shown))
        if months
        else tag("p", esc("No date ahead is recorded.")),
        section("Later", "later", _links(src, later)),
    ]
    return document(
        "Calendar",
        blocks,
        hide=["navigation", "toc"],
        about="What is planned, what was promised, and whose support ends, day by day.",
        find=as_list(),
        scripts=[filters.SCRIPT],
    )


def _later_page(view: View, period: _Period, beside: Sequence[_Period]) -> str:
    rows = [row for group in period.groups for row in group]
    whole = _month(view, period.src, period)
    blocks = [
        heading(
            esc(period.title), [link(paths.between(period.src, paths.CALENDAR), esc("Calendar"))]
        ),
        filters.filtered(whole, noun="dates", choices=_choices(view, rows)),
        _links(period.src, beside),
    ]
    return document(
        f"Calendar: {period.title}",
        blocks,
        hide=["navigation", "toc"],
        about=f"What is planned, promised and ends in {period.title}: "
        f"{counted(len(rows), 'date')}.",
        scripts=[filters.SCRIPT],
    )


def _links(src: str, periods: Sequence[_Period]) -> Html:
    items = (
        tag("li", link(paths.between(src, p.src), esc(p.title)), fmt(" ({})", len(p.groups)))
        for p in periods
    )
    return tag("ul", *items, class_="fw-list fw-columns") if periods else NOTHING


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


def _grouped(rows: Sequence[Date]) -> list[list[Date]]:
    groups = [list(group) for _, group in groupby(sorted(rows, key=_alike), key=_alike)]
    groups.sort(key=lambda group: (group[0].day, group[0].title, group[0].key))
    return groups


def _month(view: View, src: str, period: _Period) -> Html:
    groups = period.groups
    shown = columns(
        ("Day", [day_html(group[0].day) for group in groups]),
        ("What", [_what(view, src, group) for group in groups]),
        marks=[
            filters.mark(product=[group[0].product or ""], kind=[group[0].kind]) for group in groups
        ],
    )
    return tag("section", tag("h2", esc(period.title), id=period.anchor), shown, class_="fw-month")


def _alike(row: Date) -> tuple[date, str, str, str]:
    """Releases of a product whose support ends together are one row."""
    together = row.kind is DateKind.SUPPORT_ENDS and row.version
    return row.day, row.product or "", row.stage, "" if together else row.key


def _what(view: View, page: str, group: Sequence[Date]) -> Html:
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
            link(paths.between(page, src, anchor), esc(name)),
            esc(f"{first.stage} support") if first.stage else NOTHING,
        ),
        " ",
    )


PAGES = PageType(
    pages=pages,
    product_pages=product_pages,
    brings=(dates.brings,),
    nav=NavPlace(order=60, title="Calendar", src=paths.CALENDAR),
)
