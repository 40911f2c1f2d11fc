"""About this site: what it was built from, for whom, and by what."""

from __future__ import annotations

from collections.abc import Iterator

from forewarn import __version__
from forewarn.model.record import Audience
from forewarn.pages.html.elements import NOTHING, Html, day_html, esc, facts, link, row, table, tag
from forewarn.pages.html.parts import document, heading, section
from forewarn.pages.view.page_type import NavPlace, PageType
from forewarn.pages.view.view import Page, View

_SRC = "about.md"
_READERS = {
    Audience.STAFF: "staff; it holds what customers must not be told",
    Audience.PUBLIC: "everybody",
}
# What a reader's browser is given of others' work: what it does here, its licence, its home.
_WORK_OF_OTHERS = (
    (
        "Material for MkDocs",
        "the look of the pages",
        "MIT",
        "https://squidfunk.github.io/mkdocs-material/",
    ),
    ("Pagefind", "the search", "MIT", "https://pagefind.app/"),
    ("Material Design Icons", "the icons", "Apache 2.0", "https://pictogrammers.com/library/mdi/"),
    ("MkDocs", "makes the pages from Markdown", "BSD-2-Clause", "https://www.mkdocs.org/"),
)


def pages(view: View) -> Iterator[Page]:
    """The one page."""
    blocks = [
        heading(esc("About this site")),
        _facts(view),
        section("How to read it", "reading", _reading(view)),
        section("Made with", "made-with", _made_with()),
    ]
    # Not to be found: it changes with each commit, and part of the index would be made anew for it.
    text = document(
        "About this site",
        blocks,
        hide=["navigation", "toc"],
        about=f"What the pages of {view.settings.name} are made from, and how to read them.",
    )
    yield Page(src=_SRC, text=text)


def _facts(view: View) -> Html:
    catalogue = view.catalogue
    articles, issues = len(catalogue.articles), len(catalogue.known_issues)
    # Customers do not learn that something changed inside which changes nothing for them.
    inside = view.audience is Audience.STAFF
    commit = tag("code", esc(view.commit)) if view.commit else NOTHING
    return facts(
        [
            ("As of", day_html(view.today)),
            *([("Built from commit", commit)] if inside else []),
            ("Made for", esc(_READERS[view.audience])),
            ("Products", esc(len(catalogue.products))),
            ("Releases", esc(sum(view.counts.values()))),
            ("Articles", esc(articles - issues)),
            ("Known issues", esc(issues)),
            ("Built by", esc(f"forewarn {__version__}")),
        ]
    )


def _reading(view: View) -> Html:
    said = [
        "Dates and states hold for the day above; the site is made anew when a record changes.",
        "“Not tested” means that nobody has said anything. It never means that it works.",
        "“Superseded” means that a higher version of the same track has shipped.",
        "A statement past its inspection tag is no longer a promise.",
    ]
    if view.staff:
        said.append("What is marked “staff only” is not on the customers' site.")
    return tag("ul", *(tag("li", esc(line)) for line in said))


def _made_with() -> Html:
    rows = [
        row(link(home, esc(name)), esc(what), esc(licence))
        for name, what, licence, home in _WORK_OF_OTHERS
    ]
    own = row(esc(f"forewarn {__version__}"), esc("makes both sites from the records"), esc("MIT"))
    return table(["What", "What it does here", "Licence"], [own, *rows])


PAGES = PageType(pages=pages, nav=NavPlace(order=80, title="About", src=_SRC))
