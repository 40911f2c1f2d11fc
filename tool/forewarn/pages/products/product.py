"""A product's page, and the list of all products."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from forewarn.model.called import names_of
from forewarn.model.product import Product
from forewarn.model.release import Release, Status
from forewarn.pages.compatibility.statements import to_checker
from forewarn.pages.feeds.follow import follow
from forewarn.pages.html import filters, words
from forewarn.pages.html.elements import (
    NOTHING,
    Html,
    esc,
    facts,
    fmt,
    fold,
    join,
    link,
    made_before,
    row,
    table,
    tag,
    url_link,
)
from forewarn.pages.html.parts import (
    alarms,
    document,
    heading,
    in_order,
    issue_list,
    section,
    since,
)
from forewarn.pages.products.releases import earlier, earlier_page, release_list
from forewarn.pages.products.timeline import timeline
from forewarn.pages.products.tracks import tracks
from forewarn.pages.search.customer import copy_product
from forewarn.pages.view import paths
from forewarn.pages.view.find import Find, as_list
from forewarn.pages.view.page_type import NavItem, NavPlace, PageType
from forewarn.pages.view.view import Page, View
from forewarn.words.days import day_words
from forewarn.words.entries import LATE
from forewarn.words.releases import counted

_KIND = "product"
# More open issues than these stand under a line that says how many.
_ISSUES = 6
# The heads of the list of products.
_HEADS = ("Product", "Newest release", "Since", "Open issues", "To know")


def pages(view: View) -> Iterator[Page]:
    """The list of products."""
    yield Page(src=paths.PRODUCTS, text=_list(view))


def product_pages(view: View, product: str) -> Iterator[Page]:
    """A product's own page."""
    yield Page(src=paths.product_src(product), text=_page(view, product))
    for part, releases in earlier(view.catalogue.releases_of(product)).items():
        yield earlier_page(view, product, part, releases)


def _list(view: View) -> str:
    rows = [made_before(view.each(_listed)[product.id]) for product in view.by_name]
    shown = tag("p", esc("No product is recorded yet."))
    if rows:
        whole = table(_HEADS, rows) if view.lists_products else _by_letter(view, rows)
        shown = filters.filtered(whole, noun="products")
    return document(
        "Products",
        [heading(esc("Products")), shown],
        hide=["toc"] if view.lists_products else ["navigation", "toc"],
        find=as_list(),
        about=f"{counted(len(rows), 'product')} of {view.settings.name}, "
        "each with its newest release.",
        scripts=[filters.SCRIPT],
    )


def _by_letter(view: View, rows: Sequence[Html]) -> Html:
    """A long list of products, folded by the letter with which they begin.

    A fold with a download that nobody announced stands open.
    """
    letters: dict[str, list[tuple[Product, Html]]] = defaultdict(list)
    for product, listed in zip(view.by_name, rows, strict=True):
        first = product.name[:1].upper()
        letters[first if first.isalpha() else "0\u20139"].append((product, listed))
    alarmed = {live.product for live in view.live}
    return join(
        fold(
            _letter_words(letter, [product.name for product, _ in found]),
            table(_HEADS, [listed for _, listed in found], kind="fw-even"),
            opened=any(product.id in alarmed for product, _ in found),
        )
        for letter, found in letters.items()
    )


def _letter_words(letter: str, names: Sequence[str]) -> str:
    """`A (32): Adobe ColdFusion to Azure SQL`."""
    ends = dict.fromkeys((names[0], names[-1]))
    return f"{letter} ({len(names)}): {' to '.join(ends)}"


def _listed(view: View, product: str) -> str:
    """A product's row in the list of them."""
    newest = view.catalogue.latest(product)
    alarmed = any(live.product == product for live in view.live)
    there = paths.between(paths.PRODUCTS, paths.product_src(product), paths.UNANNOUNCED)
    shown = row(
        words.product_link(view, paths.PRODUCTS, product),
        words.release_link(view, paths.PRODUCTS, newest, newest.version)
        if newest
        else esc("none recorded as shipped"),
        since(view, newest) if newest else NOTHING,
        _open_issues(view, product),
        link(there, esc("▲ unannounced download"))
        if alarmed
        else words.audience_chip(view, view.catalogue.products[product].audience),
    )
    return str(shown)


