"""Sixty questions to the search of an imported catalogue: the right page, no denial, at once."""

from __future__ import annotations

import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from catalogue import DATA, Amount
from imported_questions import DENIALS, QUESTIONS
from playwright.sync_api import Page, sync_playwright

from site_builder import served

NAME = "questions to an imported catalogue"
_MET = 57
_FIRST = 3
_HITS = "#fw-search-hits a.fw-hit"
# Milliseconds from the last key to the first hit that belongs to it.
_UNTIL_FIRST = """text => new Promise((then, fail) => {
  setTimeout(fail, 60_000, 'no hit came');
  const list = document.getElementById('fw-search-hits');
  const box = document.getElementById('fw-search-query');
  list.replaceChildren();
  const start = performance.now();
  new MutationObserver(() => {
    if (list.querySelector('.fw-hit')) then(performance.now() - start);
  }).observe(list, {childList: true});
  box.value = text;
  box.dispatchEvent(new Event('input'));
})"""


def report(only: str) -> int:
    """Import, publish and ask, if `only` is a part of NAME; how many promises are missed."""
    if only not in NAME:
        return 0
    if not DATA.is_dir() or shutil.which("chromium") is None:
        print(f"{NAME}: not asked, because {DATA} or chromium is missing")
        return 0
    with tempfile.TemporaryDirectory(prefix="questions-bench-") as folder:
        root = Path(folder) / "kb"
        for words in (
            ["init", str(root)],
            ["-C", str(root), "import", "endoflife", str(DATA)],
            ["-C", str(root), "publish", "--audience", "staff", "--no-deliver"],
        ):
            command = [sys.executable, "-m", "forewarn", *words]
            # An import that leaves something out ends with 3.
            subprocess.run(command, check=False, capture_output=True)
        amounts = [*asked(root / "site" / "staff")]
    for amount in amounts:
        print(amount, flush=True)
    return sum(amount.missed for amount in amounts)


def asked(site: Path) -> Iterator[Amount]:
    """Ask all of a site that is built."""
    with sync_playwright() as playwright, served(site) as address:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox"]
        )
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        page.goto(address)
        page.keyboard.press("/")
        found = [_ask(page, address, question, right) for question, right in QUESTIONS]
        browser.close()
    missed = [
        question for (question, _), (met, _, _) in zip(QUESTIONS, found, strict=True) if not met
    ]
    if missed:
        print("not in the first three:", *missed, sep="\n  ")
    yield Amount(
        "questions without the page in the first three", len(missed), "", len(found) - _MET
    )
    yield Amount("answers that deny what there is", sum(denied for _, denied, _ in found), "", 0)
    yield Amount("first hit, median", statistics.median(ms for _, _, ms in found), "ms", 300)


def _ask(page: Page, address: str, question: str, right: str) -> tuple[bool, bool, float]:
    taken = float(page.evaluate(_UNTIL_FIRST, question))
    whole = "text => document.getElementById('fw-search-said').dataset.for === text"
    page.wait_for_function(whole, arg=question)
    hits = [str(hit.get_attribute("href")) for hit in page.locator(_HITS).all()[:_FIRST]]
    answer = page.locator("#fw-search-answer").inner_text()
    denied = any(words in answer for words in DENIALS)
    return any(hit.startswith(address + right) for hit in hits), denied, taken
