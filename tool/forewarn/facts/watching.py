"""How the watched places are, as JSON."""

from __future__ import annotations

from typing import Any

from forewarn.facts.times import moment
from forewarn.model.unaware import Unaware
from forewarn.model.watching.status import WatchedPlace


def place_json(place: WatchedPlace) -> dict[str, Any]:
    """A watched row, when it was and will be asked, and how it is."""
    kept = place.kept
    return {
        "product": place.product.id,
        "source": place.row.source,
        "type": place.row.type,
        "platform": place.row.platform,
        "health": place.health.value,
        "last_poll": moment(kept.polled_at),
        "last_read": moment(kept.read_at),
        "last_change": moment(kept.changed_at),
        "next_poll": moment(place.next_poll),
        "interval": round(place.interval.total_seconds()),
        "reach": kept.reach.value if kept.reach else None,
        "last_version": kept.matched,
        "failures": kept.failures,
        "failing_since": moment(kept.failing_since),
        "kind": kept.trouble.value if kept.trouble else None,
        "error": kept.error,
        "paused_until": moment(place.paused_until),
    }


def unaware_json(one: Unaware) -> dict[str, object]:
    """The moments of a release that nobody announced; `minutes` is how long nobody knew."""
    moments = {"dated": one.dated, "seen": one.seen, "told": one.told, "recorded": one.recorded}
    return {
        "product": one.product,
        "version": one.version,
        **{name: moment(at) for name, at in moments.items()},
        "minutes": None if one.minutes is None else round(one.minutes, 1),
    }
