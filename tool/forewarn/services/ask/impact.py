"""What a release does to the others, or to what one customer has."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from forewarn.model.impact import Impact, impact_of
from forewarn.model.release import Verdict
from forewarn.services.ask.installed import Installed, read_installed
from forewarn.services.ask.live import Seen, standing_for, those_meant_or_live, what_is_live
from forewarn.store.catalogue.load import Loaded


@dataclass(frozen=True, kw_only=True, slots=True)
class ImpactReport:
    """The impact, the installed set that it was asked for, if it was for one, and what is live."""

    impact: Impact
    installed: Installed | None
    seen: Seen

    def fails(self, threshold: Verdict) -> bool:
        """Whether something is as bad as `threshold`, or worse."""
        verdict = self.impact.verdict
        if self.installed:
            verdict = self.installed.verdict([verdict])
        return verdict.caution >= threshold.caution


def find_impact(
    root: Path, loaded: Loaded, release: str, file: str | None, today: date
) -> ImpactReport:
    """What going to the release written `product@version` means, for all or for one file's set.

    Raises:
        UsageError: the release is not written so, or not recorded.
        DataError: its record or the file cannot be read.
    """
    seen = what_is_live(root, loaded.catalogue, loaded.catalogue.products)
    target = those_meant_or_live(loaded, seen, release)[0]
    installed = read_installed(loaded, file, seen) if file is not None else None
    releases = installed.releases if installed else None
    live = tuple(live.record or standing_for(loaded.catalogue, live) for live in seen.found)
    impact = impact_of(loaded.catalogue, target, today=today, installed=releases, live=live)
    return ImpactReport(impact=impact, installed=installed, seen=seen)
