"""What only articles have: taken names, fixes that nobody named, tables of synonyms."""

from __future__ import annotations

from collections.abc import Iterator

from forewarn.model.article import Kind, Remediation
from forewarn.model.finding import Finding
from forewarn.model.synonyms import is_synonyms, synonym_rows
from forewarn.services.check.rules.around import Around
from forewarn.services.check.rules.rule import ERROR, WARNING, Rule, RuleSet

RESERVED_NAME = Rule(
    id="reserved-name",
    severity=ERROR,
    means="An article has the path of a page that forewarn makes itself (`kb/index.md`); one of "
    "the two would be lost.",
    mend="Give the article another name.",
)
NO_FIX_NAMED = Rule(
    id="no-fix-named",
    severity=WARNING,
    means="A known issue says that the vendor fixes it (`remediation: vendor_fix`), and not in "
    "which release. It would never be shown as fixed.",
    mend="Add `fixed_in:` with the product and a range, such as `fixed_in: {recorder: '>=2.8'}`. "
    "The release need not be recorded yet.",
)
NO_SYNONYM = Rule(
    id="no-synonym",
    severity=WARNING,
    means="An article whose name begins with `kb/synonyms` has a row in which one side is empty, "
    "or no row at all. Search would do nothing with it.",
    mend="Write rows of two cells, `| crash | stops, fails |`: what people say, and what the pages "
    "say. Give an article that has no synonyms another name.",
)

# Kept by the tool for the page it makes.
_RESERVED = ("kb/index.md",)


def of_articles(around: Around) -> Iterator[Finding]:
    """Articles with a taken name, and known issues whose fix has no version."""
    for article in around.articles():
        if article.path in _RESERVED:
            yield RESERVED_NAME.at(
                article.place,
                "this name is kept for the home page that is generated",
                "Give the article another name.",
            )
        promised = article.remediation is Remediation.VENDOR_FIX
        if article.kind is Kind.KNOWN_ISSUE and promised and not article.fixed_in:
            yield NO_FIX_NAMED.at(
                article.place,
                "its remediation is a vendor fix, and `fixed_in` does not say which release has it",
                "Add `fixed_in: {product: '>=version'}`.",
            )
        if is_synonyms(article.path):
            rows = list(synonym_rows(article.body))
            if not rows or not all(said and meant for said, meant in rows):
                yield NO_SYNONYM.at(
                    article.place,
                    "a row of its table has an empty side" if rows else "it has no table",
                    "Write rows such as `| crash | stops, fails |`.",
                )


RULES = RuleSet(rules=(RESERVED_NAME, NO_FIX_NAMED, NO_SYNONYM), of_articles=of_articles)
