"""Looks at places without a server: what their sources answer is given, and kept as it would be."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from events_builder import settings_of
from forewarn.model.catalogue import Catalogue
from forewarn.model.events.event import Event
from forewarn.model.product import Product, Watch
from forewarn.model.sighting import Reach, Shown
from forewarn.model.watching.due import lockstep_products
from forewarn.model.watching.place import after_no_news
from forewarn.services.watch.due import tell_due
from forewarn.services.watch.keep import Kept, keep
from forewarn.services.watch.run import may_be_due
from forewarn.sources.interface import Answer
from forewarn.store.state.interface import State

START = datetime(2026, 5, 4, 2, tzinfo=UTC)
QUARTER = timedelta(minutes=15)


def shown(version: str, **changes: Any) -> Shown:
    """A download of a version, at an address of its own."""
    url = f"https://vendor.example/{version}.exe"
    return Shown(**{"version": version, "url": url, "title": version, **changes})


class Looking:
    """Looks at the places of products and tells what follows, a quarter of an hour apart."""

    def __init__(self, state: State, catalogue: Catalogue) -> None:
        self.state = state
        self.catalogue = catalogue
        self.settings = settings_of()
        self.now = START

    def answer(self, product: str, *given: Shown, row: int = 0, **about: Any) -> Kept:
        """Keep what one source of a product answers now."""
        watched = self.catalogue.products[product]
        usual = {"reach": Reach.ALL, "entries": len(given)}
        answer = Answer(shown=given, **{**usual, **about})
        return self.keep(watched, watched.watch[row], answer)

    def keep(self, product: Product, row: Watch, answer: Answer) -> Kept:
        with self.state.transaction() as change:
            kept = keep(change, self.catalogue, self.settings, product, [(row, answer)], self.now)
            for watched, after in kept.states:
                change.keep_source(product.id, watched.kept_under, after)
            return kept

    def unchanged(self, *products: str, row: int = 0) -> None:
        """A source of each has nothing new."""
        with self.state.transaction() as change:
            for product in products:
                kept_under = self.catalogue.products[product].watch[row].kept_under
                after = after_no_news(change.source_now(product, kept_under), self.now)
                change.keep_source(product, kept_under, after)

    def due(self) -> tuple[Event, ...]:
        """What is due by now."""
        back = lockstep_products(self.catalogue)
        lockstep = {product: time.total_seconds() for product, time in back.items()}
        with self.state.transaction() as change:
            looked_for = may_be_due(change, lockstep, self.now)
            told = tell_due(change, self.catalogue, self.settings, self.now)
            assert looked_for or not told
            return told

    def pass_(self, time: timedelta = QUARTER) -> tuple[Event, ...]:
        """What is due by now; then time passes."""
        told = self.due()
        self.now += time
        return told
