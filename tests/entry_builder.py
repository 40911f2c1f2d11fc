"""Entries of feeds with nothing declared; a test names only what it is about."""

from __future__ import annotations

from typing import Any

from forewarn import schemes
from forewarn.sources.feed_reader import Enclosure, FeedEntry
from forewarn.sources.feed_reading import versions_of
from forewarn.sources.versions.find import FoundVersions
from forewarn.sources.versions.names import Names, words_of
from model_builder import product


def entry(title: str, **changes: Any) -> FeedEntry:
    """An entry with a title."""
    texts = ("id", "link", "dated", "short_version", "build", "channel", "hardware")
    values: dict[str, Any] = {**dict.fromkeys(texts, ""), "enclosures": (), "declares": {}}
    values |= dict.fromkeys(("published", "published_on", "updated_on", "version"))
    return FeedEntry(**{**values, "title": title, **changes})


def enclosure(url: str, **changes: str) -> Enclosure:
    """A file that an entry comes with."""
    return Enclosure(
        **{**dict.fromkeys(("length", "type", "platform", "sha256"), ""), "url": url, **changes}
    )


def read(
    title: str,
    *,
    name: str = "Recorder",
    scheme: str = "loose",
    prefixes: frozenset[str] = frozenset(),
    others: tuple[str, ...] = (),
    spoken: bool = False,
    **changes: Any,
) -> FoundVersions:
    """What an entry of a product's feed is about."""
    about = product(name.lower().replace(" ", "-").strip("."), name=name, scheme=scheme)
    others_ = frozenset(map(words_of, others))
    names = Names(about, prefixes, others=others_, titles=(name,) if spoken else ())
    return versions_of(entry(title, **changes), None, names, schemes.get(scheme))
