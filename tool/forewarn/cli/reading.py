"""Reading records for a command, and telling of those that cannot be read."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from forewarn.cli.output import say

if TYPE_CHECKING:
    from forewarn.model.catalogue import Catalogue
    from forewarn.model.release import Release, Statement


def readable_catalogue(root: Path) -> Catalogue:
    """The catalogue in the working tree; what cannot be read is said on stderr, not hidden."""
    from forewarn.store.catalogue import load_worktree

    loaded = load_worktree(root)
    if loaded.unreadable:
        say(
            f"note: {len(loaded.unreadable)} records cannot be read and are left out; "
            "`forewarn check` says why"
        )
    return loaded.catalogue


def release_json(catalogue: Catalogue, release: Release) -> dict[str, Any]:
    """A release as the commands print it."""
    superseded = catalogue.superseded_by(release)
    support = catalogue.support_of(release)
    return {
        "product": release.product,
        "version": release.version,
        "status": release.status.value,
        "track": release.track,
        "planned_for": day(release.planned_for),
        "announced_at": day(release.announced_at),
        "released_at": day(release.released_at),
        "superseded_by": superseded.version if superseded else None,
        "support_ends": day(support.ends) if support else None,
        "withdrawn": {
            "on": day(release.withdrawn.on),
            "reason": release.withdrawn.reason,
            "replacement": release.withdrawn.replacement,
        }
        if release.withdrawn
        else None,
        "downloads": [
            {
                "platform": d.platform,
                "edition": d.edition,
                "url": d.url,
                "size": d.size,
                "sha256": d.sha256,
            }
            for d in release.downloads
        ],
        "compatibility": [statement_json(s) for s in release.compatibility],
        "file": release.place.file,
    }


def statement_json(statement: Statement) -> dict[str, Any]:
    """A compatibility statement as the commands print it."""
    tag = statement.verified
    return {
        "file": statement.place.file,
        "line": statement.place.line,
        "with": statement.partner,
        "versions": str(statement.versions),
        "about": statement.about,
        "verdict": statement.verdict.value,
        "limits": statement.limits,
        "remedy": statement.remedy,
        "verified": {"by": tag.by, "on": day(tag.on), "how": tag.how, "until": day(tag.until)}
        if tag
        else None,
    }


def day(value: date | None) -> str | None:
    """A date as text."""
    return value.isoformat() if value else None
