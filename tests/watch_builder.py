"""A row of `watch:` for a source on this machine, and a knowledge base that has it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from events_builder import settings_of
from feed_server import FeedServer
from forewarn.model.catalogue import Catalogue
from forewarn.model.events.event import Event
from forewarn.model.product import Watch
from forewarn.model.record import Place
from forewarn.model.sighting import Sighting, UnreadEntry
from forewarn.model.watching.place import SourceState
from forewarn.services.ask.sightings import list_sightings, list_unread
from forewarn.services.watch.report import WatchReport
from forewarn.services.watch.run import watch
from forewarn.store.state.opening import open_state
from model_builder import catalogue, product


def row(
    url: str | None,
    *,
    type: str = "feed",
    platform: str | None = None,
    interval: timedelta | None = None,
    **own: Any,
) -> Watch:
    """A feed that may be on this machine, unless told otherwise; the rest are its own options."""
    options = {"url": url, "allow_private": "true", **own}
    return Watch(
        type=type,
        platform=platform,
        interval=interval,
        options={name: value for name, value in options.items() if value is not None},
        place=Place(file="releases/recorder/product.yml"),
    )


FIRST_LOOK = datetime(2026, 5, 4, 2, 0, tzinfo=UTC)


class Watched:
    """A knowledge base whose recorder is watched on a server of the test."""

    def __init__(self, root: Path, server: FeedServer) -> None:
        self.root = root
        self.server = server
        self.looks = 0
        self.records: list[Any] = []
        self.rows: tuple[Watch, ...] = (row(server.url()),)
        self.tracks: tuple[str, ...] = ("stable",)
        self.scheme = "loose"
        self.settings = settings_of()

    @property
    def catalogue(self) -> Catalogue:
        about = product("recorder", watch=self.rows, tracks=self.tracks, scheme=self.scheme)
        return catalogue(about, *self.records)

    def look(self, **options: Any) -> WatchReport:
        """Poll once, a quarter of an hour after the time before."""
        moment = FIRST_LOOK + timedelta(minutes=15) * self.looks
        self.looks += 1
        with open_state(self.root) as state:
            return watch(state, self.catalogue, self.settings, now=lambda: moment, **options)

    def sightings(self) -> tuple[Sighting, ...]:
        """The sightings as they are today."""
        with open_state(self.root) as state:
            return list_sightings(state, self.catalogue)

    def states(self) -> dict[str, str]:
        """Version → what its sighting is today."""
        return {sighting.version: sighting.state.value for sighting in self.sightings()}

    def unread(self) -> tuple[UnreadEntry, ...]:
        """The entries that are in the source now and cannot be read."""
        with open_state(self.root) as state:
            return list_unread(state)

    def alerts(self) -> tuple[Event, ...]:
        with open_state(self.root) as state:
            return state.events()

    def source(self) -> SourceState:
        with open_state(self.root) as state:
            return state.source_state("recorder", f"feed {self.server.url()}")
