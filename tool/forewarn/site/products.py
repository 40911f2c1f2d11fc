"""The pages of all products: made where something around a product has changed, or else taken."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from forewarn import pages
from forewarn.model.audience import Grounds
from forewarn.model.catalogue import Catalogue
from forewarn.pages.view.view import Page, View
from forewarn.site.fingerprint import Fingerprints, OwnFiles, asked
from forewarn.site.record import Made
from forewarn.site.site_tree import SiteTree
from forewarn.site.taking import Taker

# Where more products have changed, it does not matter what is begun how soon.
_FEW = 8

Begin = Callable[[Mapping[str, Made], set[str]], None]


def unchanged(
    catalogue: Catalogue, files: OwnFiles, before: Mapping[str, Made]
) -> dict[str, Grounds]:
    """What was asked for those products of which no file has changed since."""
    return {
        product: made.grounds
        for product, made in before.items()
        if product in catalogue.products and made.own == files.of(product)
    }


class ProductPages:
    """Makes or takes the pages of the products of a view.

    `before` are the products of the site before, and `stands` tells whether their pages do, if
    nothing around a product has changed. What is known of each is in `made`, and of which pages
    were made in `anew`.
    """

    def __init__(
        self,
        view: View,
        files: OwnFiles,
        site: SiteTree,
        taker: Taker,
        before: Mapping[str, Made],
        *,
        stands: bool,
    ) -> None:
        self._view = view
        self._files = files
        self._site = site
        self._taker = taker
        self._before = before
        self._stands = stands
        self._prints = Fingerprints(view, files, {id: made.seen for id, made in before.items()})
        self._products = sorted(view.catalogue.products)
        self.made: dict[str, Made] = {}
        self.anew: set[str] = set()

    def make(self, begin: Begin, step: Callable[[], object]) -> None:
        """Make what has changed; `step` is called with each product of many.

        What follows from the pages that were made is told to `begin` as soon as it can: with all
        products as they are or, most likely, will be, and those of them that were made.

        Raises:
            DataError: two page types make the same page.
        """
        first = [(product, self._bring(product)) for product in self._likely_changed()]
        for _, work in first:
            next(work, None)
        if first:
            begin(self._likely(), self.anew)
        for _, work in first:
            next(work, None)
        early = len(self.anew)
        done = {product for product, _ in first}
        for product in self._products:
            if product not in done:
                for _ in self._bring(product):
                    step()
        if len(self.anew) > early:
            begin(self._likely(), self.anew)
        self.made = {product: self.made[product] for product in self._products}

    def take(self) -> None:
        """Take what stands, now that it was looked at, and make what somebody has damaged there.

        Raises:
            DataError: two page types make the same page.
        """
        for product in self._products:
            if product in self.anew:
                continue
            if self._site.has_all_of(product):
                self._taker.take_all_of(product, self.made[product])
            else:
                self._renew(product)
                for page in pages.product_pages(self._view.around(product), product):
                    self._taker.take(page)

    def _likely_changed(self) -> list[str]:
        """The products of which files have changed, and their neighbours; nothing for many."""
        if not self._stands:
            return []
        changed = [
            product
            for product in self._products
            if product not in self._before or self._before[product].own != self._files.of(product)
        ]
        if len(changed) > _FEW:
            return []
        around = self._view.catalogue.around
        return sorted({near for product in changed for near in around(product).products})

    def _likely(self) -> dict[str, Made]:
        return {
            product: self.made.get(product) or self._before[product] for product in self._products
        }

    def _bring(self, product: str) -> Iterator[None]:
        """Make a product, if need be: the first step takes the pages that search finds."""
        around = self._view.around(product)
        key = self._prints.of(around, product)
        known = self._before.get(product)
        if known is None or known.key != key or not self._leads_to_the_same(known):
            self._renew(product)
            srcs: dict[str, str] = {}
            uses: set[str] = set()
            for page in _searched_first(around, product):
                if page is None:
                    self.made[product] = Made(key=key, asked={}, pages=srcs, uses=(), brought={})
                    yield
                    continue
                srcs[page.src] = ""
                uses |= page.uses
                self._taker.take(page)
            known = Made(
                key=key,
                asked=dict(around.asked),
                pages=srcs,
                uses=tuple(sorted(uses)),
                brought=pages.brought_by(around, product),
            )
        self.made[product] = known.but(
            own=self._files.of(product),
            seen=(self._prints.own(product), self._prints.outline(product)),
            grounds=asked(self._view, product),
        )
        self._view.brought[product] = known.brought

    def _renew(self, product: str) -> None:
        self._site.renew(product)
        self.anew.add(product)

    def _leads_to_the_same(self, made: Made) -> bool:
        """Whether the pages' frame is as it was, and where their links lead."""
        target = self._view.target
        return self._stands and all(target(path) == known for path, known in made.asked.items())


def _searched_first(around: View, product: str) -> Iterator[Page | None]:
    """A product's pages, first those that search finds; between them and the others, None."""
    yield from pages.product_pages(around, product, found=True)
    yield None
    yield from pages.product_pages(around, product, found=False)
