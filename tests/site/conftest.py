"""Knowledge bases that are built once for all that look at them."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from forewarn.model.record import Audience
from hostile_kb import hostile, hostile_sighting
from kb_builder import sighting, story
from made_once import made_once
from site_builder import Story, build_site
from waiting import SECONDS

expect.set_options(timeout=SECONDS * 1000)

# The first is the same without windows, and opens a page at a quarter of the cost.
_BROWSERS = ("chromium-headless-shell", "chromium")
# What the window around a page would do: it takes as long as the page itself.
_BARE = (
    "--disable-features=AimEnabled,DestroyProfileOnBrowserClose,HttpsUpgrades,LensOverlay,"
    "MediaRouter,OptimizationHints,PaintHolding,ThirdPartyStoragePartitioning,Translate,"
    "WebUIOmniboxAimPopup,WebUIOmniboxFullPopup,WebUIOmniboxPopup"
)


@pytest.fixture(scope="session")
def told(tmp_path_factory: pytest.TempPathFactory) -> Story:
    folder = made_once(tmp_path_factory, "story", _tell)
    return Story(root=folder / "kb", staff=folder / "staff", public=folder / "public")


def _tell(folder: Path) -> None:
    kb = story(folder / "kb")
    kb.write("kb/shots/menu.png", b"\x89PNG menu").write("kb/shots/unused.png", b"\x89PNG unused")
    page = kb.root / "kb/convert-recordings.md"
    page.write_text(page.read_text() + "\n![The menu](shots/menu.png)\n")
    for audience in Audience:
        build_site(kb, folder, audience, (sighting(),))


@pytest.fixture(scope="session")
def attacked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The staff site of the knowledge base whose every text tries to run."""
    return made_once(tmp_path_factory, "hostile", _attack) / "staff"


def _attack(folder: Path) -> None:
    build_site(hostile(folder / "kb"), folder, Audience.STAFF, (hostile_sighting(),))


@pytest.fixture(scope="module")
def browser(request: pytest.FixtureRequest) -> Iterator[Browser]:
    """Chromium. Not for longer: while it runs, no other test of the process can run asyncio."""
    names = getattr(request.module, "BROWSERS", _BROWSERS)
    found = next(filter(None, map(shutil.which, names)), None)
    if found is None:
        pytest.skip("chromium is not installed")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=["--no-sandbox", _BARE])
        yield browser
        browser.close()
