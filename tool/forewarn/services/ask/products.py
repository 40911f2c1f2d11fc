"""Products."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from forewarn.frozen import dataclass
from forewarn.model.replies import ProductReply, ProductsReply
from forewarn.services.ask.live import what_is_live
from forewarn.services.ask.lookup import the_product
from forewarn.store.catalogue.reader import Progress
from forewarn.store.catalogue.some import load_products
from forewarn.store.catalogue.whole import load_worktree


@dataclass(frozen=True, kw_only=True, slots=True)
class ProductsQuestion:
    """All products."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ProductQuestion:
    """One product, by its id."""

    product: str


def product(
    root: Path, question: ProductQuestion, *, today: date, progress: Progress | None = None
) -> ProductReply:
    """One product, with its releases and what is live of it.

    Raises:
        UsageError: there is no such product.
        DataError: its record cannot be read.
    """
    loaded = load_products(root, {question.product})
    record = the_product(loaded, question.product)
    seen = what_is_live(root, loaded.catalogue, {record.id})
    return ProductReply(
        catalogue=loaded.catalogue,
        today=today,
        unread=(*loaded.unread({record.id}), *seen.unread),
        seen=seen,
        product=record,
    )


def products(
    root: Path, question: ProductsQuestion, *, today: date, progress: Progress | None = None
) -> ProductsReply:
    """All products.

    Raises:
        DataError: a file cannot be opened.
    """
    loaded = load_worktree(root, progress)
    return ProductsReply(catalogue=loaded.catalogue, today=today, unread=loaded.unread())
