"""The list of a product's releases: a table, and for a long past one short line each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from forewarn.model.release import Release, Status
from forewarn.model.site_path import has_page, release_anchor
from forewarn.pages.compatibility.statements import short_breaks
from forewarn.pages.html import filters, words
from forewarn.pages.html.elements import (
    NOTHING,
    Html,
    columns,
    day_html,
    esc,
    fmt,
    fold,
    join,
    link,
    tag,
)
from forewarn.pages.html.parts import document, heading
from forewarn.pages.view import paths
from forewarn.pages.view.view import Page, View

# More rows than these make a page slow; what is further back is told in a word or two.
_ROWS = 100
# What is on the product's page itself, and how many one page of earlier ones has.
_HERE, _PART = 600, 1500
# As many are seen without anything being opened.
_OPEN = 8


def platforms(release: Release) -> Sequence[str]:
    """The platforms that a release has a download for, each once."""
    return list(dict.fromkeys(download.platform for download in release.downloads))


def release_list(view: View, src: str, releases: Sequence[Release]) -> Html:
    """Every release, the highest first, to be narrowed by state, track and platform.

    More than a few lie under a line that says how many; a link to one of them opens it. What is
    further back than a page has room for is on pages of its own, which the filter fetches.
    """
    if not releases:
        return NOTHING
    here, parts = releases[:_HERE], earlier(releases)
    states = {words.state_word(view, release) for release in releases}
    tracks = {release.track for release in releases}
    found = {platform for release in releases for platform in platforms(release)}
    product = releases[0].product
    shown = filters.filtered(
        join((_table(view, src, here[:_ROWS]), _further(view, src, here[_ROWS:], parts))),
        noun="releases",
        choices=[
            _choice("state", "State", [word for word in words.STATES if word in states]),
            _choice("track", "Track", _tracks(view, releases, tracks)),
            _choice("platform", "Platform", sorted(found)),
        ],
        more=[paths.between(src, paths.earlier_src(product, part)) for part in [*parts][::-1]],
        total=len(releases),
    )
    if len(releases) <= _OPEN:
        return shown
    newest, oldest = releases[0].version, releases[-1].version
    return fold(f"{len(releases)} releases, {newest} to {oldest}", shown)


def earlier(releases: Sequence[Release]) -> dict[int, Sequence[Release]]:
    """What has no room on a product's page, by the number of its own page; 1 has the oldest."""
    rest = releases[_HERE:]
    ends = range(len(rest), 0, -_PART)
    return {part: rest[max(end - _PART, 0) : end] for part, end in enumerate(ends, 1)}


def earlier_page(view: View, product: str, part: int, releases: Sequence[Release]) -> Page:
    """The page of one part of what came long ago."""
    src = paths.earlier_src(product, part)
    newest, oldest = releases[0].version, releases[-1].version
    title = f"{view.name(product)} {oldest} to {newest}"
    trail = [
        link(paths.between(src, paths.PRODUCTS), esc("Products")),
        words.product_link(view, src, product),
    ]
    blocks = [heading(esc(title), trail), lines(view, src, releases)]
    about = f"The releases of {view.name(product)} from {oldest} to {newest}, with their dates."
    return Page(src=src, text=document(title, blocks, hide=["navigation", "toc"], about=about))


def lines(view: View, src: str, releases: Sequence[Release]) -> Html:
    """Releases with one short line each."""
    items = join((_line(view, src, release) for release in releases), "\n")
    # Each on its own line: whoever reads the source or the difference of two builds can.
    return tag("ul", fmt("\n{}\n", items), class_="fw-rows fw-versions", data_search_exclude="1")


def _further(
    view: View, src: str, releases: Sequence[Release], parts: Mapping[int, Sequence[Release]]
) -> Html:
    if not releases:
        return NOTHING
    links = (
        tag(
            "li",
            link(
                paths.between(src, paths.earlier_src(part[0].product, number)),
                esc(f"{part[-1].version} to {part[0].version}"),
            ),
        )
        for number, part in sorted(parts.items(), reverse=True)
    )
    more = tag("ul", *links, class_="fw-list fw-columns fw-parts") if parts else NOTHING
    head = tag("h3", esc("Earlier releases"), id="earlier")
    return join((head, lines(view, src, releases), more))


def _tracks(view: View, releases: Sequence[Release], found: set[str]) -> list[str]:
    """The tracks that releases have, in the product's order."""
    named = view.catalogue.products[releases[0].product].tracks
    return [track for track in named if track in found] + sorted(found - set(named))


def _choice(key: str, label: str, values: Sequence[str]) -> filters.Choice:
    return filters.Choice(key=key, label=label, options=[(value, value) for value in values])


def _mark(view: View, release: Release) -> dict[str, str]:
    marks = {"state": [words.state_word(view, release)], "track": [release.track]}
    if release.downloads:
        marks["platform"] = list(platforms(release))
    return filters.mark(**marks)


def _table(view: View, src: str, releases: Sequence[Release]) -> Html:
    return columns(
        ("Version", [_version(view, src, release) for release in releases]),
        ("State", [words.status_chip(view, release) for release in releases]),
        ("Breaks", [short_breaks(view, release) for release in releases]),
        ("Date", [_date(view, release) for release in releases]),
        ("Track", [esc(release.track) for release in releases]),
        ids=[release_anchor(release.version) for release in releases],
        marks=[_mark(view, release) for release in releases],
    )


def _date(view: View, release: Release) -> Html:
    live = view.live_of(release)
    if live:
        return fmt("seen&nbsp;{}", day_html(live.since.date()))
    if release.status in (Status.PLANNED, Status.STAGED):
        return fmt("for&nbsp;{}", day_html(release.planned_for)) if release.planned_for else NOTHING
    return day_html(release.released_at) if release.released_at else NOTHING


def _line(view: View, src: str, release: Release) -> Html:
    """A release in a few words; what is wrong with it is not left out."""
    state = words.state_word(view, release)
    said = (
        _version(view, src, release),
        _date(view, release),
        esc(state) if state != words.SUPERSEDED else NOTHING,
        short_breaks(view, release),
    )
    return tag("li", join(said, " "), id=release_anchor(release.version), **_mark(view, release))


def _version(view: View, src: str, release: Release) -> Html:
    if has_page(view.catalogue, release):
        return words.release_link(view, src, release, release.version)
    return esc(release.version)
