"""Days and moments as JSON has them: ISO 8601."""

from __future__ import annotations

from datetime import date, datetime


def day(value: date | None) -> str | None:
    """A day; null where there is none."""
    return value.isoformat() if value else None


def moment(value: datetime | None) -> str | None:
    """A moment, to the second; null where there is none."""
    return value.isoformat(timespec="seconds") if value else None
