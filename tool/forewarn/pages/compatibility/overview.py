"""What works with what: the overview, and a page for each pair of products."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace

from forewarn.model.record import Place
from forewarn.model.release import Release, Statement, Verdict
from forewarn.pages.compatibility import matrix_table
from forewarn.pages.compatibility.matrix_table import Sides
from forewarn.pages.compatibility.statements import statement_anchor, to_checker, versions_words
from forewarn.pages.html import filters, words
from forewarn.pages.html.elements import (
    NOTHING,
    Html,
    chip,
    esc,
    fmt,
    join,
    link,
    made_before,
    row,
    table,
    tag,
)
from forewarn.pages.html.filters import Choice
from forewarn.pages.html.parts import document, heading, section
from forewarn.pages.view import paths
from forewarn.pages.view.find import Find, as_list
from forewarn.pages.view.page_type import NavPlace, PageType
from forewarn.pages.view.view import Page, View
from forewarn.words.ranges import plain_range
from forewarn.words.releases import counted

# More statements than these are read on the pages of the releases that make them.
_LISTED = 40
_SEARCHED_ROWS = 150
# More products than these make no matrix that anybody looks through.
_MATRIX = 24
# The kind under which search finds what is said of products together.
KIND = "compatibility"
# Where there is nothing to judge: that is another thing than what nobody has tested.
_NOT_OUT = ("\u2013", "one of them has not shipped")
_ANYWHERE = Place(file="")


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
    rows = [made_before(view.each(_brings)[one][other][0]) for one, other in _pairs(view)]
    if rows:
        heads = ["Products", "Newest of both", "Versions", "What to say"]
        listed = table(heads, rows, search=len(rows) <= _SEARCHED_ROWS)
        pairs = filters.filtered(listed, noun="pairs", choices=_choices(view))
        told = section("Pair by pair", "pairs", pairs)
        return _listed(view, src, [_matrix(view, src), _legend(), told], len(rows))
    return _listed(view, src, [tag("p", esc("Nobody has stated anything yet."))], 0)


def _brings(view: View, product: str) -> dict[str, tuple[str, str]]:
    """Of each pair that is named by a product its row, and the verdict on the newest of both."""
    return {
        other: (str(_row(view, paths.COMPATIBILITY, one, other)), _verdict(view, one, other))
        for one, other in view.pairs
        if one == product
    }


def _is_out(view: View, product: str) -> bool:
    """Whether a release of a product has shipped."""
    return view.catalogue.latest(product) is not None


def _verdict(view: View, one: str, other: str) -> str:
    """The verdict on the newest of both; "" where one of them has not shipped."""
    a, b = view.catalogue.latest(one), view.catalogue.latest(other)
    return view.judge(a, b).verdict.value if a and b else ""


def _listed(view: View, src: str, shown: Sequence[str], count: int) -> str:
    ask = link(to_checker(src), esc("Check your versions"), class_="fw-button")
    blocks = [
        heading(esc("What works with what")),
        tag("p", fmt("{} Two products or more, with the answer to read out.", ask)),
        *shown,
    ]
    return document(
        "Compatibility",
        blocks,
        hide=["navigation", "toc"],
        find=as_list(),
        about=f"What works with what: the verdicts on {counted(count, 'pair')} of products, newest "
        "with newest, and what to say.",
        scripts=[filters.SCRIPT],
    )


def _pairs(view: View) -> Sequence[tuple[str, str]]:
    """The pairs by name; a suite with itself is none to look up."""
    return sorted(view.pairs, key=lambda pair: [view.name(id).casefold() for id in pair])


def _matrix(view: View, src: str) -> Html:
    """Products by products, each cell with the verdict on the newest of both.

    The products with the most partners come first, and of very many only these.
    """
    count = Counter(product for pair in view.pairs for product in set(pair))
    ordered = sorted(count, key=lambda id: (-count[id], view.name(id).casefold(), id))
    shown = sorted(ordered[:_MATRIX], key=lambda id: (view.name(id).casefold(), id))
    if len(shown) < 2:
        return NOTHING
    said = "The newest release of each product with the newest of each other."
    if len(count) > _MATRIX:
        said += f" Of {len(count)} products, the {_MATRIX} with the most partners."
    is_out = view.each(_is_out)
    if not all(is_out[id] for id in shown):
        said += f" {_NOT_OUT[0]} says that {_NOT_OUT[1]}."
    heads = (tag("th", tag("span", esc(view.name(id))), scope="col") for id in shown)
    rows = (
        tag(
            "tr",
            tag("th", words.product_link(view, src, one), scope="row"),
            *(_cell(view, src, one, other) for other in shown),
        )
        for one in shown
    )
    whole = tag(
        "table",
        tag("caption", tag("span", esc(said)), class_="fw-small"),
        tag("thead", tag("tr", tag("td"), *heads)),
        tag("tbody", fmt("\n{}\n", join(rows, "\n"))),
        class_="fw-table fw-matrix fw-products",
    )
    return tag(
        "div",
        whole,
        class_="fw-scroll fw-fit fw-matrix-box",
        tabindex="0",
        role="region",
        aria_label="Matrix of all products",
        data_search_exclude="1",
    )


def _cell(view: View, src: str, one: str, other: str) -> Html:
    """The sign of a verdict, which leads to the page of the pair; its words are for the ear."""
    if one == other:
        return tag("td", class_="fw-none")
    if not view.has_matrix(one, other):
        return tag("td")
    first, second = sorted((one, other))
    verdict = view.each(_brings)[first][second][1]
    sign, word = words.VERDICTS[Verdict(verdict)] if verdict else _NOT_OUT
    said = f"{view.name(one)} with {view.name(other)}: {word}"
    there = link(
        paths.between(src, paths.pair_src(one, other)), esc(sign), aria_label=said, title=said
    )
    return tag("td", there, class_=f"fw-cell fw-on-{verdict}" if verdict else "fw-cell")


def _choices(view: View) -> Iterator[Choice]:
    products = dict.fromkeys(product for pair in view.pairs for product in pair)
    named = sorted(((id, view.name(id)) for id in products), key=lambda row: row[1].casefold())
    verdicts = sorted(Verdict, key=lambda verdict: -verdict.caution)
    yield Choice(key="product", label="Product", options=named)
    yield Choice(
        key="verdict",
        label="Newest with newest",
        options=[(verdict.value, words.VERDICTS[verdict][1]) for verdict in verdicts],
    )


def _row(view: View, src: str, one: str, other: str) -> Html:
    there = paths.between(src, paths.pair_src(one, other))
    name = link(there, esc(f"{view.name(one)} and {view.name(other)}"))
    a, b = view.catalogue.latest(one), view.catalogue.latest(other)
    if a is None or b is None:
        marks = filters.mark(product=(one, other), verdict=())
        return row(name, NOTHING, esc(_NOT_OUT[1]), NOTHING, **marks)
    judgement = view.judge(a, b)
    say = (words.text(view, src, line) for line in (*judgement.remedies, *judgement.limits))
    return row(
        name,
        words.judgement_chip(judgement),
        link(to_checker(src, a, b), esc(f"{a.version} with {b.version}")),
        join(say, " "),
        **filters.mark(product=(one, other), verdict=(judgement.verdict,)),
    )


def _legend() -> Html:
    meanings = {
        Verdict.WORKS: "somebody has stated that it works",
        Verdict.LIMITED: "it works in part; the statement says what is limited",
        Verdict.BREAKS: "it does not work; the statement has the remedy",
        Verdict.UNKNOWN: "nobody stands by anything here: do not promise that it works",
    }
    items = (
        tag("li", fmt("{} {}", words.verdict_chip(verdict), said))
        for verdict, said in meanings.items()
    )
    return tag("ul", *items, class_="fw-list fw-legend")


def _pair(view: View, one: str, other: str) -> str:
    src = paths.pair_src(one, other)
    title = f"{view.name(one)} and {view.name(other)}"
    feed = paths.pair_feed(one, other)
    trail = [link(paths.between(src, paths.COMPATIBILITY), esc("Compatibility"))]
    blocks: list[str] = [heading(esc(title), trail), _newest(view, src, one, other)]
    sides = Sides.of(view, one, other)
    if sides.down and sides.across:
        blocks += [matrix_table.as_table(sides, src), _legend()]
        blocks += ["## Row by row {#in-words}", matrix_table.in_words(sides)]
    blocks += ["## Every statement {#statements}", _statements(view, src, one, other)]
    told = link(paths.between(src, feed), esc("the feed of these two products"))
    blocks.append(tag("p", fmt("Be told of changes: {}.", told), class_="fw-small"))
    return document(
        title,
        blocks,
        hide=["navigation", "toc"],
        about=f"What is known of {title} together: which versions work, which break, what to do.",
        feed=feed,
        find=Find(kind=KIND, products=tuple(dict.fromkeys((one, other))), boost=1.1),
    )


def _newest(view: View, src: str, one: str, other: str) -> Html:
    a, b = view.catalogue.latest(one), view.catalogue.latest(other)
    newest = [release for release in (a, b) if release]
    ask = link(to_checker(src, *newest), esc("Check other versions"))
    if a is None or b is None:
        return tag("p", ask)
    judgement = view.judge(a, b)
    lines = (*judgement.remedies, *judgement.limits)
    tell = join((words.text(view, src, line) for line in lines), " ")
    names = fmt("{} with {}", words.release_link(view, src, a), words.release_link(view, src, b))
    return tag(
        "p",
        words.judgement_chip(judgement),
        tag("span", fmt("the newest releases, {}. {}", names, tell)),
        ask,
        class_="fw-state",
    )


def _statements(view: View, src: str, one: str, other: str) -> Html:
    """Every statement; releases that state the same share a row."""
    groups: dict[Statement, list[tuple[Release, Statement]]] = {}
    for about, by in dict.fromkeys(((other, one), (one, other))):
        for owner, statement in view.statements_about(about):
            if owner.product == by:
                # Where it is written, and what it was read in, makes no other statement of it.
                alike = replace(statement, place=_ANYWHERE, references=())
                groups.setdefault(alike, []).append((owner, statement))
    if not groups:
        said = "They state nothing of each other; what they contain does, on its own pages."
        return tag("p", esc(said))
    heads = ["Who states it", "With", "Verdict", "What", "Remedy or limits", "Inspection tag"]
    rows = [_statement(view, src, made) for made in [*groups.values()][:_LISTED]]
    left = len(groups) - len(rows)
    more = f"{left} more are on the pages of the releases that make them." if left else ""
    shown = table(heads, rows)
    return fmt("{}\n\n{}", shown, tag("p", esc(more))) if more else shown


def _statement(view: View, src: str, made: list[tuple[Release, Statement]]) -> Html:
    """A statement with the releases that make it; the link is to the newest of them."""
    owner, statement = made[0]
    number = owner.compatibility.index(statement)
    releases = versions_words(view, [*dict.fromkeys(release for release, _ in made)])
    marks = (words.statement_chip(view, statement), words.audience_chip(view, statement.audience))
    tell = (words.text(view, src, line) for line in (statement.remedy, statement.limits) if line)
    checked = words.inspection(view, statement.verified) or chip("over", "?", esc("not verified"))
    return row(
        link(
            view.to_release(src, owner, statement_anchor(owner, number)),
            esc(f"{view.name(owner.product)} {releases}"),
        ),
        esc(plain_range(view.name(statement.partner), statement.versions)),
        join(marks, " "),
        words.text(view, src, statement.about) if statement.about else NOTHING,
        join(tell, " "),
        join((checked, esc(words.reach_words(view, owner, statement))), " · "),
    )


PAGES = PageType(
    pages=pages,
    product_pages=product_pages,
    brings=(_brings, _is_out),
    nav=NavPlace(order=30, title="Compatibility", src=paths.COMPATIBILITY),
    kinds={KIND: "Compatibility"},
)
