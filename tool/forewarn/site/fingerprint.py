"""What the pages of a product are made from, in one word: the same word, the same pages."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import date
from functools import cache, cached_property
from pathlib import Path

import forewarn
from forewarn.model.audience import Grounds, PublicShelf
from forewarn.model.catalogue import Catalogue
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

    def of(self, product: str) -> str:
        """The word of a product; the schemes of its partners decide how its statements are read."""
        partners = sorted(self._everything.shelf.partners_of(product))
        read = [self._identity(id) for id in (product, *partners)]
        return word(f"{code()} {product} {self._today} {read}")


class Fingerprints:
    """The words of one view.

    The files of a product speak for what the view shows of it, together with what was asked of
    other records to leave out what customers may not know of.
    """

    def __init__(self, view: View, files: OwnFiles) -> None:
        self._view = view
        self._files = files
        self._articles = cache(self._article)
        self._products = cache(self._product)

    def of(self, around: View) -> str:
        """The word of the view around one product."""
        catalogue = around.catalogue
        parts = [self._common]
        parts += [self._products(product) for product in sorted(catalogue.products)]
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

    def _product(self, product: str) -> str:
        answers = asked(self._view, product).answers
        return word(f"{self._files.of(product)} {sorted(answers.items())}")


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
