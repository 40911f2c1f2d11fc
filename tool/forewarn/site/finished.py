"""A page whose HTML is made: written into the site, and made ready for the search index."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from forewarn.pages.view.paths import html_of
from forewarn.site.fingerprint import word
from forewarn.site.record import Output, Task, put
from forewarn.site.slim import SlimPage, make_slim


class FinishedPage(NamedTuple):
    """A page as it was written at its address; `slim` is None where it is not searched."""

    address: str
    output: Output
    slim: SlimPage | None


def write_page(task: Task, html: bytes, to: Path, slim: Path) -> FinishedPage:
    """Write a page into the site `to`, and what is indexed of it into the folder `slim`.

    While it is in memory that is quicker than to read the page again.
    """
    address = html_of(task.src)
    output = put(f"{to}/{address}", task.key, html)
    return FinishedPage(address, output, make_slim(html, slim, f"{word(address)}.html"))
