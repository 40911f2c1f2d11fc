"""What works with what: the overview, and a matrix for each pair of products."""

from __future__ import annotations

from collections.abc import Iterator

from forewarn.model.compatibility import Judgement
from forewarn.model.matrix import Run, make_matrix
from forewarn.model.release import Status, Verdict
from forewarn.pages import paths, words
from forewarn.pages.html import NOTHING, Html, chip, esc, join, link, row, table, tag
from forewarn.pages.parts import document, heading
from forewarn.pages.statements import statement_anchor
from forewarn.pages.view import Page, View


def pages(view: View) -> Iterator[Page]:
    """The overview."""
    yield Page(src=paths.COMPATIBILITY, text=_overview(view))


def product_pages(view: View, product: str) -> Iterator[Page]:
    """A page for each pair, named by its first product, about which somebody stated something."""
    for one, other in view.pairs:
        if one == product:
            yield Page(src=paths.pair_src(one, other), text=_pair(view, one, other))


def _overview(view: View) -> str:
    src = paths.COMPATIBILITY
    rows = []
    for one, other in view.pairs:
        a, b = view.catalogue.latest(one), view.catalogue.latest(other)
        count = sum(owner.product == one for owner, _ in view.statements_about(other)) + (
            sum(owner.product == other for owner, _ in view.statements_about(one))
            if one != other
            else 0
        )
        rows.append(
            row(
                link(
                    paths.between(src, paths.pair_src(one, other)),
                    esc(f"{view.name(one)} and {view.name(other)}"),
                ),
                words.judgement_chip(view.judge(a, b)) if a and b else esc("—"),
                esc(f"{a.version if a else '—'} with {b.version if b else '—'}"),
                esc(count),
            )
        )
    heads = ["Products", "Newest with newest", "Versions", "Statements"]
    shown = table(heads, rows) if rows else tag("p", esc("Nobody has stated anything yet."))
    blocks = [heading(esc("What works with what")), shown, _legend()]
    return document("Compatibility", blocks, hide=["navigation", "toc"])


def _legend() -> Html:
    meanings = {
        Verdict.WORKS: "somebody has stated that it works",
        Verdict.LIMITED: "it works in part; follow the cell",
        Verdict.BREAKS: "it does not work; follow the cell for the remedy",
        Verdict.UNKNOWN: "nobody stands by anything here: do not promise that it works",
    }
    items = (
        tag("li", Html(f"{words.verdict_chip(verdict)} {esc(said)}"))
        for verdict, said in meanings.items()
    )
    return tag("ul", *items, class_="fw-list fw-legend")


def _pair(view: View, one: str, other: str) -> str:
    src = paths.pair_src(one, other)
    title = f"{view.name(one)} and {view.name(other)}"
    trail = [link(paths.between(src, paths.COMPATIBILITY), esc("Compatibility"))]
    blocks = [
        heading(esc(title), trail),
        _newest(view, src, one, other),
        _matrix(view, src, one, other),
        _legend(),
        "## Every statement {#statements}",
        _statements(view, src, one, other),
    ]
    return document(title, blocks, hide=["navigation", "toc"])


def _newest(view: View, src: str, one: str, other: str) -> Html:
    a, b = view.catalogue.latest(one), view.catalogue.latest(other)
    if a is None or b is None:
        return NOTHING
    judgement = view.judge(a, b)
    tell = join((words.text(view, src, remedy) for remedy in judgement.remedies), " ")
    return tag(
        "p",
        words.judgement_chip(judgement),
        tag(
            "span",
            Html(
                f"the newest releases, {words.release_link(view, src, a)} with "
                f"{words.release_link(view, src, b)}. {tell}"
            ),
        ),
        class_="fw-state",
    )


def _matrix(view: View, src: str, one: str, other: str) -> Html:
    matrix = make_matrix(view.catalogue, one, other, today=view.today)
    corner = tag("th", esc(f"{view.name(one)} ↓ {view.name(other)} →"), scope="col")
    across = (tag("th", _head(view, run), scope="col") for run in matrix.columns)
    rows = (
        tag(
            "tr",
            tag("th", _head(view, run), scope="row"),
            *(_cell(view, src, run, column) for column in matrix.columns),
        )
        for run in matrix.rows
    )
    body = "\n".join(rows)
    whole = tag(
        "table",
        tag("thead", tag("tr", corner, *across)),
        tag("tbody", Html(f"\n{body}\n")),
        class_="fw-table fw-matrix",
    )
    return tag("div", whole, class_="fw-scroll fw-fit", tabindex="0")


def _head(view: View, run: Run) -> Html:
    if run.newest.status is Status.SHIPPED:
        return esc(run)
    return Html(f"{esc(run)} {words.status_chip(view, run.newest)}")


def _cell(view: View, src: str, run: Run, column: Run) -> Html:
    judgement = view.judge(run.newest, column.newest)
    shown = words.judgement_chip(judgement)
    where = _where(view, src, judgement)
    content = link(where, shown) if where else shown
    return tag("td", content, class_=f"fw-cell fw-on-{judgement.verdict}")


def _where(view: View, src: str, judgement: Judgement) -> str | None:
    """The statement that decides a cell, on the page of the release that makes it."""
    if not judgement.worst:
        return None
    first = judgement.worst[0]
    number = first.owner.compatibility.index(first.statement)
    return view.to_release(src, first.owner, statement_anchor(first.owner, number))


def _statements(view: View, src: str, one: str, other: str) -> Html:
    made = [
        (owner, statement)
        for about, by in dict.fromkeys(((other, one), (one, other)))
        for owner, statement in view.statements_about(about)
        if owner.product == by
    ]
    rows = [
        row(
            link(
                view.to_release(
                    src, owner, statement_anchor(owner, owner.compatibility.index(statement))
                ),
                esc(view.title(owner)),
            ),
            esc(words.plain_range(view.name(statement.partner), statement.versions)),
            join(
                (
                    words.statement_chip(view, statement),
                    words.audience_chip(view, statement.audience),
                ),
                " ",
            ),
            words.text(view, src, statement.about or "—"),
            join((words.text(view, src, t) for t in (statement.remedy, statement.limits) if t), " ")
            or esc("—"),
            words.inspection(view, statement.verified) or chip("over", "?", esc("not verified")),
        )
        for owner, statement in made
    ]
    heads = ["Who states it", "With", "Verdict", "What", "Remedy or limits", "Inspection tag"]
    return table(heads, rows)
