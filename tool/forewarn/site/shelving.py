"""What search has of the pages of a site that is being built: which shelf, and one word each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from forewarn.pages.view.paths import html_of
from forewarn.site import search
from forewarn.site.bundles import Shelved, shelved
from forewarn.site.record import Made, Record
from forewarn.site.site_tree import SiteTree
from forewarn.site.slim import SlimPages, shelf_of


class Shelving:
    """Finds it for the pages in the folder `to`; `slim` has some of them as they are indexed."""

    def __init__(self, to: Path, before: Record | None, site: SiteTree, slim: SlimPages) -> None:
        self._to = to
        self._before = before
        self._site = site
        self._slim = slim

    def of_product(self, product: str, known: Made) -> Made:
        """A product whose pages were made anew, and are all there, with what search has of it."""
        old = self._before.products.get(product) if self._before else None
        pages = [*filter(is_page, map(html_of, known.pages))]
        shelves = self._shelves(pages, part_of(old).shelves() if old else {})
        on = {src: shelves.get(html_of(src), "") for src in known.pages}
        groups = shelved(self._words(pages), shelves).groups
        return known.but(pages=on, groups=groups)

    def of_others(self) -> Shelved:
        """All pages that are of no product."""
        others = [*filter(is_page, self._site.outputs)]
        before = self._before.shelves if self._before else {}
        return shelved(self._words(others), self._shelves(others, before))

    def begin(self, ahead: search.Ahead, products: Mapping[str, Made], anew: Iterable[str]) -> None:
        """Begin what follows for the index from the pages of the products that were made `anew`.

        All other pages are, most likely, as in the site before.
        """
        before = self._before
        if before is None:
            return
        known, awaited = dict(products), set()
        for product in anew:
            if all(a in self._site.outputs for a in map(html_of, products[product].pages)):
                known[product] = self.of_product(product, products[product])
            elif product in before.products:
                known[product] = before.products[product]
                awaited |= {(group, product) for group in known[product].groups}
            else:
                return  # nobody knows on which shelf its pages will be
        parts = {product: part_of(made) for product, made in known.items()}
        words = {address: row[1] for address, row in before.files.rows().items()}
        parts[""] = shelved({page: words[page] for page in before.shelves}, before.shelves)
        ahead.begin(parts, made=self._site.written, awaited=awaited)

    def _shelves(self, pages: Iterable[str], before: Mapping[str, str]) -> dict[str, str]:
        """Where search keeps pages; one that is as `before` is where it was."""
        found = {}
        for page in pages:
            shelf = self._slim.shelf(page)
            if shelf is None and self._site.outputs[page].sha == self._site.sha(page):
                shelf = before.get(page)
            found[page] = shelf_of((self._to / page).read_bytes()) if shelf is None else shelf
        return found

    def _words(self, pages: Iterable[str]) -> dict[str, str]:
        return {page: self._site.outputs[page].sha for page in pages}


def part_of(known: Made) -> Shelved:
    """What search has of a product."""
    return Shelved(
        known.groups, lambda: {html_of(src): shelf for src, shelf in known.pages.items()}
    )


def is_page(address: str) -> bool:
    """Whether a file of a site is a page, and no data."""
    return address.endswith(".html")
