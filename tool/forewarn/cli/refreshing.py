"""Bringing the staff site up to date after a command, and telling how that went."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from forewarn.cli.output import mention, say

if TYPE_CHECKING:
    from forewarn.services.publish.refresh import Refreshed


def refresh(root: Path) -> int:
    """Bring the staff site up to date with what was seen; 3 where that failed, which is told."""
    from forewarn.services.publish.refresh import refresh_staff_sites

    done = refresh_staff_sites(root)
    tell_refreshed(done)
    return 3 if done.failures else 0


def tell_refreshed(done: Refreshed) -> None:
    """Tell which staff sites were made anew, and what kept others from it."""
    tell_places(done.places)
    for failure in done.failures:
        say(f"note: the staff site is not up to date: {failure}")
        say("  next: forewarn publish")


def tell_places(places: tuple[Path, ...]) -> None:
    """Tell which staff sites were made anew."""
    for place in places:
        mention(f"the staff site is up to date: {place}")
