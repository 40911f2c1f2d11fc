"""The checker: choose products and versions, and read out the answer; its page and its data.

The data say of every version what `judge` says of it, worked out when the site is built: a
statement comes with the versions of both sides for which it decides. The script in the page only
looks them up, so that it cannot judge otherwise. A version without a record it looks up by the
stretch between two ends that it falls into.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from forewarn.model.release import Verdict
from forewarn.pages.compatibility.checker_pairs import pair_data
from forewarn.pages.compatibility.checker_products import pair_file, product_data, product_file
from forewarn.pages.compatibility.overview import KIND
from forewarn.pages.html import words
from forewarn.pages.html.elements import Html, esc, fmt, link, tag
from forewarn.pages.html.parts import document, heading
from forewarn.pages.view import paths
from forewarn.pages.view.find import Find
from forewarn.pages.view.page_type import NavPlace, PageType
from forewarn.pages.view.view import Page, View
from forewarn.words.releases import counted

_INDEX = "checker/index.json"
SCRIPTS = ("tables.js", "checker.js")
# A longer list of tables is on the overview alone.
_LONGEST_LIST = 60


def pages(view: View) -> Iterator[Page]:
    """The checker's page, and the products it offers."""
    yield Page(src=paths.CHECKER, text=_page(view))
    yield Page(src=_INDEX, text=_json(_index(view)))


def product_pages(view: View, product: str) -> Iterator[Page]:
    """What the checker knows of a product, and of each pair that is named by it first."""
    if not view.catalogue.releases_of(product):
        return
    yield Page(src=product_file(product), text=_json(product_data(view, product)))
    for one, other in view.pairs:
        if one == product and one != other:
            yield Page(src=pair_file(one, other), text=_json(pair_data(view, one, other)))


def _page(view: View) -> str:
    src = paths.CHECKER
    trail = [link(paths.between(src, paths.COMPATIBILITY), esc("Compatibility"))]
    intro = "Choose products and versions to see whether they work together, and what to say."
    without = "The checker needs JavaScript. Without it, open the table of two products below."
    copy = tag(
        "button", esc("Copy link"), type="button", class_="fw-button", data_copy="", hidden=""
    )
    blocks = [
        heading(esc("Check versions"), trail),
        tag("p", esc(intro)),
        tag("p", esc(without), class_="fw-small", id="fw-checker-off"),
        tag("div", id="fw-checker", data_search_exclude="1"),
        tag("p", copy, class_="fw-copy-answer", data_search_exclude="1"),
        "## Tables of all versions {#tables}",
        _tables(view, src),
    ]
    find = Find(kind=KIND, boost=1.2, also=("checker", "compatible", "versions"))
    return document(
        "Check versions",
        blocks,
        hide=["navigation", "toc"],
        find=find,
        about=f"{intro} What {view.settings.name} knows of "
        f"{counted(len(view.pairs), 'pair')} of products.",
        scripts=SCRIPTS,
    )


def _tables(view: View, src: str) -> Html:
    all_of_them = link(paths.between(src, paths.COMPATIBILITY), esc("The overview"))
    said = tag("p", fmt("{} has the newest releases of every pair.", all_of_them))
    if not view.pairs or len(view.pairs) > _LONGEST_LIST:
        return said
    items = (
        tag(
            "li",
            link(
                paths.between(src, paths.pair_src(one, other)),
                esc(f"{view.name(one)} and {view.name(other)}"),
            ),
        )
        for one, other in view.pairs
    )
    return fmt("{}\n\n{}", said, tag("ul", *items, class_="fw-list fw-columns"))


def _index(view: View) -> dict[str, Any]:
    catalogue = view.catalogue
    named = {id: view.name(id) for id in catalogue.products if view.counts[id]}
    return {
        "staff": view.staff,
        "verdicts": [
            [verdict, *words.VERDICTS[verdict]]
            for verdict in sorted(Verdict, key=lambda v: v.caution)
        ],
        "products": [
            {"id": id, "name": name, "file": product_file(id)}
            for id, name in sorted(named.items(), key=lambda row: (row[1].casefold(), row[0]))
        ],
    }


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")) + "\n"


PAGES = PageType(
    pages=pages,
    product_pages=product_pages,
    nav=NavPlace(order=10, title="Checker", src=paths.CHECKER),
)
