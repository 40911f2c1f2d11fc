"""Links to feeds and calendars, as pages show them."""

from __future__ import annotations

from collections.abc import Iterable

from forewarn.pages.feeds.feed_list import FORMS, Feed, of_one, of_two
from forewarn.pages.html.elements import NOTHING, Html, columns, esc, join, link
from forewarn.pages.view import paths
from forewarn.pages.view.addresses import base
from forewarn.pages.view.view import View


def follow(view: View, src: str, product: str, partners: Iterable[str]) -> Html:
    """Every feed of a product and its calendar, as seen from the page `src`.

    `partners` are the products of which something is stated together with it.
    """
    whole, *tracks = of_one(view, product)
    name = view.name(product)
    rows = [
        ("Everything", whole, calendar_links(view, src, paths.product_calendar(product), name)),
        *(
            (f"Track {track}", feed, NOTHING)
            for track, feed in zip(view.catalogue.products[product].tracks, tracks, strict=True)
        ),
        *(
            (f"With {view.name(other)}", of_two(view, *sorted((product, other))), NOTHING)
            for other in partners
        ),
    ]
    return columns(
        ("What", [esc(label) for label, _, _ in rows]),
        ("Feed", [form_links(src, feed) for _, feed, _ in rows]),
        ("Calendar", [calendar for _, _, calendar in rows]),
    )


def form_links(src: str, feed: Feed) -> Html:
    """A feed in each of its forms, as seen from the page `src`."""
    return join(
        (
            link(
                paths.between(src, paths.feed_as(feed.src, form)),
                esc(name),
                aria_label=f"{feed.title}, {name}",
            )
            for form, name in FORMS.items()
        ),
        " · ",
    )


def calendar_links(view: View, src: str, file: str, name: str) -> Html:
    """How a calendar program can follow a calendar, as seen from the page `src`."""
    add, whole = "add to calendar", "iCalendar file"
    links = [link(paths.between(src, file), esc(whole), aria_label=f"{name}, {whole}")]
    if base(view):
        # Calendar programs open this scheme, and follow what they find there.
        webcal = f"webcal://{base(view).partition('://')[2]}{file}"
        links.insert(0, link(webcal, esc(add), aria_label=f"{name}, {add}"))
    return join(links, " · ")
