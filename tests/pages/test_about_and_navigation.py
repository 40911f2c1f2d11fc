"""What this site is made from, and the way through it, which is the same on every page."""

from __future__ import annotations

import re
from pathlib import Path

from forewarn import __version__
from forewarn.model.record import Audience
from kb_builder import Kb, story
from page_builder import build, in_order


def test_the_site_says_what_it_was_built_from_and_for_whom(tmp_path: Path) -> None:
    kb = story(tmp_path / "kb")
    page = build(kb, commit="4a4170b4da78a7ae").files["about.md"]
    in_order(
        page, "20 May 2026", "<code>4a4170b4da78a7ae</code>", "staff;", f"forewarn {__version__}"
    )
    in_order(page, "Material for MkDocs", "MIT", "Pagefind", "MIT")
    assert "Built from commit" not in build(kb).files["about.md"]


def test_customers_are_told_how_many_records_they_see_and_not_how_many_there_are(
    tmp_path: Path,
) -> None:
    kb = story(tmp_path / "kb")
    shown = {audience: build(kb, audience).files["about.md"] for audience in Audience}
    assert "<dt>Releases</dt><dd>13</dd>" in shown[Audience.STAFF]
    assert "<dt>Releases</dt><dd>12</dd>" in shown[Audience.PUBLIC]
    assert "staff" not in shown[Audience.PUBLIC]


def test_the_way_through_the_site_does_not_grow_with_its_releases(tmp_path: Path) -> None:
    kb = story(tmp_path / "kb")
    before = build(kb).nav
    for number in range(100):
        kb.release("recorder", f"1.{number}", notes="New.\n")
    kb.article(
        "crash", "Crash", 'kind: known-issue\nremediation: workaround\napplies: {recorder: "*"}\n'
    )
    assert build(kb).nav == before
    assert [item.title for item in before] == [
        "Home",
        "Checker",
        "Products",
        "Compatibility",
        "Known issues",
        "Articles",
        "Calendar",
        "Subscribe",
        "About",
    ]


def test_many_products_and_articles_are_listed_on_their_own_page_alone(tmp_path: Path) -> None:
    kb = Kb(tmp_path / "kb")
    for number in range(61):
        kb.product(f"p{number}", f"Product {number}")
        kb.article(f"a{number}", f"Article {number}")
    tree = build(kb)
    assert [len(item.items) for item in tree.nav if item.title in ("Products", "Articles")] == [
        1,
        1,
    ]
    assert "Product 60" in tree.files["products/index.md"]
    assert "Article 60" in tree.files["kb/index.md"]


def test_many_products_are_folded_by_their_letter(tmp_path: Path) -> None:
    kb = Kb(tmp_path / "kb")
    for number in range(59):
        kb.product(f"p{number}", f"Product {number:02}")
    kb.product("atlas", "atlas").product("seven", "7-Zip")
    page = build(kb).files["products/index.md"]
    folds = re.findall("<details[^>]*><summary>(.*?)</summary>(.*?)</details>", page, re.DOTALL)
    assert [(words, rows.count("<tr>") - 1) for words, rows in folds] == [
        ("0\u20139 (1): 7-Zip", 1),
        ("A (1): atlas", 1),
        ("P (59): Product 00 to Product 58", 59),
    ]
