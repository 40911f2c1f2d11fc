"""The platforms that somebody names, as they are called here."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from forewarn.errors import UsageError
from forewarn.model.platforms import Target, explain, target_of
from forewarn.model.product import Product
from forewarn.model.release import Download
from forewarn.services.ask.lookup import the_product
from forewarn.store.catalogue.loaded import Loaded
from forewarn.store.catalogue.some import load_products
from forewarn.store.settings import read_settings


def own_platforms(root: Path, product: Product) -> tuple[str, ...]:
    """The platforms that are declared for a product, in its record or in forewarn.yml.

    Raises:
        DataError: forewarn.yml cannot be opened.
    """
    settings, _ = read_settings(root)
    return (*product.platforms, *(settings.platforms if settings else ()))


def the_platform(root: Path, loaded: Loaded, product: str, text: str) -> str:
    """The platform that is asked for: known, declared, or that of a download of the product.

    Raises:
        UsageError: there is no such product, or no such platform.
        DataError: the product's record cannot be read, or forewarn.yml cannot be opened.
    """
    record = the_product(loaded, product)
    used = {d.platform for r in loaded.catalogue.with_downloads(record.id) for d in r.downloads}
    return _target(text, (*own_platforms(root, record), *sorted(used))).platform


def the_target(root: Path, product: Product, text: str) -> Target:
    """The platform, and the architecture if it says one, that somebody names.

    Raises:
        UsageError: it is neither known nor declared.
        DataError: forewarn.yml cannot be opened.
    """
    known = target_of(text, product.platforms)
    return known or _target(text, own_platforms(root, product))


def known_downloads(
    root: Path, product: str, downloads: Iterable[Download]
) -> tuple[Download, ...]:
    """Downloads as somebody gave them, with their platforms as they are called here.

    Raises:
        UsageError: there is no such product, or a platform is neither known nor declared.
        DataError: the product's record cannot be read, or forewarn.yml cannot be opened.
    """
    given = tuple(downloads)
    if not given:
        return ()
    own = own_platforms(root, the_product(load_products(root, {product}), product))
    targets = [_target(download.platform, own) for download in given]
    return tuple(
        replace(download, platform=target.platform, arch=download.arch or target.arch)
        for download, target in zip(given, targets, strict=True)
    )


def _target(text: str, own: tuple[str, ...]) -> Target:
    target = target_of(text, own)
    if target is None:
        raise UsageError(f"there is no platform {text!a} that is known", help=explain(text, own))
    return target
