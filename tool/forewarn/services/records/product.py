"""Recording a product."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from forewarn import schemes
from forewarn.errors import Refused, UsageError
from forewarn.model.names import check_header, check_product
from forewarn.model.product import Alias, Product
from forewarn.model.release import product_path
from forewarn.services.records.writing import write_and_commit
from forewarn.store.catalogue.some import load_products
from forewarn.store.git.writer import alone
from forewarn.store.records.edit import alias_rows, new_yaml


@alone
def add_product(
    root: Path, *, product: str, name: str, scheme: str, aliases: Sequence[Alias] = ()
) -> Product:
    """Write `releases/<product>/product.yml` and commit it.

    Raises:
        UsageError: the id, name or scheme cannot be used.
        Refused: the product is already there.
        DataError: it could not be written or committed; nothing is left behind.
    """
    for what, problem in (("id", check_product(product)), ("name", check_header(name))):
        if problem:
            raise UsageError(
                f"the product's {what} cannot be used: {problem}", help="Choose another."
            )
    schemes.get(scheme)
    path = product_path(product)
    if (root / path).exists():
        raise Refused("this product is already there", where=path, help="Edit the file instead.")
    write_and_commit(
        root,
        {path: new_yaml({"name": name, "scheme": scheme, **_head(aliases)})},
        f"Add the product {name}\n",
    )
    return load_products(root, ()).catalogue.products[product]


def with_aliases(product: Product, aliases: Sequence[Alias]) -> str:
    """What stands behind `aliases:` once a product has these as well, on one line of YAML."""
    return json.dumps(alias_rows((*product.aliases, *aliases)), ensure_ascii=False)


def _head(aliases: Sequence[Alias]) -> dict[str, Any]:
    return {"aliases": alias_rows(aliases)} if aliases else {}
