"""The deliveries of a knowledge base: listed, and made due once more."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from forewarn.errors import Refused, UsageError
from forewarn.frozen import dataclass
from forewarn.model.accounts import EVERY, Chosen
from forewarn.model.delivery import Delivery, DeliveryState
from forewarn.services.alert.accounts import refuse_unknown
from forewarn.services.alert.delivered import MOST_LISTED
from forewarn.store.state.interface import DamagedRow
from forewarn.store.state.opening import open_state


@dataclass(frozen=True, kw_only=True, slots=True)
class DeliveryList:
    """The newest deliveries, oldest first; how many `older` there are; rows that are damaged."""

    deliveries: tuple[Delivery, ...]
    older: int
    damaged: tuple[DamagedRow, ...]


def deliveries(root: Path, chosen: Chosen = EVERY, *, newest: int = MOST_LISTED) -> DeliveryList:
    """The newest deliveries of a knowledge base, or of those that are chosen.

    Raises:
        UsageError: there is no such recipient or product, and never was one with a delivery.
        DataError: the state database cannot be used.
    """
    with open_state(root) as state:
        damaged: list[DamagedRow] = []
        found = state.deliveries(chosen, newest=newest, damaged=damaged.append)
        older = state.count_chosen(chosen) - len(found) - len(damaged)
        if not found and not damaged:
            refuse_unknown(root, state, chosen)
    return DeliveryList(deliveries=found, older=max(older, 0), damaged=tuple(damaged))


def revive(root: Path, ids: Collection[int], *, all_dead: bool) -> int:
    """Make deliveries due that were given up or wait for their next attempt; how many.

    Raises:
        UsageError: nothing was named, or both some and all that is dead.
        Refused: one of `ids` is none that can be sent again; then none is made due.
        DataError: the state database cannot be used.
    """
    if bool(ids) == all_dead:
        raise UsageError(
            "name the deliveries, or all that are dead",
            help="`forewarn deliveries --dead` lists them with their numbers.",
        )
    with open_state(root) as state:
        if all_dead:
            return state.revive(only=DeliveryState.DEAD)
        for id in ids:
            found = state.delivery(id)
            if found is None or found.state not in (DeliveryState.DEAD, DeliveryState.FAILED):
                stands = f"is {found.state}" if found else "is not there"
                raise Refused(
                    f"delivery {id} {stands}, so there is nothing to try again",
                    help="`forewarn deliveries --dead` lists what was given up.",
                )
        return state.revive(ids)
