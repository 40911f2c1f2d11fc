"""How to be told: every feed and calendar, and how programs take them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from forewarn.pages.feeds.feed_list import Feed, shared
from forewarn.pages.feeds.follow import calendar_links, follow, form_links
from forewarn.pages.html.elements import NOTHING, Html, columns, esc, fmt, link, tag
from forewarn.pages.html.parts import document, heading
from forewarn.pages.view import paths
from forewarn.pages.view.addresses import base
from forewarn.pages.view.find import as_list
from forewarn.pages.view.page_type import NavPlace, PageType
from forewarn.pages.view.view import Page, View

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


def pages(view: View) -> Iterator[Page]:
    """The one page."""
    yield Page(src=paths.SUBSCRIBE, text=_page(view))


def _page(view: View) -> str:
    src = paths.SUBSCRIBE
    blocks = [
        heading(esc("Subscribe")),
        tag("p", esc("Be told when something ships, breaks, is withdrawn or loses its support.")),
        _shared(view, shared(view)),
        tag(
            "p",
            fmt("All feeds as one list for a feed reader: {}. ", _to(src, paths.OPML, "OPML")),
            fmt("The same as data for programs: {}.", _to(src, paths.API, "API")),
        ),
        tag("p", esc(_note(view)), class_="fw-small"),
        "## By product {#products}",
        *_products(view),
        "## How to add one {#how}",
        columns(
            ("Program", [esc(program) for program, _ in _PROGRAMS]),
            ("What to do", [esc(steps) for _, steps in _PROGRAMS]),
        ),
        *(_mail() if view.staff else ()),
    ]
    return document(
        "Subscribe", blocks, hide=["navigation", "toc"], feed=paths.FEED, find=as_list()
    )


def _note(view: View) -> str:
    absolute = "Copy the address of a link and give it to your program."
    staff = " These feeds are for staff: a program must be able to log in to read them."
    return absolute + (staff if view.staff and base(view) else "")


def _to(src: str, target: str, words: str) -> Html:
    return link(paths.between(src, target), esc(words))


def _shared(view: View, feeds: Sequence[Feed]) -> Html:
    src, calendar = paths.SUBSCRIBE, paths.CALENDAR_FILE
    every = calendar_links(view, src, calendar, view.settings.name)
    return columns(
        ("What", [esc(feed.label) for feed in feeds]),
        ("Feed", [form_links(src, feed) for feed in feeds]),
        ("Calendar", [every if feed.src == paths.FEED else NOTHING for feed in feeds]),
    )


def _products(view: View) -> Iterator[Html]:
    """A closed box for each product, so that the page stays short however many there are."""
    partners: dict[str, list[str]] = {}
    for one, other in view.pairs:
        for product, beside in dict.fromkeys(((one, other), (other, one))):
            partners.setdefault(product, []).append(beside)
    for record in view.by_name:
        yield tag(
            "details",
            tag("summary", esc(record.name)),
            follow(view, paths.SUBSCRIBE, record.id, partners.get(record.id, ())),
            id=f"follow-{record.id}",
            class_="fw-follow",
        )


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
