"""How every type of page looks, beside the pictures of it that were agreed on.

A change of look is then seen in review. After one that is wanted, write the pictures anew:

    FOREWARN_LOOKS=write make test T=tests/site/test_looks.py

Pictures are small, and compared with a tolerance: how a browser smooths a line is nobody's look.
The letters are those of the font in Pillow, so that they are the same on every machine.
"""

from __future__ import annotations

import base64
import io
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image, ImageChops, ImageFont
from playwright.sync_api import Browser, Page

from site_builder import Story, served
from site_crawl import SCHEMES

LOOKS = Path(__file__).parent / "looks"
WIDTHS = (390, 768, 1280, 1920)
HEIGHT = 1100
SCALE = 0.2
# A page of each type, and what is there once its scripts have run.
PAGES = {
    "home": ("", "#fw-desk form"),
    "products": ("products/", ".fw-controls"),
    "product": ("products/recorder/", ".fw-controls"),
    "release": ("products/recorder/2.7/", "[data-copy]:not([hidden])"),
    "checker": ("compatibility/checker/?recorder=2.7&player=2.4", ".fw-verdict"),
    "compatibility": ("compatibility/", ".fw-controls"),
    "pair": ("compatibility/player--recorder/", ".fw-matrix"),
    "known-issues": ("known-issues/", ".fw-controls"),
    "known-issue": ("kb/split-wrong-name/", ".fw-box"),
    "articles": ("kb/", "h1"),
    "article": ("kb/convert-recordings/", ".md-code__nav, .md-clipboard"),
    "calendar": ("calendar/", ".fw-controls"),
    "subscribe": ("subscribe/?product=recorder", "#fw-mine-news li"),
    "about": ("about/", "h1"),
    "not-found": ("404.html", "h1"),
}
# What is typed into the search box, above whose hits an answer then stands.
ANSWERS = {
    "answer-release": "is recorder 2.7 out?",
    "answer-pair": "recorder 2.7 with player 2.4",
}
# The pictures are of this one; the one without windows draws some fields otherwise.
BROWSERS = ("chromium",)
# Of the points of a picture, so many may differ by more than this.
STEP, SHARE = 40, 0.015


@pytest.fixture(scope="module")
def page(browser: Browser, told: Story) -> Iterator[Page]:
    letters = base64.b64encode(ImageFont.load_default(20).font_bytes).decode()  # type: ignore[union-attr]
    style = (
        f"@font-face {{font-family: Same; src: url(data:font/ttf;base64,{letters})}}"
        "*, *::before, *::after {font-family: Same !important; caret-color: transparent !important;"
        "animation: none !important; transition: none !important}"
        "::-webkit-scrollbar {display: none}"
    )
    context = browser.new_context(device_scale_factor=SCALE, bypass_csp=True)
    page = context.new_page()
    with served(told.staff) as address:
        page.add_init_script(
            "addEventListener('DOMContentLoaded', () => {const s = document.createElement('style');"
            f"s.textContent = {style!r}; document.head.append(s)}})"
        )
        page.goto(address)
        yield page
    context.close()


def show(page: Page, path: str, there: str) -> None:
    """Open a page, and wait for what its scripts make."""
    page.set_viewport_size({"width": WIDTHS[-1], "height": HEIGHT})
    origin = "/".join(page.url.split("/")[:3])
    page.goto(f"{origin}/{path}")
    page.locator(there).first.wait_for(state="attached")
    page.evaluate("document.fonts.ready.then(() => true)")


def look(page: Page) -> Image.Image:
    """The top of the page that is open, at each width, light above dark."""
    height = round(HEIGHT * SCALE)
    whole = Image.new("RGB", (sum(round(width * SCALE) for width in WIDTHS), 2 * height))
    for row, scheme in enumerate(SCHEMES):
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        left = 0
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": HEIGHT})
            shot = Image.open(io.BytesIO(page.screenshot()))
            whole.paste(shot.convert("RGB"), (left, row * height))
            left += round(width * SCALE)
    return whole


def difference(one: Image.Image, other: Image.Image) -> float:
    """The share of the points that are another."""
    small = (one.width // 2, one.height // 2)
    apart = ImageChops.difference(
        one.resize(small, Image.Resampling.BOX), other.resize(small, Image.Resampling.BOX)
    )
    counts = apart.convert("L").histogram()
    return sum(counts[STEP:]) / (small[0] * small[1])


def as_agreed(page: Page, name: str, folder: Path) -> None:
    """Compare what is open with the picture of that name."""
    found = look(page)
    agreed = LOOKS / f"{name}.webp"
    if os.environ.get("FOREWARN_LOOKS") == "write":
        LOOKS.mkdir(exist_ok=True)
        found.save(agreed, quality=55, method=6)
    with Image.open(agreed) as picture:
        before = picture.convert("RGB")
    now = folder / f"{name}.png"
    found.save(now)
    assert before.size == found.size
    assert difference(before, found) < SHARE, f"it looks otherwise now: {now} is not {agreed}"


@pytest.mark.parametrize("name", PAGES)
def test_a_page_of_each_type_looks_as_agreed(page: Page, tmp_path: Path, name: str) -> None:
    show(page, *PAGES[name])
    as_agreed(page, name, tmp_path)


@pytest.mark.parametrize("name", ANSWERS)
def test_an_answer_looks_as_agreed(page: Page, tmp_path: Path, name: str) -> None:
    show(page, *PAGES["about"])
    page.keyboard.press("/")
    page.locator("#fw-search-query").fill(ANSWERS[name])
    page.locator(f"#fw-search-said[data-for='{ANSWERS[name]}']").wait_for()
    assert page.locator("#fw-search-answer.fw-answer").is_visible()
    as_agreed(page, name, tmp_path)


def test_another_look_is_seen(page: Page) -> None:
    """Else the test above could be looking at nothing."""
    show(page, *PAGES["release"])
    before = look(page)
    page.add_style_tag(content=".md-typeset h2 {margin-top: 3rem}")
    assert difference(before, look(page)) > 2 * SHARE


def test_days_stand_in_one_column(page: Page) -> None:
    show(page, *PAGES["calendar"])
    page.set_viewport_size({"width": 1280, "height": HEIGHT})
    cells = page.locator(".fw-month tbody tr > td:nth-child(2)").all()
    lefts = {round(cell.bounding_box()["x"]) for cell in cells}  # type: ignore[index]
    assert len(lefts) == 1
