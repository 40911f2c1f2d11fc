"""Rules about the places that are watched."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

from forewarn.model.addresses import host_problem
from forewarn.model.finding import Finding
from forewarn.model.product import Product
from forewarn.services.rules.around import Around
from forewarn.services.rules.rule import WARNING, Rule

PRIVATE_SOURCE = Rule(
    id="private-source",
    severity=WARNING,
    means="A row of `watch:` leads to this machine or network, or to an address that is kept for "
    "another purpose. `watch` refuses it, so the source is never read.",
    mend="Write the vendor's own address; if the source is meant to be there, add "
    "`allow_private: true` to the row.",
)
RULES = (PRIVATE_SOURCE,)


def of_product(around: Around, product: Product) -> Iterator[Finding]:
    """Sources that are never read, because of where they are."""
    for row in product.watch:
        host = urlsplit(row.url).hostname or ""
        problem = None if row.allow_private else host_problem(host)
        if problem:
            yield PRIVATE_SOURCE.at(
                row.place,
                f"{host!a} has a {problem} address, so this source is never read",
                "If it is meant to be there, add `allow_private: true` to the row.",
            )