def _open_issues(view: View, product: str) -> Html:
    count = sum(not view.catalogue.is_fixed(issue) for issue in view.catalogue.issues_of(product))
    return esc(count) if count else NOTHING


def _page(view: View, product: str) -> str:
    src = paths.product_src(product)
    record = view.catalogue.products[product]
    releases = view.catalogue.releases_of(product)
    coming = [r for r in releases if r.status in (Status.PLANNED, Status.STAGED)]
    blocks = [
        heading(esc(record.name), [link(paths.between(src, paths.PRODUCTS), esc("Products"))]),
        alarms(view, src, (live for live in view.live if live.product == product)),
        tag("p", words.text(view, src, record.description)) if record.description else "",
        copy_product(view, product),
        section("Newest and supported", "newest", _newest(view, src, record)),
        section("Coming up", "coming", _coming(view, src, coming)),
        section("Known issues", "known-issues", _issues(view, src, product)),
        section("Works with", "works-with", _partners(view, src, product)),
        section("Over time", "over-time", timeline(view, product, releases)),
        section("All releases", "releases", release_list(view, src, releases)),
        section("Follow it", "follow", _follow(view, src, product)),
        section("About", "about", _about(view, src, record)),
    ]
    return document(
        record.name,
        blocks,
        hide=["toc"] if view.lists_products else ["navigation", "toc"],
        about=_described(view, record),
        feed=paths.product_feed(product),
        find=Find(
            kind=_KIND, products=(product,), boost=1.3, also=names_of(view.catalogue, product)
        ),
        scripts=[filters.SCRIPT],
    )


def _described(view: View, record: Product) -> str:
    """What the page says, in a sentence."""
    newest = view.catalogue.latest(record.id)
    said = f"{record.name}: {_none_out(view, record)}."
    if newest:
        on = f" of {day_words(newest.released_at)}" if newest.released_at else ""
        said = f"{record.name}: newest is {newest.version}{on}"
        support = view.catalogue.support_of(newest)
        if support and support.ends:
            over = "ended" if support.over(view.today) else "until"
            said += f", support {over} {day_words(support.ends)}"
        said += "."
    open_ = sum(not view.catalogue.is_fixed(i) for i in view.catalogue.issues_of(record.id))
    return said + (f" Known issues that are open: {open_}." if open_ else "")


def _none_out(view: View, record: Product) -> str:
    """Why no release of it is the newest."""
    had = any(release.withdrawn for release in view.catalogue.releases_of(record.id))
    return "what had shipped was withdrawn" if had else "nothing has shipped yet"


def _about(view: View, src: str, record: Product) -> Html:
    owner = view.settings.people.get(record.owner) if record.owner else None
    lockstep = join((words.product_link(view, src, other) for other in record.lockstep), ", ")
    return facts(
        [
            (
                "Home page",
                url_link(record.homepage) if record.homepage else NOTHING,
            ),
            ("References", join(map(url_link, record.references), " ")),
            ("Owner", esc(owner.name if owner else record.owner or "")),
            ("Must keep working with", lockstep),
            ("Also called", _aliases(record)),
            ("Audience", words.audience_chip(view, record.audience)),
        ]
    )


def _aliases(record: Product) -> Html:
    """Its other names; not those of a line that are the line's own with blanks in it."""
    named = (
        f"{a.name} ({a.line})" if a.line else a.name
        for a in record.aliases
        if a.line is None or "-".join(a.name.split()) != a.line
    )
    return esc(", ".join(named))


def _newest(view: View, src: str, record: Product) -> Html:
    """The tracks at a glance, and what is out and not recorded so."""
    live = [
        tag("p", esc(f"▲ {live.version} is not recorded as shipped, but {words.live_line(live)}."))
        for live in view.live
        if live.product == record.id
    ]
    shown = tracks(view, src, record.id)
    if not shown:
        none = _none_out(view, record)
        return join(live or [tag("p", esc(f"{none[0].upper()}{none[1:]}."))])
    return join((shown, *live), "\n\n")


