"""Where links between files of the knowledge base lead on the site."""

from __future__ import annotations

from collections.abc import Collection

from forewarn.frozen import dataclass
from forewarn.model.catalogue import Catalogue
from forewarn.model.names import version_of_stem
from forewarn.pages.view import paths


@dataclass(frozen=True, kw_only=True, slots=True)
class LinkTarget:
    """Where a link to a file of the knowledge base leads; `title` is an article's own."""

    src: str
    anchor: str = ""
    title: str = ""


def find_target(catalogue: Catalogue, attachments: Collection[str], path: str) -> LinkTarget | None:
    """Where a link to `path` leads, None if nowhere; `attachments` as for `pages.look`."""
    article = catalogue.articles.get(path)
    if article is not None:
        return LinkTarget(src=path, title=article.title)
    if path in attachments:
        return LinkTarget(src=path)
    parts = path.split("/")
    if parts[0] != "releases" or len(parts) not in (2, 3) or parts[1] not in catalogue.products:
        return None
    if len(parts) == 2 or parts[2] == "product.yml":
        return LinkTarget(src=paths.product_src(parts[1]))
    stem = parts[2].removesuffix(".md")
    briefing = stem.endswith(".briefing")
    key = (parts[1], version_of_stem(stem.removesuffix(".briefing")))
    release = catalogue.releases.get(key)
    if release is None or (briefing and key not in catalogue.briefings):
        return None
    src, row = paths.release_place(catalogue, release)
    return LinkTarget(src=src, anchor="briefing" if briefing else row)
