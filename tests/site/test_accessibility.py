"""Everybody can use the sites: axe-core, the keyboard, the order of headings, the colours."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable

import pytest
from markdown import markdown
from playwright.sync_api import Browser, Page

from forewarn.site.defaults import EXTENSIONS
from site_builder import Story, parse, served
from site_crawl import (
    COLOURS,
    DESKTOP,
    NARROWEST,
    PHONE,
    SCHEMES,
    SETTLE,
    accessibility,
    pages_of,
    turn,
)

TEXT, EDGE = 4.5, 3.0  # WCAG 2.2 AA: text, and what must be seen to be used
VERDICTS = ("works", "limited", "breaks", "quiet", "planned")
PAGE = "--md-default-bg-color"
GROUNDS = (PAGE, "--fw-head-bg", *(f"--fw-{name}-bg" for name in VERDICTS))
# What stands on any of our boxes, and what has a ground of its own.
EVERYWHERE = ("--md-default-fg-color", "--md-default-fg-color--light", "--md-typeset-a-color")
PAIRS = {
    **dict.fromkeys(itertools.product(EVERYWHERE, GROUNDS), TEXT),
    **{(f"--fw-{name}", ground): TEXT for name in VERDICTS for ground in (PAGE, f"--fw-{name}-bg")},
    ("--fw-quiet", "--fw-head-bg"): TEXT,
    ("--md-primary-bg-color", "--md-primary-fg-color"): TEXT,
    ("--md-primary-bg-color--light", "--md-primary-fg-color"): TEXT,
    ("--fw-edge", PAGE): EDGE,
    ("--md-accent-fg-color", PAGE): EDGE,
}
_TOKENS = """names => {
  const probe = document.body.appendChild(document.createElement("i"));
  const pen = document.createElement("canvas").getContext("2d", {willReadFrequently: true});
  return Object.fromEntries(names.map((name) => {
    if (!getComputedStyle(probe).getPropertyValue(name)) throw new Error(`no token ${name}`);
    probe.style.setProperty("color", `var(${name})`);
    pen.clearRect(0, 0, 1, 1);
    pen.fillStyle = getComputedStyle(probe).color;
    pen.fillRect(0, 0, 1, 1);
    return [name, [...pen.getImageData(0, 0, 1, 1).data]];
  }));
}"""


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
        # The way back to the top is there, without its ground, only once it has a use.
        assert page.locator(".md-top").count() == 1
        assert not page.locator(".md-top").is_visible()
        page.close()


def test_a_heading_is_called_what_it_says_and_leads_to_itself(
    browser: Browser, told: Story
) -> None:
    with served(told.staff) as address:
        page = browser.new_page()
        for path, name in (
            ("kb/convert-recordings/", "By menu"),
            ("products/recorder/2.7/", "Known issues"),
        ):
            page.goto(address + path)
            heading = page.get_by_role("heading", name=name, exact=True)
            link = heading.get_by_role("link", name=name, exact=True)
            link.press("Enter")
            assert page.evaluate("location.hash") == f"#{heading.get_attribute('id')}"
        page.close()


def test_no_link_stands_within_the_link_that_a_heading_is() -> None:
    text = "## See [it](x.md)\n\n## A <a href='x'>b</a>\n\n## `c` & *d*"
    made = markdown(
        text,
        extensions=["toc", "forewarn.site.blocks"],
        extension_configs={"toc": dict(EXTENSIONS["toc"])},
    )
    links = [attrs["href"] for tag, attrs in parse(made).elements if tag == "a"]
    assert links == ["x.md", "#see-it", "x", "#a-b", "#c-d"]
    assert made.count('aria-hidden="true"') == 2
    assert made.splitlines()[2] == (
        '<h2 id="c-d"><a class="fw-anchor" href="#c-d"><code>c</code> &amp; <em>d</em></a></h2>'
    )


@pytest.mark.parametrize("path", ["", "products/recorder/2.7/"])
def test_the_sites_name_is_not_cut_on_the_narrowest_phone(
    browser: Browser, told: Story, path: str
) -> None:
    with served(told.staff) as address:
        page = browser.new_page(viewport={"width": NARROWEST, "height": 700})
        page.goto(address + path)
        name = page.locator(".md-header__topic:first-child > .md-ellipsis")
        assert name.inner_text() == "Example support (staff)"
        cut = "e => [e.scrollWidth - e.clientWidth, e.scrollHeight - e.clientHeight]"
        assert name.evaluate(cut) == [0, 0]
        inside, header = name.bounding_box(), page.locator(".md-header__inner").bounding_box()
        assert inside
        assert header
        assert header["y"] <= inside["y"]
        assert inside["y"] + inside["height"] <= header["y"] + header["height"]
        page.close()


def test_every_picture_and_field_has_words(told: Story) -> None:
    for site in (told.staff, told.public):
        for path in pages_of(site):
            file = site / path if path.endswith(".html") else site / path / "index.html"
            for tag, attrs in parse(file.read_text(encoding="utf-8")).elements:
                assert tag != "img" or "alt" in attrs, f"{path}: {attrs}"


def _typed(words: str) -> Callable[[Page], None]:
    def show(page: Page) -> None:
        page.keyboard.press("/")
        page.locator("#fw-search-query").fill(words)
        page.locator(f"#fw-search-said[data-for='{words}']").wait_for()

    return show


def _empty_box(page: Page) -> None:
    page.keyboard.press("/")
    page.get_by_role("group", name="For example").wait_for()


def _narrowed(page: Page) -> None:
    _typed("recorder 2.7")(page)
    page.get_by_label("Kind").select_option("release")
    page.locator("#fw-search-hits .fw-hit").first.wait_for()


def _drawer(page: Page) -> None:
    page.get_by_role("button", name="Navigation").click()
    page.locator(".md-sidebar--primary").get_by_role("link", name="Calendar").wait_for()


def _filtered(page: Page) -> None:
    page.get_by_label("Filter").first.fill("2.7")


def _there(selector: str) -> Callable[[Page], None]:
    return lambda page: page.locator(selector).first.wait_for()


# What nobody sees before they do something: where, how wide, and what they do.
STATES: dict[str, tuple[str, int, Callable[[Page], None]]] = {
    "hits": ("", DESKTOP, _typed("recorder 2.7")),
    "answer": ("", DESKTOP, _typed("is recorder 2.7 out?")),
    "answer on a phone": ("", PHONE, _typed("recorder 2.7 with player 2.4")),
    "denial": ("", DESKTOP, _typed("recorder 99")),
    "narrowed down": ("", DESKTOP, _narrowed),
    "empty box": ("", DESKTOP, _empty_box),
    "empty box on a phone": ("", PHONE, _empty_box),
    "drawer": ("", PHONE, _drawer),
    "drawer of a release": ("products/recorder/2.7/", PHONE, _drawer),
    "not found": ("404.html", PHONE, _there("h1")),
    "checker": ("compatibility/checker/?recorder=2.7&player=2.4", PHONE, _there(".fw-verdict")),
    "subscribe": ("subscribe/?product=recorder&product=player", PHONE, _there("#fw-mine-news li")),
    "filter": ("products/", DESKTOP, _filtered),
}


@pytest.mark.parametrize("state", STATES)
def test_what_a_page_shows_when_it_is_used_is_usable_by_everybody(
    browser: Browser, told: Story, state: str
) -> None:
    path, width, act = STATES[state]
    with served(told.staff) as address:
        page = browser.new_page(
            color_scheme="light",
            reduced_motion="reduce",
            viewport={"width": width, "height": 900},
        )
        page.goto(address + path)
        act(page)
        light = accessibility(page)
        turn(page, "dark")
        dark = accessibility(page, COLOURS)
        page.close()
    assert (light, dark) == ([], [])


Colour = tuple[float, float, float]


def over(colour: list[int], ground: Colour) -> Colour:
    """A colour with what shines through it."""
    share = colour[3] / 255
    red, green, blue = (c * share + g * (1 - share) for c, g in zip(colour, ground, strict=False))
    return red, green, blue


def brightness(colour: Colour) -> float:
    parts = (part / 255 for part in colour)
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: Colour, other: Colour) -> float:
    low, high = sorted((brightness(one), brightness(other)))
    return (high + 0.05) / (low + 0.05)


def test_contrast_is_measured_as_the_standard_says() -> None:
    black, white, grey = (0.0, 0.0, 0.0), (255.0, 255.0, 255.0), (118.0, 118.0, 118.0)
    assert contrast(black, white) == pytest.approx(21)
    assert contrast(grey, white) == pytest.approx(4.54, abs=0.01)
    assert over([0, 0, 0, 255], white) == black


def test_every_pair_of_colours_that_is_used_can_be_read(browser: Browser, told: Story) -> None:
    names = sorted({name for pair in PAIRS for name in pair})
    white = (255.0, 255.0, 255.0)
    weak = {}
    with served(told.staff) as address:
        page = browser.new_page(bypass_csp=True)
        page.goto(address)
        for scheme in SCHEMES:
            turn(page, scheme)
            page.evaluate(SETTLE)
            colours = page.evaluate(_TOKENS, names)
            for (name, ground), least in PAIRS.items():
                below = over(colours[ground], white)
                found = contrast(over(colours[name], below), below)
                if found < least:
                    weak[scheme, name, ground] = round(found, 2)
            # Light and dark are two sets of the same tokens.
            assert (brightness(over(colours[PAGE], white)) > 0.5) == (scheme == "light")
        page.close()
    assert weak == {}
