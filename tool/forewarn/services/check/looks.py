"""What the rules are asked of a catalogue: one look at each product, and one at the articles."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from functools import partial

from forewarn.model.finding import Finding
from forewarn.model.product import Product
from forewarn.model.settings import Settings
from forewarn.services.check import rules
from forewarn.services.check.rules.around import Around
from forewarn.store.catalogue.folders import KB
from forewarn.store.catalogue.loaded import Loaded

Look = Callable[[], Iterable[Finding]]


def around_of(loaded: Loaded, settings: Settings | None, today: date) -> Around:
    """What the rules see of what was loaded; without settings, nothing of people."""
    return Around(
        loaded.catalogue,
        people=tuple(settings.people) if settings else None,
        platforms=settings.platforms if settings else None,
        files=loaded.read.keys(),
        today=today,
    )


def looks(around: Around, loaded: Loaded) -> dict[str, Look]:
    """Every look by the product it is at, the last one at the articles, by `KB`."""
    products = loaded.catalogue.products
    found: dict[str, Look] = {id: partial(_of_product, around, products, id) for id in products}
    return found | {KB: partial(rules.of_articles, around)}


def _of_product(around: Around, products: Mapping[str, Product], id: str) -> Iterator[Finding]:
    return rules.of_product(around, products[id])
