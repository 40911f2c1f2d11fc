"""How long this machine's state is kept, and what stays of it for good.

What was told to whom stays for good, in fewer words: a correction must find everybody who heard of
a mistake, and nothing is told twice. What is open, waits or was answered by a person stays whole.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from forewarn.model.product import Product
from forewarn.model.settings import Settings
from forewarn.model.sighting import Sighting, SightingState
from forewarn.store.state.interface import State

if TYPE_CHECKING:
    from forewarn.store.state.change import Change

# A run takes away no more than this, so that none takes long.
_STEP = 1000
_CLOSED = (
    SightingState.BASELINE,
    SightingState.PAST,
    SightingState.KNOWN,
    SightingState.WITNESSED,
)


def prune_deliveries(state: State, settings: Settings, now: datetime) -> int:
    """Shorten a number of deliveries that were settled long ago; how many."""
    return state.shorten(before=_long_ago(settings, now), limit=_STEP)


def prune_sightings(
    change: Change,
    product: Product,
    kept: Sequence[Sighting],
    settings: Settings,
    shipped: Callable[[str], bool],
    read_now: Collection[str],
    now: datetime,
) -> None:
    """Forget a product's sightings that the records answer and that no place shows any more.

    `kept` are all of the product's, `read_now` the places that were read just now. Of a place that
    is watched and was not read, nobody knows what it shows.
    """
    if not kept:
        return
    before = _long_ago(settings, now).date()
    long_ago = set(change.not_shown_since(product.id, before))
    if not long_ago:
        return
    watched = {row.source for row in product.watch} - set(read_now)
    gone = [
        sighting.id
        for sighting in kept
        if sighting.id in long_ago
        and sighting.state in _CLOSED
        and sighting.source not in watched
        and shipped(sighting.version)
    ]
    change.forget_sightings(gone[:_STEP])


def _long_ago(settings: Settings, now: datetime) -> datetime:
    return now - timedelta(days=settings.keep_days)
