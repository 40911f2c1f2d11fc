"""What is asked for many products at once is what each is told when it is asked by itself."""

from __future__ import annotations

from pathlib import Path

import pytest

from events_builder import NOON, an_event, settings_of
from forewarn.model.events.event import EventKind
from forewarn.model.sighting import Sighting, SightingState, Unread
from forewarn.model.watching.place import SourceState
from forewarn.store.state.change import Change
from forewarn.store.state.interface import TELL_QUIETLY
from forewarn.store.state.opening import open_state

PRODUCTS = ("recorder", "player", "nobody")


def answers(change: Change) -> list[object]:
    """All that a look asks of each product."""
    return [
        answer
        for product in PRODUCTS
        for answer in (
            change.sightings_of(product),
            change.unread_of(product),
            change.told_versions(product),
            change.last_read(product),
            change.source_now(product, "shelf"),
            change.view(product, "shelf"),
            change.is_told_quietly(product, "shelf"),
            change.taken_by_others(product, PRODUCTS),
        )
    ]


def write(change: Change, product: str) -> None:
    """Keep something of a product in each table that is asked."""
    shown = Sighting(
        id=product, product=product, version="2.7", source="shelf", title="",
        url="https://x.example/", state=SightingState.OPEN, first_seen=NOON,
    )  # fmt: skip
    change.add_sighting(shown)
    change.keep_unread(product, "shelf", "shelf", [Unread(key="a", title="", url="", why="")], NOON)
    change.keep_source(product, "shelf", SourceState(read_at=NOON, matched="2.7"))
    told = an_event(7, kind=EventKind.UNANNOUNCED_DOWNLOAD, product=product)
    change.put([told], settings_of())
    change.set_mark(f"{TELL_QUIETLY}{product} shelf", "yes")


@pytest.mark.usefixtures("each_database")
def test_what_is_foreseen_is_what_is_there_also_after_something_is_written(tmp_path: Path) -> None:
    with open_state(tmp_path) as state:
        for product in ("recorder", "player"):
            with state.transaction() as change:
                change.foresee(PRODUCTS, PRODUCTS)
                foreseen = answers(change)
                write(change, product)
                written = answers(change)
                change.keep_unread(product, "shelf", "shelf", [], NOON)
                emptied = answers(change)
                change.foresee(PRODUCTS, PRODUCTS)
                assert answers(change) == emptied
                assert foreseen != written != emptied
            with state.transaction() as change:
                assert answers(change) == emptied
