"""What the pages of a product are made from, in one word: the same word, the same pages."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from datetime import date
from functools import cache, cached_property
from pathlib import Path

import forewarn
from forewarn.model.audience import Grounds, PublicShelf
from forewarn.model.catalogue import Catalogue
from forewarn.model.shelf import outline
from forewarn.pages.view.view import View
from forewarn.store.catalogue.code import stamps, stamps_of_plugins

# The code that decides what a page says; what MkDocs makes of it is the frame's affair.
CODE = ("facts", "model", "pages", "schemes", "words")


def word(text: str | bytes) -> str:
    """A text of any length in one word."""
    data = text.encode() if isinstance(text, str) else text
    return hashlib.sha256(data).hexdigest()[:32]


def html_words(site: Path) -> dict[str, str]:
    """Each page of a site that was built as a whole, by its address, in one word."""
    return {
        path.relative_to(site).as_posix(): word(path.read_bytes())
        for path in sorted(site.rglob("*.html"))
    }


class OwnFiles:
    """What of a product's own files stands in a catalogue of one day, in one word.

    `everything` is the catalogue before anything was left out of it, and `identity` tells the
    content of all files of a product.
    """

    def __init__(self, everything: Catalogue, identity: Callable[[str], str], today: date) -> None:
        self._everything = everything
        self._identity = cache(identity)
        self._today = today
        self.of = cache(self._of)

    def _of(self, product: str) -> str:
        """The word of a product; the schemes of its partners decide how its statements are read."""
        partners = sorted(self._everything.shelf.partners_of(product))
        products = self._everything.products
        orders = [(id, products[id].scheme if id in products else None) for id in partners]
        return word(f"{code()} {product} {self._today} {self._identity(product)} {orders}")


class Fingerprints:
    """The words of one view.

    The files of a product speak for what the view shows of it, together with what was asked of
    other records to leave out what customers may not know of. `before` has the words of products
    as they were: own, and the outline that belongs to it.
    """

    def __init__(self, view: View, files: OwnFiles, before: Mapping[str, tuple[str, str]]) -> None:
        self._view = view
        self._files = files
        self._before = before
        self._articles = cache(self._article)
        self.own = cache(self._own)
        self.outline = cache(self._outline)

    def of(self, around: View, product: str) -> str:
        """The word of the view around one product."""
        catalogue = around.catalogue
        parts = [self._common, self.own(product)]
        parts += [self.outline(other) for other in sorted(catalogue.products) if other != product]
        parts += [self._articles(path) for path in sorted(catalogue.articles)]
        parts.append(repr(around.sightings))
        return word("\n".join(parts))

    @cached_property
    def _common(self) -> str:
        view = self._view
        parts = (view.audience, view.today, view.settings, view.lists_products)
        return f"{code()} {word(repr(parts))}"

    def _article(self, path: str) -> str:
        return word(repr(self._view.catalogue.articles[path]))

    def _own(self, product: str) -> str:
        answers = asked(self._view, product).answers
        return word(f"{self._files.of(product)} {sorted(answers.items())}")

    def _outline(self, product: str) -> str:
        """What is seen of a product around others, in one word.

        It takes a while to work out: that of a product which nobody has changed yet is its own.
        """
        own, before = self.own(product), self._before.get(product)
        if before is None:
            return own
        if before[0] == own:
            return before[1]
        catalogue = self._view.catalogue
        briefings = catalogue.around(product).briefings
        said = [text for key, text in sorted(briefings.items()) if key[0] == product]
        releases = [outline(release) for release in catalogue.releases_of(product)]
        return word(repr((catalogue.products[product], releases, said)))


def asked(view: View, product: str) -> Grounds:
    """On what it hangs what a view shows of a product, beside its own files."""
    shelf = view.catalogue.shelf
    return shelf.asked(product) if isinstance(shelf, PublicShelf) else Grounds({}, ())


@cache
def code() -> str:
    """The code that makes pages, and every page type that is installed, in one word."""
    parts = [forewarn.__version__, *stamps(CODE)]
    for group in ("pages", "schemes"):
        parts += stamps_of_plugins(group)
    return word("\n".join(parts))
