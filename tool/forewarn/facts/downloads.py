"""A release as the commands print it in JSON."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from forewarn.cli.reading import day, statement_json
from forewarn.cli.say.live import live_key
from forewarn.model.recommend import adviser

if TYPE_CHECKING:
    from forewarn.model.catalogue import Catalogue
    from forewarn.model.live import Live
    from forewarn.model.record import Support
    from forewarn.model.release import Release, Transition, Withdrawal


def release_json(
    catalogue: Catalogue, release: Release, today: date, live: Live | None
) -> dict[str, Any]:
    """A release with what is derived of it on `today`; `live` is that it was seen all the same."""
    superseded = catalogue.superseded_by(release)
    support = catalogue.support_of(release)
    advice = adviser(catalogue, today).recommend(release)
    return {
        "product": release.product,
        "version": release.version,
        "status": release.status.value,
        "since": day(release.since),
        "track": release.track,
        "planned_for": day(release.planned_for),
        "announced_at": day(release.announced_at),
        "released_at": day(release.released_at),
        "superseded_by": superseded.version if superseded else None,
        "recommended": advice.to.version if advice.to else None,
        "not_recommended": advice.because or None,
        "latest_for": list(catalogue.still_latest_on(release)),
        "support_ends": day(support.ends) if support else None,
        "support": _support(support, today) if support else None,
        "withdrawn": _withdrawal(release.withdrawn),
        "history": [_step(step) for step in release.history],
        "downloads": [
            {
                "platform": d.platform,
                "arch": d.arch,
                "edition": d.edition,
                "url": d.url,
                "size": d.size,
                "sha256": d.sha256,
            }
            for d in release.downloads
        ],
        "rollout": [
            {"platform": s.platform, "on": day(s.on), "share": f"{s.share.normalize():f}%"}
            for s in release.rollout
        ],
        "contains": {member.product: member.version for member in release.contains},
        "suites": [str(suite) for suite in catalogue.suites_with(release)],
        "compatibility": [statement_json(s) for s in release.compatibility],
        "file": release.place.file if release.recorded else None,
        **live_key(live),
    }


def _withdrawal(withdrawal: Withdrawal | None) -> dict[str, Any] | None:
    if withdrawal is None:
        return None
    return {
        "on": day(withdrawal.on),
        "reason": withdrawal.reason,
        "replacement": withdrawal.replacement,
    }


def _step(step: Transition) -> dict[str, Any]:
    return {
        "to": step.to.value,
        "at": step.at.isoformat(timespec="seconds") if step.at else day(step.on),
        "by": step.by,
        "reason": step.reason,
        "withdrawn": _withdrawal(step.withdrawn),
    }


def _support(support: Support, today: date) -> dict[str, Any]:
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
