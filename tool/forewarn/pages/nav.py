"""The order of the main pages: what every page type says of its own, put together."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from forewarn.pages.html.elements import esc
from forewarn.pages.page_types import page_types
from forewarn.pages.view.page_type import NavItem, NavPlace
from forewarn.pages.view.view import View


def navigation(view: View) -> tuple[NavItem, ...]:
    """The main pages. Releases and known issues are never in it: it is on every page."""
    places = [type_.nav for type_ in page_types().values() if type_.nav]
    below: dict[str | None, list[NavPlace]] = defaultdict(list)
    srcs = {place.src for place in places if place.shown(view)}
    for place in sorted(places, key=lambda place: (place.order, place.title)):
        if place.shown(view):
            # What stands below a page that is not there stands by itself.
            below[place.under if place.under in srcs else None].append(place)
    return tuple(_item(view, place, below) for place in below[None])


def _item(view: View, place: NavPlace, below: dict[str | None, list[NavPlace]]) -> NavItem:
    own = NavItem(title=esc(place.title), src=place.src)
    items = place.items(view) if place.items else ()
    more = tuple(_item(view, other, below) for other in below.get(place.src, ()))
    if place.items is None and not more:
        return own
    return NavItem(title=own.title, items=(own, *items, *more))


def named(items: Iterable[NavItem]) -> Iterator[str]:
    """The pages that the navigation leads to."""
    for item in items:
        if item.src:
            yield item.src
        yield from named(item.items)
