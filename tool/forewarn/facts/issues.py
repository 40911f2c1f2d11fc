"""Known issues as JSON."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from forewarn.facts.statements import inspection_json
from forewarn.facts.times import day
from forewarn.model.article import Article
from forewarn.model.catalogue import Catalogue
from forewarn.model.record import Audience
from forewarn.model.versions.version import VersionRange


def issue_json(
    catalogue: Catalogue, issue: Article, today: date, audience: Audience
) -> dict[str, Any]:
    """A known issue, with where it stands; its `id` is its file."""
    return {
        "id": issue.path,
        "title": issue.title,
        "state": "fixed" if catalogue.is_fixed(issue) else "open",
        "applies": _ranges(issue.applies),
        "fixed_in": _ranges(issue.fixed_in),
        "opened": day(issue.opened),
        "fixed_on": day(catalogue.fixed_on(issue)),
        "remediation": issue.remediation.value if issue.remediation else None,
        "promised": day(issue.promised),
        "contingency": issue.contingency,
        "verified": inspection_json(issue.verified, today, audience),
        "references": list(issue.references),
        "audience": issue.audience.value,
    }


def _ranges(ranges: Mapping[str, VersionRange]) -> dict[str, str]:
    return {product: str(versions) for product, versions in ranges.items()}
