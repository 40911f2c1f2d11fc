"""How soon somebody must know: the one rule for each thing that happens."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from forewarn.model.article import Article
from forewarn.model.record import Support
from forewarn.model.release import Verdict


class Severity(StrEnum):
    """How soon somebody must know, least first."""

    LOW = "low"
    NORMAL = "normal"
    HIGH = "high"
    CRITICAL = "critical"

    @property
    def rank(self) -> int:
        """0 for low; comparable."""
        return _RANKS[self]


# Asked for each subscription of each event.
_RANKS = {severity: rank for rank, severity in enumerate(Severity)}


def of_release(verdicts: Iterable[Verdict]) -> Severity:
    """Of a release that customers can have, by what it states of others."""
    return Severity.HIGH if Verdict.BREAKS in verdicts else Severity.NORMAL


def of_statements(verdicts: Iterable[Verdict]) -> Severity:
    """Of what is stated of two products, or was until now.

    Who was told that something breaks acts upon it, until somebody says that it does not.
    """
    return Severity.HIGH if any(verdict.harms for verdict in verdicts) else Severity.NORMAL


def of_support(before: Support | None, after: Support) -> Severity:
    """Of a decision on support: what ends sooner than was told is not just for information."""
    return Severity.NORMAL if before and after.ends_before(before) else Severity.LOW


def of_issue(issue: Article, *, fixed: bool) -> Severity:
    """Of a known issue."""
    return Severity.HIGH if issue.helpless and not fixed else Severity.NORMAL


def worst_of(severities: Iterable[Severity]) -> Severity:
    """The highest of some, of which there is one at least."""
    return max(severities, key=lambda severity: severity.rank)
