"""The rules of `check`, one module for each matter.

A rule has an id, a default severity, and a text that explains it, which is the one place for what
`check --explain`, SARIF and the article about the rules say. A module of rules has `RULES` and
functions that yield findings; a new rule is one more entry there.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping
from types import MappingProxyType

from forewarn.errors import UsageError
from forewarn.model.finding import Finding
from forewarn.model.product import Product
from forewarn.services.check.rules import (
    articles,
    dates,
    files,
    links,
    lockstep,
    people,
    platforms,
    reading,
    releases,
    settings,
    statements,
    suites,
    tracks,
    vanished,
    versions,
    watching,
)
from forewarn.services.check.rules.around import Around
from forewarn.services.check.rules.rule import Rule

_OF_PRODUCTS = (
    *(versions, tracks, releases, platforms, watching),
    *(dates, statements, suites, lockstep, people, links),
)
_OF_ARTICLES = (versions, dates, people, articles, links)
_MODULES = (reading, *_OF_PRODUCTS, articles, files, settings, vanished)
RULES: Mapping[str, Rule] = MappingProxyType(
    {rule.id: rule for module in _MODULES for rule in module.RULES}
)
SETTABLE = frozenset(rule.id for rule in RULES.values() if rule.settable)
FIXED = frozenset(RULES) - SETTABLE


def of_product(around: Around, product: Product) -> Iterator[Finding]:
    """What the rules find in a product and in its releases."""
    for module in _OF_PRODUCTS:
        yield from module.of_product(around, product)


def of_articles(around: Around) -> Iterator[Finding]:
    """What the rules find in the articles."""
    for module in _OF_ARTICLES:
        yield from module.of_articles(around)


def get(id: str) -> Rule:
    """The rule with an id.

    Raises:
        UsageError: there is none.
    """
    rule = RULES.get(id)
    if rule is None:
        close = difflib.get_close_matches(id, RULES, n=1)
        raise UsageError(
            f"there is no rule {id!a}",
            help=f"Did you mean {close[0]!r}?" if close else f"The rules are {', '.join(RULES)}.",
        )
    return rule
