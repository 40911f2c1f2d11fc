"""Bringing the staff site up to date after a command, and telling how that went."""

from __future__ import annotations

from pathlib import Path

from forewarn.cli.output import mention, say


def refresh(root: Path) -> int:
    """Bring the staff site up to date with what was seen; 3 where that failed, which is told."""
    from forewarn.services.publish.refresh import refresh_staff_sites

    done = refresh_staff_sites(root)
    for place in done.places:
        mention(f"the staff site is up to date: {place}")
    for failure in done.failures:
        say(f"note: the staff site is not up to date: {failure}")
        say("  next: forewarn publish")
    return 3 if done.failures else 0
