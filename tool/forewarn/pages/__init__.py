"""Pages: from the catalogue to the Markdown and data files of one audience's site.

A page type is one module with a `PageType`, which an entry point in `forewarn.pages` names: its
pages, its place in the navigation, and how search finds it. None does I/O, and none knows which
generator will build the site.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import date
from typing import Any

from forewarn.frozen import dataclass
from forewarn.model.accounts import Account
from forewarn.model.audience import Grounds, announced_by, visible
from forewarn.model.catalogue import Catalogue
from forewarn.model.record import Audience
from forewarn.model.settings import Settings
from forewarn.model.sighting import Look, Sighting
from forewarn.pages.page_types import made_twice, page_types
from forewarn.pages.view.brought import maker
from forewarn.pages.view.page_type import NavItem
from forewarn.pages.view.view import BRINGS, Page, View


@dataclass(frozen=True, kw_only=True)
class Tree:
    """One audience's site before any generator has seen it.

    `files` maps a path to its text, `nav` is the order of the main pages, `uses` are the files
    of kb/ that pages show or link to, and `broken` are links that lead nowhere, as
    (record file, target); on the page they are plain text.
    """

    files: Mapping[str, str]
    nav: tuple[NavItem, ...]
    uses: frozenset[str]
    broken: tuple[tuple[str, str], ...]


def look(
    catalogue: Catalogue,
    *,
    audience: Audience,
    today: date,
    settings: Settings,
    sightings: tuple[Sighting, ...] | None = None,
    last_look: Look | None = None,
    accounts: tuple[Account, ...] = (),
    attachments: Collection[str] = (),
    commit: str | None = None,
    known: Mapping[str, Grounds] | None = None,
) -> View:
    """What `audience` may see of a catalogue.

    `sightings`, `last_look` and `accounts` are for staff; the first two are None where nobody has
    looked for any.
    `attachments` are the files beside the articles that may be linked to (`kb/shot.png`). `commit`
    is the one that the catalogue was read from, and `known` as for `visible`.
    """
    return View(
        catalogue=visible(announced_by(catalogue, today), audience, known),
        audience=audience,
        today=today,
        settings=settings,
        sightings=sightings if audience is Audience.STAFF else None,
        last_look=last_look if audience is Audience.STAFF else None,
        accounts=accounts if audience is Audience.STAFF else (),
        attachments=frozenset(attachments),
        commit=commit,
    )


def tree_of(view: View) -> Tree:
    """All pages of a view. The same view gives the same text.

    Raises:
        DataError: two page types make the same page.
    """
    from forewarn.pages.nav import navigation

    of_products: list[Page] = []
    for product in sorted(view.catalogue.products):
        around = view.around(product)
        of_products += product_pages(around, product)
        view.brought[product] = brought_by(around, product)
    made = [*site_pages(view), *of_products]
    files: dict[str, str] = {}
    for page in made:
        if files.setdefault(page.src, page.text) is not page.text:
            raise made_twice(page.src)
    return Tree(
        files=files,
        nav=navigation(view),
        uses=frozenset().union(*(page.uses for page in made)),
        broken=tuple(dict.fromkeys(row for page in made for row in page.broken)),
    )


def site_pages(view: View) -> Iterator[Page]:
    """The pages that see everything, each made when it is asked for."""
    for type_ in page_types().values():
        yield from type_.pages(view)


def product_pages(around: View, product: str, *, found: bool | None = None) -> Iterator[Page]:
    """The pages of one product; `around` is the view around it. The same view, the same text.

    With `found`, those of types whose pages search finds (True), or of all others (False).
    """
    for type_ in page_types().values():
        if found is None or bool(type_.kinds) is found:
            yield from type_.product_pages(around, product)


def brought_by(around: View, product: str) -> Mapping[str, Any]:
    """What a product brings to the pages that see everything, by maker; see `View.each`."""
    makers = (bring for type_ in page_types().values() for bring in type_.brings)
    return {maker(bring): bring(around, product) for bring in (*BRINGS, *makers)}
