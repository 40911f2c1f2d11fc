"""No page is heavy, however many products and releases there are."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from forewarn import pages
from forewarn.model.record import Audience, Support
from forewarn.model.settings import Settings
from forewarn.pages.page_types import page_types
from forewarn.pages.view.view import View
from model_builder import catalogue, product, release

TODAY = date(2026, 5, 20)
# With what every page has around it, 300 kB are the most.
MOST = 280_000


def view_of(*records: object) -> View:
    return pages.look(
        catalogue(*records, products=()),  # type: ignore[arg-type]
        audience=Audience.PUBLIC,
        today=TODAY,
        settings=Settings(name="Example support"),
        sightings=(),
    )


def ending(number: int) -> Support:
    ends = TODAY + timedelta(days=3 * number)
    return Support(active_until=ends, security_until=ends + timedelta(days=365))


@pytest.fixture(scope="module")
def many() -> View:
    """As many products as the largest public list of releases has."""
    tracks = ("3", "2", "1")
    products = [
        product(
            f"product-{number}",
            tracks=tracks,
            support={track: ending(number + int(track)) for track in tracks},
        )
        for number in range(464)
    ]
    releases = [
        release(each.id, f"{track}.0", track=track) for each in products for track in tracks
    ]
    return view_of(*products, *releases)


@pytest.mark.parametrize(
    "name",
    ["home", "product", "calendar", "subscribe", "compatibility", "checker", "known_issues"],
)
def test_no_page_of_many_products_is_heavy(many: View, name: str) -> None:
    made = [page for page in page_types()[name].pages(many) if page.src.endswith(".md")]
    assert made
    assert {page.src: len(page.text) for page in made if len(page.text) > MOST} == {}


@pytest.mark.parametrize("tracks", [1, 500], ids=["one-track", "many-tracks"])
def test_no_page_of_a_product_with_a_thousand_releases_is_heavy(tracks: int) -> None:
    names = tuple(str(track) for track in range(tracks))
    records = [
        release(
            "recorder",
            f"{number % tracks}.{number}",
            track=str(number % tracks),
            released_at=date(2015, 1, 1) + timedelta(days=4 * number),
        )
        for number in range(1000)
    ]
    support = {name: ending(int(name) - 400) for name in names}
    view = view_of(product("recorder", tracks=names, support=support), *records)
    made = page_types()["product"].product_pages(view.around("recorder"), "recorder")
    sizes = {page.src: len(page.text) for page in made}
    assert set(sizes) == {"products/recorder/index.md", "products/recorder/releases=1.md"}
    assert max(sizes.values()) < MOST
