"""What every page type promises: pages of its own, the same each time, with a kind for search."""

from __future__ import annotations

import marshal
from collections.abc import Iterator
from datetime import date
from itertools import chain
from pathlib import Path

import pytest
import yaml

from forewarn import pages, plugins
from forewarn.contract import small_kb
from forewarn.model.record import Audience
from forewarn.pages.page_types import page_types, search_kinds
from forewarn.pages.view.page_type import NavItem, PageType
from forewarn.pages.view.view import Page, View
from forewarn.store.catalogue.whole import load_worktree
from forewarn.store.settings import load_settings

TODAY = date(2026, 5, 20)
NAMES = plugins.names("pages")


@pytest.fixture(params=list(Audience))
def view(request: pytest.FixtureRequest, tmp_path: Path) -> View:
    root = small_kb.write(tmp_path)
    return pages.look(
        load_worktree(root).catalogue,
        audience=request.param,
        today=TODAY,
        settings=load_settings(root),
    )


def made(type_: PageType, view: View) -> list[Page]:
    of_products = (type_.product_pages(view.around(id), id) for id in view.catalogue.products)
    return [*type_.pages(view), *chain.from_iterable(of_products)]


def shown(items: tuple[NavItem, ...]) -> Iterator[str]:
    for item in items:
        yield from [item.src] if item.src else []
        yield from shown(item.items)


@pytest.mark.parametrize("name", NAMES)
def test_the_same_catalogue_gives_the_same_pages(name: str, view: View) -> None:
    first, again = made(page_types()[name], view), made(page_types()[name], view)
    assert first == again
    assert all(page.text.strip() for page in first)


@pytest.mark.parametrize("name", NAMES)
def test_a_page_type_makes_pages_and_no_page_that_another_makes(name: str, view: View) -> None:
    found = [page.src for page in made(page_types()[name], view)]
    others = {
        page.src
        for other, type_ in page_types().items()
        if other != name
        for page in made(type_, view)
    }
    assert len(found) == len({*found})
    shown_here = page_types()[name].nav
    assert found or (shown_here and not shown_here.shown(view))
    assert others.isdisjoint(found)


@pytest.mark.parametrize("name", NAMES)
def test_what_a_product_brings_can_be_kept_and_gives_the_same_pages(name: str, view: View) -> None:
    type_ = page_types()[name]
    for product in view.catalogue.products:
        brought = {**pages.brought_by(view.around(product), product)}
        view.brought[product] = marshal.loads(marshal.dumps(brought))  # noqa: S302
    of_kept = [*type_.pages(view)]
    view.brought.clear()
    assert of_kept == [*type_.pages(view)]


@pytest.mark.parametrize("name", NAMES)
def test_search_has_a_word_for_every_kind_of_page(name: str, view: View) -> None:
    heads = [
        yaml.safe_load(page.text.split("---\n")[1])
        for page in made(page_types()[name], view)
        if page.src.endswith(".md")
    ]
    kinds = {head["find"]["kind"] for head in heads if "find" in head}
    assert kinds <= search_kinds().keys()


def test_the_navigation_leads_to_pages_that_are_there(view: View) -> None:
    tree = pages.tree_of(view)
    assert {*shown(tree.nav)} <= tree.files.keys()
    for type_ in page_types().values():
        if type_.nav and type_.nav.shown(view):
            assert type_.nav.src in {*shown(tree.nav)}
