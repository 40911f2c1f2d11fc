"""English for how watched places answer."""

from __future__ import annotations

from datetime import UTC, datetime

from forewarn.errors import Trouble
from forewarn.model.watching.status import PlaceHealth, WatchedPlace
from forewarn.words.days import moment_digits

_TROUBLE = {
    Trouble.UNREACHABLE: "unreachable",
    Trouble.REFUSED: "refused",
    Trouble.RATE_LIMITED: "rate limited",
    Trouble.CHANGED_SHAPE: "changed shape",
    Trouble.TOO_MUCH: "too much",
}


_HEALTH = {
    PlaceHealth.NEW: "not read yet",
    PlaceHealth.WELL: "ok",
    PlaceHealth.FAILED: "failed once",
    PlaceHealth.FAILING: "failing",
    PlaceHealth.PAUSED: "left alone",
}


def health_words(place: WatchedPlace) -> str:
    """How a place is, in a few words: `failing since 2026-05-04 02:15 UTC, 5 times: refused`."""
    kept, said = place.kept, _HEALTH[place.health]
    match place.health:
        case PlaceHealth.PAUSED if place.paused_until:
            return f"{said} until {minute(place.paused_until)}: its host wants it"
        case PlaceHealth.FAILED:
            return f"{said}: {trouble_words(kept.trouble)}"
        case PlaceHealth.FAILING if kept.failing_since:
            since = f"{said} since {minute(kept.failing_since)}"
            return f"{since}, {kept.failures} times: {trouble_words(kept.trouble)}"
        case _:
            return said


def trouble_words(trouble: Trouble | None) -> str:
    """Of which kind a failure is; one that no kind fits is a fault of ours."""
    return _TROUBLE[trouble] if trouble else "could not be asked"


def minute(moment: datetime) -> str:
    """A moment to the minute, in UTC."""
    return moment_digits(moment.astimezone(UTC))
