"""What every registered page type must do, the built-in ones and others."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import chain

import pytest
import yaml

from forewarn import pages, plugins
from forewarn.model.record import Audience
from forewarn.model.settings import Settings
from forewarn.pages.page_types import page_types, search_kinds
from forewarn.pages.view.page_type import NavItem, PageType
from forewarn.pages.view.view import Page, View
from model_builder import catalogue, issue, release

TODAY = date(2026, 5, 20)
EVERYTHING = catalogue(
    release("recorder", "2.7", notes="New."),
    release("player", "2.4"),
    issue("kb/no-sound.md", {"recorder": "2.7"}, audience=Audience.PUBLIC),
)
NAMES = plugins.names("pages")


@pytest.fixture(params=list(Audience))
def view(request: pytest.FixtureRequest) -> View:
    return pages.look(
        EVERYTHING, audience=request.param, today=TODAY, settings=Settings(name="Acme")
    )


def made(type_: PageType, view: View) -> list[Page]:
    of_products = (type_.product_pages(view.around(id), id) for id in view.catalogue.products)
    return [*type_.pages(view), *chain.from_iterable(of_products)]


def shown(items: tuple[NavItem, ...]) -> Iterator[str]:
    for item in items:
        yield from [item.src] if item.src else []
        yield from shown(item.items)


def test_the_same_catalogue_gives_the_same_pages(view: View) -> None:
    first, again = pages.tree_of(view), pages.tree_of(view)
    assert first == again
    assert {"index.md", "products/recorder/2.7.md", "feeds/all.atom.xml"} <= first.files.keys()
    assert all(text.strip() for text in first.files.values())


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
    assert found
    assert others.isdisjoint(found)


@pytest.mark.parametrize("name", NAMES)
def test_search_has_a_word_for_every_kind_of_page(name: str, view: View) -> None:
    heads = [
        yaml.safe_load(page.text.split("---\n")[1])
        for page in made(page_types()[name], view)
        if page.src.endswith(".md")
    ]
    kinds = {head["find"]["kind"] for head in heads if "find" in head}
    assert kinds <= {*page_types()[name].kinds, "list"} | {*search_kinds()}
    assert {*page_types()[name].kinds} <= {*search_kinds()}


def test_the_navigation_leads_to_pages_that_are_there(view: View) -> None:
    tree = pages.tree_of(view)
    assert {*shown(tree.nav)} <= tree.files.keys()
    assert len(tree.nav) == 8
