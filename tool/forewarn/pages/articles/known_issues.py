"""The list of known issues: the open ones first, each with what helps."""

from __future__ import annotations

from collections.abc import Iterator

from forewarn.model.article import Article
from forewarn.pages.html import filters, words
from forewarn.pages.html.elements import Html, esc, tag
from forewarn.pages.html.parts import document, heading, issue_list
from forewarn.pages.view import paths
from forewarn.pages.view.find import as_list
from forewarn.pages.view.page_type import NavPlace, PageType
from forewarn.pages.view.view import Page, View

# A product's newest versions can be chosen; the page of an older one names its issues itself.
_VERSIONS = 100


def pages(view: View) -> Iterator[Page]:
    """The one list."""
    issues = view.catalogue.known_issues
    open_ = sum(not view.catalogue.is_fixed(issue) for issue in issues)
    count = f"{open_} open, {len(issues) - open_} fixed." if issues else "None is recorded."
    blocks = [
        heading(esc("Known issues")),
        tag("p", esc(count)),
        _list(view, issues) if issues else "",
    ]
    text = document(
        "Known issues",
        blocks,
        hide=["navigation", "toc"],
        find=as_list(),
        scripts=[filters.SCRIPT],
    )
    yield Page(src=paths.KNOWN_ISSUES, text=text)


def _list(view: View, issues: tuple[Article, ...]) -> Html:
    products = sorted(
        {product for issue in issues for product in issue.applies},
        key=lambda product: (view.name(product).casefold(), product),
    )
    newest = {product: view.catalogue.versions_of(product)[:_VERSIONS] for product in products}
    states = dict.fromkeys(
        sorted((words.issue_word(view, issue) for issue in issues), reverse=True)
    )

    def mark(issue: Article) -> dict[str, str]:
        having = (
            f"{product} {filters.places(_having(view, issue, product), newest[product])}"
            for product in issue.applies
        )
        return filters.mark(
            product=issue.applies, state=[words.issue_word(view, issue)], version=having
        )

    return filters.filtered(
        issue_list(view, paths.KNOWN_ISSUES, issues, mark),
        noun="known issues",
        choices=[
            filters.Choice(
                key="product",
                label="Product",
                options=[(product, view.name(product)) for product in products],
            ),
            filters.Choice(key="version", label="Version", of="product", lists=newest),
            filters.Choice(key="state", label="State", options=[(word, word) for word in states]),
        ],
    )


def _having(view: View, issue: Article, product: str) -> list[str]:
    """Those of a product's newest versions that have an issue."""
    scheme = view.catalogue.schemes.get(product)
    if scheme is None:
        return []
    versions = view.catalogue.versions_of(product)[:_VERSIONS]
    return [v for v in versions if issue.applies[product].contains(v, scheme)]


PAGES = PageType(pages=pages, nav=NavPlace(order=40, title="Known issues", src=paths.KNOWN_ISSUES))
