"""A rule: its id, what it means, how to mend what breaks it, and how severe that is; and sets."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from forewarn.frozen import dataclass
from forewarn.model.finding import Finding, FindingSeverity
from forewarn.model.product import Product
from forewarn.model.record import Place
from forewarn.model.settings import Settings

if TYPE_CHECKING:
    from forewarn.model.catalogue import Catalogue
    from forewarn.services.check.rules.around import Around

ERROR = FindingSeverity.ERROR
WARNING = FindingSeverity.WARNING


@dataclass(frozen=True, kw_only=True)
class Rule:
    """One thing that `check` looks for.

    `means` and `mend` are what `check --explain` prints and what the article about the rules
    says, in Markdown. The severity of a rule that is not `settable` stays as it is, because
    what it finds keeps a record from being read.
    """

    id: str
    severity: FindingSeverity
    means: str
    mend: str
    settable: bool = True

    def at(self, place: Place, message: str, help: str) -> Finding:
        """A finding of this rule, with what to do about this one."""
        return Finding(
            rule=self.id, severity=self.severity, place=place, message=message, help=help
        )


def _nothing(*about: object) -> Iterable[Finding]:
    return ()


@dataclass(frozen=True, kw_only=True)
class RuleSet:
    """The rules of one matter: an entry point in `forewarn.rules` names it.

    `of_product(around, product)` looks at a product with its releases, `of_articles(around)` at the
    articles: both ask nothing but `around`, for what they found is remembered until something that
    they asked for changes. `of_settings(settings)` looks at forewarn.yml,
    `of_subscriptions(settings, catalogue)` at who subscribes to what, and `of_folder(root)` at the
    files as they lie. What they yield is made by `Rule.at` of one of `rules`.
    """

    rules: tuple[Rule, ...]
    of_product: Callable[[Around, Product], Iterable[Finding]] = _nothing
    of_articles: Callable[[Around], Iterable[Finding]] = _nothing
    of_settings: Callable[[Settings], Iterable[Finding]] = _nothing
    of_subscriptions: Callable[[Settings, Catalogue], Iterable[Finding]] = _nothing
    of_folder: Callable[[Path], Iterable[Finding]] = _nothing
