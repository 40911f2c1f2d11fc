"""A product's page, and the list of all products."""

from __future__ import annotations

from collections.abc import Iterator

from forewarn.model.product import Product
from forewarn.model.release import Release, Status
from forewarn.pages import paths, words
from forewarn.pages.html import NOTHING, Html, columns, esc, facts, join, link, row, table, tag
from forewarn.pages.parts import (
    document,
    heading,
    issue_table,
    since,
    unannounced,
)
from forewarn.pages.statements import short_breaks
from forewarn.pages.view import Page, View


def pages(view: View) -> Iterator[Page]:
    """The list of products."""
    yield Page(src=paths.PRODUCTS, text=_list(view))


def product_pages(view: View, product: str) -> Iterator[Page]:
    """A product's own page."""
    yield Page(src=paths.product_src(product), text=_page(view, product))


def by_name(view: View) -> list[Product]:
    """The products in the order in which people look for them."""
    return sorted(view.catalogue.products.values(), key=lambda p: (p.name.casefold(), p.id))


def _list(view: View) -> str:
    alarms = {found.product for found in view.unannounced}
    rows = []
    for product in by_name(view):
        newest = view.catalogue.latest(product.id)
        rows.append(
            row(
                words.product_link(view, paths.PRODUCTS, product.id),
                words.release_link(view, paths.PRODUCTS, newest, newest.version)
                if newest
                else esc("none shipped"),
                since(view, newest) if newest else NOTHING,
                _open_issues(view, product.id),
                words.audience_chip(view, product.audience)
                if product.id not in alarms
                else link(
                    paths.between(paths.PRODUCTS, paths.product_src(product.id), paths.UNANNOUNCED),
                    esc("▲ unannounced download"),
                ),
            )
        )
    heads = ["Product", "Newest release", "Since", "Open known issues", ""]
    shown = table(heads, rows) if rows else tag("p", esc("No product is recorded yet."))
    return document(
        "Products",
        [heading(esc("Products")), shown],
        hide=["toc"] if view.lists_products else ["navigation", "toc"],
    )


def _open_issues(view: View, product: str) -> Html:
    count = sum(not view.catalogue.is_fixed(issue) for issue in view.catalogue.issues_of(product))
    return esc(count or "none")


def _page(view: View, product: str) -> str:
    src = paths.product_src(product)
    record = view.catalogue.products[product]
    releases = view.catalogue.releases_of(product)
    coming = [r for r in releases if r.status in (Status.PLANNED, Status.STAGED)]
    blocks = [
        heading(esc(record.name), [link(paths.between(src, paths.PRODUCTS), esc("Products"))]),
        unannounced(view, src, (u for u in view.unannounced if u.product == product)),
        tag("p", words.text(view, src, record.description)) if record.description else "",
        _section("Newest release", "newest", _newest(view, src, record)),
        _section("Coming up", "coming", _coming(view, src, coming)),
        _section("Known issues", "known-issues", _issues(view, src, product)),
        _section("Works with", "works-with", _partners(view, src, product)),
        _section("About", "about", _about(view, src, record)),
        _section("All releases", "releases", _releases(view, src, releases)),
        _feed(src, product),
    ]
    feed = paths.product_feed(product)
    hide = [] if view.lists_products else ["navigation"]
    return document(record.name, blocks, hide=hide, feed=feed)


def _section(title: str, anchor: str, content: Html) -> str:
    return f"## {title} {{#{anchor}}}\n\n{content}" if content else ""


def _about(view: View, src: str, record: Product) -> Html:
    owner = view.settings.people.get(record.owner) if record.owner else None
    lockstep = join((words.product_link(view, src, other) for other in record.lockstep), ", ")
    return facts(
        [
            (
                "Home page",
                link(record.homepage, esc(record.homepage)) if record.homepage else NOTHING,
            ),
            ("Owner", esc(owner.name if owner else record.owner or "")),
            ("Must keep working with", lockstep),
            ("Audience", words.audience_chip(view, record.audience)),
        ]
    )


