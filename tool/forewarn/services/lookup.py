"""Finding what a person named, and saying what there is where it is not found."""

from __future__ import annotations

import difflib

from forewarn.errors import DataError, UsageError
from forewarn.model.names import check_product, check_version
from forewarn.model.product import Product
from forewarn.model.release import Release, product_path, release_path
from forewarn.store.catalogue import Loaded


def the_product(loaded: Loaded, product: str) -> Product:
    """The product with this id.

    Raises:
        UsageError: there is none; the nearest are named.
        DataError: there is one, and its record cannot be read.
    """
    found = loaded.catalogue.products.get(product)
    if found:
        return found
    _refuse_unreadable(loaded, product_path(product))
    problem = check_product(product)
    if problem:
        raise UsageError(f"this cannot be a product's id: {problem}", help="Write its id.")
    known = tuple(loaded.catalogue.products)
    close = difflib.get_close_matches(product, known, n=3, cutoff=0.5)
    raise UsageError(
        f"there is no product {product!r}",
        help=f"Did you mean {' or '.join(close)}?"
        if close
        else "`forewarn product list` shows what there is; `forewarn product add` adds one.",
    )


def the_release(loaded: Loaded, product: str, version: str) -> Release:
    """The release of this product and version, as written or equal under the scheme.

    Raises:
        UsageError: there is none; the newest is named, because that is an answer too.
        DataError: there is one, and its record cannot be read.
    """
    record = the_product(loaded, product)
    found = loaded.catalogue.find_release(product, version)
    if found:
        return found
    problem = check_version(version)
    if problem:
        raise UsageError(f"this cannot be a version: {problem}", help="Write it as recorded.")
    _refuse_unreadable(loaded, release_path(product, version))
    newest = loaded.catalogue.latest(product)
    newest_text = f"the newest shipped one is {newest.version}" if newest else "none has shipped"
    raise UsageError(
        f"no release {version} of {record.name} is recorded; {newest_text}",
        help=f"`forewarn release list {product}` shows all; if it is out there, "
        f"record it: `forewarn release add {product} {version}`.",
    )


def the_pair(loaded: Loaded, text: str) -> Release:
    """The release written `product@version`.

    Raises:
        UsageError: it is not written so, or there is none.
    """
    product, at, version = text.partition("@")
    if not (product and at and version):
        raise UsageError(
            f"{text!a} is not written product@version", help="Write it like recorder@2.7."
        )
    return the_release(loaded, product, version)


def _refuse_unreadable(loaded: Loaded, path: str) -> None:
    if path not in loaded.unreadable:
        return
    finding = next(f for f in loaded.findings if f.place.file == path)
    raise DataError(finding.message, where=str(finding.place), help=finding.help)
