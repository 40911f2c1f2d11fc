"""The sites in a real browser: nothing asked of others, nothing runs, and everybody can read it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from site_builder import Story, served
from site_crawl import (
    SCHEMES,
    SETTLE,
    WIDE,
    WIDTHS,
    Scheme,
    Visit,
    crawl,
    one_of_each_type,
    watch,
    words_of,
)


@dataclass
class Watched:
    """A page, and what went wrong while it was looked at."""

    page: Page
    address: str
    wrong: list[str] = field(default_factory=list)

    def open(self, path: str) -> Page:
        self.page.goto(self.address + path)
        return self.page


@pytest.fixture(scope="module")
def visits(browser: Browser, told: Story) -> list[Visit]:
    """A page of each type of the staff site, light and dark."""
    with served(told.staff) as address:
        return crawl(browser, told.staff, address)


@pytest.fixture
def look(browser: Browser, told: Story) -> Iterator[Watched]:
    with served(told.staff) as address:
        watched = Watched(browser.new_page(viewport={"width": 1280, "height": 900}), address)
        watch(watched.page, address, watched.wrong)
        yield watched
        watched.page.close()


def test_a_page_of_every_type_is_looked_at_light_and_dark(visits: list[Visit]) -> None:
    for scheme in SCHEMES:
        seen = {v.path for v in visits if v.scheme == scheme}
        assert {"", "404.html", "products/recorder/2.7/", "kb/convert-recordings/"} <= seen
        assert len(seen) >= 14


def test_no_page_asks_others_fails_or_is_refused_anything_by_its_policy(
    visits: list[Visit],
) -> None:
    assert {str(v): v.wrong for v in visits if v.wrong} == {}
    assert [str(v) for v in visits if "Example support (staff)" not in v.title] == []


def test_no_page_scrolls_sideways_however_narrow(visits: list[Visit]) -> None:
    """Wide tables scroll in their own box, never the page."""
    too_wide = {
        f"{visit} at {width}": seen.overflow
        for visit in visits
        for width, seen in visit.seen.items()
        if seen.overflow > 0
    }
    assert too_wide == {}


def test_axe_finds_nothing_on_a_page_of_every_type_wide_and_narrow(visits: list[Visit]) -> None:
    looked = {
        (visit.scheme, f"{visit} at {width}"): seen.inaccessible
        for visit in visits
        for width, seen in visit.seen.items()
        if seen.inaccessible is not None
    }
    assert {where: found for where, found in looked.items() if found} == {}
    assert {scheme for scheme, _ in looked} == {*SCHEMES}


@pytest.mark.parametrize("width", WIDTHS)
def test_the_title_is_at_one_place_on_every_page(visits: list[Visit], width: int) -> None:
    places: dict[tuple[int, int], list[str]] = {}
    for visit in visits:
        if width in visit.seen:
            places.setdefault(visit.seen[width].title, []).append(str(visit))
    assert len(places) == 1, places


def test_no_chip_breaks_into_two_lines(visits: list[Visit]) -> None:
    broken = {
        f"{visit} at {width}": seen.broken_chips
        for visit in visits
        for width, seen in visit.seen.items()
        if seen.broken_chips
    }
    assert broken == {}


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
    assert look.wrong == []


def test_without_javascript_every_page_says_what_it_says_with_it(
    browser: Browser, told: Story, visits: list[Visit]
) -> None:
    """Scripts add filters and copying, never the answer."""
    missing = {}
    with served(told.staff) as address:
        plain = browser.new_page(java_script_enabled=False, viewport={"width": WIDE, "height": 900})
        for visit in visits:
            if visit.scheme == SCHEMES[0]:
                plain.goto(address + visit.path)
                words = words_of(plain)
                # What a script adds is about itself: a button, a field to type into.
                if len(visit.words - words) > 12 or not words:
                    missing[visit.path] = sorted(visit.words - words)
        plain.close()
    assert missing == {}


@pytest.mark.parametrize("scheme", SCHEMES)
def test_a_printed_release_is_dark_on_white_without_navigation(
    browser: Browser, told: Story, scheme: Scheme
) -> None:
    """Paper is white whatever the reader's screen is, and browsers print no backgrounds."""
    with served(told.staff) as address:
        page = browser.new_page(color_scheme=scheme)
        page.goto(f"{address}products/recorder/2.7/")
        page.emulate_media(media="print")
        assert page.locator("#breaks").is_visible()
        for furniture in (".md-tabs", ".md-sidebar", ".md-footer", ".md-top", ".md-search"):
            for found in page.locator(furniture).all():
                assert not found.is_visible(), furniture
        page.evaluate(SETTLE)
        light = page.evaluate(
            """() => [...document.querySelectorAll("article *")]
              .filter((e) => e.checkVisibility() && e.textContent.trim() && !e.closest("svg"))
              .filter((e) => {
                const [r, g, b] = getComputedStyle(e).color.match(/[\\d.]+/g).map(Number);
                return 0.3 * r + 0.6 * g + 0.1 * b > 140;
              })
              .map((e) => e.outerHTML.slice(0, 80))"""
        )
        assert light == []
        assert page.pdf().startswith(b"%PDF")
        page.close()


