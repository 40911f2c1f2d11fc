"""The search box while somebody types, comes back, or goes on by keyboard."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, Route, expect

from site_builder import Story, served

# Whether what has the focus can be seen: a hidden thing that takes it is a key press without effect.
_FOCUS_IS_SEEN = """() => {
  const box = document.activeElement.getBoundingClientRect();
  const inside = box.right > 0 && box.left < innerWidth && box.width > 0;
  return inside && document.activeElement.checkVisibility({visibilityProperty: true});
}"""
# Whether it is on top, too: at its left upper corner, for a link may be broken into two lines.
_FOCUS_IS_BARE = """() => {
  const [{left, top}] = document.activeElement.getClientRects();
  const there = document.elementFromPoint(left + 3, top + 3);
  return there === document.activeElement || document.activeElement.contains(there);
}"""


@dataclass
class Box:
    """The search box of a site that is open in a browser."""

    page: Page
    address: str
    wrong: list[str] = field(default_factory=list)

    def open(self, path: str = "") -> Box:
        self.page.goto(self.address + path)
        self.page.keyboard.press("/")
        return self

    @property
    def query(self) -> Locator:
        return self.page.locator("#fw-search-query")

    def offered(self, group: str) -> Locator:
        return self.page.get_by_role("group", name=group, exact=True).get_by_role("option")

    def answered(self, text: str) -> None:
        expect(self.page.locator("#fw-search-said")).to_have_attribute("data-for", text)


@pytest.fixture(scope="module")
def context(browser: Browser) -> BrowserContext:
    """One for all: its cache keeps what the pages load."""
    return browser.new_context()


@pytest.fixture(scope="module")
def address(told: Story) -> Iterator[str]:
    with served(told.staff) as address:
        yield address


def opened_in(context: BrowserContext, address: str, width: int = 1280) -> Iterator[Box]:
    box = Box(context.new_page(), address)
    box.page.set_viewport_size({"width": width, "height": 800})
    box.page.on("pageerror", lambda error: box.wrong.append(str(error)))
    box.page.on("console", lambda m: m.type == "error" and box.wrong.append(m.text))
    yield box
    assert box.wrong == []
    # What one agent has looked at is not offered to the next.
    box.page.evaluate("localStorage.clear()")
    box.page.close()


@pytest.fixture
def box(context: BrowserContext, address: str) -> Iterator[Box]:
    yield from opened_in(context, address)


@pytest.fixture
def phone(context: BrowserContext, address: str) -> Iterator[Box]:
    yield from opened_in(context, address, width=390)


def test_the_empty_box_offers_examples_each_of_which_finds_something(box: Box) -> None:
    box.open()
    expect(box.offered("For example")).not_to_have_count(0)
    examples = box.offered("For example").all_inner_texts()
    assert examples[:2] == ["Player 2.7", "player-2.7.exe"]
    for example in examples:
        box.query.fill("")
        box.offered("For example").get_by_text(example, exact=True).click()
        assert box.query.input_value() == example
        box.answered(example)
        assert box.page.locator("#fw-search-hits .fw-hit").count() > 0


def test_the_empty_box_can_be_used_by_keyboard_alone(box: Box) -> None:
    box.open()
    expect(box.offered("For example")).not_to_have_count(0)
    box.page.keyboard.press("ArrowDown")
    box.page.keyboard.press("Enter")
    box.answered("Player 2.7")
    box.page.keyboard.press("Enter")
    box.page.wait_for_url("**/products/player/2.7/")


def test_the_box_offers_what_was_opened_last_the_newest_first(box: Box) -> None:
    for text in ("recorder 2.7", "player 2.7", "recorder 2.7"):
        box.open()
        box.query.fill(text)
        box.answered(text)
        box.page.keyboard.press("Enter")
        box.page.wait_for_url(f"**/products/{text.replace(' ', '/')}/")
    box.open("about/")
    expect(box.offered("Opened last")).to_have_count(2)
    assert box.offered("Opened last").all_inner_texts() == ["Recorder 2.7", "Player 2.7"]
    box.offered("Opened last").first.click()
    box.page.wait_for_url("**/products/recorder/2.7/")


def test_what_a_browser_has_kept_that_is_no_page_of_ours_is_not_offered(box: Box) -> None:
    box.page.goto(f"{box.address}404.html")
    for kept in (
        "{",
        "null",
        "7",
        json.dumps([None, 7, {"url": "javascript:alert(1)", "title": "x"}]),
        json.dumps([{"url": "https://evil.example.com/", "title": "x"}, {"url": "a/"}]),
    ):
        box.page.evaluate("kept => localStorage.setItem('/.forewarn.opened', kept)", kept)
        box.open()
        expect(box.offered("For example")).not_to_have_count(0)
        assert box.offered("Opened last").count() == 0, kept


def test_a_browser_that_keeps_nothing_can_search_all_the_same(box: Box) -> None:
    box.page.add_init_script(
        "Storage.prototype.setItem = Storage.prototype.getItem = () => { throw new Error }"
    )
    box.page.goto(f"{box.address}404.html")
    box.wrong.clear()  # the theme's own script needs it
    box.page.keyboard.press("/")
    box.query.fill("recorder 2.7")
    box.page.locator(".fw-hit--exact").first.click()
    box.page.wait_for_url("**/products/recorder/2.7/")
    box.wrong.clear()


def test_enter_opens_what_stands_in_the_box_and_not_what_was_found_before(box: Box) -> None:
    box.open()
    box.query.fill("recorder 2.7")
    box.answered("recorder 2.7")
    box.query.fill("player 2.7")
    box.page.keyboard.press("Enter")
    box.page.wait_for_url("**/products/player/2.7/")


def test_keys_that_are_faster_than_the_network_are_not_lost(box: Box) -> None:
    held: list[Route] = []
    box.page.route("**/assets/search-box.js", lambda route: held.append(route))
    box.open()
    box.page.keyboard.type("player 2.7")
    while not held:
        box.page.wait_for_timeout(5)
    held.pop().continue_()
    box.answered("player 2.7")
    assert box.page.locator(".fw-hit--exact").first.inner_text().endswith("Player 2.7")


def test_search_that_could_not_be_loaded_says_so_and_works_at_the_next_try(box: Box) -> None:
    box.page.route("**/assets/search-box.js", lambda route: route.abort())
    box.open()
    expect(box.page.locator("#fw-search-said")).to_contain_text("could not be loaded")
    box.page.unroute("**/assets/search-box.js")
    box.wrong.clear()
    box.page.keyboard.press("Escape")
    box.page.keyboard.press("/")
    box.query.fill("player 2.7")
    box.answered("player 2.7")


def test_no_answer_stands_above_another_question_while_its_own_is_being_loaded(box: Box) -> None:
    held: list[Route] = []
    for late in ("search-note.js", "search-versions.js"):
        box.page.route(f"**/assets/{late}", lambda route: held.append(route))
    answer = box.page.locator("#fw-search-answer")
    box.open()
    box.query.fill("crash")
    box.answered("crash")
    assert held == []  # neither is needed for words
    box.query.fill("recorder 2.9")
    for script in ("versions", "note"):
        while not held:
            box.page.wait_for_timeout(5)
        assert answer.is_hidden(), script
        held.pop().continue_()
    expect(answer).to_contain_text("Recorder 2.9 is not recorded")
    box.page.unroute_all()
    box.page.reload()
    box.page.route("**/assets/search-note.js", lambda route: held.append(route))
    box.page.keyboard.press("/")
    box.query.fill("is recorder 2.7 out?")
    expect(answer).to_contain_text("Recorder 2.7 has been out")
    box.query.fill("recorder 2.9")
    while not held:
        box.page.wait_for_timeout(5)
    assert answer.is_hidden()
    held.pop().continue_()
    expect(answer).to_contain_text("Recorder 2.9 is not recorded")


def prompt(box: Box) -> Locator:
    return box.page.get_by_role("button", name="Type what you were asked")


def test_tabbing_out_of_the_box_closes_it_and_goes_on_in_the_page(box: Box) -> None:
    box.open()
    box.query.fill("recorder 2.7")
    box.answered("recorder 2.7")
    toggle = box.page.locator("#__search")
    for _ in range(12):
        box.page.keyboard.press("Tab")
        if not box.page.evaluate("document.activeElement.closest('#fw-search')"):
            break
    expect(toggle).not_to_be_checked()
    assert box.page.evaluate(_FOCUS_IS_SEEN)
    # Escape leads back to where the reader was, or to the button that opened the box.
    for locator, key in ((box.page.locator("article a").last, "/"), (prompt(box), "Enter")):
        locator.focus()
        box.page.keyboard.press(key)
        expect(box.query).to_be_focused()
        box.page.keyboard.press("Escape")
        expect(locator).to_be_focused()
    expect(box.page.locator("#fw-search-scroll")).to_be_hidden()


def test_no_key_leads_to_something_that_is_not_seen_on_a_phone(phone: Box) -> None:
    page = phone.page
    for path in ("", "products/recorder/2.7/"):
        page.goto(phone.address + path)
        unseen = []
        for _ in range(25):
            page.keyboard.press("Tab")
            if page.evaluate("document.activeElement.matches('.md-option, body')"):
                continue  # a switch is seen by the button that it is shown as
            if not page.evaluate(_FOCUS_IS_SEEN):
                unseen.append(page.evaluate("document.activeElement.outerHTML.slice(0, 120)"))
        assert unseen == []
    # On the way back nothing comes to lie under what stays at the top of the window.
    page.evaluate("scrollTo(0, document.body.scrollHeight)")
    for _ in range(15):
        page.keyboard.press("Shift+Tab")
        page.wait_for_function(_FOCUS_IS_BARE)  # the box is still fading out


def test_the_drawer_opens_and_closes_by_keyboard(phone: Box) -> None:
    page = phone.page
    page.goto(phone.address)
    drawer = page.locator("#__drawer")
    link = page.locator(".md-sidebar--primary").get_by_role("link", name="Calendar")
    expect(link).to_be_hidden()
    button = page.get_by_role("button", name="Navigation")
    for _ in range(4):
        page.keyboard.press("Tab")
        if button.evaluate("button => button === document.activeElement"):
            break
    for key in ("Enter", " "):
        expect(button).to_have_attribute("aria-expanded", "false")
        page.keyboard.press(key)
        expect(link).to_be_visible()
        expect(button).to_have_attribute("aria-expanded", "true")
        assert page.evaluate("document.activeElement.closest('.md-sidebar--primary') !== null")
        page.wait_for_function(_FOCUS_IS_SEEN)  # it slides in
        page.keyboard.press("Escape")
        expect(link).to_be_hidden()
        expect(drawer).not_to_be_checked()
        expect(button).to_be_focused()
    button.click()
    expect(link).to_be_visible()
    page.mouse.click(380, 400)  # beside it
    expect(link).to_be_hidden()
    expect(button).to_have_attribute("aria-expanded", "false")
