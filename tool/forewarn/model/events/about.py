"""What an event is about, besides its product: for who wants some kinds of releases only."""

from __future__ import annotations

from dataclasses import replace

from forewarn.model.catalogue import Catalogue
from forewarn.model.events.event import Event, Maturity
from forewarn.model.versions.stages import is_early
from forewarn.model.versions.version import InvalidVersion


def about(catalogue: Catalogue, event: Event, *, channel: str | None = None) -> Event:
    """An event with its stage, and with the suites and members that it concerns.

    Whoever follows what a suite contains hears of the suite. `channel` is what a source calls the
    track, where the product has none of that name.
    """
    release = catalogue.releases.get((event.product, event.version or ""))
    members = tuple(member.product for member in release.contains) if release else ()
    suites = (suite for product in event.products for suite in catalogue.suites_of(product))
    return replace(
        event,
        products=tuple(dict.fromkeys((*event.products, *members))),
        suites=tuple(dict.fromkeys(suites)),
        stage=_stage(catalogue, event, channel),
    )


def _stage(catalogue: Catalogue, event: Event, channel: str | None) -> Maturity:
    if any(is_early(word) for word in (event.track, channel) if word):
        return Maturity.EARLY
    scheme = catalogue.schemes.get(event.product)
    if scheme is None or event.version is None:
        return Maturity.FULL
    try:
        final = scheme.final(event.version)
        early = final is not None and scheme.key(final) > scheme.key(event.version)
    except InvalidVersion:
        return Maturity.FULL
    return Maturity.PROMOTED if early else Maturity.FULL
