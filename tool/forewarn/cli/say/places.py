"""How `watch status` reads on a terminal, and as JSON."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from forewarn.cli.say.table import columns
from forewarn.facts.times import moment
from forewarn.facts.watching import place_json, unaware_json
from forewarn.model.watching.status import PlaceHealth
from forewarn.words.unaware import unaware_words
from forewarn.words.watching import health_words, minute

if TYPE_CHECKING:
    from forewarn.services.ask.watching import WatchStatus

_HEADS = ("product", "source", "last poll", "last change", "next poll", "reach", "health")


def status_text(status: WatchStatus) -> str:
    """A table of every source, then what is wrong with those that are not well."""
    if not status.places and not status.unreadable:
        return "no product has a source to look at"
    rows = [
        (
            place.product.id,
            place.row.source,
            _at(place.kept.polled_at, "never"),
            _at(place.kept.changed_at, "-"),
            _at(place.next_poll, "at once"),
            place.kept.reach.value if place.kept.reach else "-",
            health_words(place),
        )
        for place in status.places
    ]
    lines = [columns([_HEADS, *rows])]
    for place in status.places:
        if place.health in (PlaceHealth.FAILED, PlaceHealth.FAILING):
            lines.append(f"{place.product.id}: {place.row.source}\n  {place.kept.error}")
    lines += [f"not watched: {path} cannot be read" for path in status.unreadable]
    lines.append(
        f"last finished look: {_at(status.looked_at, 'never')}, "
        f"delivery: {_at(status.delivered_at, 'never')}"
    )
    said = unaware_words(status.unaware)
    return "\n".join([*lines, *([said] if said else [])])


def status_json(status: WatchStatus) -> dict[str, object]:
    """The same for programs."""
    return {
        "sources": [place_json(place) for place in status.places],
        "not_watched": list(status.unreadable),
        "looked_at": moment(status.looked_at),
        "delivered_at": moment(status.delivered_at),
        "unaware": [unaware_json(one) for one in status.unaware],
    }


def _at(at: datetime | None, none: str) -> str:
    return minute(at) if at else none
