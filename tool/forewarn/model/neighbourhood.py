"""Which products have to do with each other, found once for all of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import field
from itertools import permutations

from forewarn.frozen import dataclass
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
    held = contents(suites)
    spoken = [
        *((id, partner) for id, partners in stated.items() for partner in partners),
        *((id, other) for id, product in by_id.items() for other in product.lockstep),
    ]
    links = [
        *spoken,
        *((suite, member) for suite, members in held.items() for member in members),
        *(link for pair in with_suites(spoken, held) for link in _sides(*pair, held)),
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


def contents(suites: Iterable[Release]) -> dict[str, frozenset[str]]:
    """The products that the releases of each suite contain, and those that these contain."""
    direct: dict[str, set[str]] = defaultdict(set)
    for release in suites:
        direct[release.product].update(member.product for member in release.contains)
    found = {}
    for suite in direct:
        held: set[str] = set()
        todo = {suite}
        while todo:
            held |= todo
            todo = {member for one in todo for member in direct.get(one, ())} - held
        found[suite] = frozenset(held - {suite})
    return found


def with_suites(
    pairs: Iterable[tuple[str, str]], held: Mapping[str, frozenset[str]]
) -> set[tuple[str, str]]:
    """Pairs of products, and those of the suites that contain the one or the other; in order."""
    holders: dict[str, set[str]] = defaultdict(set)
    for suite, members in held.items():
        for member in members:
            holders[member].add(suite)
    found = set()
    for one, other in pairs:
        for x in (one, *holders.get(one, ())):
            for y in (other, *holders.get(other, ())):
                if x != y or one == other:
                    found.add((min(x, y), max(x, y)))
    return found


def _sides(one: str, other: str, held: Mapping[str, frozenset[str]]) -> Iterator[tuple[str, str]]:
    """What has to be known to judge a pair: both, and all that either contains."""
    for x in (one, *held.get(one, ())):
        for y in (other, *held.get(other, ())):
            yield x, y


def _mentioned(article: Article) -> dict[str, None]:
    return dict.fromkeys((*article.applies, *article.fixed_in))
