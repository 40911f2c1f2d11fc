"""Products as JSON."""

from __future__ import annotations

from typing import Any

from forewarn.model.catalogue import Catalogue
from forewarn.model.replies import ProductsReply


def products_json(found: ProductsReply) -> list[dict[str, Any]]:
    """All products, by id."""
    return [product_json(found.catalogue, product) for product in sorted(found.catalogue.products)]


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
