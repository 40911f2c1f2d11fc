"""The events of a known issue: it is opened, and one day it is fixed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from forewarn.model.article import Article, Kind, Remediation
from forewarn.model.catalogue import Catalogue
from forewarn.model.events.event import Event, EventKind, Severity, event_id, fact


def issue_events(
    before: Catalogue, after: Catalogue, issue: Article, at: datetime, old_path: str | None = None
) -> Iterator[Event]:
    """What happened to a known issue between two catalogues, as of `at`.

    `old_path` is its file in the earlier one, where that was another.
    """
    old = before.articles.get(old_path or issue.path)
    was_known = old is not None and old.kind is Kind.KNOWN_ISSUE
    was_fixed = was_known and old is not None and before.is_fixed(old)
    fixed = after.is_fixed(issue)
    if fixed and was_known and not was_fixed:
        yield _issue_event(after, issue, EventKind.KNOWN_ISSUE_FIXED, at)
    elif not fixed and (not was_known or was_fixed):
        again = _issue_event(after, issue, EventKind.KNOWN_ISSUE_OPENED, at)
        # Whoever was told that it is fixed tells customers so, until they hear of this.
        yield replace(again, takes_back=(again.subject,)) if was_fixed else again


def _issue_event(after: Catalogue, issue: Article, kind: EventKind, at: datetime) -> Event:
    products = tuple(sorted(issue.applies))
    fixed = kind is EventKind.KNOWN_ISSUE_FIXED
    helpless = issue.remediation in (Remediation.NONE_AVAILABLE, Remediation.NO_FIX_PLANNED)
    ranges = ", ".join(f"{after.name_of(p)} {issue.applies[p]}" for p in products)
    fixes = ", ".join(f"{after.name_of(p)} {v}" for p, v in sorted(issue.fixed_in.items()))
    return Event(
        id=event_id(
            kind,
            {
                "article": issue.path,
                "title": issue.title,
                "applies": {p: str(v) for p, v in issue.applies.items()},
                "fixed_in": {p: str(v) for p, v in issue.fixed_in.items()},
            },
        ),
        kind=kind,
        product=products[0] if products else "",
        version=None,
        severity=Severity.HIGH if helpless and not fixed else Severity.NORMAL,
        audience=issue.audience,
        at=at,
        title=f"{'Fixed' if fixed else 'Known issue'}: {issue.title}",
        products=products,
        page=f"kb/{issue.slug}/",
        facts=(
            *fact("Applies to", ranges),
            *fact("Fixed in", fixes),
            *fact("Remediation", (issue.remediation or "").replace("_", " ")),
            *fact("Promised", issue.promised),
            *fact("Until then", issue.contingency),
        ),
    )
