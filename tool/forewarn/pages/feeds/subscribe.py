"""How to be told: every feed and calendar, and how programs take them."""

from __future__ import annotations

import json
from collections.abc import Iterator

from forewarn.model.events.severity import Severity
from forewarn.pages.feeds.feed_list import by_severity, everything, of_unannounced
from forewarn.pages.feeds.follow import calendar_links, copy_button, form_links
from forewarn.pages.html.elements import NOTHING, Html, columns, esc, fmt, fold, join, link, tag
from forewarn.pages.html.parts import document, heading, section
from forewarn.pages.view import paths
from forewarn.pages.view.addresses import base
from forewarn.pages.view.find import as_list
from forewarn.pages.view.page_type import NavPlace, PageType
from forewarn.pages.view.view import Page, View

# More products than these stand under a line that says how many.
_LISTED = 60
_PRODUCTS = "subscribe/products.json"
# What to do with an address, program by program.
_PROGRAMS = (
    (
        "Outlook",
        "For a feed: right-click RSS Feeds among the folders, Add a New RSS Feed, and paste the "
        "address. For a calendar: Calendar, Add calendar, Subscribe from web.",
    ),
    (
        "Thunderbird",
        "For feeds: File, New, Feed Account, then Manage feed subscriptions and paste the address, "
        "or import the OPML file. For a calendar: New Calendar, On the Network.",
    ),
    ("Slack", "Add the RSS app, then write in a channel: /feed subscribe and the address."),
    ("Teams", "In the Workflows app: When a feed item is published, Post a message in a channel."),
)
_ALERTS = """\
```yaml
people:
  maria: {name: Maria Keller, email: maria@example.com}
subscriptions:
  - {person: maria, channel: mail, products: [recorder], least_severity: high}
```"""


_STAFF = "These are for staff: a program must be able to log in to read them."
# Of these nobody subscribes to: the least is everything, and the worst is what is unannounced.
_NOT_OFFERED = (Severity.LOW, Severity.CRITICAL)


def pages(view: View) -> Iterator[Page]:
    """The page, and the products that can be chosen on it."""
    yield Page(src=paths.SUBSCRIBE, text=_page(view))
    yield Page(src=_PRODUCTS, text=_products(view))


def _page(view: View) -> str:
    blocks = [
        heading(esc("Subscribe")),
        tag("p", esc("Be told when something ships, breaks, is withdrawn or loses its support.")),
        tag("p", esc(_STAFF), class_="fw-small") if view.staff else "",
        section("Of all products", "all", _shared(view)),
        section("My products", "mine", _mine(view)),
        section(
            "How to add one",
            "how",
            columns(
                ("Program", [esc(program) for program, _ in _PROGRAMS]),
                ("What to do", [esc(steps) for _, steps in _PROGRAMS]),
            ),
        ),
        *(_mail() if view.staff else ()),
    ]
    return document(
        "Subscribe",
        blocks,
        hide=["navigation", "toc"],
        feed=paths.FEED,
        find=as_list(),
        about="Feeds and calendars of releases, known issues and ends of support: of everything, "
        "or of the products that you choose.",
        scripts=["tables.js", "subscribe.js"],
    )


def _to(src: str, target: str, words: str) -> Html:
    return link(paths.between(src, target), esc(words))


def _shared(view: View) -> Html:
    src = paths.SUBSCRIBE
    every = calendar_links(view, src, paths.CALENDAR_FILE, view.settings.name)
    feeds = [by_severity(view, one) for one in Severity if one not in _NOT_OFFERED]
    feeds += [of_unannounced(view)] if view.staff else []
    rows = [(everything(view), every), *((feed, NOTHING) for feed in feeds)]
    table = columns(
        ("What", [esc(feed.label) for feed, _ in rows]),
        ("Feed", [form_links(src, feed) for feed, _ in rows]),
        ("Calendar", [calendar for _, calendar in rows]),
        ("Address", [copy_button(view, src, feed.src, feed.title) for feed, _ in rows]),
    )
    more = [fmt("The same as data for programs: {}.", _to(src, paths.API, "API"))]
    if base(view):
        opml = _to(src, paths.OPML, "OPML")
        more.insert(0, fmt("Every feed there is, as one list for a feed reader: {}.", opml))
    return fmt("{}{}", table, tag("p", join(more, " "), class_="fw-small"))


def _mine(view: View) -> Html:
    """Where the script lets choose products; without it, the way to the feeds of each."""
    items = [tag("li", _to_product(record.id, record.name)) for record in view.by_name]
    listed = tag("ul", *items, class_="fw-list fw-columns", data_search_exclude="1")
    return join(
        (
            tag("div", id="fw-mine"),
            tag("p", esc("Each product has its feeds and its calendar on its own page:")),
            fold(f"All {len(items)} products", listed) if len(items) > _LISTED else listed,
        ),
        "\n\n",
    )


def _to_product(product: str, name: str) -> Html:
    there = paths.between(paths.SUBSCRIBE, paths.product_src(product), "follow")
    return link(there, esc(name))


def _products(view: View) -> str:
    """What the script needs: each product's name, and where its feed and its calendar lie."""
    rows = [
        [record.id, record.name, paths.product_feed(record.id), paths.product_calendar(record.id)]
        for record in view.by_name
    ]
    return json.dumps({"site": view.settings.name, "products": rows}, ensure_ascii=False) + "\n"


def _mail() -> tuple[str, ...]:
    """How staff are told by mail or chat, which is set up in the knowledge base."""
    return (
        "## By mail or chat {#alerts}",
        tag(
            "p",
            fmt(
                "Alerts come at once and tell of planned releases under embargo, too. They are for "
                "staff. To have them, be added to {}, by the people who keep this knowledge base "
                "or by a change of your own:",
                tag("code", esc("forewarn.yml")),
            ),
        ),
        _ALERTS,
    )


PAGES = PageType(pages=pages, nav=NavPlace(order=70, title="Subscribe", src=paths.SUBSCRIBE))
