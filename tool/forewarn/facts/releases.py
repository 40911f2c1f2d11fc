"""Releases as JSON: the words of the record format, and what follows of them today."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from forewarn.facts.live import again_key, live_json, live_key, other_bytes_key
from forewarn.facts.statements import place_json, statement_json
from forewarn.facts.times import day, moment
from forewarn.model.article import Article
from forewarn.model.catalogue import Catalogue
from forewarn.model.live import Live
from forewarn.model.prose import without_comments
from forewarn.model.recommend import Recommendation, adviser
from forewarn.model.record import Audience, Support
from forewarn.model.release import (
    ANY_PLATFORM,
    Download,
    Release,
    Status,
    Transition,
    Withdrawal,
)
from forewarn.model.replies import LatestReply, ReleaseReply, ReleasesReply
from forewarn.words.obstacles import why_not


def releases_json(found: ReleasesReply) -> Iterator[dict[str, Any]]:
    """The releases of some products, made one by one: they may be many."""
    return (_own(found, release, found.seen.of(release)) for release in found.releases())


def shown_json(found: ReleaseReply) -> dict[str, Any]:
    """One release, and `line`, the versions that were meant where they are several."""
    return {
        **_own(found, found.release, found.seen.of(found.release)),
        **({"line": [release.version for release in found.line]} if found.line else {}),
        **again_key(found.seen, found.release),
        **other_bytes_key(found.seen, [found.release]),
    }


def latest_releases_json(found: LatestReply) -> list[dict[str, Any]]:
    """The newest of each track; with each, what else of the product is live."""
    live = [live_json(live) for live in found.seen.found]
    more = {"also_live": live} if live else {}
    return [_own(found, release, None) | more for release in found.releases]


def _own(
    found: ReleasesReply | ReleaseReply | LatestReply, release: Release, live: Live | None
) -> dict[str, Any]:
    """A release for who has its files."""
    made = release_json(
        found.catalogue,
        release,
        found.today,
        Audience.STAFF,
        issues=found.catalogue.issues_of(release.product, release.version),
        advice=adviser(found.catalogue, found.today).recommend(release),
        live=live,
    )
    places = (statement.place for statement in release.compatibility)
    stated = zip(places, made["compatibility"], strict=True)
    made["compatibility"] = [{**place_json(place), **row} for place, row in stated]
    return {**made, "file": release.place.file if release.recorded else None}


def release_json(
    catalogue: Catalogue,
    release: Release,
    today: date,
    audience: Audience,
    *,
    issues: Iterable[Article],
    advice: Recommendation,
    live: Live | None,
) -> dict[str, Any]:
    """A release with what is derived of it on `today`.

    `issues` are the known issues that it has, `advice` is where to go from it, `live` is that it
    was seen whatever its record says.
    """
    support = catalogue.support_of(release)
    newer = catalogue.superseded_by(release)
    briefing = catalogue.briefings.get((release.product, release.version))
    return {
        "product": release.product,
        "version": release.version,
        "status": release.status.value,
        "since": day(release.since),
        "track": release.track,
        "planned_for": day(release.planned_for),
        "announced_at": day(release.announced_at),
        "released_at": day(release.released_at),
        "superseded_by": newer.version if newer else None,
        "recommended": advice.to.version if advice.to else None,
        "not_recommended": why_not(advice.passed_over) or None,
        "latest_for": list(catalogue.still_latest_on(release)),
        "support_ends": day(support.ends) if support else None,
        "support": support_json(support, today) if support else None,
        "withdrawn": _withdrawal(release.withdrawn),
        "history": [_step(step, audience) for step in release.history],
        "downloads": [download_json(download) for download in release.downloads],
        "rollout": [
            {"platform": s.platform, "on": day(s.on), "share": f"{s.share.normalize():f}%"}
            for s in release.rollout
        ],
        "contains": {member.product: member.version for member in release.contains},
        "suites": [str(suite) for suite in catalogue.suites_with(release)],
        "compatibility": [statement_json(s, today, audience) for s in release.compatibility],
        "known_issues": [issue.path for issue in issues],
        "notes": without_comments(release.notes).strip(),
        **({"briefing": without_comments(briefing.text).strip()} if briefing else {}),
        "references": list(release.references),
        "audience": release.audience.value,
        **live_key(live),
    }


def latest_json(catalogue: Catalogue, product: str, track: str) -> list[dict[str, Any]]:
    """The newest of a track, by version: of all its releases (platform null), and by platform."""
    shipped = [
        release
        for release in catalogue.releases_of(product)
        if release.track == track and release.status is Status.SHIPPED
    ]
    named = dict.fromkeys(d.platform for release in shipped for d in release.downloads)
    platforms = sorted(named.keys() - {ANY_PLATFORM}) or list(named)
    found = ((platform, catalogue.latest(product, track, platform)) for platform in platforms)
    return [
        {"platform": name, "version": release.version, "released_at": day(release.released_at)}
        for name, release in ((None, catalogue.latest(product, track)), *found)
        if release
    ]


def download_json(download: Download) -> dict[str, Any]:
    """A download."""
    return {
        "platform": download.platform,
        "arch": download.arch,
        "edition": download.edition,
        "url": download.url,
        "size": download.size,
        "sha256": download.sha256,
    }


def support_json(support: Support, today: date) -> dict[str, Any]:
    """Until when something is supported, how far that has come, and what was decided before."""
    stage = support.stage(today)
    return {
        "stage": stage.value if stage else None,
        **_decision(support),
        "log": [_decision(decision) for decision in support.earlier],
    }


def _decision(support: Support) -> dict[str, Any]:
    return {
        "on": day(support.on),
        "active_until": day(support.active_until),
        "security_until": day(support.security_until),
        "extended_until": day(support.extended_until),
        "ended": support.ended,
        "reason": support.reason,
    }


def _withdrawal(withdrawal: Withdrawal | None) -> dict[str, Any] | None:
    if withdrawal is None:
        return None
    return {
        "on": day(withdrawal.on),
        "reason": withdrawal.reason,
        "replacement": withdrawal.replacement,
    }


def _step(step: Transition, audience: Audience) -> dict[str, Any]:
    """A change of status; the public is not told who recorded it, and gets no such key."""
    return {
        "to": step.to.value,
        "at": moment(step.at) if step.at else day(step.on),
        **({"by": step.by} if audience is Audience.STAFF else {}),
        "reason": step.reason,
        "withdrawn": _withdrawal(step.withdrawn),
    }
