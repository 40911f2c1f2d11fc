"""Products that must keep working with each new release of another one."""

from __future__ import annotations

from collections.abc import Iterator

from forewarn.model.finding import Finding
from forewarn.model.product import Product
from forewarn.services.check.rules.around import Around
from forewarn.services.check.rules.reading import unknown_product
from forewarn.services.check.rules.rule import WARNING, Rule, RuleSet

UNTESTED_LOCKSTEP = Rule(
    id="untested-lockstep",
    severity=WARNING,
    means="product.yml says under `lockstep:` that another product must keep working with each "
    "release, and no statement says whether its newest version works with the newest version of "
    "this one. Looked at are the newest shipped versions of each track that is still supported. "
    "This is the call that nobody can answer.",
    mend="Try it, and write a statement under `compatibility:` of one of the two releases, with "
    "`verified:`. Until then `verdict: unknown` says that somebody knows of the gap.",
)


def of_product(around: Around, product: Product) -> Iterator[Finding]:
    """Lockstep partners that are not there, or about which nothing is said."""
    for partner in product.lockstep:
        if around.has_product(partner):
            yield from _untested(around, product, partner)
        else:
            yield unknown_product(partner, product.place)


def _untested(around: Around, product: Product, partner: str) -> Iterator[Finding]:
    newest = around.newest(partner)
    for release in around.newest(product.id):
        silent = [other.version for other in newest if not around.judge(release, other).applied]
        if silent:
            name = around.name_of(partner)
            yield UNTESTED_LOCKSTEP.at(
                release.place,
                f"nothing says whether {name} {' or '.join(silent)} works with it",
                f"Try it, and add a row to `compatibility:` with {partner}.",
            )


RULES = RuleSet(rules=(UNTESTED_LOCKSTEP,), of_product=of_product)
