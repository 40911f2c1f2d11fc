"""Everybody can use the sites: axe-core, the keyboard, the order of headings."""

from __future__ import annotations

import itertools
import re

from playwright.sync_api import Browser

from site_builder import Story, parse, served
from site_crawl import SCHEMES, accessibility, pages_of


def test_axe_finds_something_where_there_is_something(browser: Browser) -> None:
    """Else those who ask it could be looking at nothing."""
    page = browser.new_page()
    page.set_content('<html lang="en"><title>x</title><main><h1>x</h1><img src="x"></main></html>')
    assert any(each.startswith("image-alt") for each in accessibility(page))
    page.close()


def test_a_page_has_one_main_heading_and_skips_no_level(told: Story) -> None:
    wrong = {}
    for site in (told.staff, told.public):
        for path in pages_of(site):
            if path == "404.html":
                continue
            html = (site / path / "index.html").read_text(encoding="utf-8")
            article = html.split("<article", 1)[1].split("</article>", 1)[0]
            levels = [int(level) for level in re.findall(r"<h([1-6])\b", article)]
            steps = [b - a for a, b in itertools.pairwise(levels)]
            if levels.count(1) != 1 or levels[0] != 1 or any(step > 1 for step in steps):
                wrong[path] = levels
    assert wrong == {}


def test_the_first_key_leads_past_the_header_to_the_text(browser: Browser, told: Story) -> None:
    with served(told.staff) as address:
        page = browser.new_page()
        page.goto(f"{address}products/recorder/2.7/")
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.matches('.md-skip')")
        target = page.evaluate("document.activeElement.hash")
        assert page.locator(f"article {target}").count() == 1
        page.close()


def test_every_picture_and_field_has_words(told: Story) -> None:
    for site in (told.staff, told.public):
        for path in pages_of(site):
            file = site / path if path.endswith(".html") else site / path / "index.html"
            for tag, attrs in parse(file.read_text(encoding="utf-8")).elements:
                assert tag != "img" or "alt" in attrs, f"{path}: {attrs}"


def test_the_search_box_with_its_results_is_usable_by_everybody(
    browser: Browser, told: Story
) -> None:
    found = {}
    with served(told.staff) as address:
        for scheme in SCHEMES:
            page = browser.new_page(color_scheme=scheme, reduced_motion="reduce")
            page.goto(address)
            page.keyboard.press("/")
            page.keyboard.type("recorder 2.7")
            page.locator(".md-search-result__link").first.wait_for()
            found[scheme] = accessibility(page)
            page.close()
    assert {scheme: problems for scheme, problems in found.items() if problems} == {}