@pytest.mark.parametrize("policy", [True, False], ids=["with-policy", "without-policy"])
def test_nothing_of_a_hostile_record_runs(browser: Browser, attacked: Path, policy: bool) -> None:
    """What the pages' policy forbids is not even in them: without it nothing runs either."""
    found: dict[str, object] = {}
    with served(attacked) as address:
        page = browser.new_page(bypass_csp=not policy)
        wrong: list[str] = []
        watch(page, address, wrong)
        for path in one_of_each_type(attacked):
            wrong.clear()
            page.goto(address + path)
            # Whatever waits for a pointer or for the keyboard.
            page.evaluate(
                """for (const element of document.querySelectorAll("article *")) {
                  for (const kind of ["mouseover", "focus", "click"]) {
                    if (kind !== "click" || !element.closest("a, label, button"))
                      element.dispatchEvent(new Event(kind, { bubbles: true }));
                  }
                }"""
            )
            # A picture that is named and not there is nothing to worry about.
            bad = [
                what for what in wrong if not what.startswith(("missing:", "said: Failed to load"))
            ]
            if bad or page.evaluate("typeof hacked") != "undefined":
                found[path] = bad or "it ran"
        page.close()
    assert found == {}


def test_a_script_that_got_into_a_page_is_refused_by_its_policy(
    browser: Browser, told: Story
) -> None:
    """The second wall: as if the cleaning of record text had a hole."""
    hole = (
        "<script>hacked=1</script><img src=x onerror='hacked=1'>"
        "<a id=run href='javascript:hacked=1'>run</a>"
        "<script src='https://evil.example.com/x.js'></script>"
        "<img src='https://evil.example.com/pixel.png'>"
        "<object data='https://evil.example.com/'></object>"
        "<p style='background: url(https://evil.example.com/x)'>styled</p>"
    )
    with served(told.staff) as address:
        page = browser.new_page()
        reached: list[str] = []
        page.route(
            "https://evil.example.com/**", lambda r: (reached.append(r.request.url), r.abort())
        )
        html = (told.staff / "kb/refunds/index.html").read_text()
        holed = html.replace("</article>", f"{hole}</article>")
        page.route(
            "**/kb/refunds/", lambda route: route.fulfill(body=holed, content_type="text/html")
        )
        page.goto(f"{address}kb/refunds/")
        page.locator("#run").click()
        assert page.evaluate("typeof hacked") == "undefined"
        assert reached == []
        page.close()


# What a picture that is not there runs has run once that of a later one has.
LET_ERRORS_COME = """() => new Promise(then => {
  const picture = new Image();
  picture.onerror = () => setTimeout(then);
  picture.src = '/no-such-picture.png';
})"""


def test_hostile_text_does_not_run_in_what_scripts_show_of_it(
    browser: Browser, attacked: Path
) -> None:
    """The search box with its hits, and the checker with its answer; with no policy to help."""
    with served(attacked) as address:
        page = browser.new_page(bypass_csp=True)
        wrong: list[str] = []
        watch(page, address, wrong)
        page.goto(address)
        page.keyboard.press("/")
        for words in ("styled", "onerror", "recorder 2.7", "<img src=x onerror=hacked=1>"):
            page.locator("#fw-search-query").fill(words)
            page.locator("#fw-search-said", has_text=re.compile("page|no release")).wait_for()
            page.evaluate(LET_ERRORS_COME)
        page.locator("#fw-search-query").fill("styled")
        page.locator("#fw-search-hits a").first.wait_for()
        page.goto(f"{address}compatibility/checker/?recorder=2.7&player=2.4")
        page.locator("main", has_text="breaks").wait_for()
        page.evaluate(LET_ERRORS_COME)
        ran = page.evaluate("typeof hacked")
        page.close()
    bad = [what for what in wrong if not what.startswith(("missing:", "said: Failed to load"))]
    assert (ran, bad) == ("undefined", [])
