"""Rows of releases as the lookup's files hold them: without what the browser can tell by itself.

There are two for each release of a large catalogue. One whose title is its product's name with its
version is written short, and has a number where others have their title.

Under its product it is: where, state, version, what is said, its support, marks. By itself: where,
state, version, product, name of the product.

Where: 0 is its row on its product's page, 1 its own page. State: its place in STATES. Version: 0
where it is that of the key. Support: 0 where nothing of it belongs behind what is said. What is
empty at the end is left out.
"""

from __future__ import annotations

from forewarn.model.release import Release
from forewarn.model.site_path import product_page
from forewarn.pages.html.words import STATES

Cell = str | int
Row = tuple[Cell, ...]

_STATES = {state: number for number, state in enumerate(STATES)}


def under_product(release: Release, plain: str, where: str, state: str, *said: Cell) -> Row:
    """The row under the key of its product and `plain`; `said` is what is said, support, marks."""
    cells = [*_head(release, plain, where, state), *said]
    while not cells[-1] and cells[-1] != 0:
        cells.pop()
    return tuple(cells)


def by_itself(release: Release, plain: str, where: str, state: str, name: str) -> Row:
    """The row under `plain` alone."""
    return (*_head(release, plain, where, state), release.product, name)


def _head(release: Release, plain: str, where: str, state: str) -> tuple[Cell, Cell, Cell]:
    page, version = product_page(release.product), release.version
    usual = {f"{page}#v{version}": 0, f"{page}{version}/": 1}
    return usual.get(where, where), _STATES[state], 0 if version == plain else version
