"""Where each page lies: in the written tree (`src`) and on the site (`url`).

Addresses are for good: a release keeps its page when it is old, superseded or withdrawn.
"""

from __future__ import annotations

import posixpath

from forewarn.model.catalogue import Catalogue
from forewarn.model.names import version_stem
from forewarn.model.release import Release

HOME = "index.md"
PRODUCTS = "products/index.md"
COMPATIBILITY = "compatibility/index.md"
KNOWN_ISSUES = "known-issues.md"
ARTICLES = "kb/index.md"
FEED = "feeds/all.atom.xml"
UNANNOUNCED = "unannounced"


def product_src(product: str) -> str:
    """A product's page."""
    return f"products/{product}/index.md"


def release_src(product: str, version: str) -> str:
    """The page that a release has if it has one of its own."""
    return f"products/{product}/{version_stem(version)}.md"


def pair_src(one: str, other: str) -> str:
    """The matrix of two products, whichever is named first."""
    first, second = sorted((one, other))
    # Two hyphens may stand in an id; the equals signs may not.
    between = "==" if "--" in first + second else "--"
    return f"compatibility/{first}{between}{second}.md"


def product_feed(product: str) -> str:
    """A product's feed."""
    return f"feeds/{product}.atom.xml" if product != "all" else "feeds/all=.atom.xml"


def has_page(catalogue: Catalogue, release: Release) -> bool:
    """Whether there is enough to say about a release for a page of its own."""
    return not release.bare or (release.product, release.version) in catalogue.briefings


def release_anchor(version: str) -> str:
    """A release's row on its product's page."""
    return f"v{version_stem(version)}"


def release_place(catalogue: Catalogue, release: Release) -> tuple[str, str]:
    """The page that tells of a release, and the anchor on it (empty for a page of its own)."""
    if has_page(catalogue, release):
        return release_src(release.product, release.version), ""
    return product_src(release.product), release_anchor(release.version)


def url(src: str) -> str:
    """The address of a page below the site's own: `products/recorder/2.7/`."""
    if not src.endswith(".md"):
        return src
    stem = src.removesuffix(".md")
    return stem.removesuffix("index") if stem.split("/")[-1] == "index" else f"{stem}/"


def with_anchor(address: str, anchor: str) -> str:
    """An address with its fragment, if it has one."""
    return f"{address}#{anchor}" if anchor else address


def between(src: str, target: str, anchor: str = "") -> str:
    """The relative address of the page `target` as seen from the page `src`."""
    here, there = url(src), url(target)
    if here == there and anchor:
        return f"#{anchor}"
    relative = posixpath.relpath("/" + there, "/" + here[: here.rfind("/") + 1])
    if there.endswith("/") or not there:
        relative += "/"
    return with_anchor(relative, anchor)
