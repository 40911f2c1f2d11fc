"""The sites in a real browser: found in one search, nothing asked of others, nothing runs."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from site_builder import Story, served

CHROMIUM = shutil.which("chromium")
PAGES = (
    "",
    "products/",
    "products/recorder/",
    "products/recorder/2.7/",
    "compatibility/",
    "compatibility/player--recorder/",
    "known-issues/",
    "kb/",
    "kb/convert-recordings/",
    "kb/split-wrong-name/",
)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if CHROMIUM is None:
        pytest.skip("chromium is not installed")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@dataclass
class Watched:
    """A page, and what went wrong while it was looked at."""

    page: Page
    address: str
    wrong: list[str] = field(default_factory=list)

    def open(self, path: str) -> Page:
        self.page.goto(self.address + path)
        return self.page


@pytest.fixture
def look(browser: Browser, told: Story) -> Iterator[Watched]:
    with served(told.staff) as address:
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        watched = Watched(page, address)
        page.on("console", lambda m: m.type == "error" and watched.wrong.append(m.text))
        page.on("pageerror", lambda error: watched.wrong.append(str(error)))
        page.on(
            "request",
            lambda r: r.url.startswith((address, "data:", "blob:")) or watched.wrong.append(r.url),
        )
        yield watched
        page.close()


def test_every_page_opens_without_an_error_or_a_foreign_request_and_fits(look: Watched) -> None:
    """It fits a desktop and a phone: wide tables scroll in their own box, never the page."""
    for width in (1280, 390):
        look.page.set_viewport_size({"width": width, "height": 844})
        for path in PAGES:
            page = look.open(path)
            assert page.title().endswith("Example support (staff)")
            assert page.evaluate("document.documentElement.scrollWidth") <= width, path
    assert look.wrong == []


def test_the_search_box_finds_a_release(look: Watched) -> None:
    page = look.open("")
    page.keyboard.press("/")
    page.get_by_placeholder("Search").first.type("recorder 2.7")
    first = page.locator(".md-search-result__link").first
    first.wait_for()
    hits = [
        link.get_attribute("href") or "" for link in page.locator(".md-search-result__link").all()
    ]
    assert any("products/recorder/2.7/" in hit for hit in hits[:3]), hits
    assert look.wrong == []


def test_what_breaks_is_seen_without_scrolling_on_a_phone(look: Watched) -> None:
    look.page.set_viewport_size({"width": 390, "height": 844})
    box = look.open("products/recorder/2.7/").locator("#breaks").bounding_box()
    assert box is not None
    assert box["y"] + box["height"] < 844


def test_a_cell_of_the_matrix_opens_its_statement(look: Watched) -> None:
    page = look.open("compatibility/player--recorder/")
    page.locator(".fw-matrix a", has_text="breaks").first.click()
    page.wait_for_url("**/products/recorder/2.7/#with-player")
    row = page.locator("tr#with-player")
    assert "Update the player to 2.7" in row.inner_text()


def test_nothing_of_a_hostile_record_runs(browser: Browser, attacked: Path) -> None:
    with served(attacked) as address:
        page = browser.new_page()
        asked: list[str] = []
        page.on("request", lambda r: r.url.startswith(address) or asked.append(r.url))
        for path in (*PAGES[:4], "kb/attack/", "products/recorder/2.6/"):
            page.goto(address + path)
            assert page.evaluate("typeof hacked") == "undefined", path
        page.keyboard.press("/")
        page.get_by_placeholder("Search").first.type("styled")
        page.locator(".md-search-result__link").first.wait_for()
        assert page.evaluate("typeof hacked") == "undefined"
        assert asked == []
        page.close()
