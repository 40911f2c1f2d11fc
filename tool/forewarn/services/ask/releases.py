"""Releases: all of a product, one of them, the newest."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from forewarn.frozen import dataclass
from forewarn.model.deciding import deciding
from forewarn.model.replies import LatestReply, ReleaseReply, ReleasesReply
from forewarn.services.ask.live import the_release_or_live, what_is_live
from forewarn.services.ask.lookup import the_latest, the_line, the_product
from forewarn.store.catalogue.reader import Progress
from forewarn.store.catalogue.some import load_deciding, load_products


@dataclass(frozen=True, kw_only=True, slots=True)
class ReleasesQuestion:
    """A product; None for all of them."""

    product: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class ReleaseQuestion:
    """A product's version, or a track or the beginning of several versions."""

    product: str
    version: str


@dataclass(frozen=True, kw_only=True, slots=True)
class LatestQuestion:
    """A product, and one of its tracks and a platform, if only they are of interest."""

    product: str
    track: str | None = None
    platform: str | None = None


def releases(
    root: Path, question: ReleasesQuestion, *, today: date, progress: Progress | None = None
) -> ReleasesReply:
    """All releases, those that are live without a record, too.

    Raises:
        UsageError: there is no such product.
        DataError: its record cannot be read.
    """
    product = question.product
    if product:
        loaded = load_products(root, {product}, suites=True)
    else:
        from forewarn.store.catalogue.whole import load_worktree

        loaded = load_worktree(root, progress)
    catalogue = loaded.catalogue
    wanted = (the_product(loaded, product).id,) if product else tuple(sorted(catalogue.products))
    seen = what_is_live(root, catalogue, wanted)
    return ReleasesReply(
        catalogue=catalogue,
        today=today,
        unread=(*loaded.unread(wanted if product else None), *seen.unread),
        seen=seen,
        products=wanted,
    )


def release(
    root: Path, question: ReleaseQuestion, *, today: date, progress: Progress | None = None
) -> ReleaseReply:
    """One release; of several that are meant, the newest.

    Raises:
        UsageError: there is none, and it was not seen either.
        DataError: there is one, and its record cannot be read.
    """
    product, version = question.product, question.version
    loaded = load_deciding(root, product, lambda kept: deciding(kept, product, version, today))
    seen = what_is_live(root, loaded.catalogue, {product})
    line = the_line(loaded, product, version)
    return ReleaseReply(
        catalogue=loaded.catalogue,
        today=today,
        unread=(*loaded.unread({product}), *seen.unread),
        seen=seen,
        asked=version,
        release=line[0] if line else the_release_or_live(loaded, seen, product, version),
        line=line,
    )


def latest(
    root: Path, question: LatestQuestion, *, today: date, progress: Progress | None = None
) -> LatestReply:
    """The highest shipped release of each track, or of one.

    Raises:
        UsageError: there is no such product, or no such track or platform of it.
        DataError: the product's record cannot be read.
    """
    # It reads forewarn.yml, and to list or show a release needs no YAML.
    from forewarn.services.ask.platforms import the_platform

    product, named = question.product, question.platform
    loaded = load_products(root, {product}, suites=True)
    platform = the_platform(root, loaded, product, named) if named else None
    found = the_latest(loaded, product, question.track, platform)
    seen = what_is_live(root, loaded.catalogue, {product})
    return LatestReply(
        catalogue=loaded.catalogue,
        today=today,
        unread=(*loaded.unread({product}), *seen.unread),
        seen=seen,
        product=product,
        track=question.track,
        platform=platform,
        releases=found,
    )
