"""Who owns the products, read from nothing but each product.yml."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from forewarn.errors import DataError
from forewarn.store.catalogue.folders import Worktree
from forewarn.store.records.problems import Problems
from forewarn.store.records.product import read_product


def product_owners(root: Path) -> tuple[str, ...]:
    """The owners of the products of a knowledge base, each once, by the products' names.

    A file that cannot be read names nobody.
    """
    files = Worktree(root)
    owners = []
    for path in files.product_files(files.products()):
        with suppress(DataError, UnicodeDecodeError):
            product = read_product(path, files.read(path).data.decode(), Problems(path))
            owners.append(product.owner if product else None)
    return tuple(dict.fromkeys(owner for owner in owners if owner))
