"""Links to feeds and calendars, as pages show them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from forewarn.pages.feeds.feed_list import FORMS, Feed, of_one, of_two
from forewarn.pages.html.elements import (
    NOTHING,
    Html,
    columns,
    esc,
    facts,
    fmt,
    fold,
    join,
    link,
    tag,
)
from forewarn.pages.view import paths
from forewarn.pages.view.addresses import base
from forewarn.pages.view.view import View

# More rows than these are not looked through.
_MOST = 20


def follow(view: View, src: str, product: str, partners: Iterable[str]) -> Html:
    """A product's feed and calendar as seen from the page `src`; those of its parts folded away.

    `partners` are the products of which something is stated together with it.
    """
    whole, *tracks = of_one(view, product)
    calendar = calendar_links(view, src, paths.product_calendar(product), view.name(product))
    parts = [
        *(
            (f"Track {track}", feed)
            for track, feed in zip(view.catalogue.products[product].tracks, tracks, strict=True)
        ),
        *(
            (f"With {view.name(other)}", of_two(view, *sorted((product, other))))
            for other in partners
        ),
    ]
    shown = facts([("Everything", form_links(src, whole)), ("Dates", calendar)])
    return join((shown, _parts(src, parts)), "\n")


def _parts(src: str, parts: Sequence[tuple[str, Feed]]) -> Html:
    if not parts:
        return NOTHING
    table = columns(
        ("What", [esc(label) for label, _ in parts[:_MOST]]),
        ("Feed", [form_links(src, feed) for _, feed in parts[:_MOST]]),
    )
    left = len(parts) - _MOST
    rest = NOTHING
    if left > 0:
        addresses = ", ".join(["TRACK.atom.xml", "TRACK.rss.xml", "TRACK.json"])
        rest = tag(
            "p", fmt("{} more have addresses of the same form, by the name: {}.", left, addresses)
        )
    return fold("Feeds of its tracks, and of it together with others", table, rest)


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


def copy_button(view: View, src: str, target: str, name: str) -> Html:
    """A button that copies the address of a file, which is there once the script is."""
    where = base(view) + target if base(view) else paths.between(src, target)
    return tag(
        "button",
        esc("Copy"),
        type="button",
        class_="fw-button",
        hidden="",
        data_copy=where,
        aria_label=f"Copy the address of {name}",
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
