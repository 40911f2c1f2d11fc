"""Where the page of a product or a release is."""

from __future__ import annotations

from pathlib import Path

from forewarn.errors import UsageError
from forewarn.model.audience import visible
from forewarn.model.record import Audience
from forewarn.model.site_path import product_page, release_page
from forewarn.services.ask.lookup import the_product, the_release_meant
from forewarn.store.catalogue.some import load_products
from forewarn.store.settings import read_settings


def page_address(root: Path, product: str | None, version: str | None, audience: Audience) -> str:
    """The address of a page: where the site is served, or as a file of the site built here.

    `product` may hold the version, as in `recorder@2.7`. Of several that begin so, the newest.

    Raises:
        UsageError: there is no such release, or neither an address nor a built site.
    """
    page = _page(root, product, version, audience)
    settings, _ = read_settings(root)
    served = settings.site_urls.get(audience.value) if settings else None
    if served:
        return served.rstrip("/") + "/" + page
    path, hash_, anchor = page.partition("#")
    file = root / "site" / audience.value / path / "index.html"
    if not file.is_file():
        raise UsageError(
            f"there is no address of the {audience.value} site, and the page is not built here",
            where=str(file),
            help="Run `forewarn publish`, or name its address under `sites:` in forewarn.yml.",
        )
    return file.absolute().as_uri() + hash_ + anchor


def _page(root: Path, product: str | None, version: str | None, audience: Audience) -> str:
    if product is None:
        return ""
    if version is None:
        product, _, version = product.partition("@")
    loaded = load_products(root, {product})
    the_product(loaded, product)
    release = the_release_meant(loaded, product, version) if version else None
    seen = visible(loaded.catalogue, audience)
    shown = release and seen.find_release(product, release.version)
    if product not in seen.products or (release and not shown):
        raise UsageError(
            f"the {audience.value} site has no page of {release or product}",
            help="Customers may not see it; leave --audience out for the staff site.",
        )
    return release_page(seen, shown) if shown else product_page(product)
