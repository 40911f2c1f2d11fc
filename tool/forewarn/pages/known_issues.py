"""The list of known issues: the open ones first, each with what helps."""

from __future__ import annotations

from collections.abc import Iterator

from forewarn.pages import paths
from forewarn.pages.html import esc, tag
from forewarn.pages.parts import document, heading, issue_table
from forewarn.pages.view import Page, View


def pages(view: View) -> Iterator[Page]:
    """The one list."""
    issues = view.catalogue.known_issues
    open_ = sum(not view.catalogue.is_fixed(issue) for issue in issues)
    count = f"{open_} open, {len(issues) - open_} fixed." if issues else "None is recorded."
    blocks = [
        heading(esc("Known issues")),
        tag("p", esc(count)),
        issue_table(view, paths.KNOWN_ISSUES, issues),
    ]
    text = document("Known issues", blocks, hide=["navigation", "toc"])
    yield Page(src=paths.KNOWN_ISSUES, text=text)
