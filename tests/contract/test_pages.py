"""What every registered page type must do, the built-in ones and others."""

from __future__ import annotations

from datetime import date

import pytest

from forewarn import pages, plugins
from forewarn.model.record import Audience
from forewarn.model.settings import Settings
from model_builder import catalogue, issue, release

TODAY = date(2026, 5, 20)
EVERYTHING = catalogue(
    release("recorder", "2.7", notes="New."),
    release("player", "2.4"),
    issue("kb/no-sound.md", {"recorder": "2.7"}, audience=Audience.PUBLIC),
)


def test_every_module_of_pages_that_makes_pages_is_registered() -> None:
    assert set(plugins.names("pages")) >= {"home", "product", "feeds", "article"}
    assert set(plugins.names("product_pages")) >= {"product", "release", "feeds", "compatibility"}
    assert all(callable(plugins.load("pages", name)) for name in plugins.names("pages"))


@pytest.mark.parametrize("audience", list(Audience))
def test_the_same_catalogue_gives_the_same_pages(audience: Audience) -> None:
    first, again = (
        pages.tree_of(
            pages.look(EVERYTHING, audience=audience, today=TODAY, settings=Settings(name="Acme"))
        )
        for _ in range(2)
    )
    assert first == again
    assert {"index.md", "products/recorder/2.7.md", "feeds/all.atom.xml"} <= first.files.keys()
    assert all(text.strip() for text in first.files.values())
