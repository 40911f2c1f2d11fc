"""The tracks of a product at a glance: the newest release of each, and how it is supported."""

from __future__ import annotations

from collections.abc import Sequence

from forewarn.frozen import dataclass
from forewarn.model.record import Support
from forewarn.model.release import Release, Status
from forewarn.pages.compatibility.statements import short_breaks
from forewarn.pages.html import words
from forewarn.pages.html.elements import (
    NOTHING,
    Html,
    chip,
    columns,
    day_html,
    esc,
    fmt,
    fold,
    join,
    tag,
)
from forewarn.pages.html.parts import since
from forewarn.pages.products.releases import platforms
from forewarn.pages.view.view import View

# More tracks than these are not seen at a glance: those whose support has ended are folded away.
_ROWS = 10
# A table of more rows than these makes a page slow; what is further back takes a line.
_LISTED = 40


@dataclass(frozen=True, kw_only=True)
class Track:
    """One row: a track, its newest release, and older ones where a platform has no newer."""

    name: str
    newest: Release
    support: Support | None
    lagging: Sequence[tuple[Release, Sequence[str]]]


def tracks(view: View, src: str, product: str) -> Html:
    """A row a track, the supported first and then by version; nothing where none has shipped."""
    places = view.places(product)
    found = [*_tracks(view, product)]
    found.sort(key=lambda track: (_over(view, track), places[track.newest.version]))
    shown, folded = found, []
    if len(found) > _ROWS:
        kept = min(max(sum(not _over(view, track) for track in found), 3), _LISTED)
        shown, folded = found[:kept], found[kept:]
    if not folded:
        return _table(view, src, shown)
    over = all(_over(view, track) for track in folded)
    said = f"{len(folded)} more tracks{', whose support has ended' if over else ''}"
    older = [_table(view, src, folded[:_LISTED]), _lines(view, src, folded[_LISTED:])]
    return join((_table(view, src, shown), fold(said, *older)), "\n\n")


def _lines(view: View, src: str, found: Sequence[Track]) -> Html:
    items = (
        tag(
            "li",
            join(
                (
                    esc(f"{track.name}:"),
                    words.release_link(view, src, track.newest, track.newest.version),
                    since(view, track.newest),
                    _end(track.support),
                    short_breaks(view, track.newest),
                ),
                " ",
            ),
        )
        for track in found
    )
    return tag("ul", join(items, "\n"), class_="fw-versions") if found else NOTHING


def _end(support: Support | None) -> Html:
    if support is None or support.ends is None:
        return NOTHING
    return fmt("support until {}", day_html(support.ends))


def _tracks(view: View, product: str) -> Sequence[Track]:
    found = []
    for name in view.catalogue.products[product].tracks:
        newest = view.newest_of_track(product, name)
        if newest:
            support = view.catalogue.support_of(newest)
            lagging = _lagging(view, newest)
            found.append(Track(name=name, newest=newest, support=support, lagging=lagging))
    return found


def _over(view: View, track: Track) -> bool:
    return track.support is not None and track.support.over(view.today)


def _table(view: View, src: str, shown: Sequence[Track]) -> Html:
    return columns(
        ("Track", [esc(track.name) for track in shown]),
        ("Newest", [_newest(view, src, track) for track in shown]),
        ("Support", [support_chip(view, track.support) for track in shown]),
        *(
            (label, [_until(view, track.support, place) for track in shown])
            for place, label in enumerate(("Active", "Security", "Extended"))
        ),
        ("Platforms", [_platforms(view, src, track) for track in shown]),
        ("Breaks", [short_breaks(view, track.newest) for track in shown]),
        kind="fw-tracks",
    )


def _newest(view: View, src: str, track: Track) -> Html:
    there = words.release_link(view, src, track.newest, track.newest.version)
    return join((there, tag("small", since(view, track.newest))), " ")


def support_chip(view: View, support: Support | None) -> Html:
    """How far support has come: sign, word and colour; nothing where no end is known."""
    mark = words.support_mark(support, view.today)
    return chip(mark[0], mark[1], esc(mark[2])) if mark else NOTHING


def _until(view: View, support: Support | None, place: int) -> Html:
    """The last day of one stage; one that has gone by says so."""
    day = (
        (support.active_until, support.security_until, support.extended_until)[place]
        if (support)
        else None
    )
    if day is None:
        return NOTHING
    if day < view.today:
        return tag("span", fmt("ended {}", day_html(day)), class_="fw-past")
    return fmt("until {}", day_html(day))


def _platforms(view: View, src: str, track: Track) -> Html:
    """Where the newest can be had, and what is the newest elsewhere."""
    said = [esc(", ".join(platforms(track.newest)))]
    for older, names in track.lagging:
        there = words.release_link(view, src, older, older.version)
        said.append(fmt("{} for {}", there, ", ".join(names)))
    return join(said, "; ")


def _lagging(view: View, newest: Release) -> list[tuple[Release, list[str]]]:
    """Older releases that are the newest of their track on some platform."""
    seen = set(platforms(newest))
    if not seen:
        return []
    lagging = []
    for release in view.catalogue.with_downloads(newest.product):
        if release.status is not Status.SHIPPED or release.track != newest.track:
            continue
        left = [platform for platform in platforms(release) if platform not in seen]
        seen.update(left)
        if left:
            lagging.append((release, left))
    return lagging
