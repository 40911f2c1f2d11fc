"""The pages in a real browser: narrowed, copied, printed, on a phone, and without any script."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import material
import pytest
from icalendar import Calendar
from playwright.sync_api import Browser, BrowserContext, Locator, Page, Response, expect

from forewarn.model.record import Audience
from forewarn.services.setup.serve import serve_folder
from kb_builder import Kb
from site_builder import Story, build_site, served

BUDGET = 150_000  # bytes over the wire, on the first load of a release page
THEME = Path(material.__file__).parent / "templates"
HASH = "9f2c4a7be1d05836c7a94f1b0e6d82a35b9c17e4f8062d3ab5c4e97f10a86d2b"
PAGES = (
    "",
    "products/",
    "products/recorder/",
    "products/recorder/2.7/",
    "known-issues/",
    "kb/",
    "kb/convert-recordings/",
    "kb/split-wrong-name/",
    "about/",
)


@pytest.fixture(scope="module")
def site(told: Story) -> Iterator[str]:
    with served(told.staff) as address:
        yield address


@pytest.fixture(scope="module")
def context(browser: Browser) -> BrowserContext:
    """One for all: its cache keeps what the pages load."""
    return browser.new_context(viewport={"width": 1280, "height": 900})


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    page = context.new_page()
    yield page
    page.close()


def rows(page: Page) -> list[str]:
    """The first words of the rows that are shown."""
    table, lists = ".fw-filter tbody > tr:visible th", ".fw-filter li:visible strong a"
    return page.locator(f"{table}, {lists}").all_inner_texts()


def by(page: Page, label: str) -> Locator:
    """What a list is narrowed by."""
    return page.locator(".fw-controls").get_by_label(label, exact=True)


def test_an_agent_can_narrow_the_releases_and_send_the_address(page: Page, site: str) -> None:
    page.goto(f"{site}products/recorder/")
    expect(page.locator(".fw-count")).to_have_text("6 releases")
    by(page, "State").select_option("superseded")
    assert rows(page) == ["2.4", "2.3", "2.2"]
    by(page, "Filter").fill("june 2025")
    assert rows(page) == ["2.3"]
    expect(page.locator(".fw-count")).to_have_text("1 of 6 releases shown")
    assert page.url.endswith("/products/recorder/?state=superseded&q=june+2025")
    other = page.context.new_page()
    other.goto(page.url)
    assert rows(other) == ["2.3"]
    other.get_by_role("button", name="Show all").click()
    assert len(rows(other)) == 6
    assert other.url == f"{site}products/recorder/"
    other.close()


def test_an_agent_can_ask_which_known_issues_a_version_has(page: Page, site: str) -> None:
    page.goto(f"{site}known-issues/")
    expect(by(page, "Version")).to_be_disabled()
    by(page, "Product").select_option("Recorder")
    by(page, "Version").select_option("2.5")
    assert rows(page) == ["Sound is lost after two hours"]
    page.goto(f"{site}known-issues/?product=recorder&version=2.7&state=open")
    assert rows(page) == ["Split files get the wrong name"]


def test_what_is_asked_for_and_unknown_leaves_the_list_whole(page: Page, site: str) -> None:
    page.goto(f"{site}known-issues/?product=nonsense&version=9&state=<b>")
    assert len(rows(page)) == 2


def test_a_link_to_a_release_is_shown_whatever_is_filtered(page: Page, site: str) -> None:
    page.goto(f"{site}products/player/?state=shipped")
    assert rows(page) == ["2.7"]
    page.evaluate("location.hash = 'v2.2'")
    expect(page.locator("[id='v2.2']")).to_be_visible()


def test_it_all_works_by_keyboard(page: Page, site: str) -> None:
    page.goto(f"{site}products/recorder/")
    by(page, "Filter").focus()
    page.keyboard.type("2.7")
    page.keyboard.press("Tab")
    page.keyboard.type("ship")
    assert rows(page) == ["2.7"]
    focused = "document.activeElement"
    assert page.evaluate(f"getComputedStyle({focused}).outlineStyle") == "solid"


def test_a_hash_is_copied_by_one_click_and_that_is_announced(page: Page, site: str) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(f"{site}products/recorder/2.7/")
    button = page.get_by_role("button", name="Copy the SHA-256 of recorder-2.7.exe")
    box = button.bounding_box()
    assert box is not None
    assert min(box["width"], box["height"]) >= 24
    button.click()
    expect(page.get_by_role("status").filter(has_text="Copied")).to_have_text(f"Copied: {HASH}")
    assert page.evaluate("navigator.clipboard.readText()") == HASH


def test_a_hash_is_copied_where_the_site_has_no_https(page: Page, site: str) -> None:
    """An office network often has none, and a browser then has no clipboard to write to."""
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.add_init_script("Object.defineProperty(window, 'isSecureContext', {value: false})")
    page.goto(f"{site}products/recorder/2.7/")
    page.get_by_role("button", name="Copy the SHA-256").click()
    expect(page.get_by_role("status").filter(has_text="Copied")).to_have_text(f"Copied: {HASH}")
    assert page.evaluate("navigator.clipboard.readText()") == HASH


def test_without_any_script_everything_is_there(browser: Browser, site: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{site}products/recorder/")
    assert len(page.locator("tr[id^=v]:visible").all()) == 6
    assert page.locator(".fw-timeline svg").first.is_visible()
    page.goto(f"{site}products/recorder/2.7/")
    assert page.get_by_text(HASH).is_visible()
    assert not any(button.is_visible() for button in page.locator("button[data-copy]").all())
    page.set_viewport_size({"width": 390, "height": 800})
    page.get_by_role("navigation", name="Tabs").get_by_role("link", name="Known issues").click()
    page.wait_for_url("**/known-issues/")
    context.close()


def test_the_main_pages_fit_side_by_side_on_a_desktop(page: Page, site: str) -> None:
    page.goto(site)
    tabs = page.locator(".md-tabs__list")
    assert tabs.evaluate("list => list.scrollWidth <= list.clientWidth")
    last = page.locator(".md-tabs__item").last.bounding_box()
    assert last is not None
    assert last["x"] + last["width"] <= 1280
    assert "About" in tabs.inner_text()


def test_a_printed_page_has_its_tables_and_its_picture_and_no_menus(page: Page, site: str) -> None:
    page.set_viewport_size({"width": 700, "height": 1000})
    page.emulate_media(media="print")
    for path in PAGES:
        page.goto(site + path)
        for gone in (".md-tabs", ".md-header__inner", ".md-sidebar", ".fw-controls", ".md-footer"):
            assert not page.locator(f"{gone}:visible").count(), f"{path}: {gone}"
        cut = "box => box.scrollWidth > box.clientWidth + 1 && getComputedStyle(box).overflowX"
        for box in page.locator(".fw-scroll").all():
            assert box.evaluate(cut) in (False, "visible"), path
        assert page.evaluate("document.documentElement.scrollWidth") <= 700, path
    page.goto(f"{site}products/recorder/")
    assert page.locator(".fw-timeline svg").first.is_visible()


def over_the_wire(browser: Browser, address: str) -> dict[str, int]:
    """What a first visit loads, file by file, as a server that packs with gzip would send it."""
    loaded: dict[str, int] = {}
    responses: list[Response] = []
    context = browser.new_context()
    page = context.new_page()
    page.on("response", lambda response: responses.append(response))
    page.goto(address, wait_until="networkidle")
    for response in responses:
        name = urlsplit(response.url).path.lstrip("/")
        loaded[name] = len(gzip.compress(response.body(), 6))
    context.close()
    return loaded


def test_a_release_page_costs_little_beyond_the_theme_and_loads_nothing_before_it_is_needed(
    browser: Browser, site: str
) -> None:
    """The index and the data of the checker come when somebody searches or checks."""
    loaded = over_the_wire(browser, f"{site}products/recorder/2.7/")
    ours = {name: size for name, size in loaded.items() if not (THEME / name).is_file()}
    assert {"products/recorder/2.7/", "assets/forewarn.css"} <= ours.keys()
    assert sum(ours.values()) <= BUDGET, ours
    assert [name for name in loaded if name.startswith(("pagefind/", "lookup/", "api/"))] == []


def test_a_product_with_thousands_of_releases_can_be_read_and_narrowed(
    tmp_path_factory: pytest.TempPathFactory, page: Page
) -> None:
    folder = tmp_path_factory.mktemp("many")
    kb = Kb(folder / "kb").product("recorder", "Recorder")
    for number in range(3000):
        kb.release("recorder", f"1.{number}", f"{2015 + number // 300}-03-01")
    built = build_site(kb, folder, Audience.PUBLIC)
    text = (built / "products/recorder/index.html").read_bytes()
    assert len(gzip.compress(text)) < 100_000
    with served(built) as address:
        page.goto(f"{address}products/recorder/#v1.7")
        expect(page.locator("[id='v1.7']")).to_be_in_viewport()
        by(page, "Filter").fill("1.2999")
        expect(page.locator(".fw-count")).to_have_text("1 of 3000 releases shown")


def test_the_desk_asks_the_checker_and_the_search(page: Page, site: str) -> None:
    page.goto(site)
    works, out = page.locator(".fw-desk-form").all()
    one, one_version, other, other_version = works.locator("input").all()
    one.fill("Recorder")
    one_version.fill("2.7")
    other.fill("play")
    other_version.fill("2.4")
    works.get_by_role("button").click()
    expect(page).to_have_url(f"{site}compatibility/checker/?recorder=2.7&player=2.4")
    expect(page.locator(".fw-verdict")).to_contain_text("breaks")
    page.goto(site)
    name, version = out.locator("input").all()
    name.fill("Recorder")
    version.fill("2.7")
    version.press("Enter")
    expect(page.locator("#fw-search-query")).to_have_value("is Recorder 2.7 out?")
    expect(page.locator("#fw-search-scroll a[href*='/recorder/2.7/']").first).to_be_visible()


def test_my_products_are_one_list_one_calendar_and_their_news(page: Page, site: str) -> None:
    page.goto(f"{site}subscribe/")
    for name in ("Recorder", "player"):
        page.locator("#fw-mine-add").fill(name)
        page.locator("#fw-mine-add").press("Enter")
        expect(page.locator(f"#fw-mine li:has-text('{name.capitalize()} feed')")).to_be_visible()
    assert page.url == f"{site}subscribe/?product=recorder&product=player"
    expect(page.locator("#fw-mine-news")).to_contain_text("Player 2.7 shipped")
    kept = {}
    for button in ("One list of feeds (OPML)", "One calendar file"):
        with page.expect_download() as download:
            page.get_by_role("button", name=button).click()
        kept[download.value.suggested_filename] = Path(download.value.path()).read_bytes().decode()
    for product in ("recorder", "player"):
        assert f'xmlUrl="{site}feeds/{product}.atom.xml"' in kept["my-products.opml"]
    days = [str(event["SUMMARY"]) for event in Calendar.from_ical(kept["my-products.ics"]).events]
    assert len(days) == len(set(days))
    assert {"Player 3.0 was planned, and has not shipped", "Recorder 3.0 is planned"} <= set(days)
    page.reload()
    expect(page.locator("#fw-mine-news")).to_contain_text("Recorder 2.7 shipped")


def test_my_products_are_chosen_and_left_by_keyboard_alone(page: Page, site: str) -> None:
    """Each button says of which product it is, what comes of a key is said, and no focus is lost."""
    page.goto(f"{site}subscribe/")
    field, told = page.locator("#fw-mine-add"), page.locator("#fw-mine").get_by_role("status")
    field.focus()
    for keys, said in (
        ("player", "1 product chosen."),
        ("recorder", "2 products chosen."),
        ("nothing", "No product is called nothing."),
    ):
        page.keyboard.type(keys)
        page.keyboard.press("Enter")
        expect(told).to_have_text(said)
        expect(told).to_be_visible()
        expect(field).to_be_focused()
    names: list[str] = []
    remove = page.get_by_role("button", name="Remove Player")
    while not remove.evaluate("button => button === document.activeElement"):
        page.keyboard.press("Tab")
        names.append(page.evaluate("document.activeElement.ariaLabel"))
        assert len(names) < 12, names
    assert names[-5:] == [
        "Atom feed of Player",
        "Copy the address of the feed of Player",
        "Add Player to a calendar",
        "Copy the address of the calendar of Player",
        "Remove Player",
    ]
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Remove Recorder")).to_be_focused()
    expect(told).to_have_text("1 product chosen.")
    page.keyboard.press("Enter")
    expect(field).to_be_focused()
    expect(told).to_have_text("0 products chosen.")
    expect(page).to_have_url(f"{site}subscribe/")


def test_an_address_that_leads_nowhere_offers_to_search_for_what_it_says(
    page: Page, told: Story
) -> None:
    server = serve_folder(told.staff, 0)
    address = f"http://127.0.0.1:{server.server_address[1]}/"
    try:
        answer = page.goto(f"{address}products/recorder/9.9/")
        assert answer is not None and answer.status == 404
        page.get_by_role("button", name="Search for: recorder 9.9").click()
        expect(page.locator("#fw-search-query")).to_have_value("recorder 9.9")
        page.goto(f"{address}products/100%/")
        expect(page.get_by_role("button", name="Search for: 100")).to_be_visible()
        page.goto(f"{address}nothing/at/all/")
        page.locator("article").get_by_role("link", name="All products").click()
        expect(page).to_have_url(f"{address}products/")
    finally:
        server.shutdown()
        server.server_close()


def test_a_tablet_shows_every_column_and_code_apart_from_its_button(page: Page, site: str) -> None:
    page.set_viewport_size({"width": 768, "height": 900})
    page.goto(f"{site}products/recorder/")
    table = page.locator("#newest ~ .fw-scroll").first
    assert table.evaluate("box => box.scrollWidth <= box.clientWidth")
    page.goto(f"{site}kb/convert-recordings/")
    button = page.locator(".md-code__nav, .md-clipboard").first
    button.wait_for()
    code = page.locator("pre > code").first.bounding_box()
    there = button.bounding_box()
    assert code is not None and there is not None
    assert code["x"] + code["width"] <= there["x"] + 1
    assert page.locator(".md-code__nav:not([role=none])").count() == 0
