"""How the watched places are, and when `watch` and the delivery last came to an end."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

from forewarn.frozen import dataclass
from forewarn.model.catalogue import Catalogue
from forewarn.model.unaware import Unaware
from forewarn.model.watching.place import USUAL_INTERVAL, SourceState, pause_of
from forewarn.model.watching.status import WatchedPlace
from forewarn.services.ask.sightings import kept_of_each, unaware_of
from forewarn.store.catalogue.whole import load_worktree
from forewarn.store.state.interface import DELIVERED, LOOKED, State
from forewarn.store.state.opening import open_state, state_is_there


@dataclass(frozen=True, kw_only=True, slots=True)
class WatchStatus:
    """Every watched place, and when a look and a delivery were finished last (UTC).

    `unreadable` are the files of products that are not watched because they cannot be read,
    `unaware` the latest releases that were sighted before anybody announced them.
    """

    places: tuple[WatchedPlace, ...]
    looked_at: datetime | None
    delivered_at: datetime | None
    unreadable: tuple[str, ...] = ()
    unaware: tuple[Unaware, ...] = ()


def watch_status(root: Path, now: datetime) -> WatchStatus:
    """How every watched place is; to ask writes nothing.

    Raises:
        DataError: the state database cannot be read.
    """
    loaded = load_worktree(root)
    unreadable = sorted(path for path in loaded.unreadable if path.endswith("/product.yml"))
    if not state_is_there(root):
        products = loaded.catalogue.products.values()
        places = tuple(
            WatchedPlace(
                product=product,
                row=row,
                kept=SourceState(),
                interval=row.interval or USUAL_INTERVAL,
            )
            for product in products
            for row in product.watch
        )
        return WatchStatus(
            places=places, looked_at=None, delivered_at=None, unreadable=tuple(unreadable)
        )
    with open_state(root) as state:
        return WatchStatus(
            places=watched_places(state, loaded.catalogue, now, USUAL_INTERVAL),
            looked_at=finished(state, LOOKED),
            delivered_at=finished(state, DELIVERED),
            unreadable=tuple(unreadable),
            unaware=unaware_of(state, loaded.catalogue),
        )


def watched_places(
    state: State, catalogue: Catalogue, now: datetime, interval: timedelta
) -> tuple[WatchedPlace, ...]:
    """Every watched row with what is kept of it; `interval` is for rows that say none."""
    pauses = state.pauses()
    return tuple(
        WatchedPlace(
            product=product,
            row=row,
            kept=kept,
            interval=row.interval or interval,
            paused_until=pause_of(pauses[row.host].until if row.host in pauses else None, now),
        )
        for product, row, kept in kept_of_each(state, catalogue)
    )


def finished(state: State, what: str) -> datetime | None:
    """When something came to its end last; None where it never has, or nobody can tell."""
    text = state.mark(what)
    try:
        return datetime.fromisoformat(text) if text else None
    except ValueError:
        return None
