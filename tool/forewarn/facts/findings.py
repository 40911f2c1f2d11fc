"""JSON of what `check` finds."""

from __future__ import annotations

from typing import Any

from forewarn.model.finding import Finding


def finding_json(finding: Finding) -> dict[str, Any]:
    """A finding, with all that is known of it."""
    return {
        "rule": finding.rule,
        "severity": finding.severity.value,
        "file": finding.place.file,
        "line": finding.place.line,
        "message": finding.message,
        "help": finding.help,
    }
