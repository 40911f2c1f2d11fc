"""Which records decide what is said of a release, whatever is in all others of its product."""

from __future__ import annotations

from datetime import date

from forewarn.model.catalogue import Catalogue
from forewarn.model.recommend import adviser
from forewarn.model.release import Status


def deciding(
    catalogue: Catalogue, product: str, version: str, today: date
) -> tuple[str, ...] | None:
    """The versions by whose records it stands what is said of one of them; None: it may be any.

    Where a final release has shipped, and the newest of its track is what everybody is sent to,
    no release below the newest has a say: each is reached last by what looks for what supersedes
    one, what is to be recommended and what is the newest on a platform. The newest itself and all
    above it do have one, for an edit may move any of these to the track, or ship it.
    """
    release = catalogue.releases.get((product, version))
    if (
        release is None
        or release.status is not Status.SHIPPED
        or catalogue.schemes[product].final(version) is not None
        or product in catalogue.shelf.suites()
        or catalogue.issues_of(product)
    ):
        return None
    newest = catalogue.superseded_by(release) or release
    advice = adviser(catalogue, today).recommend(release)
    if advice.to != newest or advice.skipped:
        return None
    versions = catalogue.versions_of(product)
    above = versions[: versions.index(newest.version) + 1]
    for download in release.downloads:
        there = catalogue.latest(product, release.track, download.platform)
        if there is None or there.version not in above:
            return None
    return (*above, *(() if version in above else (version,)))
