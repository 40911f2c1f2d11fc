"""Which pages of the public site come and go between two catalogues."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from forewarn.model.audience import announced_by, visible
from forewarn.model.catalogue import Catalogue
from forewarn.model.events.change import perhaps_changed
from forewarn.model.record import Audience
from forewarn.model.site_path import product_page, release_page


def newly_public(
    before: Catalogue, after: Catalogue, since: date, on: date
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The site paths of what becomes public, and of what leaves, from one day to another."""
    old, new = announced_by(before, since), announced_by(after, on)
    products = perhaps_changed(old, new)
    was = set(_pages(visible(old, Audience.PUBLIC), products))
    now = set(_pages(visible(new, Audience.PUBLIC), products))
    return tuple(sorted(now - was)), tuple(sorted(was - now))


def _pages(seen: Catalogue, products: Iterable[str]) -> Iterator[str]:
    """A page for each of these products and their releases, and each article, that is shown."""
    for product in products:
        if product in seen.products:
            yield product_page(product)
            yield from (release_page(seen, release) for release in seen.releases_of(product))
    yield from (f"{path.removesuffix('.md')}/" for path in seen.articles)
