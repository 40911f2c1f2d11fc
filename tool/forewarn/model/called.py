"""What products are called: their ids, names and aliases."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from forewarn.model.catalogue import Catalogue


class Call(NamedTuple):
    """A name of a product in small letters, and the line of releases that it means, if one."""

    name: str
    product: str
    line: str | None = None


def calls_of(catalogue: Catalogue, product: str) -> tuple[Call, ...]:
    """All that a product is called, its own names first, each once."""
    own = (product, catalogue.name_of(product).casefold())
    found = {name: Call(name, product) for name in own}
    for alias in catalogue.aliases_of(product):
        name = alias.name.casefold()
        found.setdefault(name, Call(name, product, alias.line))
    return tuple(found.values())


def names_of(catalogue: Catalogue, product: str) -> tuple[str, ...]:
    """The same without what they mean."""
    return tuple(call.name for call in calls_of(catalogue, product))


def calls(catalogue: Catalogue) -> Iterator[Call]:
    """What each product is called."""
    for product in catalogue.products:
        yield from calls_of(catalogue, product)


def by_name(catalogue: Catalogue) -> Mapping[str, Call]:
    """Who is meant by a name; an id before a name, and both before an alias.

    A name of several products is left out where none of them has it for its id.
    """
    found: dict[str, Call | None] = {}
    for rank in (_ids, _names, _aliases):
        here: dict[str, Call | None] = {}
        for call in rank(catalogue):
            other = here.get(call.name, call)
            here[call.name] = call if other and other.product == call.product else None
        found = {**here, **found}
    return {name: call for name, call in found.items() if call}


def _ids(catalogue: Catalogue) -> Iterator[Call]:
    return (Call(product, product) for product in catalogue.products)


def _names(catalogue: Catalogue) -> Iterator[Call]:
    return (Call(catalogue.name_of(id).casefold(), id) for id in catalogue.products)


def _aliases(catalogue: Catalogue) -> Iterator[Call]:
    return (
        Call(alias.name.casefold(), id, alias.line)
        for id in catalogue.products
        for alias in catalogue.aliases_of(id)
    )
