"""Rules about the places that are watched."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

from forewarn.model.addresses import host_problem
from forewarn.model.finding import Finding
from forewarn.model.product import Product
from forewarn.model.secrets import holds_secret, without_secrets
from forewarn.services.check.rules.around import Around
from forewarn.services.check.rules.rule import WARNING, Rule, RuleSet

PRIVATE_SOURCE = Rule(
    id="private-source",
    severity=WARNING,
    means="A row of `watch:` leads to this machine or network, or to an address that is kept for "
    "another purpose. `watch` refuses it, so the source is never read.",
    mend="Write the vendor's own address; if the source is meant to be there, add "
    "`allow_private: true` to the row.",
)
SECRET_IN_ADDRESS = Rule(
    id="secret-in-address",
    severity=WARNING,
    means="A row of `watch:` has a password or a token in its address, so whoever can read the "
    "repository can use it.",
    mend="Write `${FOREWARN_NAME}` in its place and set that variable where `watch` runs; then "
    "have the vendor give out another token, for Git keeps the old one.",
)


def of_product(around: Around, product: Product) -> Iterator[Finding]:
    """Sources that are never read, because of where they are; secrets in their addresses."""
    for row in product.watch:
        if holds_secret(row.url):
            yield SECRET_IN_ADDRESS.at(
                row.place,
                f"the address holds a secret: {without_secrets(row.url)}",
                "Write ${FOREWARN_NAME} in its place, and set that variable where `watch` runs.",
            )
        host = urlsplit(row.url).hostname or ""
        problem = None if row.allow_private else host_problem(host)
        if problem:
            yield PRIVATE_SOURCE.at(
                row.place,
                f"{host!a} has a {problem} address, so this source is never read",
                "If it is meant to be there, add `allow_private: true` to the row.",
            )


RULES = RuleSet(rules=(PRIVATE_SOURCE, SECRET_IN_ADDRESS), of_product=of_product)
