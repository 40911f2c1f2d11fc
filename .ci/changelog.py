"""Writes CHANGELOG.md from forewarn's own release records, the newest first."""

from __future__ import annotations

import re
from pathlib import Path

from forewarn.model.release import Release, Status
from forewarn.store.catalogue.whole import load_worktree

ROOT = Path(__file__).parents[1]
CHANGELOG = ROOT / "CHANGELOG.md"
_HEAD = """\
# Changes

Made by `make docs` from `releases/forewarn/`, which is where changes are written down.
"""


def when(release: Release) -> str:
    """The day of a release, or in which state it is."""
    if release.status is Status.SHIPPED and release.released_at:
        return release.released_at.isoformat()
    if release.status is Status.PLANNED and release.planned_for:
        return f"planned for {release.planned_for.isoformat()}"
    return str(release.status)


def text() -> str:
    """The whole file."""
    catalogue = load_worktree(ROOT).catalogue
    parts = [_HEAD]
    for release in reversed(catalogue.releases_of("forewarn")):
        body = re.sub(r"\]\((?:\.\./)+", "](", release.notes.strip())
        parts.append(f"## {release.version} ({when(release)})\n\n{body}\n")
    return "\n".join(parts)


if __name__ == "__main__":
    CHANGELOG.write_text(text(), encoding="utf-8")
