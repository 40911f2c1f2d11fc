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
_CALLED = {"light": "default", "dark": "slate"}  # by Material
WIDE, DESKTOP, TABLET, PHONE, NARROWEST = 1920, 1280, 768, 390, 320
WIDTHS = (WIDE, DESKTOP, TABLET, PHONE, NARROWEST)
# Of a type that has many pages, the richest are looked at: two of those that people write.
_OF_EACH = 1
_WRITTEN = {"kb/*/": 2, "products/*/*/": 2}
_RUN_AXE = """(rules) => axe.run(document, {
  resultTypes: ["violations"], elementRef: false, ...(rules ? { runOnly: rules } : {}),
})"""
# All that another scheme can make different.
COLOURS = ["color-contrast", "link-in-text-block"]
_NOTE_REFUSALS = """
  window.refused = [];
  document.addEventListener("securitypolicyviolation", (event) =>
    window.refused.push(`${event.effectiveDirective} ${event.blockedURI} ${event.sample}`));
"""
# What plain Material breaks and no setting of it mends, none of it a rule of WCAG's: the list of a
# section that has a page of its own is named by a label without words.
_PLAIN_MATERIAL = re.compile(r"landmark-unique: nav\[data-md-level=")
# A colour that is still fading in is not the colour of the page.
SETTLE = "document.getAnimations().forEach((running) => { try { running.finish(); } catch {} })"
# What a page's scripts do to what has another size now, they do within the first frame.
_SECOND_FRAME = "() => new Promise((go) => requestAnimationFrame(() => requestAnimationFrame(go)))"


# On a phone a table's row is a card, in which a long one may take two lines.
_CHIPS_IN_TWO_LINES = """() => [...document.querySelectorAll(".fw-chip")]
  .filter((chip) => chip.checkVisibility())
  .filter((chip) => innerWidth > 720 || !chip.closest("table:not(.fw-matrix)"))
  .filter((chip) => chip.getClientRects().length > 1
    || chip.offsetHeight / parseFloat(getComputedStyle(chip).lineHeight) > 1.9)
  .map((chip) => chip.innerText)"""


@dataclass(frozen=True)
class Seen:
    """A page in a window of one width: how far it is too wide, where its title is, and more.

    `inaccessible` is what axe-core finds, or None where it was not asked.
    """

    overflow: int
    title: tuple[int, int]
    broken_chips: list[str]
    inaccessible: list[str] | None


@dataclass(frozen=True)
class Visit:
    """One page, opened once: its title, what it did that no page may, its words, each width."""

    path: str
    scheme: str
    title: str
    wrong: list[str]
    words: set[str]
    seen: dict[int, Seen]

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


def left_open(browser: Browser, address: str) -> tuple[Page, list[str]]:
    """A page that stays open while each test goes to an address of its own; what goes wrong."""
    wrong: list[str] = []
    page = browser.new_page(viewport={"width": DESKTOP, "height": 900})
    watch(page, address, wrong)
    return page, wrong


def accessibility(page: Page, rules: list[str] | None = None) -> list[str]:
    """What axe-core finds wrong with a page as it is now, by its usual rules or by some.

    What plain Material breaks is left out.
    """
    if not page.evaluate("typeof axe == 'object'"):
        page.evaluate(AXE_SCRIPT)
    page.evaluate(SETTLE)
    page.evaluate(_SECOND_FRAME)
    found = _problems(page.evaluate(_RUN_AXE, rules)["violations"])
    return [problem for problem in found if not _PLAIN_MATERIAL.match(problem)]


def _problems(violations: Sequence[dict[str, Any]]) -> Iterator[str]:
    for rule in violations:
        for node in rule["nodes"]:
            where = " ".join(map(str, node["target"]))
            why = " ".join(found["message"] for found in node["any"] + node["all"] + node["none"])
            yield f"{rule['id']}: {where}: {why}"


def turn(page: Page, scheme: Scheme) -> None:
    """Let the reader's machine be light or dark from now on; the open page has followed."""
    page.emulate_media(color_scheme=scheme)
    page.wait_for_function(
        "name => document.body.dataset.mdColorScheme === name", arg=_CALLED[scheme]
    )


def _look_at(page: Page, address: str, path: str, wrong: list[str]) -> Iterator[Visit]:
    """Open a page, make the window narrower, and then another hour of the day.

    Another scheme has other colours and nothing else, and colours are the same at every width.
    """
    wrong.clear()
    page.emulate_media(color_scheme=SCHEMES[0])
    page.set_viewport_size({"width": WIDE, "height": 900})
    page.goto(address + path)
    words = words_of(page)
    for scheme in SCHEMES:
        turn(page, scheme)
        first = scheme == SCHEMES[0]
        seen = {}
        for width in WIDTHS if first else (DESKTOP,):
            page.set_viewport_size({"width": width, "height": 900})
            box = page.locator("article h1").bounding_box()
            assert box is not None
            asked = width == DESKTOP or (first and width == PHONE)
            seen[width] = Seen(
                page.evaluate("document.documentElement.scrollWidth") - width,
                (round(box["x"]), round(box["y"])),
                page.evaluate(_CHIPS_IN_TWO_LINES),
                accessibility(page, None if first else COLOURS) if asked else None,
            )
        refused = [f"refused: {what}" for what in page.evaluate("window.refused")]
        yield Visit(path, scheme, page.title(), [*wrong, *refused], words, seen)


def words_of(page: Page) -> set[str]:
    """The longer words that a page's own content shows."""
    return set(re.findall(r"\w{4,}", page.locator("article").inner_text()))


def crawl(browser: Browser, site: Path, address: str) -> list[Visit]:
    """One visit to a page of each type, light and dark."""
    page = browser.new_page(reduced_motion="reduce")
    wrong: list[str] = []
    watch(page, address, wrong)
    visits = [
        visit for path in one_of_each_type(site) for visit in _look_at(page, address, path, wrong)
    ]
    page.close()
    return visits
