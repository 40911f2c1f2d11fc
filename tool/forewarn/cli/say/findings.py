"""Findings for people, for scripts, and for what shows them beside the changed lines."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from forewarn.cli.output import to_json
from forewarn.facts.findings import finding_json
from forewarn.model.visible import escaped

if TYPE_CHECKING:
    from forewarn.model.finding import Finding
    from forewarn.services.check.rules.rule import Rule

# The findings, and the way from here to the knowledge base ("" or "docs/kb/").
Format = Callable[["Sequence[Finding]", str], str]
_SARIF_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"


def as_text(findings: Sequence[Finding], to: str) -> str:
    """One finding in two lines: what and where, then what to do."""
    return "\n".join(
        f"{f.place}: {f.severity.value}: {escaped(f.message)} [{f.rule}]\n    {escaped(f.help)}"
        for f in findings
    )


def as_json(findings: Sequence[Finding], to: str) -> str:
    """The findings with all that is known of each."""
    return to_json({"findings": [finding_json(finding) for finding in findings]})


def as_github(findings: Sequence[Finding], to: str) -> str:
    """Workflow commands, of which GitHub makes annotations beside the lines."""
    return "\n".join(
        f"::{f.severity.value} file={_property(to + f.place.file)},line={f.place.line},"
        f"title={_property(f.rule)}::{_escaped(_both(f))}"
        for f in findings
    )


def as_sarif(findings: Sequence[Finding], to: str) -> str:
    """SARIF 2.1.0, for code scanning and for editors."""
    from forewarn import __version__
    from forewarn.services.check.rules import by_id

    ids = list(by_id())
    driver = {
        "name": "forewarn",
        "semanticVersion": __version__,
        "rules": [_sarif_rule(rule) for rule in by_id().values()],
    }
    run = {
        "tool": {"driver": driver},
        "results": [_sarif_result(f, ids.index(f.rule), to) for f in findings],
    }
    return to_json({"$schema": _SARIF_SCHEMA, "version": "2.1.0", "runs": [run]})


def explanation(rule: Rule) -> str:
    """What a rule means and how to mend, for a terminal."""
    import textwrap

    fixed = "" if rule.settable else "; it cannot be changed"
    parts = (f"{rule.id} ({rule.severity.value}{fixed})", rule.means, f"Mend: {rule.mend}")
    return "\n\n".join(
        textwrap.fill(part, 88, break_long_words=False, break_on_hyphens=False) for part in parts
    )


FORMATS: Mapping[str, Format] = {
    "text": as_text,
    "json": as_json,
    "github": as_github,
    "sarif": as_sarif,
}


def _sarif_rule(rule: Rule) -> dict[str, Any]:
    return {
        "id": rule.id,
        "shortDescription": {"text": rule.id.replace("-", " ")},
        "fullDescription": {"text": rule.means},
        "help": {
            "text": f"{rule.means}\n\nMend: {rule.mend}",
            "markdown": f"{rule.means}\n\n**Mend:** {rule.mend}",
        },
        "defaultConfiguration": {"level": rule.severity.value},
    }


def _sarif_result(finding: Finding, index: int, to: str) -> dict[str, Any]:
    from urllib.parse import quote

    return {
        "ruleId": finding.rule,
        "ruleIndex": index,
        "level": finding.severity.value,
        "message": {"text": _both(finding)},
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": {
                        "uri": quote(to + finding.place.file, errors="surrogateescape"),
                        "uriBaseId": "%SRCROOT%",
                    },
                    "region": {"startLine": finding.place.line},
                }
            }
        ],
    }


def _both(finding: Finding) -> str:
    return f"{finding.message}\n{finding.help}"


def _escaped(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _escaped(text).replace(":", "%3A").replace(",", "%2C")
