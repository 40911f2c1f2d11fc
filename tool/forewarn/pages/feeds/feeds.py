"""Feeds: everything, by severity, each product, its tracks, and its pairs; and the list of them."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from functools import cache, cached_property

from forewarn.model.events.severity import Severity
from forewarn.model.versions import spans
from forewarn.model.versions.version import VersionRange
from forewarn.pages.feeds.entries import brings, of_all, of_product, unannounced
from forewarn.pages.feeds.entry import Entry, newest
from forewarn.pages.feeds.feed_list import (
    Feed,
    by_severity,
    everything,
    of_one,
    of_two,
    of_unannounced,
    shared,
)
from forewarn.pages.feeds.formats import Writer
from forewarn.pages.feeds.pair_entries import of_pair
from forewarn.pages.html.elements import Html, esc, join, tag
from forewarn.pages.view import paths
from forewarn.pages.view.addresses import address, base
from forewarn.pages.view.page_type import PageType
from forewarn.pages.view.view import Page, View


def pages(view: View) -> Iterator[Page]:
    """Feeds of everything, by severity and, for staff, of what is unannounced; and the list."""
    writer, entries = Writer(view), view.once(of_all)
    yield from _written(writer, everything(view), entries)
    for severity in Severity:
        enough = {other for other in Severity if other.rank >= severity.rank}
        severe = [entry for entry in entries if entry.severity in enough]
        yield from _written(writer, by_severity(view, severity), severe)
    if view.staff:
        yield from _written(writer, of_unannounced(view), newest(unannounced(view)))
    if base(view):
        # Without the site's own address such a list leads nowhere.
        yield Page(src=paths.OPML, text=_opml(view))


def product_pages(view: View, product: str) -> Iterator[Page]:
    """Feeds of a product, of each of its tracks, and of the pairs that are named by it."""
    writer, entries = Writer(view), newest(of_product(view, product))
    whole, *tracks = of_one(view, product)
    yield from _written(writer, whole, entries)
    known = view.catalogue.products[product].tracks
    held = _Tracks(view, product).of(known, entries)
    for track, feed in zip(known, tracks, strict=True):
        yield from _written(writer, feed, held[track])
    for one, other in view.pairs:
        if one == product:
            feed = of_two(view, one, other)
            yield from _written(writer, feed, newest(of_pair(view, one, other)))


def _written(writer: Writer, feed: Feed, entries: Sequence[Entry]) -> Iterator[Page]:
    for src, text in writer.write(feed, entries).items():
        yield Page(src=src, text=text)


class _Tracks:
    """Which tracks of a product an entry is about; each range is looked up in its order once."""

    def __init__(self, view: View, product: str) -> None:
        self._product = product
        self._key = cache(view.catalogue.schemes[product].key)
        self._releases = view.catalogue.releases_of(product)[::-1]
        self._known: dict[str, frozenset[str]] = {}

    def of(self, tracks: Sequence[str], entries: Sequence[Entry]) -> dict[str, list[Entry]]:
        """Of the entries of the product's feed those about each track, in their order."""
        found: dict[str, list[Entry]] = {track: [] for track in tracks}
        for entry in entries:
            for track in self._tracks(entry, tracks):
                if track in found:
                    found[track].append(entry)
        return found

    def _tracks(self, entry: Entry, tracks: Sequence[str]) -> Iterable[str]:
        if entry.product != self._product:
            return frozenset().union(*map(self._of_range, entry.concerns[self._product]))
        return tracks if entry.track is None else (entry.track,)

    def _of_range(self, versions: VersionRange) -> frozenset[str]:
        text = str(versions)
        if text not in self._known:
            self._known[text] = frozenset(self._held(versions))
        return self._known[text]

    @cached_property
    def _rungs(self) -> list[spans.Cut]:
        return [spans.before(self._key(release.version)) for release in self._releases]

    def _held(self, versions: VersionRange) -> Iterator[str]:
        for low, high in versions.spans_by(self._key):
            first, end = bisect_left(self._rungs, low), bisect_left(self._rungs, high)
            yield from (release.track for release in self._releases[first:end])


def _opml(view: View) -> str:
    """Every feed, for programs that take a whole list at once."""
    groups = [tag("outline", *_outlines(view, shared(view)), text=view.settings.name)]
    pairs: dict[str, list[Feed]] = {}
    for one, other in view.pairs:
        pairs.setdefault(one, []).append(of_two(view, one, other))
    for product in view.by_name:
        feeds = [*of_one(view, product.id), *pairs.get(product.id, ())]
        groups.append(tag("outline", *_outlines(view, feeds), text=product.name))
    head = tag("head", tag("title", esc(f"{view.settings.name}: every feed")))
    whole = tag("opml", head, tag("body", join(groups, "\n")), version="2.0")
    return f'<?xml version="1.0" encoding="utf-8"?>\n{whole}\n'


def _outlines(view: View, feeds: Sequence[Feed]) -> Iterator[Html]:
    for feed in feeds:
        yield tag(
            "outline",
            type="rss",
            text=feed.title,
            xmlUrl=address(view, paths.OPML, feed.src),
            htmlUrl=address(view, paths.OPML, feed.home),
        )


PAGES = PageType(pages=pages, product_pages=product_pages, brings=(brings,))
