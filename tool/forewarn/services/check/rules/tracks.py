"""Tracks: every release is on one that its product has, and every one leads somewhere."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from forewarn.model import rule_ids
from forewarn.model.finding import Finding
from forewarn.model.product import Product
from forewarn.model.release import Release
from forewarn.model.tracks import OTHER, is_cycle
from forewarn.services.check.rules.around import Around
from forewarn.services.check.rules.rule import ERROR, WARNING, Rule, RuleSet

UNKNOWN_TRACK = Rule(
    id=rule_ids.UNKNOWN_TRACK,
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
WRONG_TRACK = Rule(
    id="wrong-track",
    severity=WARNING,
    means="A release is on a track that is named like the beginning of other versions: 3.12.99 on "
    "`3.14`, or on `other` where the product has a track `3.12`. It takes the place, and the "
    "support, of a line that it does not belong to.",
    mend="Put it on the track that its version begins with (`track:`), or add that track to "
    "product.yml.",
)


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
    yield from _strays(around, product, releases)


def _strays(around: Around, product: Product, releases: Sequence[Release]) -> Iterator[Finding]:
    cycles = [track for track in product.tracks if is_cycle(track)]
    if not cycles:
        return
    belongs = {release.version: around.cycle_of(release, cycles) for release in releases}
    # A cycle that none of its releases begins with is only called so: 8 has 1.8.0. And where one
    # was imported, the list that it comes from put it there.
    kept = {r.track for r in releases if belongs[r.version] == r.track}
    for release in releases:
        track, cycle = release.track, belongs[release.version]
        if track not in (*cycles, OTHER):
            continue
        if cycle and cycle != track and not around.is_within(product.id, track, cycle):
            yield WRONG_TRACK.at(
                release.place,
                f"{release.version} is on the track {track!r}, and begins with {cycle}",
                f"Write `track: {cycle}`.",
            )
        elif not cycle and track in kept and not release.imported:
            yield WRONG_TRACK.at(
                release.place,
                f"{release.version} is on the track {track!r} and does not begin with it",
                f"Use one of {', '.join(product.tracks)}, or add its track to product.yml.",
            )


RULES = RuleSet(rules=(UNKNOWN_TRACK, UNREACHABLE_TRACK, WRONG_TRACK), of_product=of_product)
