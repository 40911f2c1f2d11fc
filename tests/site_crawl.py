"""A walk through a site in a real browser: one page of each type, and what was wrong with it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Browser, Page

Scheme = Literal["light", "dark"]
SCHEMES: tuple[Scheme, ...] = ("light", "dark")
DESKTOP, PHONE, NARROWEST = 1280, 390, 320
# Of a type that has many pages, the richest are looked at: two of those that people write.
_OF_EACH = 1
_WRITTEN = {"kb/*/": 2, "products/*/*/": 2}
_RUN_AXE = """(rules) => axe.run(document, {
  resultTypes: ["violations"], elementRef: false, ...(rules ? { runOnly: rules } : {}),
})"""
# All that another scheme can make different.
_COLOURS = ["color-contrast", "link-in-text-block"]
_NOTE_REFUSALS = """
  window.refused = [];
  document.addEventListener("securitypolicyviolation", (event) =>
    window.refused.push(`${event.effectiveDirective} ${event.blockedURI} ${event.sample}`));
"""
# A colour that is still fading in is not the colour of the page.
_SETTLE = "document.getAnimations().forEach((running) => { try { running.finish(); } catch {} })"


@dataclass(frozen=True)
class Visit:
    """One page, seen once: its title, what it did that no page may, how far it is too wide."""

    path: str
    scheme: str
    title: str
    wrong: list[str]
    overflow: dict[int, int]

    def __str__(self) -> str:
        return f"{self.path or 'home'} ({self.scheme})"


def pages_of(site: Path) -> list[str]:
    """The address of every page below the site's own."""
    files = sorted(path.relative_to(site).as_posix() for path in site.rglob("*.html"))
    return [name.removesuffix("index.html") for name in files]


def one_of_each_type(site: Path) -> list[str]:
    """The richest pages of each type; a type is a shape of address and the scripts it loads."""
    types: dict[tuple[str, ...], list[tuple[int, str]]] = {}
    for path in pages_of(site):
        file = site / path if path.endswith(".html") else site / path / "index.html"
        html = file.read_text(encoding="utf-8")
        first, *rest = path.split("/")
        shape = "/".join([first, *("*" if part else "" for part in rest)])
        scripts = sorted(re.findall(r'src="[./]*(assets/[\w-]+\.js)"', html))
        types.setdefault((shape, *scripts), []).append((-len(html), path))
    return [
        path
        for (shape, *_), many in types.items()
        for _, path in sorted(many)[: _WRITTEN.get(shape, _OF_EACH)]
    ]


def watch(page: Page, address: str, wrong: list[str]) -> None:
    """Note in `wrong` what a page says, asks of others, pops up or is refused."""
    page.on("console", lambda m: m.type in ("error", "warning") and wrong.append(f"said: {m.text}"))
    page.on("pageerror", lambda error: wrong.append(f"failed: {error}"))
    page.on("dialog", lambda dialog: (wrong.append("a dialog"), dialog.dismiss()))
    page.on(
        "request",
        lambda r: r.url.startswith((address, "data:", "blob:")) or wrong.append(f"asked: {r.url}"),
    )
    page.on("response", lambda r: r.status >= 400 and wrong.append(f"missing: {r.url}"))
    page.add_init_script(_NOTE_REFUSALS)


def accessibility(page: Page, rules: list[str] | None = None) -> list[str]:
    """What axe-core finds wrong with a page as it is now, by its usual rules or by some."""
    if not page.evaluate("typeof axe == 'object'"):
        page.evaluate(AXE_SCRIPT)
    page.evaluate(_SETTLE)
    return list(_problems(page.evaluate(_RUN_AXE, rules)["violations"]))


def _problems(violations: Sequence[dict[str, Any]]) -> Iterator[str]:
    for rule in violations:
        for node in rule["nodes"]:
            where = " ".join(map(str, node["target"]))
            why = " ".join(found["message"] for found in node["any"] + node["all"] + node["none"])
            yield f"{rule['id']}: {where}: {why}"


def look_at(page: Page, address: str, path: str, scheme: str, wrong: list[str]) -> Visit:
    """Open a page, and make the window narrower."""
    wrong.clear()
    page.set_viewport_size({"width": DESKTOP, "height": 900})
    page.goto(address + path)
    overflow = {}
    for width in (DESKTOP, PHONE, NARROWEST):
        page.set_viewport_size({"width": width, "height": 844})
        overflow[width] = page.evaluate("document.documentElement.scrollWidth") - width
    refused = [f"refused: {what}" for what in page.evaluate("window.refused")]
    return Visit(path, scheme, page.title(), [*wrong, *refused], overflow)


def crawl(browser: Browser, site: Path, address: str) -> list[Visit]:
    """One visit to a page of each type, light and dark."""
    visits = []
    for scheme in SCHEMES:
        page = browser.new_page(color_scheme=scheme)
        wrong: list[str] = []
        watch(page, address, wrong)
        for path in one_of_each_type(site):
            visits.append(look_at(page, address, path, scheme, wrong))
        page.close()
    return visits


def inaccessible(
    browser: Browser, site: Path, address: str, scheme: Scheme
) -> dict[tuple[str, int], list[str]]:
    """What axe-core finds on a page of each type, by page and width."""
    found = {}
    page = browser.new_page(color_scheme=scheme, reduced_motion="reduce")
    for path in one_of_each_type(site):
        page.set_viewport_size({"width": DESKTOP, "height": 900})
        page.goto(address + path)
        # Colours are the same at every width.
        for width in (DESKTOP, PHONE) if scheme == SCHEMES[0] else (DESKTOP,):
            page.set_viewport_size({"width": width, "height": 844})
            found[path, width] = accessibility(page, None if scheme == SCHEMES[0] else _COLOURS)
    page.close()
    return found
