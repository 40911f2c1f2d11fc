"""Which pages of the public site come and go between two catalogues."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from forewarn.model.catalogue import Catalogue
from forewarn.model.events.customers import seen_by_customers
from forewarn.model.site_path import product_page, release_page


def newly_public(
    before: Catalogue, after: Catalogue, since: date, on: date
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The site paths of what becomes public, and of what leaves, from one day to another."""
    products = [*_perhaps_changed(before, after)]
    was = set(_pages(seen_by_customers(before, since), products))
    now = set(_pages(seen_by_customers(after, on), products))
    return tuple(sorted(now - was)), tuple(sorted(was - now))


def _perhaps_changed(before: Catalogue, after: Catalogue) -> Iterator[str]:
    for product in sorted(before.products.keys() | after.products.keys()):
        old, new = before.products.get(product), after.products.get(product)
        if old != new or not after.shelf.same_as(before.shelf, product):
            yield product


def _pages(seen: Catalogue, products: Iterable[str]) -> Iterator[str]:
    """A page for each product, release and article that customers may see."""
    for product in products:
        if product in seen.products:
            yield product_page(product)
            yield from (release_page(seen, release) for release in seen.releases_of(product))
    yield from (f"kb/{article.slug}/" for article in seen.articles.values())
