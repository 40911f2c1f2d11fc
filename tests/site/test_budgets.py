"""How much a page costs whoever opens it, beyond what plain Material costs."""

from __future__ import annotations

import gzip
from pathlib import Path
from urllib.parse import urlsplit

import material
from playwright.sync_api import Browser, Response

from site_builder import Story, served

BUDGET = 150_000  # bytes over the wire, on the first load of a release page
THEME = Path(material.__file__).parent / "templates"


def over_the_wire(browser: Browser, site: Path, path: str) -> dict[str, int]:
    """What a first visit loads, file by file, as a server that packs with gzip would send it."""
    loaded: dict[str, int] = {}
    responses: list[Response] = []
    with served(site) as address:
        context = browser.new_context()
        page = context.new_page()
        page.on("response", lambda response: responses.append(response))
        page.goto(address + path, wait_until="networkidle")
        for response in responses:
            name = urlsplit(response.url).path.lstrip("/")
            loaded[name] = len(gzip.compress(response.body(), 6))
        context.close()
    return loaded


def test_a_release_page_costs_at_most_150_kb_beyond_the_theme(
    browser: Browser, told: Story
) -> None:
    loaded = over_the_wire(browser, told.staff, "products/recorder/2.7/")
    ours = {name: size for name, size in loaded.items() if not (THEME / name).is_file()}
    assert {"products/recorder/2.7/", "assets/forewarn.css"} <= ours.keys()
    assert sum(ours.values()) <= BUDGET, ours


def test_nothing_is_loaded_before_it_is_needed(browser: Browser, told: Story) -> None:
    """The index and the data of the checker come when somebody searches or checks."""
    loaded = over_the_wire(browser, told.staff, "products/recorder/2.7/")
    assert [name for name in loaded if name.startswith(("pagefind/", "lookup/", "api/"))] == []
