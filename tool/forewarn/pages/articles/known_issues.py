"""The list of known issues: by harm and by what to do, each with what helps."""

from __future__ import annotations

from collections.abc import Iterator

from forewarn.model.article import Article, Remediation
from forewarn.model.current import hurts
from forewarn.pages.html import filters, words
from forewarn.pages.html.elements import Html, esc, fold, join, tag
from forewarn.pages.html.parts import document, heading, in_order, issue_list
from forewarn.pages.view import paths
from forewarn.pages.view.find import as_list
from forewarn.pages.view.page_type import NavPlace, PageType
from forewarn.pages.view.view import Page, View

# What to do about those that hurt today, the worst first.
_TO_DO = {
    Remediation.NONE_AVAILABLE: "Nothing helps yet",
    Remediation.NO_FIX_PLANNED: "They will not be fixed",
    Remediation.MITIGATION: "They can be made milder",
    Remediation.WORKAROUND: "There is a way around",
    Remediation.VENDOR_FIX: "The vendor has a fix",
    None: "Not said what helps",
}
_PAST = "Only in releases that are neither the latest nor supported"
_FIXED = "Fixed"
# As many that are fixed are seen without anything being opened.
_OPEN = 8
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
        about=f"Known issues of {view.settings.name}, by harm and by what to do. {count}",
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

    groups: dict[str, list[Article]] = {}
    for issue in in_order(view, issues):
        groups.setdefault(_group(view, issue), []).append(issue)
    shown = [
        _section(title, issue_list(view, paths.KNOWN_ISSUES, rows, mark), len(rows))
        for title, rows in groups.items()
    ]
    return filters.filtered(
        join(shown, "\n"),
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


def _group(view: View, issue: Article) -> str:
    if view.catalogue.is_fixed(issue):
        return _FIXED
    hurting = hurts(view.catalogue, issue, view.currents)
    return _TO_DO[issue.remediation] if hurting else _PAST


def _section(title: str, rows: Html, count: int) -> Html:
    head = tag("h2", esc(title), id=title.lower().replace(" ", "-"))
    if title == _FIXED and count > _OPEN:
        rows = fold(f"{count} known issues are fixed", rows)
    return tag("section", head, rows, class_="fw-group")


def _having(view: View, issue: Article, product: str) -> list[str]:
    """Those of a product's newest versions that have an issue."""
    scheme = view.catalogue.schemes.get(product)
    if scheme is None:
        return []
    versions = view.catalogue.versions_of(product)[:_VERSIONS]
    return [v for v in versions if issue.applies[product].contains(v, scheme)]


PAGES = PageType(pages=pages, nav=NavPlace(order=40, title="Known issues", src=paths.KNOWN_ISSUES))
