"""Which products have to do with each other, found once for all of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import permutations

from forewarn.model.article import Article
from forewarn.model.product import Product
from forewarn.model.release import Briefing, Release


@dataclass(frozen=True, kw_only=True, slots=True)
class Neighbourhood:
    """What has to do with one product: other products, articles that mention it, briefings of it.

    The products are in order and without itself.
    """

    products: tuple[str, ...] = ()
    articles: Mapping[str, Article] = field(default_factory=dict)
    briefings: Mapping[tuple[str, str], Briefing] = field(default_factory=dict)


def neighbourhoods(
    products: Iterable[Product],
    *,
    stated: Mapping[str, Iterable[str]],
    suites: Iterable[Release],
    articles: Mapping[str, Article],
    briefings: Mapping[tuple[str, str], Briefing],
) -> dict[str, Neighbourhood]:
    """The neighbourhood of each of `products`; `stated` has the partners of their statements.

    Being a neighbour is mutual: by a statement, by lockstep, by being in a suite, or by an
    article that mentions both.
    """
    by_id = {product.id: product for product in products}
    links = [
        *((id, partner) for id, partners in stated.items() for partner in partners),
        *((id, other) for id, product in by_id.items() for other in product.lockstep),
        *((suite.product, member.product) for suite in suites for member in suite.contains),
        *(pair for article in articles.values() for pair in permutations(_mentioned(article), 2)),
    ]
    beside: dict[str, set[str]] = defaultdict(set)
    for one, other in links:
        if one != other and one in by_id and other in by_id:
            beside[one].add(other)
            beside[other].add(one)
    naming: dict[str, dict[str, Article]] = defaultdict(dict)
    for path, article in articles.items():
        for id in _mentioned(article):
            naming[id][path] = article
    written: dict[str, dict[tuple[str, str], Briefing]] = defaultdict(dict)
    for key, briefing in briefings.items():
        written[key[0]][key] = briefing
    return {
        id: Neighbourhood(
            products=tuple(sorted(beside[id])), articles=naming[id], briefings=written[id]
        )
        for id in by_id
    }


def _mentioned(article: Article) -> dict[str, None]:
    return dict.fromkeys((*article.applies, *article.fixed_in))
