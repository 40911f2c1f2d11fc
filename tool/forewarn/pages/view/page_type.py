"""A page type: what makes its pages, where the navigation has it, and how search names it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import field
from typing import Any

from forewarn.frozen import dataclass
from forewarn.pages.view.view import Page, View


@dataclass(frozen=True, kw_only=True)
class NavItem:
    """A page, or a section whose first item is its own page. Titles are HTML already."""

    title: str
    src: str | None = None
    items: tuple[NavItem, ...] = ()


def _always(view: View) -> bool:
    return True


@dataclass(frozen=True, kw_only=True)
class NavPlace:
    """Where the navigation has a page: it is on every page, so that it must stay short.

    The lowest `order` comes first; the built-in ones are 10, 20, 30 and so on. `title` is plain
    text and `src` the page. With `items`, it is a section that has them below the page. With
    `under`, it stands below the place with that `src`, in the order of all that stand there.
    `shown` says whether there is such a page at all, in one audience's view.
    """

    order: int
    title: str
    src: str
    items: Callable[[View], tuple[NavItem, ...]] | None = None
    under: str | None = None
    shown: Callable[[View], bool] = _always


def _none(view: View) -> Iterable[Page]:
    return ()


def _none_of_product(view: View, product: str) -> Iterable[Page]:
    return ()


@dataclass(frozen=True, kw_only=True)
class PageType:
    """All that a type of page is to the site; an entry point in `forewarn.pages` names it.

    `pages(view)` yields those that need to see everything. `product_pages(view, product)` yields
    those of one product: it is given only the product and what is around it, so that its pages
    need not be made again when nothing there has changed. `brings` make what a product brings to
    those that see everything, see `View.each`. `kinds` are the kinds under which search
    finds its pages (`Find.kind`), each with the word that a reader sees.
    """

    pages: Callable[[View], Iterable[Page]] = _none
    product_pages: Callable[[View, str], Iterable[Page]] = _none_of_product
    brings: tuple[Callable[[View, str], Any], ...] = ()
    nav: NavPlace | None = None
    kinds: Mapping[str, str] = field(default_factory=dict)
