"""Where on a site a product and a release are told of; pages and alerts go by the same rule.

Addresses are for good: a release keeps its page when it is old, superseded or withdrawn.
"""

from __future__ import annotations

from forewarn.model.catalogue import Catalogue
from forewarn.model.names import version_stem
from forewarn.model.release import Release


def product_page(product: str) -> str:
    """A product's page: `products/recorder/`."""
    return f"products/{product}/"


def own_page(product: str, version: str) -> str:
    """The page that a release has if it has one of its own: `products/recorder/2.7/`."""
    return f"{product_page(product)}{version_stem(version)}/"


def has_page(catalogue: Catalogue, release: Release) -> bool:
    """Whether there is enough to say about a release for a page of its own."""
    return not release.bare or (release.product, release.version) in catalogue.briefings


def release_anchor(version: str) -> str:
    """A release's row on its product's page."""
    return f"v{version_stem(version)}"


def release_page(catalogue: Catalogue, release: Release) -> str:
    """The page of a release, or its row on its product's page."""
    if has_page(catalogue, release):
        return own_page(release.product, release.version)
    return f"{product_page(release.product)}#{release_anchor(release.version)}"
