"""How search finds a page, and which it shows first."""

from __future__ import annotations

from forewarn.frozen import dataclass

# The kind of a page that mostly leads on to others, which any page type may have.
LIST = "list"


@dataclass(frozen=True, kw_only=True)
class Find:
    """How a page is found by search.

    `kind` is one that its page type names; `products` are ids; `state` is a word as readers see it
    ("shipped", "open"); `boost` multiplies its rank: 1 or more is what customers have or can get
    today, and what is less is kept on a shelf of its own, that is looked through after the other.
    `also` are further words that it answers to and that it does not show.
    """

    kind: str
    products: tuple[str, ...] = ()
    state: str = ""
    boost: float = 1
    also: tuple[str, ...] = ()


def as_list(*products: str) -> Find:
    """A page that mostly leads on to others."""
    return Find(kind=LIST, products=products)
