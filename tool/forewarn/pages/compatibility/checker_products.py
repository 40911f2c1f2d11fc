"""What the checker has to know of one product: each version as it stands by itself."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from forewarn.model.live import Live
from forewarn.model.record import Audience
from forewarn.model.release import Member, Release, Status
from forewarn.model.versions.plain import Plain
from forewarn.model.versions.version import InvalidVersion
from forewarn.model.whole import have_to_do, whole
from forewarn.pages.compatibility.between import same_numbers
from forewarn.pages.html import words
from forewarn.pages.view import paths
from forewarn.pages.view.view import View
from forewarn.words.caveats import caveat
from forewarn.words.days import day_words


def product_file(product: str) -> str:
    """Where what the checker has to know of a product lies."""
    return f"checker/products/{product}.json"


def pair_file(one: str, other: str) -> str:
    """Where what it has to know of two products together lies."""
    return f"checker/pairs/{paths.pair_stem(one, other)}.json"


def product_data(view: View, product: str) -> dict[str, Any]:
    """A product, its versions, and the products that it has a table with."""
    newest = view.catalogue.latest(product)
    partners = [b if a == product else a for a, b in view.pairs if product in (a, b) and a != b]
    return {
        "id": product,
        "name": view.name(product),
        "newest": newest.version if newest else "",
        "pairs": {
            partner: [
                pair_file(product, partner),
                paths.url(paths.pair_src(product, partner)),
            ]
            for partner in partners
        },
        "unrecorded": unrecorded(view, product),
        "live": {
            live.version: words.live_line(live)
            for live in view.live
            if live.product == product and live.record is None
        },
        "plain": _plain(view.catalogue.schemes[product].plain),
        "speaks": [
            other
            for other in view.catalogue.neighbours(product)
            if other in view.catalogue.products and have_to_do(view.catalogue, product, other)
        ],
        "page": paths.url(paths.product_src(product)),
        "track": next(iter(view.catalogue.products[product].tracks), ""),
        "versions": [_version(view, release) for release in view.catalogue.releases_of(product)],
    }


def _plain(plain: Plain | None) -> dict[str, Any] | None:
    """How the versions of numbers alone are ordered; null where the script must not order them."""
    if plain is None:
        return None
    said = asdict(plain)
    return {key: value for key, value in said.items() if value is not False}


def _version(view: View, release: Release) -> str | dict[str, Any]:
    """A version; what is as with most of them is left out, and then it stands alone."""
    own, anchor = paths.release_place(view.catalogue, release)
    record = view.catalogue.products[release.product]
    tracks = record.tracks
    address = paths.with_anchor(paths.url(own), anchor)
    usual = f"{paths.url(paths.product_src(release.product))}{release.version}/"
    more = {
        "page": "" if address == usual else address,
        "track": "" if release.track == tracks[0] else release.track,
        "state": "" if release.status is Status.SHIPPED else _state(view, release),
        "avoid": view.adviser.always(release) is not None,
        "stay": view.adviser.always(release) is not None and view.adviser.may_stay(release),
        "issues": [issue.path for issue in view.adviser.open_issues(release)],
        "instead": instead.version if (instead := view.adviser.named(release)) else "",
        "note": _caveat(view, release),
        "contains": [_member(view, member) for member in release.contains],
        "inside": release.inside or record.audience is Audience.STAFF,
        "more": release.holds_more,
        "same": same_numbers(view, release),
    }
    said = {key: value for key, value in more.items() if value}
    return {"version": release.version, **said} if said else release.version


def _member(view: View, member: Member) -> list[Any]:
    """A member's product and version, as it is recorded; null for what has no record."""
    held = view.catalogue.find_release(member.product, member.version)
    return [member.product, held.version if held else None, member.version]


def _state(view: View, release: Release) -> str:
    return words.LIVE if view.live_of(release) else release.status.value


def _caveat(view: View, release: Release) -> str:
    live, support = view.live_of(release), view.catalogue.support_of(release)
    return caveat(
        release,
        live=words.live_line(live) if live else "",
        is_over=support is not None and support.over(view.today),
        advice=lambda: view.adviser.recommend(release),
        day=day_words,
    )


def unrecorded(view: View, product: str) -> tuple[str, ...]:
    """The versions of a product without a record that suites contain, or that can be downloaded."""
    return view.once(_all_unrecorded).get(product, ())


def _all_unrecorded(view: View) -> dict[str, tuple[str, ...]]:
    catalogue = view.catalogue
    found: dict[str, dict[str, None]] = {}
    for suite in sorted(catalogue.shelf.suites()):
        for release in catalogue.releases_of(suite):
            for part in whole(catalogue, release).parts:
                if not part.release.recorded:
                    found.setdefault(part.release.product, {})[part.release.version] = None
    for live in view.live:
        if live.record is None and _is_version(view, live):
            found.setdefault(live.product, {})[live.version] = None
    return {product: tuple(sorted(versions)) for product, versions in found.items()}


def _is_version(view: View, live: Live) -> bool:
    try:
        view.catalogue.schemes[live.product].key(live.version)
    except (InvalidVersion, KeyError):
        return False
    return True
