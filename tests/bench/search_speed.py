"""The first search hit in a cold browser: ours, and that of Material's own search."""

from __future__ import annotations

import shutil
import statistics
import sys
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from catalogue import Amount
from playwright.sync_api import Browser, sync_playwright

from site_builder import served

_QUERY = "license dialog"
_LOOKUP = "product007 3.4.0"
_RUNS = 5
_REACH = 300  # milliseconds from the key that opens the box to the next, of somebody quick
# The page's own clock and count: when the query came in, when the list got its first hit, and what
# had been loaded for it by then. What a worker loads, as the peer's does, is counted by the browser.
_WATCH = """
const loaded = () =>
  performance.getEntriesByType("resource").reduce((sum, entry) => sum + entry.transferSize, 0);
addEventListener("keydown", () => (window.before ??= loaded()), true);
addEventListener("input", () => (window.typed ??= performance.now()), true);
new MutationObserver(() => {
  if (window.firstHit || !window.typed) return;
  // What ours offers in the empty box is no hit.
  const list = document.querySelector(".md-search-result__list");
  if (!list?.firstElementChild || list.querySelector("[data-example]")) return;
  window.firstHit = performance.now();
  window.sent = loaded() - window.before;
  document.documentElement.dataset.hit = "yes";
}).observe(document, { childList: true, subtree: true });
"""


def first_hits(*, ours: Path, stock: Path, changed: str) -> Iterator[Amount]:
    """Seconds and bytes to the first hit, and whether a word of a changed page is found."""
    chromium = shutil.which("chromium")
    if chromium is None:
        print("search: not measured, because chromium is missing")
        return
    with sync_playwright() as playwright, served(ours) as here, served(stock) as there:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        peer, _, peer_bytes = _median(browser, there, _QUERY)
        mine, my_bytes, _ = _median(browser, here, _QUERY)
        yield Amount("first search hit: stock", peer, "s", None)
        yield Amount("first search hit: stock", peer_bytes / 1000, "kB", None)
        yield Amount("first search hit", mine, "s", None)
        yield Amount("first search hit: ours to stock", mine / peer, "x", 1 / 15)
        yield Amount("first search hit", my_bytes / 1000, "kB", 250)
        lookup, lookup_bytes, _ = _median(browser, here, _LOOKUP, pause=_REACH)
        yield Amount("exact lookup", lookup * 1000, "ms", 100)
        yield Amount("exact lookup", lookup_bytes / 1000, "kB", None)
        _look(browser, here, changed)  # raises where it is not found
        browser.close()


def _median(
    browser: Browser, address: str, query: str, pause: int = 0
) -> tuple[float, float, float]:
    runs = [_look(browser, address, query, pause) for _ in range(_RUNS)]
    taken, sent, in_all = zip(*runs, strict=True)
    return statistics.median(taken), statistics.median(sent), statistics.median(in_all)


def _look(browser: Browser, address: str, query: str, pause: int = 0) -> tuple[float, float, float]:
    """From the query in the box to its first hit, in a browser that has seen nothing yet.

    `pause` is the milliseconds between the key that opens the box and the query. Seconds, bytes that the page had loaded by then, and bytes that the browser did in all.
    """
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    session = context.new_cdp_session(page)
    session.send("Network.enable")
    sent = []
    session.on("Network.loadingFinished", lambda event: sent.append(event["encodedDataLength"]))
    page.add_init_script(_WATCH)
    page.goto(address, wait_until="load")
    before = sum(sent)
    page.keyboard.press("/")
    page.wait_for_timeout(pause)
    # Pasted: with keys pressed one by one, the pressing would be measured.
    page.locator(".md-search__input").fill(query)
    page.locator("html[data-hit]").wait_for(timeout=120_000)
    taken, loaded = page.evaluate("[window.firstHit - window.typed, window.sent]")
    context.close()
    return taken / 1000, float(loaded), float(sum(sent) - before)
