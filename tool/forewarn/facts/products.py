"""Products as JSON."""

from __future__ import annotations

from typing import Any

from forewarn.facts.live import live_json
from forewarn.facts.releases import support_json
from forewarn.model.catalogue import Catalogue
from forewarn.model.replies import ProductReply, ProductsReply


def products_json(found: ProductsReply) -> list[dict[str, Any]]:
    """All products, by id."""
    return [product_json(found.catalogue, product) for product in sorted(found.catalogue.products)]


def shown_product_json(found: ProductReply) -> dict[str, Any]:
    """One product with the newest release and the support of each track, and what is live."""
    catalogue, product = found.catalogue, found.product
    return {
        **product_json(catalogue, product.id),
        "lines": [
            {
                "track": track,
                "latest": newest.version if newest else None,
                "support": support_json(support, found.today) if support else None,
            }
            for track in product.tracks
            for newest in [catalogue.latest(product.id, track)]
            for support in [product.support.get(track)]
        ],
        "known_issues": [issue.path for issue in catalogue.issues_of(product.id)],
        "live": [live_json(live) for live in found.seen.found],
    }


def product_json(catalogue: Catalogue, product: str) -> dict[str, Any]:
    """A product with its newest shipped version."""
    record, latest = catalogue.products[product], catalogue.latest(product)
    return {
        "id": product,
        "name": record.name,
        "description": record.description,
        "homepage": record.homepage,
        "scheme": record.scheme,
        "lockstep": list(record.lockstep),
        "aliases": [{"name": alias.name, "line": alias.line} for alias in record.aliases],
        "references": list(record.references),
        "audience": record.audience.value,
        "tracks": list(record.tracks),
        "latest": latest.version if latest else None,
    }