def _newest(view: View, src: str, record: Product) -> Html:
    """The newest of each track, and where a platform still has an older one."""
    rows: list[tuple[str, Release, list[str]]] = []
    for track in record.tracks:
        newest = view.newest_of_track(record.id, track)
        if newest:
            rows.append((track, newest, _platforms(newest)))
            rows += [(track, older, platforms) for older, platforms in _lagging(view, newest)]
    rows.sort(key=lambda found: _unsupported(view, found[1]))
    if not rows:
        return tag("p", esc("Nothing has shipped yet."))
    return columns(
        ("Track", [esc(track) for track, _, _ in rows]),
        ("Version", [words.release_link(view, src, r, r.version) for _, r, _ in rows]),
        ("Breaks", [short_breaks(view, r) for _, r, _ in rows]),
        ("Since", [since(view, r) for _, r, _ in rows]),
        ("Platforms", [esc(", ".join(platforms)) for _, _, platforms in rows]),
        ("Support", [words.support_words(view, r) for _, r, _ in rows]),
    )


def _unsupported(view: View, release: Release) -> bool:
    support = view.catalogue.support_of(release)
    return support is not None and support.over(view.today)


def _platforms(release: Release) -> list[str]:
    return list(dict.fromkeys(download.platform for download in release.downloads))


def _lagging(view: View, newest: Release) -> list[tuple[Release, list[str]]]:
    """Older releases that are the newest of their track on some platform."""
    seen = set(_platforms(newest))
    if not seen:
        return []
    found = []
    for release in view.catalogue.releases_of(newest.product):
        if release.status is not Status.SHIPPED or release.track != newest.track:
            continue
        left = [platform for platform in _platforms(release) if platform not in seen]
        seen.update(left)
        if left:
            found.append((release, left))
    return found


def _coming(view: View, src: str, coming: list[Release]) -> Html:
    items = (tag("li", coming_words(view, src, release)) for release in coming)
    return tag("ul", *items, class_="fw-list") if coming else NOTHING


def coming_words(view: View, src: str, release: Release) -> Html:
    """A release that is still to come, and whether its day has passed."""
    when = since(view, release) or esc("no date")
    late = release.planned_for is not None and release.planned_for < view.today
    return join(
        (
            words.status_chip(view, release),
            words.release_link(view, src, release),
            when,
            esc("— the planned day has passed") if late else NOTHING,
            words.staff_chip() if view.staff and release.embargoed else NOTHING,
        ),
        " ",
    )


def _issues(view: View, src: str, product: str) -> Html:
    return issue_table(view, src, view.catalogue.issues_of(product)) or tag(
        "p", esc("No known issue is recorded.")
    )


def _partners(view: View, src: str, product: str) -> Html:
    """The verdict on the newest releases of this product and each that it is used with."""
    mine = view.catalogue.latest(product)
    rows = []
    for partner in view.partners(product):
        theirs = view.catalogue.latest(partner)
        rows.append(
            row(
                words.product_link(view, src, partner),
                words.judgement_chip(view.judge(mine, theirs)) if mine and theirs else esc("—"),
                esc(f"{mine.version if mine else '—'} with {theirs.version if theirs else '—'}"),
                link(paths.between(src, paths.pair_src(product, partner)), esc("All versions"))
                if view.has_matrix(product, partner)
                else esc("nothing stated"),
            )
        )
    return table(["Product", "Newest with newest", "Versions", "Matrix"], rows) if rows else NOTHING


def _releases(view: View, src: str, releases: tuple[Release, ...]) -> Html:
    return columns(
        ("Version", [_version(view, src, release) for release in releases]),
        ("State", [words.status_chip(view, release) for release in releases]),
        ("Track", [esc(release.track) for release in releases]),
        ("Released", [words.shown_day(release.released_at) for release in releases]),
        ("Breaks", [short_breaks(view, release) for release in releases]),
        ids=[paths.release_anchor(release.version) for release in releases],
    )


def _version(view: View, src: str, release: Release) -> Html:
    if paths.has_page(view.catalogue, release):
        return words.release_link(view, src, release, release.version)
    return esc(release.version)


def _feed(src: str, product: str) -> Html:
    address = paths.between(src, paths.product_feed(product))
    return tag("p", Html(f"Follow it: {link(address, esc('Atom feed'))}"), class_="fw-small")
