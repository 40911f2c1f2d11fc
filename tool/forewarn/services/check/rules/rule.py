"""A rule: its id, what it means, how to mend what breaks it, and how severe that is."""

from __future__ import annotations

from dataclasses import dataclass

from forewarn.model.finding import Finding, FindingSeverity
from forewarn.model.record import Place

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