def _coming(view: View, src: str, coming: list[Release]) -> Html:
    items = (tag("li", coming_words(view, src, release)) for release in coming)
    return tag("ul", *items, class_="fw-list") if coming else NOTHING


def coming_words(view: View, src: str, release: Release) -> Html:
    """A release that is still to come, and whether its day has passed or it is out already."""
    live = view.live_of(release)
    if live:
        link_ = words.release_link(view, src, release)
        said = esc(f"— recorded as {release.status}, but {words.live_line(live)}")
        return join((words.status_chip(view, release), link_, said), " ")
    when = since(view, release) or esc("no date")
    return join(
        (
            words.status_chip(view, release),
            words.release_link(view, src, release),
            when,
            esc(f"— {LATE}") if release.overdue(view.today) else NOTHING,
            words.staff_chip() if view.staff and release.embargoed else NOTHING,
        ),
        " ",
    )


def _issues(view: View, src: str, product: str) -> Html:
    """The open ones, the most harmful first; what is fixed, and what are too many, is folded."""
    issues = in_order(view, view.catalogue.issues_of(product))
    if not issues:
        return tag("p", esc("No known issue is recorded."))
    open_ = [issue for issue in issues if not view.catalogue.is_fixed(issue)]
    shown, more = open_[:_ISSUES], open_[_ISSUES:]
    fixed = issues[len(open_) :]
    said = issue_list(view, src, shown) or tag("p", esc("No known issue is open."))
    left = ((f"{len(more)} more that are open", more), (f"{len(fixed)} fixed", fixed))
    folds = (fold(words_, issue_list(view, src, rows)) for words_, rows in left if rows)
    return join((said, *folds), "\n\n")


def _partners(view: View, src: str, product: str) -> Html:
    """The verdict on the newest releases of this product and each that it is used with."""
    mine = view.catalogue.latest(product)
    if mine is None:
        return NOTHING
    found = []
    for partner in view.partners(product):
        theirs = view.catalogue.latest(partner)
        judgement = view.judge(mine, theirs) if theirs else None
        caution = judgement.verdict.caution if judgement else 0
        found.append((-caution, view.name(partner).casefold(), partner, theirs, judgement))
    if not found:
        return NOTHING
    found.sort(key=lambda row: row[:3])
    items = []
    for _, _, partner, theirs, judgement in found:
        name = words.product_link(view, src, partner)
        chip_ = words.judgement_chip(judgement) if judgement else NOTHING
        version = esc(theirs.version if theirs else "has not shipped")
        table = NOTHING
        if view.has_matrix(product, partner):
            there = paths.between(src, paths.pair_src(product, partner))
            about = f"{view.name(product)} and {view.name(partner)}, all versions"
            table = fmt("({})", link(there, esc("all versions"), aria_label=about))
        items.append(tag("li", join((chip_, name, version, table), " ")))
    ask = link(to_checker(src, mine), esc("Check other versions"))
    said = tag("p", fmt("{} with the newest of each. {}", mine.version, ask))
    return fmt("{}{}", said, tag("ul", *items, class_="fw-list fw-columns"))


def _follow(view: View, src: str, product: str) -> Html:
    """Its feeds and its calendar; they name others, whose own pages a search is to find."""
    stated = (other for other in view.partners(product) if view.has_matrix(product, other))
    ways = follow(view, src, product, stated)
    there = paths.between(src, paths.SUBSCRIBE, "how")
    how = tag("p", link(there, esc("How to add a feed or a calendar")), class_="fw-small")
    return tag("div", how, ways, data_search_exclude="1")


def _in_navigation(view: View) -> tuple[NavItem, ...]:
    """Every product, unless they are so many that a reader would not look through them."""
    if not view.lists_products:
        return ()
    return tuple(
        NavItem(title=esc(product.name), src=paths.product_src(product.id))
        for product in view.by_name
    )


PAGES = PageType(
    pages=pages,
    brings=(_listed,),
    product_pages=product_pages,
    nav=NavPlace(order=20, title="Products", src=paths.PRODUCTS, items=_in_navigation),
    kinds={_KIND: "Product"},
)
