"""The order of the main pages, as data."""

from __future__ import annotations

from dataclasses import dataclass

from forewarn.model.article import Kind
from forewarn.pages.html.elements import esc
from forewarn.pages.html.words import KINDS
from forewarn.pages.products.product import by_name
from forewarn.pages.view import paths
from forewarn.pages.view.view import View


@dataclass(frozen=True, kw_only=True)
class NavItem:
    """A page, or a section whose first item is its own page. Titles are HTML already."""

    title: str
    src: str | None = None
    items: tuple[NavItem, ...] = ()


def navigation(view: View) -> tuple[NavItem, ...]:
    """The main pages. Releases and known issues are never in it: it is on every page."""
    products = tuple(
        NavItem(title=esc(product.name), src=paths.product_src(product.id))
        for product in by_name(view)
    )
    return (
        NavItem(title="Home", src=paths.HOME),
        _section("Products", paths.PRODUCTS, products if view.lists_products else ()),
        _section(
            "Compatibility", paths.COMPATIBILITY, (NavItem(title="Checker", src=paths.CHECKER),)
        ),
        NavItem(title="Known issues", src=paths.KNOWN_ISSUES),
        _section("Articles", paths.ARTICLES, _articles(view) if view.lists_articles else ()),
        NavItem(title="Calendar", src=paths.CALENDAR),
        NavItem(title="Subscribe", src=paths.SUBSCRIBE),
        NavItem(title="About", src=paths.ABOUT),
    )


def _section(title: str, src: str, items: tuple[NavItem, ...]) -> NavItem:
    return NavItem(title=title, items=(NavItem(title=title, src=src), *items))


def _articles(view: View) -> tuple[NavItem, ...]:
    """The articles by kind; known issues have a list of their own."""
    groups = []
    for kind, name in KINDS.items():
        articles = sorted(
            (
                article
                for article in view.catalogue.articles.values()
                if article.kind is kind and article.path != paths.ARTICLES
            ),
            key=lambda a: (a.title.casefold(), a.path),
        )
        if articles and kind is not Kind.KNOWN_ISSUE:
            items = tuple(NavItem(title=esc(a.title), src=a.path) for a in articles)
            groups.append(NavItem(title=name, items=items))
    return tuple(groups)
