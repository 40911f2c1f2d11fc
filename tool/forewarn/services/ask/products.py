"""Products."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from forewarn.model.replies import ProductsReply
from forewarn.store.catalogue.load import Progress, load_worktree


@dataclass(frozen=True, kw_only=True, slots=True)
class ProductsQuestion:
    """All products."""


def products(
    root: Path, question: ProductsQuestion, *, today: date, progress: Progress | None = None
) -> ProductsReply:
    """All products.

    Raises:
        DataError: a file cannot be opened.
    """
    loaded = load_worktree(root, progress)
    return ProductsReply(catalogue=loaded.catalogue, today=today, unread=loaded.unread())
