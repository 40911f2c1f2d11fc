"""Tracks: every release is on one that its product has, and every one leads somewhere."""

from __future__ import annotations

from collections.abc import Iterator

from forewarn.model.finding import Finding
from forewarn.model.product import Product
from forewarn.services.rules.around import Around
from forewarn.services.rules.rule import ERROR, WARNING, Rule

UNKNOWN_TRACK = Rule(
    id="unknown-track",
    severity=ERROR,
    means="A release, or a row of `support:` in product.yml, is on a track that `tracks:` of the "
    "product does not list. It would be the latest of nothing.",
    mend="Use one of the product's tracks, or add the track to `tracks:`. In product.yml itself "
    "this is always an error.",
)
UNREACHABLE_TRACK = Rule(
    id="unreachable-track",
    severity=WARNING,
    means="`tracks:` lists a track that no release is on and that has no row in `support:`, while "
    "other tracks of the product have releases. Mostly a track was renamed in one place and not "
    "in the other.",
    mend="Put its releases on it (`track:`), give it a row in `support:`, or remove it.",
)
RULES = (UNKNOWN_TRACK, UNREACHABLE_TRACK)


def of_product(around: Around, product: Product) -> Iterator[Finding]:
    """Releases on no track, and tracks without a release."""
    releases = around.releases_of(product.id)
    known = frozenset(product.tracks)
    for release in releases:
        if release.track not in known:
            yield UNKNOWN_TRACK.at(
                release.place,
                f"{release.track!r} is not a track of {release.product}",
                f"Use one of {', '.join(product.tracks)}, or add it to product.yml.",
            )
    used = {release.track for release in releases} | set(product.support)
    for track in product.tracks if releases else ():
        if track not in used:
            yield UNREACHABLE_TRACK.at(
                product.place,
                f"no release of {product.id} is on the track {track!r}",
                "Put a release on it, give it a row in `support:`, or remove it.",
            )
