"""Records as the API gives them: the words of the record format, dates as ISO text, no nesting."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from forewarn.model.article import Article
from forewarn.model.live import Live
from forewarn.model.prose import without_comments
from forewarn.model.record import Inspection, Support
from forewarn.model.release import ANY_PLATFORM, Download, Release, Statement, Status, Withdrawal
from forewarn.model.versions.version import VersionRange
from forewarn.pages.feeds.entry import Entry
from forewarn.pages.html import words
from forewarn.pages.view import paths
from forewarn.pages.view.addresses import address, identity
from forewarn.pages.view.view import View

Json = dict[str, Any]


def release_json(view: View, src: str, release: Release, issues: Iterable[Article]) -> Json:
    """A release with what follows of it today; `issues` are those that it has."""
    catalogue = view.catalogue
    support = catalogue.support_of(release)
    newer = catalogue.superseded_by(release)
    briefing = catalogue.briefings.get((release.product, release.version))
    live = view.live_of(release)
    page, anchor = paths.release_place(catalogue, release)
    return {
        "version": release.version,
        "status": release.status.value,
        "since": _day(release.since),
        "track": release.track,
        "planned_for": _day(release.planned_for),
        "announced_at": _day(release.announced_at),
        "released_at": _day(release.released_at),
        "superseded_by": newer.version if newer else None,
        "latest_for": list(catalogue.still_latest_on(release)),
        "support": support_json(view, support) if support else None,
        "withdrawn": _withdrawn(release.withdrawn),
        "downloads": [_download(download) for download in release.downloads],
        "rollout": [
            {"platform": s.platform, "on": _day(s.on), "share": f"{s.share.normalize():f}%"}
            for s in release.rollout
        ],
        "contains": {member.product: member.version for member in release.contains},
        "suites": [str(suite) for suite in catalogue.suites_with(release)],
        "compatibility": [statement_json(view, s) for s in release.compatibility],
        "known_issues": [issue.path for issue in issues],
        "notes": without_comments(release.notes).strip(),
        **({"live": live_json(live)} if live else {}),
        **({"briefing": without_comments(briefing.text).strip()} if briefing else {}),
        "references": list(release.references),
        "audience": release.audience.value,
        "page": address(view, src, page, anchor),
    }


def live_json(live: Live) -> Json:
    """That a version can be downloaded although no record has it as shipped."""
    return {
        "version": live.version,
        "since": live.since.isoformat(timespec="seconds"),
        "platforms": [
            {"platform": platform, "since": at.isoformat(timespec="seconds")}
            for platform, at in live.platforms
        ],
        "urls": list(live.addresses),
        "recorded": live.record.status.value if live.record else None,
    }


def _download(download: Download) -> Json:
    return {
        "platform": download.platform,
        "arch": download.arch,
        "edition": download.edition,
        "url": download.url,
        "size": download.size,
        "sha256": download.sha256,
    }


def support_json(view: View, support: Support) -> Json:
    """Until when something is supported, and how far that has come."""
    stage = support.stage(view.today)
    return {
        "stage": stage.value if stage else None,
        "active_until": _day(support.active_until),
        "security_until": _day(support.security_until),
        "extended_until": _day(support.extended_until),
        "ended": support.ended,
        "reason": support.reason,
        "on": _day(support.on),
    }


def statement_json(view: View, statement: Statement) -> Json:
    """A compatibility statement, its range as written and its verdict as it counts today."""
    return {
        "with": statement.partner,
        "versions": str(statement.versions),
        "about": statement.about,
        "verdict": statement.verdict.value,
        "limits": statement.limits,
        "remedy": statement.remedy,
        "verified": _verified(view, statement.verified),
        "holds_until": _holds_until(statement),
        "references": list(statement.references),
        "audience": statement.audience.value,
    }


def _holds_until(statement: Statement) -> Json | None:
    holds = statement.holds_until
    return {"version": holds.version, "open": holds.reason} if holds else None


def issue_json(view: View, src: str, issue: Article) -> Json:
    """A known issue, with where it stands."""
    return {
        "id": issue.path,
        "title": issue.title,
        "state": words.issue_word(view, issue),
        "applies": _ranges(issue.applies),
        "fixed_in": _ranges(issue.fixed_in),
        "opened": _day(issue.opened),
        "fixed_on": _day(view.fixed_on(issue)),
        "remediation": issue.remediation.value if issue.remediation else None,
        "promised": _day(issue.promised),
        "contingency": issue.contingency,
        "verified": _verified(view, issue.verified),
        "references": list(issue.references),
        "audience": issue.audience.value,
        "page": address(view, src, issue.path),
    }


def event_json(view: View, src: str, entry: Entry) -> Json:
    """An entry of the feeds."""
    return {
        "id": identity(view, entry.key).urn,
        "kind": entry.kind.value,
        "severity": entry.severity.value,
        "title": entry.title,
        "published": entry.at.isoformat(timespec="seconds"),
        "updated": entry.updated.isoformat(timespec="seconds"),
        "product": entry.product,
        "version": entry.version,
        "track": entry.track,
        "products": list(entry.products),
        "facts": [{"label": label, "value": value} for label, value in entry.lines],
        "page": address(view, src, entry.src, entry.anchor),
    }


def latest_json(view: View, product: str, track: str) -> list[Json]:
    """The newest of a track, by version: of all its releases (platform null), and by platform."""
    shipped = [
        release
        for release in view.catalogue.releases_of(product)
        if release.track == track and release.status is Status.SHIPPED
    ]
    named = dict.fromkeys(d.platform for release in shipped for d in release.downloads)
    platforms = sorted(named.keys() - {ANY_PLATFORM}) or list(named)
    found = []
    for platform in (None, *platforms):
        release = view.catalogue.latest(product, track, platform)
        if release:
            found.append(
                {
                    "platform": platform,
                    "version": release.version,
                    "released_at": _day(release.released_at),
                }
            )
    return found


def _verified(view: View, tag: Inspection | None) -> Json | None:
    """An inspection tag; by whom and how is in it where it may be known."""
    if tag is None:
        return None
    return {
        "on": _day(tag.on),
        "until": _day(tag.until),
        "expired": tag.expired(view.today),
        **({"by": tag.by} if tag.by else {}),
        **({"how": tag.how} if tag.how else {}),
    }


def _withdrawn(withdrawal: Withdrawal | None) -> Json | None:
    if withdrawal is None:
        return None
    return {
        "on": _day(withdrawal.on),
        "reason": withdrawal.reason,
        "replacement": withdrawal.replacement,
    }


def _ranges(ranges: Mapping[str, VersionRange]) -> dict[str, str]:
    return {product: str(versions) for product, versions in ranges.items()}


def _day(value: date | None) -> str | None:
    return value.isoformat() if value else None
