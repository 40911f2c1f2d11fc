"""Which releases count today: what customers can get, or are still helped with."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from forewarn.model.article import Article
from forewarn.model.catalogue import Catalogue
from forewarn.model.release import Release, Status


def current(catalogue: Catalogue, product: str, today: date) -> frozenset[str]:
    """The versions of a product that are the latest, of a track or a platform too, or supported.

    What is known to be supported no longer counts no more, unless it is the latest of all.
    """
    latest = catalogue.latest(product)
    newest = {release.version for release in catalogue.latest_of_tracks(product)}
    newest.update(r.version for r in catalogue.with_downloads(product) if _lags(catalogue, r))
    found = {latest.version} if latest else set()
    for release in catalogue.releases_of(product):
        if release.status is Status.SHIPPED:
            support = catalogue.support_of(release)
            if not support.over(today) if support else release.version in newest:
                found.add(release.version)
    return frozenset(found)


def _lags(catalogue: Catalogue, release: Release) -> bool:
    return bool(catalogue.still_latest_on(release))


def hurts(catalogue: Catalogue, issue: Article, currents: Iterable[tuple[str, str]]) -> int:
    """How many of some releases, as (product, version), have a known issue today; 0 once fixed."""
    if catalogue.is_fixed(issue):
        return 0
    return sum(
        product in issue.applies
        and issue.applies[product].contains(version, catalogue.schemes[product])
        for product, version in currents
    )
