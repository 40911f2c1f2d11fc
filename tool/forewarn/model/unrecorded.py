"""A version of a known product that no record speaks of: what it can still be judged by.

Customers have versions that nobody recorded. What was stated of a range that covers one of them
holds for it, too, so a stand-in takes the place of the release. It has the status `unrecorded`
and nothing of its own: no statements, no downloads, no dates and, unless it falls under a cycle of
the product, no track.
"""

from __future__ import annotations

from dataclasses import replace

from forewarn.model.catalogue import Catalogue
from forewarn.model.record import Place
from forewarn.model.release import Release, Status, release_path
from forewarn.model.tracks import cycle_of


def stand_in(product: str, version: str) -> Release:
    """What stands for a version of a product without a record of its own.

    Its place is that of the file that nobody has written yet. Whether the product's scheme has
    such a version is not asked here.
    """
    return Release(
        product=product,
        version=version,
        status=Status.UNRECORDED,
        track="",
        place=Place(file=release_path(product, version)),
    )


def release_or_stand_in(catalogue: Catalogue, product: str, version: str) -> Release:
    """The recorded release that a person means by `version`, else what stands for it.

    Raises:
        InvalidVersion: the product's scheme has no such version.
    """
    found = catalogue.find_release(product, version)
    if found:
        return found
    scheme = catalogue.schemes[product]
    scheme.key(version)
    track = cycle_of(version, catalogue.products[product].tracks, scheme)
    return replace(stand_in(product, version), track=track or "")


def with_stand_ins(catalogue: Catalogue, *releases: Release) -> Catalogue:
    """A catalogue in which these have their place, with or without a record of their own.

    With one that has none, it holds the products of the releases and of what those contain.
    """
    added = {(r.product, r.version): r for r in releases if not r.recorded}
    if not added:
        return catalogue
    ids = [*dict.fromkeys(release.product for release in releases)]
    for id in ids:  # it grows while it is gone through
        members = (m.product for r in catalogue.releases_of(id) for m in r.contains)
        ids += [m for m in dict.fromkeys(members) if m in catalogue.products and m not in ids]
    recorded = {(id, r.version): r for id in ids for r in catalogue.releases_of(id)}
    return replace(catalogue, releases={**recorded, **added})
