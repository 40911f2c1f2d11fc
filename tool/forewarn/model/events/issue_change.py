"""The events of a known issue: it is opened, and one day it is fixed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime

from forewarn.model.article import Article, Kind
from forewarn.model.catalogue import Catalogue
from forewarn.model.events.event import Event, EventKind, event_id
from forewarn.model.events.fact import Issue, VersionsOf
from forewarn.model.events.severity import of_issue
from forewarn.model.versions.version import VersionRange


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
        name=after.name_of(products[0]) if products else "",
        severity=of_issue(issue, fixed=fixed),
        audience=issue.audience,
        owner=issue.owner,
        at=at,
        fact=Issue(
            title=issue.title,
            fixed=fixed,
            applies=_ranges(after, issue.applies),
            fixed_in=_ranges(after, issue.fixed_in),
            remediation=issue.remediation,
            promised=issue.promised,
            contingency=issue.contingency,
        ),
        products=products,
        page=f"kb/{issue.slug}/",
    )


def _ranges(after: Catalogue, ranges: Mapping[str, VersionRange]) -> tuple[VersionsOf, ...]:
    return tuple(
        VersionsOf(product=id, name=after.name_of(id), versions=str(versions))
        for id, versions in sorted(ranges.items(), key=lambda row: row[0])
    )
