"""How the watched places are: each row, when it was and will be asked, and whether it is well."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

from forewarn.frozen import dataclass
from forewarn.model.product import Product, Watch
from forewarn.model.watching.place import SourceState, asked_next


class PlaceHealth(StrEnum):
    """How a place is. `failed` is once, `failing` more than once in a row."""

    NEW = "new"
    WELL = "ok"
    FAILED = "failed"
    FAILING = "failing"
    PAUSED = "paused"


@dataclass(frozen=True, kw_only=True, slots=True)
class WatchedPlace:
    """A watched row and what is kept of it.

    `interval` is how often it is asked while it is well. `paused_until` is until when its host is
    left alone, where it is.
    """

    product: Product
    row: Watch
    kept: SourceState
    interval: timedelta
    paused_until: datetime | None = None

    @property
    def health(self) -> PlaceHealth:
        """How it is; what failed before its host wanted a pause is failing all the same."""
        if self.kept.is_failing():
            return PlaceHealth.FAILING
        if self.paused_until:
            return PlaceHealth.PAUSED
        if self.kept.failures:
            return PlaceHealth.FAILED
        return PlaceHealth.WELL if self.kept.read_at else PlaceHealth.NEW

    @property
    def next_poll(self) -> datetime | None:
        """When it is asked next; None: as soon as somebody looks."""
        return asked_next(self.kept, self.interval, self.paused_until)
