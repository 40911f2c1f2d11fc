"""Aliases: a name means one product, and a line that there is."""

from __future__ import annotations

from collections.abc import Iterator

from forewarn.model.finding import Finding
from forewarn.model.product import Alias, Product
from forewarn.services.check.rules.around import Around
from forewarn.services.check.rules.rule import WARNING, Rule, RuleSet

SHARED_NAME = Rule(
    id="shared-name",
    severity=WARNING,
    means="`aliases:` of product.yml has a name that another product has for its id, its name or "
    "an alias. Whoever types it may be answered about the wrong one of them.",
    mend="Keep it where people mean it most, and take it out of the other file.",
)
NEEDLESS_ALIAS = Rule(
    id="needless-alias",
    severity=WARNING,
    means="`aliases:` of product.yml has a name twice, or the product's own id or name, by which "
    "it is found anyhow.",
    mend="Take it out.",
)
UNKNOWN_LINE = Rule(
    id="unknown-line",
    severity=WARNING,
    means='An alias means a line of releases (`- bookworm: "12"`) that is no track of the product, '
    "and no release begins so. Whoever types it is told of nothing.",
    mend="Write the track, or what the versions begin with.",
)


def of_product(around: Around, product: Product) -> Iterator[Finding]:
    """Aliases that mean another product as well, nothing new, or no release."""
    seen = {product.id, product.name.casefold()}
    for alias in product.aliases:
        name = alias.name.casefold()
        if name in seen:
            yield NEEDLESS_ALIAS.at(
                product.place, f"the product is called {alias.name!r} already", "Take it out."
            )
            continue
        seen.add(name)
        others = [other for other in around.called(name) if other != product.id]
        if others and not alias.beside:
            yield SHARED_NAME.at(
                product.place,
                f"{alias.name!r} is a name of {' and of '.join(others)}, too",
                "Keep it in one product.yml.",
            )
        if not _leads_somewhere(around, product, alias):
            yield UNKNOWN_LINE.at(
                product.place,
                f"{alias.name!r} means {alias.line!r}, and {product.id} has no such line",
                f"Use one of {', '.join(product.tracks)}, or what its versions begin with.",
            )


def _leads_somewhere(around: Around, product: Product, alias: Alias) -> bool:
    line = alias.line
    if line is None or any(
        f"{track}-".startswith((f"{line}-", f"{line}.")) for track in product.tracks
    ):
        return True
    return any(
        around.cycle_of(release, [line]) is not None for release in around.releases_of(product.id)
    )


RULES = RuleSet(rules=(SHARED_NAME, NEEDLESS_ALIAS, UNKNOWN_LINE), of_product=of_product)
