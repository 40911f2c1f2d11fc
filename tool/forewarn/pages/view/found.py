"""How search finds each kind of page, and which it shows first.

A boost of 1 or more is what customers have or can get today; what is less is kept on a shelf of
its own, that is looked through after the other.
"""

from __future__ import annotations

from dataclasses import dataclass

from forewarn.model.article import Article, Kind
from forewarn.model.product import Product
from forewarn.model.release import Release
from forewarn.model.synonyms import is_synonyms
from forewarn.pages.html import words
from forewarn.pages.view.view import View

_RELEASES = {
    words.LIVE: 1.8,
    "shipped": 1.6,
    "staged": 1.3,
    "planned": 1.2,
    "superseded": 0.8,
    "withdrawn": 0.8,
    "out of support": 0.5,
}


@dataclass(frozen=True, kw_only=True)
class Find:
    """How a page is found by search.

    `kind` is one that `search.js` names; `products` are ids; `state` is a word as readers see it
    ("shipped", "open"); `boost` multiplies its rank (1 is ordinary, more comes first); `also`
    are further words that it answers to and that it does not show.
    """

    kind: str
    products: tuple[str, ...] = ()
    state: str = ""
    boost: float = 1
    also: tuple[str, ...] = ()


def as_release(view: View, release: Release) -> Find:
    """A release; one that has been replaced ranks lower, unless it is still supported."""
    state = words.state_word(view, release)
    boost = _RELEASES[state]
    if state == "superseded" and view.catalogue.support_of(release):
        boost = 1.0
    return Find(kind="release", products=(release.product,), state=state, boost=boost)


def as_product(product: Product) -> Find:
    """A product's page, by its id as well."""
    return Find(kind="product", products=(product.id,), boost=1.3, also=(product.id,))


def as_article(view: View, article: Article) -> Find | None:
    """An article; one that somebody verified, and that still holds, ranks higher.

    The synonyms have the words of every other page, and are not found themselves.
    """
    if is_synonyms(article.path):
        return None
    tag = article.verified
    boost = 1.5 if tag and not tag.expired(view.today) else 1.0
    products = tuple(dict.fromkeys([*article.applies, *article.fixed_in]))
    if article.kind is not Kind.KNOWN_ISSUE:
        return Find(kind="article", products=products, boost=boost)
    fixed = view.catalogue.is_fixed(article)
    state = "fixed" if fixed else "open"
    return Find(kind="known-issue", products=products, state=state, boost=boost)


def as_pair(one: str, other: str) -> Find:
    """What is stated about two products."""
    return Find(kind="compatibility", products=tuple(dict.fromkeys((one, other))), boost=1.1)


def as_list(*products: str) -> Find:
    """A page that mostly leads on to others."""
    return Find(kind="list", products=products)
