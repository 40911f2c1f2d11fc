"""Which feeds there are."""

from __future__ import annotations

from forewarn.frozen import dataclass
from forewarn.model.events.severity import Severity
from forewarn.pages.feeds.entry import MOST_OF_PRODUCT, MOST_SHOWN
from forewarn.pages.view import paths
from forewarn.pages.view.view import View

# The names of the forms, as people know them, by the end of the file's name.
# What is at least as severe, in the words of who chooses.
_WORDS = {
    Severity.LOW: "Everything, what is for information too",
    Severity.NORMAL: "Everything but decisions on support",
    Severity.HIGH: "Only what breaks, was withdrawn, or has no help yet",
    Severity.CRITICAL: "Only what cannot wait",
}
_UNANNOUNCED = "feeds/unannounced.atom.xml"
FORMS = {"atom.xml": "Atom", "rss.xml": "RSS", "json": "JSON"}
# How many entries a feed has at most, and how many characters beyond its first few entries: it is
# fetched again and again, and a reader that comes by once a month misses nothing.
_SITE, _PRODUCT, _PART = (MOST_SHOWN, 160_000), (MOST_OF_PRODUCT, 20_000), (25, 12_000)


@dataclass(frozen=True, kw_only=True)
class Feed:
    """What a feed is called and about. `src` is its Atom form, `home` the page that it follows.

    `label` says what is in it where the site's name is clear; `most` is how many entries and how
    many characters it has at most.
    """

    key: str
    label: str
    src: str
    title: str
    home: str
    most: tuple[int, int]


def shared(view: View) -> list[Feed]:
    """The feeds that are not of one product."""
    feeds = [everything(view), *(by_severity(view, severity) for severity in Severity)]
    return [*feeds, of_unannounced(view)] if view.staff else feeds


def everything(view: View) -> Feed:
    """The feed of all entries."""
    return _feed(view, key="", src=paths.FEED, label="Everything", most=_SITE)


def by_severity(view: View, severity: Severity) -> Feed:
    """The feed of what is at least this severe."""
    return _feed(
        view,
        key=f"severity:{severity}",
        src=_severity(severity),
        label=_WORDS[severity],
        most=_SITE,
    )


def of_unannounced(view: View) -> Feed:
    """The feed of downloads that are out and that nobody announced; staff only."""
    return _feed(
        view,
        key="unannounced",
        src=_UNANNOUNCED,
        label="Unannounced downloads",
        most=_SITE,
    )


def of_one(view: View, product: str) -> tuple[Feed, ...]:
    """The feed of a product, then that of each of its tracks in the product's order."""
    name, home = view.name(product), paths.product_src(product)
    whole = _feed(
        view,
        key=product,
        src=paths.product_feed(product),
        label=name,
        home=home,
        most=_PRODUCT,
    )
    tracks = (
        _feed(
            view,
            key=f"{product}:{track}",
            src=_track(product, track),
            label=f"{name} {track}",
            home=home,
            most=_PART,
        )
        for track in view.catalogue.products[product].tracks
    )
    return whole, *tracks


def of_two(view: View, one: str, other: str) -> Feed:
    """The feed of what is stated about two products."""
    return _feed(
        view,
        key=f"{one}:{other}:pair",
        src=paths.pair_feed(one, other),
        label=f"{view.name(one)} and {view.name(other)}",
        home=paths.pair_src(one, other),
        most=_PART,
    )


def _feed(
    view: View, *, key: str, src: str, label: str, home: str = paths.HOME, most: tuple[int, int]
) -> Feed:
    title = f"{label} · {view.settings.name}" if key else view.settings.name
    return Feed(key=key, src=src, label=label, title=title, home=home, most=most)


def _track(product: str, track: str) -> str:
    """The feed of one track of a product."""
    return f"feeds/tracks/{product}/{track}.atom.xml"


def _severity(severity: str) -> str:
    """The feed of what is at least this severe."""
    return f"feeds/severity/{severity}.atom.xml"
