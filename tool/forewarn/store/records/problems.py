"""What is wrong with one file, as its reader meets it, each with its line."""

from __future__ import annotations

import yaml

from forewarn.model.finding import Finding, FindingSeverity, Mend
from forewarn.model.record import Place


class Problems:
    """The findings of one file, as they are met."""

    def __init__(self, file: str, first_line: int = 1) -> None:
        self.file = file
        self.findings: list[Finding] = []
        self._first_line = first_line

    def place(self, node: yaml.Node | None) -> Place:
        """Where a node stands in the file."""
        line = node.start_mark.line if node else 0
        return Place(file=self.file, line=self._first_line + line)

    def add(
        self, node: yaml.Node | None, rule: str, message: str, help: str, right: str | None = None
    ) -> None:
        """Keep a finding of severity error at a node, or at the beginning of the file.

        `right` is what the scalar must be, where nothing else can be meant.
        """
        mend = None
        if isinstance(node, yaml.ScalarNode) and right is not None:
            mend = Mend(column=node.start_mark.column, old=str(node.value), new=right)
        self.add_at(self.place(node), rule, message, help, mend)

    def add_at(
        self, place: Place, rule: str, message: str, help: str, mend: Mend | None = None
    ) -> None:
        """Keep a finding of severity error at a place."""
        self.findings.append(
            Finding(
                rule=rule,
                severity=FindingSeverity.ERROR,
                place=place,
                message=message,
                help=help,
                mend=mend,
            )
        )
