"""The pages of a scratch knowledge base as text, before any site generator, and how to read them."""

from __future__ import annotations

from datetime import date

from forewarn import pages
from forewarn.model.accounts import Account
from forewarn.model.record import Audience
from forewarn.model.sighting import Sighting
from forewarn.pages import Tree
from forewarn.store.settings import load_settings
from kb_builder import TODAY, Kb


def build(
    kb: Kb,
    audience: Audience = Audience.STAFF,
    today: date = TODAY,
    sightings: tuple[Sighting, ...] | None = (),
    commit: str | None = None,
    accounts: tuple[Account, ...] = (),
) -> Tree:
    """The pages of one audience."""
    return pages.tree_of(
        pages.look(
            kb.load(),
            audience=audience,
            today=today,
            settings=load_settings(kb.root),
            sightings=sightings,
            commit=commit,
            accounts=accounts,
        )
    )


def in_order(text: str, *words: str) -> None:
    """Assert that the words are there, one behind the other."""
    at = 0
    for word in words:
        found = text.find(word, at)
        assert found >= 0, f"{word!r} is {'before its place' if word in text else 'not there'}"
        at = found


def section(page: str, anchor: str) -> str:
    """The part of a page below the heading with this anchor."""
    assert f"{{#{anchor}}}" in page, page
    return page.split(f"{{#{anchor}}}")[1].split("\n## ")[0]
