"""What the pages of a product are made from, in one word: the same word, the same pages."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import cache, cached_property
from pathlib import Path

import forewarn
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


class Fingerprints:
    """The words of one view.

    `everything` is the catalogue before anything was left out of it, and `identity` tells the
    content of all files of a product: where the view shows a record as it is, its file speaks
    for it.
    """

    def __init__(self, view: View, everything: Catalogue, identity: Callable[[str], str]) -> None:
        self._view = view
        self._everything = everything
        self._identity = identity
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
        shown, everything = self._view.catalogue, self._everything
        changed: list[object] = [
            release
            for release in shown.releases_of(product)
            if release is not everything.releases.get((product, release.version))
        ]
        if shown.products[product] is not everything.products.get(product):
            changed.append(shown.products[product])
        return f"{product} {self._identity(product)} {word(repr(changed)) if changed else ''}"


@cache
def code() -> str:
    """The code that makes pages, and every page type that is installed, in one word."""
    parts = [forewarn.__version__, *stamps(CODE)]
    for group in ("pages", "schemes"):
        parts += stamps_of_plugins(group)
    return word("\n".join(parts))
