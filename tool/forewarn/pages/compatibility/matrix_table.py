"""The matrix of two products: as a table, and the same row by row in words."""

from __future__ import annotations

from itertools import groupby
from operator import itemgetter

from forewarn.frozen import dataclass
from forewarn.model.compatibility import Applied, Judgement
from forewarn.model.matrix import Run, Verdicts
from forewarn.model.release import Status, Verdict
from forewarn.pages.compatibility.statements import statement_anchor
from forewarn.pages.html import words
from forewarn.pages.html.elements import NOTHING, Html, day_html, esc, fmt, join, link, plain, tag
from forewarn.pages.view.view import View

# A table with more than these is not looked through; the newest are what customers have.
_ROWS, _COLUMNS = 16, 10
# Row by row: the first of them stand open, and those after the last are for the checker.
_OPEN, _LISTED = 12, 100


@dataclass(frozen=True, kw_only=True)
class Sides:
    """The matrix as it is shown: the product with more to tell downwards."""

    view: View
    verdicts: Verdicts
    down: tuple[Run, ...]
    across: tuple[Run, ...]
    cells: tuple[tuple[Verdict, ...], ...]
    turned: bool

    @classmethod
    def of(cls, view: View, one: str, other: str) -> Sides:
        """The matrix of two products as of today."""
        verdicts = view.verdicts(one, other)
        matrix = verdicts.matrix()
        turned = len(matrix.columns) > len(matrix.rows)
        down, across, cells = matrix.rows, matrix.columns, matrix.verdicts
        if turned:
            down, across, cells = across, down, tuple(zip(*cells, strict=True))
        return cls(
            view=view, verdicts=verdicts, down=down, across=across, cells=cells, turned=turned
        )

    def judge(self, row: Run, column: Run) -> Judgement:
        """The judgement on the newest pair of a cell."""
        a, b = (column, row) if self.turned else (row, column)
        return self.verdicts.judge(a.newest, b.newest)

    def name(self, runs: tuple[Run, ...]) -> str:
        """The product whose releases these are."""
        return self.view.name(runs[0].newest.product)

    @property
    def cut(self) -> bool:
        """Whether the table has not room for all."""
        return len(self.down) > _ROWS or len(self.across) > _COLUMNS


def as_table(sides: Sides, src: str) -> Html:
    """Versions of the one downwards, of the other across; only its own box scrolls."""
    down, across = sides.down[:_ROWS], sides.across[:_COLUMNS]
    one, other = sides.name(down), sides.name(across)
    said = f"{one} downwards, {other} across. A cell has the verdict, the day on which it was "
    said += "verified, and a link to the statement that decides"
    if sides.cut:
        said += f". Here are the newest {len(down)} rows of {len(sides.down)} and "
        said += f"{len(across)} columns of {len(sides.across)}; all are in words below"
    corner = tag("th", esc(f"{one} ↓ {other} →"), scope="col")
    heads = (tag("th", _head(sides.view, run), scope="col") for run in across)
    rows = (
        tag(
            "tr",
            tag("th", _head(sides.view, run), scope="row"),
            *(_cell(sides, src, run, column) for column in across),
        )
        for run in down
    )
    body = join(rows, "\n")
    whole = tag(
        "table",
        tag("caption", tag("span", esc(f"{said}.")), class_="fw-small"),
        tag("thead", tag("tr", corner, *heads)),
        tag("tbody", fmt("\n{}\n", body)),
        class_="fw-table fw-matrix",
    )
    label = f"Matrix of {one} and {other}"
    return tag(
        "div",
        whole,
        class_="fw-scroll fw-fit fw-matrix-box",
        tabindex="0",
        role="region",
        aria_label=label,
        data_search_exclude="1",
    )


def _head(view: View, run: Run) -> Html:
    if run.newest.status is Status.SHIPPED:
        return esc(run)
    return fmt("{} {}", run, words.status_chip(view, run.newest))


def _cell(sides: Sides, src: str, run: Run, column: Run) -> Html:
    judgement = sides.judge(run, column)
    shown = words.judgement_chip(judgement)
    if judgement.worst:
        first = judgement.worst[0]
        shown = fmt("{}{}", link(to_statement(sides.view, src, first), shown), _tag_line(first))
    shown = fmt("{}{}", shown, words.open_matters(judgement))
    return tag("td", shown, class_=f"fw-cell fw-on-{judgement.verdict}")


def _tag_line(row: Applied) -> Html:
    tag_ = row.statement.verified
    return tag("small", day_html(tag_.on) if tag_ else esc("not verified"))


def to_statement(view: View, src: str, row: Applied) -> str:
    """The link to a statement on the page of the release that makes it."""
    number = row.owner.compatibility.index(row.statement)
    return view.to_release(src, row.owner, statement_anchor(row.owner, number))


def in_words(sides: Sides) -> Html:
    """Each row in one line, for small screens, for listening, and for what the table leaves out."""
    one, other = sides.name(sides.down), sides.name(sides.across)
    rows = [*zip(sides.down, sides.cells, strict=True)][:_LISTED]
    items = [_line(sides, run, cells, one, other) for run, cells in rows]
    opened = tag("ul", *items[:_OPEN], class_="fw-list fw-in-words")
    if len(items) <= _OPEN:
        return opened
    left = len(sides.down) - len(items)
    more = f"The checker knows {left} more." if left else ""
    older = tag(
        "details",
        tag("summary", esc(f"Older versions of {one}: {len(items) - _OPEN}")),
        tag("ul", *items[_OPEN:], class_="fw-list fw-in-words"),
        tag("p", esc(more)) if more else NOTHING,
    )
    return fmt("{}\n\n{}", opened, older)


def _told(sides: Sides, run: Run, column: Run, verdict: Verdict) -> tuple[Verdict, str]:
    """The verdict of a cell, and what is said of what is not known."""
    judgement = sides.judge(run, column)
    if verdict is not Verdict.UNKNOWN:
        return verdict, plain(words.open_matters(judgement))
    return verdict, plain(words.judgement_chip(judgement))


def _line(sides: Sides, run: Run, cells: tuple[Verdict, ...], one: str, other: str) -> Html:
    found: dict[tuple[Verdict, str], list[list[Run]]] = {}
    told = [_told(sides, run, *cell) for cell in zip(sides.across, cells, strict=True)]
    for key, agreeing in groupby(zip(told, sides.across, strict=True), key=itemgetter(0)):
        found.setdefault(key, []).append([column for _, column in agreeing])
    said = []
    for _, groups in sorted(found.items(), key=lambda row: (-row[0][0].caution, row[0][1])):
        judgement = sides.judge(run, groups[0][0])
        versions = ", ".join(map(_versions, groups))
        parts = (
            fmt("{} with {}", words.judgement_chip(judgement), f"{other} {versions}"),
            words.open_matters(judgement),
        )
        said.append(tag("span", join(parts, " ")))
    name = tag("strong", esc(f"{one} {run}"))
    if run.newest.status is not Status.SHIPPED:
        name = fmt("{} {}", name, words.status_chip(sides.view, run.newest))
    return tag("li", fmt("{}: {}", name, join(said, "; ")))


def _versions(columns: list[Run]) -> str:
    newest, oldest = columns[0].versions[0], columns[-1].versions[-1]
    return newest if newest == oldest else f"{oldest} to {newest}"
