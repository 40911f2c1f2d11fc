"""What a release does to the others, or to what one customer has."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from forewarn.frozen import dataclass
from forewarn.model.impact import concerned, impact_of
from forewarn.model.replies import ImpactReply
from forewarn.services.ask.installed import read_installed
from forewarn.services.ask.live import standing_for, those_meant_or_live, what_is_live
from forewarn.store.catalogue.reader import Progress
from forewarn.store.catalogue.whole import load_worktree


@dataclass(frozen=True, kw_only=True, slots=True)
class ImpactQuestion:
    """A release written `product@version`, and the path of a file that lists what is installed."""

    release: str
    installed: str | None = None


def impact(
    root: Path, question: ImpactQuestion, *, today: date, progress: Progress | None = None
) -> ImpactReply:
    """What going to a release means, for all or for one file's set.

    Raises:
        UsageError: the release is not written so, or not recorded.
        DataError: its record or the file cannot be read.
    """
    loaded = load_worktree(root, progress)
    catalogue, file = loaded.catalogue, question.installed
    # What is live is asked for by version, and of all products these would be many.
    asked = {question.release.partition("@")[0]} if file is None else {*catalogue.products}
    seen = what_is_live(root, catalogue, asked)
    target = those_meant_or_live(loaded, seen, question.release)[0]
    if file is None:
        seen = what_is_live(root, catalogue, {target.product, *concerned(catalogue, target)})
    installed = read_installed(loaded, file, seen) if file is not None else None
    releases = installed.releases if installed else None
    live = tuple(live.record or standing_for(catalogue, live) for live in seen.found)
    return ImpactReply(
        catalogue=catalogue,
        today=today,
        unread=(*loaded.unread(articles=True), *seen.unread),
        seen=seen,
        impact=impact_of(catalogue, target, today=today, installed=releases, live=live),
        installed=installed,
    )
