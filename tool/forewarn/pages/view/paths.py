"""Where each page lies: in the written tree (`src`) and on the site (`url`).

Addresses are for good: a release keeps its page when it is old, superseded or withdrawn.
"""

from __future__ import annotations

from functools import lru_cache

from forewarn.model.catalogue import Catalogue
from forewarn.model.release import Release
from forewarn.model.site_path import has_page, own_page, product_page, release_anchor

HOME = "index.md"
PRODUCTS = "products/index.md"
COMPATIBILITY = "compatibility/index.md"
CHECKER = "compatibility/checker.md"
KNOWN_ISSUES = "known-issues.md"
ARTICLES = "kb/index.md"
CALENDAR = "calendar.md"
SUBSCRIBE = "subscribe.md"
FEED = "feeds/all.atom.xml"
OPML = "feeds/index.opml"
CALENDAR_FILE = "calendar/all.ics"
API = "api/v1/index.json"
UNANNOUNCED = "unannounced"


def product_src(product: str) -> str:
    """A product's page."""
    return f"{product_page(product)}index.md"


def release_src(product: str, version: str) -> str:
    """The page that a release has if it has one of its own."""
    return f"{own_page(product, version).removesuffix('/')}.md"


def earlier_src(product: str, part: int) -> str:
    """One of the pages that have what is too long ago for a product's own; 1 is the oldest."""
    # No release takes this place: a version that has an equals sign is written without.
    return f"{product_page(product)}releases={part}.md"


def pair_src(one: str, other: str) -> str:
    """The matrix of two products, whichever is named first."""
    return f"compatibility/{pair_stem(one, other)}.md"


def pair_stem(one: str, other: str) -> str:
    """What the files about two products begin with, whichever is named first."""
    first, second = sorted((one, other))
    # Two hyphens may stand in an id; the equals signs may not.
    between = "==" if "--" in first + second else "--"
    return f"{first}{between}{second}"


def product_feed(product: str) -> str:
    """A product's feed, in Atom as the others here; `feed_as` names the other forms."""
    # An equals sign cannot stand in an id, so that no product takes the place of these.
    taken = product in ("all", "unannounced")
    return f"feeds/{product}{'=' if taken else ''}.atom.xml"


def pair_feed(one: str, other: str) -> str:
    """The feed of what is stated about two products."""
    return f"feeds/pairs/{pair_stem(one, other)}.atom.xml"


def feed_as(feed: str, form: str) -> str:
    """The same feed in another form: `atom.xml`, `rss.xml` or `json`."""
    return f"{feed.removesuffix('atom.xml')}{form}"


def product_calendar(product: str) -> str:
    """A product's calendar file."""
    return f"calendar/{product}{'=' if product == 'all' else ''}.ics"


def api_product(product: str) -> str:
    """What the API says of a product."""
    return f"api/v1/products/{product}.json"


def api_releases(product: str, part: int = 1) -> str:
    """What the API says of a product's releases, or of the next of them if they are many."""
    return f"api/v1/releases/{product}{f'={part}' if part > 1 else ''}.json"


def api_pair(one: str, other: str) -> str:
    """What the API says of two products together."""
    return f"api/v1/compatibility/{pair_stem(one, other)}.json"


def api_schema(name: str) -> str:
    """The JSON Schema of a kind of file of the API."""
    return f"api/v1/schemas/{name}.json"


def release_place(catalogue: Catalogue, release: Release) -> tuple[str, str]:
    """The page that tells of a release, and the anchor on it (empty for a page of its own)."""
    if has_page(catalogue, release):
        return release_src(release.product, release.version), ""
    return product_src(release.product), release_anchor(release.version)


@lru_cache(maxsize=10_000)
def url(src: str) -> str:
    """The address of a page below the site's own: `products/recorder/2.7/`."""
    if not src.endswith(".md"):
        return src
    stem = src.removesuffix(".md")
    return stem.removesuffix("index") if stem.split("/")[-1] == "index" else f"{stem}/"


def html_of(src: str) -> str:
    """The file that a page of the tree becomes; a data file stays what it is."""
    address = url(src)
    return f"{address}index.html" if address.endswith("/") or not address else address


def with_anchor(address: str, anchor: str) -> str:
    """An address with its fragment, if it has one."""
    return f"{address}#{anchor}" if anchor else address


def between(src: str, target: str, anchor: str = "") -> str:
    """The relative address of the page `target` as seen from the page `src`."""
    here, there = url(src), url(target)
    if here == there and anchor:
        return f"#{anchor}"
    up, down = here.split("/")[:-1], there.split("/")
    shared = 0
    while shared < min(len(up), len(down) - 1) and up[shared] == down[shared]:
        shared += 1
    relative = "../" * (len(up) - shared) + "/".join(down[shared:])
    return with_anchor(relative or "./", anchor)
