"""Reading records for a command, and telling of those that cannot be read."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from forewarn.cli.output import reading, say

if TYPE_CHECKING:
    from forewarn.model.catalogue import Catalogue
    from forewarn.model.release import Statement
    from forewarn.store.catalogue import Loaded


def readable_catalogue(root: Path) -> Catalogue:
    """The catalogue in the working tree; what cannot be read is said on stderr, not hidden."""
    return readable(root).catalogue


def readable(root: Path) -> Loaded:
    """The records in the working tree; what cannot be read is said on stderr, not hidden."""
    from forewarn.store.catalogue import load_worktree

    with reading() as progress:
        loaded = load_worktree(root, progress)
    if loaded.unreadable:
        say(
            f"note: {len(loaded.unreadable)} records cannot be read and are left out; "
            "`forewarn check` says why"
        )
    return loaded


def today() -> date:
    """The day where the person is."""
    return datetime.now().astimezone().date()


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
