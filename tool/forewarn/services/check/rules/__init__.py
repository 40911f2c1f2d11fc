"""The rules of `check`: a set for each matter, which an entry point in `forewarn.rules` names.

A rule has an id, a default severity, and a text that explains it, which is the one place for what
`check --explain`, SARIF and the article about the rules say.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path

from forewarn import plugins
from forewarn.errors import UsageError
from forewarn.model.catalogue import Catalogue
from forewarn.model.finding import Finding
from forewarn.model.product import Product
from forewarn.model.settings import Settings
from forewarn.services.check.rules.around import Around
from forewarn.services.check.rules.rule import Rule, RuleSet

GROUP = "rules"


@cache
def rule_sets() -> Mapping[str, RuleSet]:
    """Every set of rules that is installed, by its name.

    Raises:
        UsageError: one cannot be loaded.
    """
    return plugins.load_all(GROUP, RuleSet)


@cache
def by_id() -> Mapping[str, Rule]:
    """Every rule by its id.

    Raises:
        UsageError: two rules have the same id.
    """
    found: dict[str, Rule] = {}
    owners: dict[str, str] = {}
    for name, rule_set in rule_sets().items():
        for rule in rule_set.rules:
            if rule.id in found:
                raise UsageError(
                    f"two sets of rules have a rule {rule.id!r}: {owners[rule.id]!r} and {name!r}",
                    help="Uninstall one of the two packages, or give its rule another id.",
                )
            found[rule.id], owners[rule.id] = rule, name
    return found


@cache
def settable() -> frozenset[str]:
    """The ids of the rules whose severity forewarn.yml may change."""
    return frozenset(rule.id for rule in by_id().values() if rule.settable)


def of_product(around: Around, product: Product) -> Iterator[Finding]:
    """What the rules find in a product and in its releases."""
    for name, rule_set in rule_sets().items():
        yield from _known(name, rule_set.of_product(around, product))


def of_articles(around: Around) -> Iterator[Finding]:
    """What the rules find in the articles."""
    for name, rule_set in rule_sets().items():
        yield from _known(name, rule_set.of_articles(around))


def of_settings(settings: Settings) -> Iterator[Finding]:
    """What the rules find in forewarn.yml."""
    for name, rule_set in rule_sets().items():
        yield from _known(name, rule_set.of_settings(settings))


def of_subscriptions(settings: Settings, catalogue: Catalogue) -> Iterator[Finding]:
    """What the rules find in who subscribes to what."""
    for name, rule_set in rule_sets().items():
        yield from _known(name, rule_set.of_subscriptions(settings, catalogue))


def of_folder(root: Path) -> Iterator[Finding]:
    """What the rules find in the files as they lie below the root of the knowledge base."""
    for name, rule_set in rule_sets().items():
        yield from _known(name, rule_set.of_folder(root))


def _known(name: str, findings: Iterable[Finding]) -> Iterator[Finding]:
    """Findings whose rule can be explained, and whose severity can be set."""
    for finding in findings:
        if finding.rule not in by_id():
            raise UsageError(
                f"the set of rules {name!r} found something under {finding.rule!r}, which is no "
                "rule of any set",
                where=str(finding.place),
                help="Let it name that rule among its `rules`.",
            )
        yield finding


def get(id: str) -> Rule:
    """The rule with an id.

    Raises:
        UsageError: there is none.
    """
    rule = by_id().get(id)
    if rule is None:
        from difflib import get_close_matches

        close = get_close_matches(id, by_id(), n=1)
        raise UsageError(
            f"there is no rule {id!a}",
            help=f"Did you mean {close[0]!r}?" if close else f"The rules are {', '.join(by_id())}.",
        )
    return rule
