"""The list of a product's releases: a table, and for a long past one short line each."""

from __future__ import annotations

from collections.abc import Sequence

from forewarn.model.release import Release, Status
from forewarn.model.site_path import has_page, release_anchor
from forewarn.pages.compatibility.statements import short_breaks
from forewarn.pages.html import filters, words
from forewarn.pages.html.elements import NOTHING, Html, columns, day_html, esc, fmt, join, tag
from forewarn.pages.view.view import View

# More rows than these make a page slow; what is further back is told in a word or two.
_ROWS = 200


def platforms(release: Release) -> Sequence[str]:
    """The platforms that a release has a download for, each once."""
    return list(dict.fromkeys(download.platform for download in release.downloads))


def release_list(view: View, src: str, releases: Sequence[Release]) -> Html:
    """Every release, the highest first, to be narrowed by state, track and platform."""
    if not releases:
        return NOTHING
    table, earlier = _table(view, src, releases[:_ROWS]), NOTHING
    if releases[_ROWS:]:
        items = (_line(view, src, release) for release in releases[_ROWS:])
        # Each on its own line: whoever reads the source or the difference of two builds can.
        lines = fmt("\n{}\n", join(items, "\n"))
        earlier = join(
            (
                tag("h3", esc("Earlier releases"), id="earlier"),
                tag("ul", lines, class_="fw-rows fw-versions", data_search_exclude="1"),
            )
        )
    states = {words.state_word(view, release) for release in releases}
    tracks = {release.track for release in releases}
    found = {platform for release in releases for platform in platforms(release)}
    return filters.filtered(
        join((table, earlier)),
        noun="releases",
        choices=[
            _choice("state", "State", [word for word in words.STATES if word in states]),
            _choice("track", "Track", _tracks(view, releases, tracks)),
            _choice("platform", "Platform", sorted(found)),
        ],
    )


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
