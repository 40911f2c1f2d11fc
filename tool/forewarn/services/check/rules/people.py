"""People who are named in records."""

from __future__ import annotations

from collections.abc import Iterator

from forewarn.model import rule_ids
from forewarn.model.finding import Finding
from forewarn.model.product import Product
from forewarn.model.record import Place
from forewarn.services.check.rules.around import Around
from forewarn.services.check.rules.rule import ERROR, Rule, RuleSet

UNKNOWN_PERSON = Rule(
    id=rule_ids.UNKNOWN_PERSON,
    severity=ERROR,
    means="An `owner`, the `by` of an inspection tag, the `person` of a subscription or the "
    "`deputy` of somebody who is away is nobody in `people:` of forewarn.yml. Nobody can be "
    "asked, and nobody is told.",
    mend="Mend the name, or add the person under `people:`. In forewarn.yml itself this is always "
    "an error.",
)


def of_product(around: Around, product: Product) -> Iterator[Finding]:
    """A product's owner, and who verified what its releases say."""
    yield from _known(around, product.owner, product.place)
    for statement in around.statements_of(product.id):
        if statement.verified:
            yield from _known(around, statement.verified.by, statement.place)


def of_articles(around: Around) -> Iterator[Finding]:
    """The owners of articles, and who verified them."""
    for article in around.articles():
        yield from _known(around, article.owner, article.place)
        if article.verified:
            yield from _known(around, article.verified.by, article.place)


def _known(around: Around, person: str | None, place: Place) -> Iterator[Finding]:
    """Nothing is said about anybody where forewarn.yml cannot be read."""
    people = around.people
    if people is not None and person is not None and person not in people:
        names = ", ".join(people) or "nobody"
        yield UNKNOWN_PERSON.at(
            place,
            f"forewarn.yml has no person {person!r}",
            f"Add them under `people:`, or name one of {names}.",
        )


RULES = RuleSet(rules=(UNKNOWN_PERSON,), of_product=of_product, of_articles=of_articles)
