"""English for how watched places answer."""

from __future__ import annotations

from datetime import UTC, datetime

from forewarn.errors import Trouble

_TROUBLE = {
    Trouble.UNREACHABLE: "unreachable",
    Trouble.REFUSED: "refused",
    Trouble.RATE_LIMITED: "rate limited",
    Trouble.CHANGED_SHAPE: "changed shape",
    Trouble.TOO_MUCH: "too much",
}


def trouble_words(trouble: Trouble | None) -> str:
    """Of which kind a failure is; one that no kind fits is a fault of ours."""
    return _TROUBLE[trouble] if trouble else "could not be asked"


def minute(moment: datetime) -> str:
    """A moment to the minute, in UTC."""
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
