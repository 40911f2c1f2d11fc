"""Whether the watch can work, and whether it does."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from pathlib import Path

from forewarn.model.durations import as_written
from forewarn.model.settings import Settings
from forewarn.model.variables import NotAllowed, look_up, referred
from forewarn.model.watching import status
from forewarn.services.ask.watching import finished, watch_status
from forewarn.services.setup.examined import Examined, Health
from forewarn.sources.given import given_to
from forewarn.store.catalogue.whole import load_worktree
from forewarn.store.state.interface import DELIVERED, LOOKED
from forewarn.store.state.opening import open_state, state_is_there
from forewarn.words.watching import minute

_HOW = "Start `forewarn watch`, or see why it does not come to an end."


def watched(
    root: Path, settings: Settings, environ: Mapping[str, str], now: datetime
) -> Iterator[Examined]:
    """Whether each watched row has the variables that it names, and whether its place is well."""
    yield from _heartbeat(settings, environ)
    products = load_worktree(root).catalogue.products.values()
    given = [given_to(row, environ) for product in products for row in product.watch]
    if any(row.values for row in given):
        yield Examined(
            part="watch",
            health=Health.OK,
            message="every variable that a row of `watch:` names is set",
        )
    failing = [
        place
        for place in watch_status(root, now).places
        if place.health is status.PlaceHealth.FAILING
    ]
    if failing:
        named = ", ".join(f"{place.product.id}: {place.row.source}" for place in failing[:3])
        more = f" and {len(failing) - 3} more" if len(failing) > 3 else ""
        yield Examined(
            part="watched places",
            health=Health.WARNING,
            message=f"they fail again and again: {named}{more}",
            mend="forewarn watch status",
        )


def _heartbeat(settings: Settings, environ: Mapping[str, str]) -> Iterator[Examined]:
    name = referred(settings.heartbeat or "")
    if not name:
        return
    try:
        there = look_up(name, environ) is not None
        wrong = None if there else f"the environment variable {name} is not set"
    except NotAllowed as error:
        wrong = str(error)
    if wrong:
        yield Examined(
            part="heartbeat",
            health=Health.ERROR,
            message=wrong,
            mend="Set it to the address that your monitor gives, where `watch` runs.",
        )


def ages(root: Path, most: timedelta, now: datetime) -> Iterator[Examined]:
    """How long ago a look and a delivery came to an end; older than `most` is an error.

    Raises:
        DataError: the state database cannot be read.
    """
    found: dict[str, datetime | None] = {LOOKED: None, DELIVERED: None}
    if state_is_there(root):
        with open_state(root) as state:
            found = {what: finished(state, what) for what in found}
    for what, at in found.items():
        # What is from a time that has not come was told by another clock: nobody knows its age.
        young = at is not None and timedelta(minutes=-5) <= now - at <= most
        when = f"the last one was at {minute(at)}" if at else "there was none yet"
        yield Examined(
            part=what,
            health=Health.OK if young else Health.ERROR,
            message=when if young else f"{when}, which is not within {as_written(most)}",
            mend="" if young else _HOW,
        )
